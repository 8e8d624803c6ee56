#!/usr/bin/python3
"""The control socket against clients that are slow, many, wrong or not one of
us: none of them gets anything, everybody else is served."""
import os
import pathlib
import signal
import struct
import uuid

import harness
from control import (DENIED, GENERATION, LIMIT, MALFORMED, NOT_FOUND,
                     NOT_UNDERSTOOD, OK, PERSON_LIST, POST, PROJECT, STATUS,
                     ask, connect, field, frame, is_served, receive, request,
                     status_of)
from harness import check, equal, wait_until

def refuses_what_is_no_request(acme):
    """Lengths that cannot be end the connection; wrong bytes get a reason."""
    for length in (0, 4 * 1024 * 1024 + 1, 0xffffffff):
        with connect(acme) as client:
            client.sendall(struct.pack('>I', length))
            check(receive(client) is None, f'length {length} was answered')
    good = request(STATUS)[4:]
    for wrong in (b'\xff' * 40, good + b'\x00', good + field(99, 1),
                  good[:-1], field(2, STATUS) + field(1, bytes(16)),
                  field(1, bytes(15)) + field(2, STATUS)):
        check(status_of(ask(acme, frame(wrong))) in (MALFORMED, LIMIT),
              f'{wrong.hex()} was taken')
    for verb in (0, 500, 99999):
        equal(status_of(ask(acme, request(verb))), NOT_UNDERSTOOD,
              f'verb {verb}')
    equal(status_of(ask(acme, request(STATUS, as_person='nobody'))), DENIED,
          'a person that is not there')
    is_served(acme)


def bears_many_and_silent_clients(acme):
    """More than one user may have, each with half a request."""
    crowd = []
    for _ in range(200):
        client = connect(acme)
        crowd.append(client)
        try:
            client.sendall(struct.pack('>I', 1000) + b'half')
        except BrokenPipeError:
            pass  # over the bound of one user: cut
    harness_pid = acme.pid()
    descriptors = pathlib.Path(f'/proc/{harness_pid}/fd')
    wait_until(lambda: len(list(descriptors.iterdir())) < 64,
               what='connections within their bound')
    for client in crowd:
        client.close()
    wait_until(lambda: len(list(descriptors.iterdir())) < 32,
               what='connections gone')

    def served():
        # those that still stood in the line when they closed count once more
        try:
            is_served(acme)
        except (ConnectionError, harness.Failure):
            return False
        return True

    wait_until(served, what='service after the crowd')


def serves_others_while_one_does_not_read(acme):
    """Answers that nobody reads wait within a bound and hold up nobody."""
    with connect(acme) as deaf:
        for _ in range(50):
            deaf.sendall(request(PERSON_LIST))
        for _ in range(20):
            is_served(acme)


def gives_a_repeat_its_first_answer(acme):
    """The same request id: one record, one answer, also after kill -9."""
    text = field(1, 1) + field(2, b'repeated')  # name, as text
    record = field(5, field(1, PROJECT) + field(10, text))
    request_id = uuid.uuid4().bytes
    first = ask(acme, request(POST, request_id, record))
    equal(status_of(first), OK, 'the first')
    equal(ask(acme, request(POST, request_id, record)), first, 'the repeat')
    acme.kill()
    acme.start()
    equal(ask(acme, request(POST, request_id, record)), first,
          'the repeat after a kill')
    equal(status_of(ask(acme, request(STATUS, request_id))), OK,
          'a read with that id')
    equal(len(acme.rows('project', 'list')), 1, 'projects')


def keeps_the_good_of_a_group(acme):
    """Requests that come in one turn share a transaction; one that fails takes
    nobody with it, and leaves nothing of itself."""
    def project(name):
        return field(5, field(1, PROJECT) + field(
            10, field(1, 1) + field(2, name.encode())))

    orphan = field(5, field(1, GENERATION) +
                   field(10, field(1, 1) + field(2, b'nowhere')) +
                   field(10, field(1, 2) + field(2, b'g1')))
    wishes = []
    for number in range(16):
        good = project(f'group-{number}')
        # the bad ones have written a project before they fail
        bad = number % 3 == 1
        wishes.append((bad, project(f'lost-{number}') + orphan if bad
                       else good))
    acme.kill(signal.SIGSTOP)
    clients = [connect(acme) for _ in wishes]
    for client, (_, records) in zip(clients, wishes):
        client.sendall(request(POST, None, records))
    acme.kill(signal.SIGCONT)
    for client, (bad, _) in zip(clients, wishes):
        equal(status_of(receive(client)), NOT_FOUND if bad else OK,
              'answer within a group')
        client.close()
    names = {row['name'] for row in acme.rows('project', 'list')}
    for number, (bad, _) in enumerate(wishes):
        equal(f'group-{number}' in names, not bad, f'project {number}')
        check(f'lost-{number}' not in names, f'a part of {number} stayed')


def knows_whom_it_does_not_know(acme):
    """A uid that belongs to no person is told so, and learns nothing."""
    if os.geteuid() != 0:
        return
    for path in (acme.home, acme.home.parent):
        os.chmod(path, 0o755)
    os.chmod(acme.socket, 0o666)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgid(65534)
            os.setuid(65534)
            os.write(writing, ask(acme, request(STATUS)))
        finally:
            os._exit(0)  # the flow is its parent's
    os.close(writing)
    os.waitpid(child, 0)
    answer = os.read(reading, 65536)
    os.close(reading)
    equal(status_of(answer), DENIED, 'a stranger of this machine')
    check(b'uid' in answer or b'person' in answer, 'no reason was given')
    check(acme.name.encode() not in answer, 'the company was named')


def main():
    with harness.Flow() as flow:
        acme = flow.company('ACME Devices')
        acme.init()
        acme.start()
        equal(acme.socket.stat().st_mode & 0o777, 0o660, 'mode of the socket')
        is_served(acme)
        refuses_what_is_no_request(acme)
        bears_many_and_silent_clients(acme)
        serves_others_while_one_does_not_read(acme)
        gives_a_repeat_its_first_answer(acme)
        keeps_the_good_of_a_group(acme)
        knows_whom_it_does_not_know(acme)
        is_served(acme)


if __name__ == '__main__':
    main()
