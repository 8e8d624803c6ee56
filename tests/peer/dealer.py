"""The transport of docs/PROTOCOL.md 5.9 for a company that dials, by libzmq:
one DEALER socket with CURVE."""
import zmq
import zmq.utils.z85
from zmq.utils.monitor import recv_monitor_message

from .curve import Closed

LAST_FRAMES_MS = 200


class Dealer:
    context = None

    def __init__(self, port, server, keys):
        if Dealer.context is None:
            Dealer.context = zmq.Context()
        self.port = port
        self.socket = Dealer.context.socket(zmq.DEALER)
        self.socket.linger = 200
        self.socket.sndtimeo = 5000
        self.socket.reconnect_ivl = -1
        self.socket.curve_publickey = zmq.utils.z85.encode(keys[0])
        self.socket.curve_secretkey = zmq.utils.z85.encode(keys[1])
        self.socket.curve_serverkey = zmq.utils.z85.encode(server)
        self.monitor = self.socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)
        self.poller = zmq.Poller()
        self.poller.register(self.socket, zmq.POLLIN)
        self.poller.register(self.monitor, zmq.POLLIN)
        self.socket.connect(f'tcp://127.0.0.1:{port}')

    def send(self, frame):
        try:
            self.socket.send(frame)
        except zmq.Again as error:
            raise Closed from error

    def receive(self, timeout_s=5.0):
        """The next frame, None when none comes in time."""
        ready = dict(self.poller.poll(timeout_s * 1000))
        # What came before the end is told before the end, though the end may
        # be seen first.
        if self.socket in ready or (self.monitor in ready and
                                    self.socket.poll(LAST_FRAMES_MS)):
            parts = self.socket.recv_multipart()
            assert len(parts) == 1
            return parts[0]
        if self.monitor in ready:
            recv_monitor_message(self.monitor)
            raise Closed
        return None

    def close(self):
        self.socket.disable_monitor()
        self.monitor.close()
        self.socket.close()
