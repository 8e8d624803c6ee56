"""Descriptors run out: in kithd because local programs hold its control socket,
in kith-net because connections do. Whoever has no place is told or waits, those
who are there go on, and all is as before when the others have left."""
import os
import resource
import socket
import time

import faults
import harness
from harness import check, equal, wait_until

HOLDERS = 400  # connections that say nothing
SPARE = 12  # descriptors left above what is open


def descriptors(pid):
    return len(os.listdir(f'/proc/{pid}/fd'))


def squeeze(pid):
    """Leaves PID only a few descriptors more than it has; returns the limit
    that it had."""
    return resource.prlimit(pid, resource.RLIMIT_NOFILE,
                            (descriptors(pid) + SPARE,
                             resource.prlimit(pid, resource.RLIMIT_NOFILE)[1]))


def hold(make):
    """As many connections as MAKE gives, HOLDERS at most."""
    held = []
    for _ in range(HOLDERS):
        try:
            held.append(make())
        except OSError:
            break
    return held


def control_socket(pair):
    """The local side: programs that hold the control socket open."""
    acme = pair.acme
    pid = acme.pid()
    before = descriptors(pid)

    def connect():
        client = socket.socket(socket.AF_UNIX)
        client.settimeout(1)
        client.connect(str(acme.socket))
        return client

    squeeze(pid)
    held = hold(connect)
    done = acme.kith('--timeout', '2', 'status', expect=None, timeout_s=20)
    check(done.code in (0, 4, 8), f'a client without a place: {done}')
    check(done.code == 0 or done.err, 'it is told nothing')
    check(descriptors(pid) <= before + SPARE + 1, 'over the limit')
    for client in held:
        client.close()
    wait_until(lambda: descriptors(pid) <= before + 1, what='they are let go')
    pair.post(2)
    pair.hold()
    return len(held)


def network(pair):
    """The other side: connections to kith-net that say nothing."""
    acme = pair.acme
    pid = acme.pid('kith-net')
    before = descriptors(pid)
    host = ('127.0.0.1', acme.port)
    squeeze(pid)
    held = hold(lambda: socket.create_connection(host, timeout=2))
    check(len(held) > SPARE, f'only {len(held)} connections')
    time.sleep(0.2)  # kith-net takes what it can
    pair.post(2)
    check(acme.pid('kithd'), 'kithd goes on')
    for client in held:
        client.close()
    pair.hold()
    return len(held)


def main():
    with harness.Flow() as flow:
        pair = faults.Pair(flow)
        pair.post()
        pair.hold()
        local = control_socket(pair)
        remote = network(pair)
        pair.hold(stores=True)
        print(f'{local} held the control socket, {remote} the listener: '
              f'{len(pair.posted)} changes, 0 lost, 0 doubled')


if __name__ == '__main__':
    main()
