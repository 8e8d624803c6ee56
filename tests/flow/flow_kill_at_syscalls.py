"""kill -9 at a chosen system call of one sync, at the sender and at the
receiver: each of the calls that both daemons make from a post to its receipt,
or a sample of KITH_POINTS spread over them. Afterwards nothing is lost,
nothing is there twice, and both stores are whole."""
import faults
import harness
import tracing
from harness import check, wait_until

POINTS = faults.given('KITH_POINTS', 24)  # 0: every call


def ended(company):
    return company.daemon.poll() is not None


def count(pair, company):
    """The places where a sync can be cut: (company, call, number)."""
    with tracing.Trace(company) as trace:
        pair.post()
        pair.settle()
    return [(company, call, number)
            for call, times in trace.calls().items()
            for number in range(1, times + 1)]


def cut(pair, company, call, number):
    """One sync with COMPANY killed at the NUMBER-th CALL. False: it made
    fewer of them this time."""
    with tracing.Trace(company, f'inject={call}:signal=KILL:when={number}'):
        pair.post()
        wait_until(lambda: ended(company) or pair.is_quiet(),
                   what='the end of a sync')
    reached = ended(company)
    if reached:
        company.daemon.wait()
        company.daemon = None
    else:
        company.kill()
    company.start()
    return reached


def main():
    dice = faults.dice()
    with harness.Flow() as flow:
        pair = faults.Pair(flow)
        places = count(pair, pair.acme) + count(pair, pair.northwind)
        check(len(places) > 20, f'a sync of only {len(places)} calls')
        chosen = faults.sample(places, POINTS, dice)
        reached = 0
        for done, (company, call, number) in enumerate(chosen, 1):
            reached += cut(pair, company, call, number)
            if done % 100 == 0:
                pair.hold(stores=True)
                print(f'{done} of {len(chosen)}', flush=True)
        pair.hold(stores=True)
        check(reached > len(chosen) // 2,
              f'only {reached} of {len(chosen)} kills came in a sync')
    print(f'{len(chosen)} of {len(places)} system calls of a sync, {reached} '
          'killed at: 0 lost, 0 doubled')


if __name__ == '__main__':
    main()
