"""What Google's protobuf makes of the messages of proto/: generated when a
test runs, for a comparison with our own encoder."""
import pathlib
import subprocess
import sys
import tempfile

FILES = {'Record': 'record', 'Body': 'body', 'Hello': 'session',
         'Push': 'session', 'Receipt': 'session', 'Want': 'session',
         'Held': 'session',
         'Request': 'control', 'Answer': 'control'}


class Google:
    def __init__(self, folder):
        with tempfile.TemporaryDirectory(prefix='kith.') as out:
            subprocess.run(['protoc', f'--python_out={out}', f'-I{folder}',
                            *sorted(map(str, pathlib.Path(folder).glob(
                                '*.proto')))], check=True)
            sys.path.insert(0, out)
            self.modules = {name: __import__(f'{name}_pb2')
                            for name in set(FILES.values())}
            sys.path.remove(out)

    def again(self, name, data):
        """Bytes of the message NAME, read and written by Google's code."""
        message = getattr(self.modules[FILES[name]], name)()
        message.ParseFromString(data)
        return message.SerializeToString(deterministic=True)
