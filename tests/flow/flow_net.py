"""kith-net by itself: two real processes, strangers, and a partner who
misuses its key.
"""
import errno
import os
import re
import socket
import struct
import time

import zmq
import zmq.utils.z85

import harness
from harness import check, equal, wait_until
from net_driver import (FRAME_MAX, SANITIZED, Net, first_frame, key_pair,
                        pair)
from second_partner import Closed, CurveClient


PARTNERS_MAX = 1000  # as the driver sets kith-net up
HANDSHAKES_MAX, HANDSHAKES_S = 100, 10  # include/kith/limits.h


def frames_of_every_size_arrive_in_order():
    with Net() as a, Net() as b:
        at_a, at_b = pair(a, b)
        sizes = [1, 2, 511, 65536, FRAME_MAX - 1, FRAME_MAX]
        for size in sizes:
            a.send(at_a, bytes([size % 251]) * size)
            b.send(at_b, bytes([size % 241]) * size)
        for size in sizes:
            equal(b.expect('frame').frame, bytes([size % 251]) * size, 'at B')
            equal(a.expect('frame').frame, bytes([size % 241]) * size, 'at A')


def orders_that_come_with_the_setup_are_obeyed():
    with Net() as b, Net(wait=False) as a:
        pair(a, b)  # written before A has read anything


def a_stranger_is_refused_and_counted():
    with Net(backoff_ms=(50, 50)) as a, Net() as b:
        a.allow(1, b.public)
        a.dial(1, b.bound[0])
        failed = a.expect('dial_failed', reason='not_allowed')
        check('list' in failed.sentence, failed.sentence)
        equal(failed.address, b.bound[0], 'address that was tried')
        a.expect('dial_failed', tries=5)
        knocked = b.expect('refused_key')
        equal(knocked.key, a.public, 'key that knocked')
        equal(b.expect('refused_key').count >= 4, True, 'knocks are counted')
        equal([e for e in b.events if e.type == 'up'], [], 'no session')


def a_former_key_is_let_in_and_dialled_until_it_is_left_out():
    with Net(backoff_ms=(50, 50)) as a, Net() as b, Net() as other:
        a.allow(1, other.public, former=b.public)
        b.allow(2, other.public, former=a.public)
        a.dial(1, b.bound[0])
        a.expect('dial_failed', reason='handshake')
        at_a, at_b = first_frame(a, b)
        a.allow(1, other.public, former=b.public)
        a.send(at_a, b'still there')
        equal(b.expect('frame').frame, b'still there', 'the session stands')
        a.allow(1, b.public)  # the same key, now the newest
        a.send(at_a, b'and still')
        equal(b.expect('frame').frame, b'and still', 'the session stands')
        b.allow(2, other.public)
        equal(b.expect('down', session=at_b).reason, 'not_allowed', 'at B')


def a_key_allowed_later_connects_without_restart():
    with Net() as a, Net() as b:
        a.allow(1, b.public)
        a.dial(1, b.bound[0])
        a.expect('dial_failed', reason='not_allowed', tries=3)
        b.allow(2, a.public)
        allowed = time.monotonic()
        first_frame(a, b)
        check(time.monotonic() - allowed < 5, 'it took over 5 s')


def revoking_ends_the_live_session_at_once():
    with Net() as a, Net() as b:
        at_a, at_b = pair(a, b)
        b.forbid(2)
        asked = time.monotonic()
        equal(b.expect('down').reason, 'not_allowed', 'reason at B')
        equal(a.expect('down', session=at_a).reason, 'by_partner', 'at A')
        check(time.monotonic() - asked < harness.AT_ONCE_S,
              'it did not come at once')
        a.expect('dial_failed', reason='not_allowed')
        b.send(at_b, b'too late')
        equal([e for e in a.events if e.type == 'frame'], [], 'frames at A')


def revoking_ends_the_dialled_session_too():
    with Net() as a, Net() as b:
        at_a, _ = pair(a, b)
        a.forbid(1)
        equal(a.expect('down', session=at_a).reason, 'not_allowed', 'at A')
        equal(b.expect('down').reason, 'by_partner', 'at B')
        check(a.read(0.5), 'A has gone')
        equal(a.events, [], 'events at A: it does not dial again')


def a_replaced_key_ends_the_session_of_the_old_one():
    keys = key_pair()
    with Net() as a, Net() as b, Net(keys=keys) as c:
        pair(a, b)
        b.allow(2, c.public)
        equal(b.expect('down').reason, 'not_allowed', 'session of the old key')
        c.allow(1, b.public)
        c.dial(1, b.bound[0])
        first_frame(c, b)
        a.expect('dial_failed', reason='not_allowed')


def two_connections_of_one_partner_are_two_sessions():
    with Net() as a, Net() as b:
        dialled_by_a, first_at_b = pair(a, b)
        b.dial(2, a.bound[0])
        dialled_by_b, second_at_a = first_frame(b, a)
        check(dialled_by_a != second_at_a, 'two sessions at A')
        check(first_at_b != dialled_by_b, 'two sessions at B')
        a.send(dialled_by_a, b'one')
        a.send(second_at_a, b'two')
        equal(b.expect('frame', session=first_at_b).frame, b'one', 'first')
        equal(b.expect('frame', session=dialled_by_b).frame, b'two', 'second')


def closing_sends_the_last_frame_first():
    with Net() as a, Net() as b:
        at_a, at_b = pair(a, b)
        b.close(at_b, b'refuse: verified just now')
        equal(b.expect('down', session=at_b).reason, 'by_us', 'at B')
        equal(a.expect('frame').frame, b'refuse: verified just now', 'at A')
        equal(a.expect('down', session=at_a).reason, 'by_partner', 'at A')
        first_frame(a, b)


def killed_and_restarted_it_is_dialled_again():
    with Net() as a, Net() as b:
        at_a, _ = pair(a, b)
        b.restart()
        equal(a.expect('down', session=at_a).reason, 'by_partner', 'at A')
        b.allow(2, a.public)
        new_at_a, at_b = first_frame(a, b)
        check(new_at_a != at_a, 'a session number is never used twice')
        b.send(at_b, b'back')
        equal(a.expect('frame').frame, b'back', 'frame after the restart')


def reasons_of_a_failed_dial_are_told_apart():
    with Net() as a, Net() as b, socket.socket() as mute:
        mute.bind(('127.0.0.1', 0))
        mute.listen(8)
        a.allow(1, b.public)
        a.dial(1, f'tcp://127.0.0.1:{harness.free_port()}')
        a.expect('dial_failed', reason='refused')
        a.dial(1, 'tcp://kith.example.org:7400')
        a.expect('dial_failed', reason='address')
        a.dial(1, 'tcp://[2001:db8::1]:7400', now=True)
        a.expect('dial_failed', reason='no_route')
        a.dial(1, f'tcp://127.0.0.1:{mute.getsockname()[1]}', now=True)
        a.expect('dial_failed', reason='timeout')
        a.allow(1, key_pair()[0])
        a.dial(1, b.bound[0], now=True)
        a.expect('dial_failed', reason='handshake')


def the_waits_grow_and_stay_within_their_bounds():
    with Net(backoff_ms=(50, 400)) as a:
        a.allow(1, key_pair()[0])
        a.dial(1, f'tcp://127.0.0.1:{harness.free_port()}')
        waits = [a.expect('dial_failed').wait_ms for _ in range(6)]
        for wait, bound in zip(waits, [50, 100, 200, 400, 400, 400]):
            check(bound // 2 <= wait <= bound, f'waits {waits}')


def dialling_stops_when_told():
    with Net() as a, Net() as b:
        a.allow(1, b.public)
        a.dial(1, b.bound[0])
        a.expect('dial_failed')
        a.dial(1)
        b.allow(2, a.public)
        a.events.clear()
        check(a.read(1.0), 'A has gone')
        equal(a.events, [], 'events after the order to stop')


def several_addresses_are_one_listener():
    with Net(listen=['tcp://127.0.0.1:0', 'tcp://[::1]:0']) as b:
        for number, bound in enumerate(b.bound):
            with Net(listen=[]) as a:
                a.allow(1, b.public)
                b.allow(number + 1, a.public)
                a.dial(1, bound)
                first_frame(a, b)


def an_address_in_use_is_said_in_words():
    with Net() as a, Net(listen=[a.bound[0]], wait=False) as b:
        check('in use' in b.expect('failed').sentence, 'no reason is given')
        equal(b.process.wait(harness.PATIENCE_S), 1, 'exit status')


def no_file_can_be_opened_and_nothing_executed():
    with Net() as a:
        for what, path in [(1, '/etc/hostname'), (1, '/proc/self/maps'),
                           (2, '/tmp/kith-net-probe'), (3, '/bin/true')]:
            equal(a.probe(what, path), errno.EPERM, f'probe {what} {path}')
        status = open(f'/proc/{a.process.pid}/status').read()
        check('NoNewPrivs:\t1' in status, 'new privileges are possible')
        check('Seccomp:\t2' in status, 'no filter of system calls')
        limits = open(f'/proc/{a.process.pid}/limits').read()
        check(re.search(r'^Max core file size +0 +0 ', limits, re.M),
              'cores are on')


def every_thread_is_in_the_sandbox():
    with Net() as a:
        for thread in os.listdir(f'/proc/{a.process.pid}/task'):
            status = open(f'/proc/{a.process.pid}/task/{thread}/status')
            check('Seccomp:\t2' in status.read(), f'thread {thread} is free')


def it_leaves_when_kithd_has_gone():
    with Net() as a:
        a.socket.close()
        equal(a.process.wait(harness.PATIENCE_S), 0, 'exit status')


def stop_lets_the_last_frames_leave():
    with Net() as a, Net() as b:
        at_a, _ = pair(a, b)
        a.close(at_a, b'refuse: stopping')
        equal(a.stop(), 0, 'exit status')
        equal(b.expect('frame').frame, b'refuse: stopping', 'at B')


def raw_client(net, keys):
    """A libzmq client with the key pair KEYS, not kith's."""
    client = zmq.Context.instance().socket(zmq.DEALER)
    client.linger = 0
    client.curve_publickey = zmq.utils.z85.encode(keys[0])
    client.curve_secretkey = zmq.utils.z85.encode(keys[1])
    client.curve_serverkey = zmq.utils.z85.encode(net.public)
    client.sndtimeo = 2000
    client.reconnect_ivl = -1
    client.connect(net.bound[0])
    return client


def two_payloads_or_none_end_the_session():
    for parts in ([b'one', b'two'], [b'']):
        keys = key_pair()
        with Net() as b:
            b.allow(2, keys[0])
            client = raw_client(b, keys)
            client.send_multipart(parts)
            equal(b.expect('down').reason, 'frame', f'{parts}')
            equal([e for e in b.events if e.type == 'frame'], [], 'frames')
            client.close()


def a_frame_over_the_bound_never_arrives():
    keys = key_pair()
    with Net() as b:
        b.allow(2, keys[0])
        client = raw_client(b, keys)
        client.send(b'x' * FRAME_MAX)
        equal(len(b.expect('frame').frame), FRAME_MAX, 'the largest')
        client.send(b'x' * (FRAME_MAX + 1))
        equal(b.expect('down').reason, 'frame', 'over the bound')
        client.close()


def flood(net, client, part, batch):
    """Sends parts without an end, BATCH at a time, until the connection is
    cut; gives the most memory seen, KiB, and the seconds it took."""
    prepared = [b''.join(client.part(part, True) for _ in range(batch))
                for _ in range(64)]
    client.socket.settimeout(harness.PATIENCE_S)
    began = time.monotonic()
    most = 0
    try:
        for data in prepared:
            client.socket.sendall(data)
            most = max(most, net.memory_kib())
    except (ConnectionResetError, BrokenPipeError):
        return most, time.monotonic() - began
    raise harness.Failure(f'not cut, memory {most} KiB')


def an_endless_message_is_cut_and_its_memory_returns():
    for part, batch in ((b'x', 16384), (b'x' * FRAME_MAX, 8)):
        keys = key_pair()
        with Net() as a, Net() as b:
            at_a, _ = pair(a, b)
            b.allow(3, keys[0])
            client = CurveClient(b.port, b.public, keys)
            client.send(b'greet')
            b.expect('up', partner=3)
            before = b.memory_kib()
            most, seconds = flood(b, client, part, batch)
            down = b.expect('down')
            equal(down.reason, 'flooded', 'reason')
            print(f'    {len(part)}-byte parts: cut after {seconds:.2f} s, '
                  f'{down.hidden / 1e6:.0f} MB hidden, '
                  f'{(most - before) / 1e3:.0f} MB more at most')
            client.close()
            if not SANITIZED:
                wait_until(lambda: b.memory_kib() < before + 4096,
                           what='memory is back')
            a.send(at_a, b'still here')
            b.expect('frame', frame=b'still here')


def a_message_that_does_not_decrypt_ends_its_connection():
    """At either end, at once, and nobody else's."""
    keys = key_pair()
    with Net() as a, Net() as b:
        at_a, _ = pair(a, b)
        b.allow(3, keys[0])
        for _ in range(20):
            client = CurveClient(b.port, b.public, keys)
            client.send(b'greet')
            b.expect('up', partner=3)
            b.expect('frame', frame=b'greet')
            spoilt = bytearray(client.part(b'x' * 100))
            spoilt[-1] ^= 1
            client.socket.sendall(spoilt)
            equal(b.expect('down', timeout_s=harness.AT_ONCE_S).reason,
                  'frame', 'reason')
            equal(client.socket.recv(1), b'', 'the connection is closed')
            client.close()
        a.send(at_a, b'still here')
        b.expect('frame', frame=b'still here')


def a_partner_that_has_no_place_costs_nobody_his():
    """More of them than there may be, or a second one with the key of the
    first: neither is let in, and the others are served as before."""
    with Net() as a, Net() as b:
        at_a, _ = pair(a, b)
        for number in range(3, PARTNERS_MAX + 2):
            b.allow(number, key_pair()[0])
        b.allow(PARTNERS_MAX + 2, key_pair()[0])
        equal(b.expect('dial_failed', partner=PARTNERS_MAX + 2).reason,
              'no_place', 'one too many')
        b.allow(3, a.public)
        equal(b.expect('dial_failed', partner=3).reason, 'key_taken',
              'the key of another')
        a.send(at_a, b'still here')
        b.expect('frame', frame=b'still here')


def connect_often(net, keys):
    """How many connections NET lets in, one after the other, until it says
    no; how long that took it, and what it says."""
    for let_in in range(5 * HANDSHAKES_MAX):
        began = time.monotonic()
        try:
            CurveClient(net.port, net.public, keys).close()
        except Closed as closed:
            return let_in, time.monotonic() - began, str(closed)
    raise harness.Failure('all are let in')


def a_partner_that_connects_too_often_is_told_so_at_once():
    """Both ends name it, the other partner is served, and after a while the
    door is open again."""
    with Net() as a, Net(backoff_ms=(50, 400)) as c, Net() as b:
        at_a, _ = pair(a, b)
        b.allow(3, c.public)
        let_in, took_s, answer = connect_often(b, (c.public, c.secret))
        check(let_in >= HANDSHAKES_MAX, f'only {let_in} were let in')
        check('500' in answer and took_s < harness.AT_ONCE_S,
              f'one too many: {answer} after {took_s:.1f} s')
        equal(b.expect('often').partner, 3, 'who comes too often')
        c.allow(1, b.public)
        c.dial(1, b.bound[0])
        failed = c.expect('dial_failed', timeout_s=harness.AT_ONCE_S)
        equal(failed.reason, 'often', 'why a dial failed')
        a.send(at_a, b'still here')
        b.expect('frame', frame=b'still here')
        c.expect('up', timeout_s=HANDSHAKES_S + harness.PATIENCE_S)
        equal([e for e in b.events if e.type == 'often'], [], 'told again')


def idle_strangers_are_reaped():
    with Net() as a, Net() as b:
        at_a, _ = pair(a, b)
        strangers = []
        port = int(b.bound[0].rsplit(':', 1)[1])
        for number in range(200):
            stranger = socket.create_connection(('127.0.0.1', port))
            if number % 2:
                stranger.send(b'\xff\0\0\0\0\0\0\0\1\x7f')
            strangers.append(stranger)
        wait_until(lambda: b.connections() == 201,
                   what='strangers are connected')
        began = time.monotonic()
        a.send(at_a, b'in between')
        b.expect('frame')
        check(time.monotonic() - began < harness.AT_ONCE_S,
              'strangers slow a partner down')
        wait_until(lambda: b.connections() == 1,
                   what='strangers are gone')
        for stranger in strangers:
            stranger.close()


def a_partner_that_says_nothing_is_no_session_and_goes():
    keys = key_pair()
    with Net() as b:
        b.allow(2, keys[0])
        client = raw_client(b, keys)
        wait_until(lambda: b.connections() == 1, what='it is connected')
        wait_until(lambda: b.connections() == 0, 14.0, what='it is gone')
        equal(b.events, [], 'events')
        client.close()


def garbage_harms_nobody():
    with Net() as a, Net() as b:
        at_a, _ = pair(a, b)
        port = int(b.bound[0].rsplit(':', 1)[1])
        greeting = (b'\xff' + bytes(8) + b'\x7f\3\0' + b'CURVE'.ljust(20, b'\0')
                    + bytes(32))
        for data in (b'GET / HTTP/1.1\r\n\r\n', b'\x16\3\1' + bytes(300),
                     greeting + b'\4\xc8' + b'\5HELLO' + bytes(194),
                     greeting + b'\6' + struct.pack('>Q', 1 << 40),
                     bytes(range(256)) * 8):
            for _ in range(20):
                with socket.create_connection(('127.0.0.1', port)) as stranger:
                    stranger.sendall(data)
        a.send(at_a, b'unharmed')
        equal(b.expect('frame').frame, b'unharmed', 'frame')


def a_partner_that_does_not_read_fills_a_bounded_queue():
    keys = key_pair()
    with Net(queue_max=4 * FRAME_MAX) as b:
        b.allow(2, keys[0])
        client = raw_client(b, keys)
        client.rcvhwm = 1
        client.send(b'greet')
        session = b.expect('up').session
        before = b.memory_kib()
        for _ in range(400):
            b.send(session, bytes(FRAME_MAX))
            if any(event.type == 'down' for event in b.events):
                break
        check(b.expect('queued').bytes > 2 * FRAME_MAX, 'half full is told')
        equal(b.expect('down').reason, 'queue', 'reason')
        check(b.memory_kib() - before < 64 * 1024, 'memory is bounded')
        client.close()


SCENES = [
    frames_of_every_size_arrive_in_order,
    a_stranger_is_refused_and_counted,
    a_former_key_is_let_in_and_dialled_until_it_is_left_out,
    a_key_allowed_later_connects_without_restart,
    revoking_ends_the_live_session_at_once,
    revoking_ends_the_dialled_session_too,
    a_replaced_key_ends_the_session_of_the_old_one,
    orders_that_come_with_the_setup_are_obeyed,
    two_connections_of_one_partner_are_two_sessions,
    closing_sends_the_last_frame_first,
    killed_and_restarted_it_is_dialled_again,
    the_waits_grow_and_stay_within_their_bounds,
    dialling_stops_when_told,
    several_addresses_are_one_listener,
    an_address_in_use_is_said_in_words,
    no_file_can_be_opened_and_nothing_executed,
    every_thread_is_in_the_sandbox,
    it_leaves_when_kithd_has_gone,
    stop_lets_the_last_frames_leave,
    reasons_of_a_failed_dial_are_told_apart,
    two_payloads_or_none_end_the_session,
    a_frame_over_the_bound_never_arrives,
    an_endless_message_is_cut_and_its_memory_returns,
    a_message_that_does_not_decrypt_ends_its_connection,
    a_partner_that_has_no_place_costs_nobody_his,
    a_partner_that_does_not_read_fills_a_bounded_queue,
    a_partner_that_connects_too_often_is_told_so_at_once,
    garbage_harms_nobody,
    idle_strangers_are_reaped,
    a_partner_that_says_nothing_is_no_session_and_goes,
]

if __name__ == '__main__':
    import sys
    for scene in SCENES:
        if len(sys.argv) > 1 and scene.__name__ not in sys.argv[1:]:
            continue
        began = time.monotonic()
        scene()
        print(f'ok {scene.__name__} {time.monotonic() - began:.2f} s',
              flush=True)
