"""Many partners come back at once: one company is started anew while the
programs of all its partners dial, and what it then posts is at every one of
them soon. Each partner is a company of its own with its real programs."""
import concurrent.futures
import os
import pathlib
import re
import time

import faults
import harness
import steps
from harness import check, equal, wait_until

PARTNERS = faults.given('KITH_PARTNERS', 12)
CHANGES = 3
SYNCED_S = 30
RSS_MAX = 500 * 1024  # KiB, kithd and kith-net together
SETTING_UP = 2  # partners that are set up side by side


def rss(pid):
    status = pathlib.Path(f'/proc/{pid}/status').read_text()
    return int(re.search(r'VmRSS:\s+(\d+)', status).group(1))


def set_up(hub, card, number, own):
    """One more partner, agreed and granted; it only dials."""
    name = f'p{number}'
    own.write_conf(listen=False)
    own.init()
    own.start()
    own.kith('partner', 'add', card, '--name', 'hub')
    theirs = own.home / 'own.card'
    own.kith('card', 'show', '--file', theirs)
    hub.kith('partner', 'add', theirs, '--name', name)
    hub.kith('partner', 'verify', name,
             *own.rows('partner', 'show', 'hub')['groups'].split())
    own.kith('partner', 'verify', 'hub',
             *hub.rows('partner', 'show', name)['groups'].split())
    text = hub.home / 'nda.txt'
    hub.kith('nda', 'propose', name, '--file', text, '--purpose', 'assembly',
             '--from', '2026-01-01', '--until', '2036-12-31')
    wait_until(lambda: own.rows('nda', 'list'), what='the proposal')
    own.kith('nda', 'sign', 'hub', text)
    own.kith('person', 'add', 'jan', '--role', 'editor', '--uid', os.getuid())
    own.kith('--as', 'jan', 'person', 'accept')
    own.kith('person', 'announce', 'jan', '--project', 'any')
    wait_until(lambda: any(row['state'] == 'in_force' for row in
                           hub.rows('nda', 'list', name)), what='in force')
    hub.kith('grant', 'add', 'lumen', name, '--purpose', 'assembly', '--kinds',
             'project,message', '--persons', 'bound', '--until', '2036-12-31')


def synced(hub):
    rows = hub.rows('partner', 'list')
    return sum(row['out'] == 0 and row['sent'] == row['receipted'] and
               row['link'].startswith('connected') for row in rows)


def come_back(hub, partners):
    hub.stop()
    wait_until(lambda: not partners[0].rows('partner', 'list')[0][
        'link'].startswith('connected'), what='the partners notice')
    hub.start()
    began = time.monotonic()
    for i in range(CHANGES):
        hub.kith('post', 'lumen', '-m', f'after {i}')
    wait_until(lambda: synced(hub) == len(partners), timeout_s=4 * SYNCED_S,
               what='all partners synced')
    return time.monotonic() - began


def one_too_many(hub, stranger):
    """As many as kith.conf allows are there: the next one is refused in words,
    and costs nobody his place."""
    steps.set_up(stranger)
    card = stranger.home / 'own.card'
    stranger.kith('card', 'show', '--file', card)
    refused = hub.kith('partner', 'add', card, expect=None)
    check(refused.code != 0 and 'max_partners' in refused.err, str(refused))
    equal(synced(hub), PARTNERS, 'partners that are served')


def judge(hub, partners, took):
    used = rss(hub.pid()) + rss(hub.pid('kith-net'))
    print(f'{PARTNERS} partners back and {CHANGES} changes receipted by each '
          f'after {took:.1f} s; kithd {rss(hub.pid())} KiB, kith-net '
          f'{rss(hub.pid("kith-net"))} KiB', flush=True)
    for own in partners[::max(1, PARTNERS // 10)]:
        titles = [row['title'] for row in own.rows('--as', 'jan', 'inbox')]
        for i in range(CHANGES):
            check(titles.count(f'after {i}') == 1, f'{own.name}: {titles}')
    check(took < SYNCED_S, f'it took {took:.1f} s')
    check(used < RSS_MAX, f'{used} KiB')


def main():
    # the threads outlive the daemons: a program ends with the thread that
    # started it (harness, pdeathsig)
    with concurrent.futures.ThreadPoolExecutor(SETTING_UP) as pool, \
            harness.Flow() as flow:
        hub = flow.company('ACME Devices')
        hub.conf.write_text(hub.conf.read_text().replace(
            'limits {', f'limits {{ max_partners = {PARTNERS} '))
        steps.set_up(hub)
        (hub.home / 'nda.txt').write_text('Between us.\n')
        hub.kith('project', 'new', 'lumen', '--label', 'internal')
        card = hub.home / 'own.card'
        hub.kith('card', 'show', '--file', card)
        partners = [flow.company(f'EMS number {number}')
                    for number in range(PARTNERS)]
        began = time.monotonic()
        list(pool.map(lambda number: set_up(hub, card, number,
                                            partners[number]),
                      range(PARTNERS)))
        wait_until(lambda: synced(hub) == PARTNERS, timeout_s=60,
                   what='all partners set up')
        print(f'{PARTNERS} partners set up in {time.monotonic() - began:.0f} s',
              flush=True)
        one_too_many(hub, flow.company('Stranger'))
        judge(hub, partners, come_back(hub, partners))


if __name__ == '__main__':
    main()
