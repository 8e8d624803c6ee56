"""A second implementation of the protocol between two kith daemons, written
from docs/PROTOCOL.md, proto/ and tests/vectors/ alone. It shares no code with
the first; where the two disagree, one of them or the text is wrong."""
