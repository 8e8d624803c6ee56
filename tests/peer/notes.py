"""Signed notes: checkpoints and receipts (docs/PROTOCOL.md 3.2, 3.3)."""
import base64
import re
import time as clock

from .basics import (SIZE_MAX, base64_strict, need, number, sha, u64,
                     verifies)

SIGNED, COSIGNED = 1, 4
CHECKPOINT = re.compile(
    r'kith/([0-9a-f]{64})/([0-9a-f]{64})/([1-9][0-9]{0,9})\n'
    r'(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n')


def origin_of(sender, receiver, log_number):
    return f'kith/{sender.hex()}/{receiver.hex()}/{log_number}'


def receipt_name(receiver):
    return f'kith/{receiver.hex()}'


def key_hash(name, kind, public):
    return sha(name.encode(), b'\n', bytes([kind]), public)[:4]


def key_text(name, kind, public):
    return (f'{name}+{key_hash(name, kind, public).hex()}+' +
            base64.b64encode(bytes([kind]) + public).decode())


def checkpoint_text(origin, size, root):
    return f'{origin}\n{size}\n{base64.b64encode(root).decode()}\n'


def line(name, kind, public, signature):
    blob = base64.b64encode(key_hash(name, kind, public) + signature).decode()
    return f'\u2014 {name} {blob}\n'


def sign_checkpoint(key, origin, size, root):
    text = checkpoint_text(origin, size, root)
    return (text + '\n' + line(origin, SIGNED, key.public,
                               key.sign(text.encode()))).encode()


def cosigned(text, time):
    return f'cosignature/v1\ntime {time}\n{text}'.encode()


def cosign(key, receiver, text, time=None):
    """The receipt for a checkpoint with TEXT."""
    time = int(clock.time()) if time is None else time
    signature = u64(time) + key.sign(cosigned(text, time))
    return (text + '\n' + line(receipt_name(receiver), COSIGNED, key.public,
                               signature)).encode()


def parts(note):
    """Text and [(name, blob)] of a note that is well-formed."""
    need(0 < len(note) <= 2048, 'length of a note')
    try:
        whole = note.decode('utf-8')
    except UnicodeDecodeError:
        need(False, 'a note is UTF-8')
    need(not any(c != '\n' and (c < ' ' or '\x7f' <= c <= '\x9f')
                 for c in whole), 'control character in a note')
    cut = whole.rfind('\n\n')
    need(cut > 0 and whole.endswith('\n'), 'lines of a note')
    text, lines = whole[:cut + 1], whole[cut + 2:-1].split('\n')
    need(1 <= len(lines) <= 8, 'number of signatures')
    signatures = []
    for one in lines:
        match = re.fullmatch(r'\u2014 ([^\s+]{1,160}) ([A-Za-z0-9+/=]+)', one)
        need(match and len(match[1].encode()) <= 160, 'signature line')
        blob = base64_strict(match[2].encode())
        need(len(blob) > 4, 'signature too short')
        signatures.append((match[1], blob))
    return text, signatures


def verify(note, name, kind, public):
    """Text and time (0 for a checkpoint) of a note signed by the key."""
    text, signatures = parts(note)
    wanted = key_hash(name, kind, public)
    blobs = [blob[4:] for who, blob in signatures
             if who == name and blob[:4] == wanted]
    need(len(blobs) == 1, 'one signature of the key')
    if kind == SIGNED:
        need(verifies(public, blobs[0], text.encode()), 'signature of a note')
        return text, 0
    need(len(blobs[0]) == 72, 'length of a cosignature')
    time = number(blobs[0][:8])
    need(0 < time <= SIZE_MAX, 'time of a cosignature')
    need(verifies(public, blobs[0][8:], cosigned(text, time)), 'cosignature')
    return text, time


def claim(text):
    """(sender, receiver, log number, size, root) of a checkpoint's text."""
    match = CHECKPOINT.fullmatch(text)
    need(match, 'three lines of a checkpoint')
    log_number, size = int(match[3]), int(match[4])
    need(log_number <= 0xffffffff and size <= SIZE_MAX, 'range of a number')
    return (bytes.fromhex(match[1]), bytes.fromhex(match[2]), log_number,
            size, base64_strict(match[5].encode()))


def read_checkpoint(note, origin, public):
    """Size and root of a checkpoint of the log ORIGIN, signed by PUBLIC."""
    text, _ = verify(note, origin, SIGNED, public)
    size, root = claim(text)[3:]
    need(text.startswith(origin + '\n'), 'checkpoint of another log')
    return size, root


def read_receipt(note, origin, receiver, public):
    text, time = verify(note, receipt_name(receiver), COSIGNED, public)
    need(text.startswith(origin + '\n'), 'receipt of another log')
    return (*claim(text)[3:], time)


def merge(checkpoint, receipt):
    """One note with the signatures of both."""
    text, _ = parts(checkpoint)
    need(parts(receipt)[0] == text, 'texts of two notes')
    return checkpoint + receipt[len(text.encode()) + 1:]
