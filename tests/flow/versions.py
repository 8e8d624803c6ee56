"""Companies that run another version of kith (tests/newer)."""
import shutil

import harness


def become(company, version):
    """From its next start on COMPANY runs the programs of VERSION: `today`,
    `newer`, `apart` or `older`; what is the same there is today's."""
    folder = company.home / version
    if not folder.exists():
        folder.mkdir()
        for name in ('kithd', 'kith-net', 'kith-notify', 'kith'):
            other = harness.BUILD / 'tests' / version / name
            # copied: they look for each other beside themselves
            shutil.copy(other if other.exists()
                        else harness.BUILD / 'bin' / name, folder / name)
    company.programs = folder
    company.client = folder / 'kith'
