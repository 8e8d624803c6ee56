"""The data folder cannot be written: no space, read-only, input/output error,
from the N-th call on. The person gets a clear error or the daemon ends; what
was answered stays, and everything goes on once the disk is well again."""
import faults
import harness
import tracing
from harness import check, wait_until

POINTS = faults.given('KITH_POINTS', 18)  # 0: every call
WRITES = ('write,pwrite64,writev,pwritev,fsync,fdatasync,ftruncate,'
          'fallocate')
ERRORS = ('ENOSPC', 'EIO', 'EROFS')
KNOWN_CODES = (0, 1, 4, 6)


def paths(company):
    return [path for path in company.data.rglob('*') if path.is_file()]


def count(pair, company):
    """Writes to the data folder in one sync: (company, call, number)."""
    with tracing.Trace(company, f'trace={WRITES}',
                       paths=paths(company)) as trace:
        pair.post()
        pair.settle()
    return [(company, call, number)
            for call, times in trace.calls().items()
            for number in range(1, times + 1)]


def ended(company):
    return company.daemon.poll() is not None


def fail(pair, place, error):
    """One post while COMPANY's CALLs fail from the NUMBER-th on."""
    company, call, number = place
    with tracing.Trace(company, f'trace={WRITES}',
                       f'inject={call}:error={error}:when={number}+',
                       paths=paths(company)) as trace:
        pair.post()
        wait_until(lambda: trace.injected() or ended(company) or
                   pair.is_quiet(), what='a failed write')
        if not ended(company):
            pair.post()
    if company.kith('status', expect=None).code != 0:
        wait_until(lambda: ended(company), what='the end of kithd')
    if ended(company):
        check(company.daemon.returncode != 0 or not trace.injected(),
              'a daemon whose disk fails ended as if all were well')
        check(company.daemon.returncode >= 0,
              f'kithd died of signal {-company.daemon.returncode}')
        company.daemon = None
        faults.check_store(company)
        company.start()
    return trace.injected() > 0


def main():
    dice = faults.dice()
    with harness.Flow() as flow:
        pair = faults.Pair(flow)
        places = [(place, error)
                  for company in pair.both for place in count(pair, company)
                  for error in ERRORS]
        chosen = faults.sample(places, POINTS, dice)
        failed = sum(fail(pair, *place) for place in chosen)
        pair.hold(stores=True)
        check(failed > len(chosen) // 2,
              f'only {failed} of {len(chosen)} writes failed')
    print(f'{len(chosen)} of {len(places)} places, {failed} met: 0 lost, '
          '0 doubled')


if __name__ == '__main__':
    main()
