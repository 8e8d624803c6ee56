"""Words that stand nowhere unless somebody wrote them there, and the search for
them in whatever form they might lie.

    words = canaries.Canaries()
    acme.kith('post', 'lumen', '-m', words.new('Message'))
    words.absent(path.read_bytes(), 'the store')
"""
import base64

from harness import Failure


def forms_of(word):
    """WORD as it might lie in a file: as it is, in other letters, in UTF-16, in
    hex, in base64."""
    raw = word.encode()
    yield from (raw, raw.lower(), raw.upper(), word.encode('utf-16-le'),
                raw.hex().encode())
    for shift in range(3):
        # the inner part is the same whatever stands around it
        yield base64.b64encode(b'-' * shift + raw)[4:-4]


class Canaries:
    MARK = 'CanaryBird'  # every one begins with it

    def __init__(self):
        self.words = {}  # word: what it is

    def new(self, what):
        word = f'{self.MARK}{len(self.words):04d}{what}Qzx'
        self.words[word] = what
        return word

    def forms(self):
        """Each form of each word, and what the word is."""
        for word, what in self.words.items():
            for form in forms_of(word):
                yield form, what

    def found(self, content):
        """What stands around the first of them in CONTENT, bytes; None. Fast,
        as it looks for what they share."""
        for form in forms_of(self.MARK):
            at = content.find(form)
            if at >= 0:
                return content[max(0, at - 40):at + 60]
        return None

    def absent(self, content, place):
        around = self.found(content)
        if around is not None:
            raise Failure(f'a canary in {place}: {around!r}')

    def missing(self, text):
        """Those that TEXT does not hold."""
        return [word for word in self.words if word not in text]
