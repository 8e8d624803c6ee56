"""The frames that a company's kithd sends to its partners, as recorded between
it and kith-net. What comes by the clock and by connections is left out: greet,
hello, refuse and heartbeats carry nothing that was posted."""
import pathlib
import shutil
import stat

import harness

PUSH, RECEIPT, WANT = 3, 4, 5


def record(company):
    """From its next start on, COMPANY's frames are written down."""
    folder = company.home / 'bin'
    folder.mkdir()
    for name in ('kithd', 'kith-notify'):
        shutil.copy(harness.BUILD / 'bin' / name, folder / name)
    recorder = folder / 'kith-net'
    shutil.copy(pathlib.Path(__file__).with_name('recorder.py'), recorder)
    recorder.chmod(recorder.stat().st_mode | stat.S_IXUSR)
    (folder / 'real').write_text(str(harness.BUILD / 'bin' / 'kith-net'))
    (folder / 'frames.log').touch()
    company.programs = folder


def sent(company):
    """(type, length, bytes) of each push, receipt and want so far."""
    frames = []
    for line in (company.programs / 'frames.log').read_text().splitlines():
        _, kind, length, content = line.split()
        if int(kind) in (PUSH, RECEIPT, WANT):
            frames.append((int(kind), int(length), bytes.fromhex(content)))
    return frames


def shape(frames):
    """What an observer of the encrypted wire could count."""
    return [(kind, length) for kind, length, _ in frames]
