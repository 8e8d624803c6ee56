"""A TCP proxy that does to a line between two companies what bad networks do.

    line = proxy.Line()                  # listens on line.port
    line.target = company.port
    line.cut_after(1000)                 # ends each connection in mid-frame
    line.heal()

One thread of its own; its methods may be called from any other.
"""
import selectors
import socket
import threading
import time

CHUNK = 4096
TICK_S = 0.01
BACKLOG_MAX = 1 << 20  # bytes read and not yet passed on, per direction


class Way:
    """One direction of one connection."""

    def __init__(self, source, sink):
        self.source = source
        self.sink = sink
        self.waiting = b''
        self.passed = 0
        self.flipped = False


class Line:
    """Listens on self.port; for each connection dials self.target, a port of
    127.0.0.1."""

    def __init__(self):
        self.target = None
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.listener.setblocking(False)
        self.port = self.listener.getsockname()[1]
        self.lock = threading.Lock()
        self.ways = []
        self.connections = 0  # so far
        self.bytes = 0  # passed on so far, both ways
        self.cuts = 0
        self.flips = 0
        self.reset()
        self.going = True
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    @property
    def endpoint(self):
        return f'tcp://127.0.0.1:{self.port}'

    def reset(self):
        self.limit = None  # bytes after which a connection is cut
        self.flip_at = None  # byte of each way whose lowest bit is flipped
        self.rate = None  # bytes a second and way
        self.still = ()  # ways of which nothing passes: 'up', 'down'

    def heal(self):
        """Passes everything on again."""
        with self.lock:
            self.reset()

    def cut_after(self, count):
        """Each connection ends when COUNT bytes of one way have passed."""
        with self.lock:
            self.limit = count

    def flip(self, at):
        """Byte AT of each way of a connection changes on its way."""
        with self.lock:
            self.flip_at = at

    def throttle(self, rate):
        with self.lock:
            self.rate = rate

    def stall(self, *ways):
        """Connections stay open and pass nothing 'up' (to the target),
        'down', or both."""
        with self.lock:
            self.still = ways or ('up', 'down')

    def cut(self):
        """Ends all connections now."""
        with self.lock:
            while self.ways:
                self.end(self.ways[0])

    def close(self):
        self.going = False
        self.thread.join()
        self.cut()
        self.listener.close()

    def run(self):
        last = time.monotonic()
        while self.going:
            with selectors.DefaultSelector() as chooser:
                chooser.register(self.listener, selectors.EVENT_READ)
                with self.lock:
                    for way in self.ways:
                        if len(way.waiting) < BACKLOG_MAX:
                            chooser.register(way.source,
                                             selectors.EVENT_READ)
                chooser.select(TICK_S)
            now = time.monotonic()
            with self.lock:
                self.accept()
                for way in list(self.ways):
                    if way in self.ways:
                        self.turn(way, now - last)
            last = now

    def accept(self):
        try:
            near, _ = self.listener.accept()
        except BlockingIOError:
            return
        try:
            far = socket.create_connection(('127.0.0.1', self.target))
        except OSError:
            near.close()
            return
        for end in (near, far):
            end.setblocking(False)
        self.connections += 1
        self.ways += [Way(near, far), Way(far, near)]

    def turn(self, way, elapsed_s):
        try:
            data = way.source.recv(CHUNK)
            if not data:
                self.end(way)
                return
            way.waiting += data
        except BlockingIOError:
            pass
        except OSError:
            self.end(way)
            return
        # Of each pair the first way leads to the target.
        name = 'up' if self.ways.index(way) % 2 == 0 else 'down'
        if way.waiting and name not in self.still:
            self.send(way, elapsed_s)

    def send(self, way, elapsed_s):
        most = len(way.waiting)
        if self.rate is not None:
            most = min(most, max(1, int(self.rate * elapsed_s)))
        if self.limit is not None:
            most = min(most, max(0, self.limit - way.passed))
        data = bytearray(way.waiting[:most])
        at = None if self.flip_at is None else self.flip_at - way.passed
        if at is not None and 0 <= at < len(data):
            data[at] ^= 1
            self.flips += not way.flipped
            way.flipped = True
        try:
            done = way.sink.send(data) if data else 0
        except BlockingIOError:
            done = 0
        except OSError:
            self.end(way)
            return
        way.waiting = way.waiting[done:]
        way.passed += done
        self.bytes += done
        if self.limit is not None and way.passed >= self.limit:
            self.cuts += 1
            self.end(way)

    def end(self, way):
        """Ends the connection that WAY belongs to, both ways."""
        first = self.ways.index(way) // 2 * 2
        for end in (way.source, way.sink):
            end.close()
        del self.ways[first:first + 2]
