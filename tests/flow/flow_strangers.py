"""Two thousand strangers: wrong keys, garbage, idle connections. None is
admitted; the real partner is served all the while."""
import os
import random
import socket
import time

import zmq
import zmq.utils.z85

import harness
import steps
from harness import check, equal, wait_until

WRONG_KEYS = 400
GARBAGE = 800
IDLE = 800


def wrong_keys(port, count, server_key):
    """Dials with random CURVE keys, as a client that knows our public key."""
    context = zmq.Context()
    sockets = []
    for _ in range(count):
        public, secret = zmq.curve_keypair()
        dealer = context.socket(zmq.DEALER)
        dealer.curve_publickey, dealer.curve_secretkey = public, secret
        dealer.curve_serverkey = server_key
        dealer.linger = 0
        dealer.connect(f'tcp://127.0.0.1:{port}')
        dealer.send(b'\x01' + b'\0' * 36, zmq.DONTWAIT)
        sockets.append(dealer)
    time.sleep(0)
    return context, sockets


def garbage(port, count, dice):
    for _ in range(count):
        with socket.create_connection(('127.0.0.1', port)) as stranger:
            stranger.sendall(dice.randbytes(dice.randrange(1, 4000)))


def descriptors(company):
    return len(os.listdir(f'/proc/{company.pid("kith-net")}/fd'))


def main():
    dice = random.Random(7)
    with harness.Flow() as flow:
        acme = flow.company('ACME Devices')
        northwind = flow.company('Northwind EMS')
        names = steps.share(acme, northwind, 'lumen')
        identity = acme.rows('id', 'show')
        key = bytes.fromhex(identity['transport_key'])
        before = descriptors(acme)
        context, dealers = wrong_keys(acme.port, WRONG_KEYS,
                                      zmq.utils.z85.encode(key))
        idle = [socket.create_connection(('127.0.0.1', acme.port))
                for _ in range(IDLE)]
        garbage(acme.port, GARBAGE, dice)
        acme.kith('post', 'lumen', '-m', 'in the middle of it')
        wait_until(lambda: [row for row in
                            northwind.rows('--as', 'jan', 'inbox')
                            if row['title'] == 'in the middle of it'],
                   what='a change in the middle of it')
        wait_until(lambda: acme.rows('partner', 'pending'),
                   what='refused keys are listed')
        equal(len(acme.rows('partner', 'list')), 1, 'partners')
        check(steps.partner(acme, names[0])['link'].startswith('connected'),
              'the partner stayed connected')
        for stranger in idle:
            stranger.close()
        for dealer in dealers:
            dealer.close()
        context.destroy()
        wait_until(lambda: descriptors(acme) <= before + 8,
                   what='descriptors back to what they were')
        print(f'{WRONG_KEYS} wrong keys, {GARBAGE} times garbage, {IDLE} idle '
              'connections: none admitted')


if __name__ == '__main__':
    main()
