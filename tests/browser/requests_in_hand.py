"""Which requests the test server has in hand, down to the closing of their answers."""

import socket
from threading import Condition

from django.test.testcases import QuietWSGIRequestHandler

PATIENCE = 30  # seconds


class Counted(QuietWSGIRequestHandler):
    """Counts a request from its first line to the end of its answer, whether or not anybody still reads that."""

    _changed = Condition()
    _in_hand = 0

    def parse_request(self) -> bool:
        with self._changed:
            Counted._in_hand += 1
        self.counted = True
        return super().parse_request()

    def handle_one_request(self) -> None:
        self.counted = False
        try:
            super().handle_one_request()
        finally:
            if self.counted:
                with self._changed:
                    Counted._in_hand -= 1
                    self._changed.notify_all()

    @classmethod
    def wait_for_all(cls, address: tuple[str, int]) -> None:
        """Connections are taken up in turn: when a request of ours is answered, every earlier one has its thread, and
        when a second one is, that thread has had time to read. Raises TimeoutError where one does not end.
        """
        for _turn in range(2):
            cls._ask(address)
        with cls._changed:
            if not cls._changed.wait_for(lambda: cls._in_hand == 0, PATIENCE):
                raise TimeoutError(f"{cls._in_hand} requests were still in hand after {PATIENCE} seconds")

    @staticmethod
    def _ask(address: tuple[str, int]) -> None:
        with socket.create_connection(address, timeout=PATIENCE) as own:
            own.sendall(b"GET /static/nothing HTTP/1.0\r\n\r\n")
            while own.recv(4096):
                pass
