"""A server that can be killed a hundred times a minute: the site is loaded once, and a dead child is forked anew.

python -m tests.kill.server prepare      tables and a contest; prints who may send what as JSON
python -m tests.kill.server serve PORT   prints the process id of each child
python -m tests.kill.server audit        prints what the database says afterwards as JSON
"""

import json
import os
import signal
import socket
import sys
import threading
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

THREADS = 8


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


class Server(WSGIServer):
    """Takes its requests from a socket that outlives it."""

    def __init__(self, listening: socket.socket, app: Any) -> None:
        super().__init__(("127.0.0.1", 0), Quiet, bind_and_activate=False)
        self.socket.close()
        self.socket = listening
        self.server_name, self.server_port = "127.0.0.1", listening.getsockname()[1]
        self.setup_environ()
        self.set_app(app)

    def handle_error(self, *args: Any) -> None:
        pass  # clients hang up here by design


def serve(port: int) -> None:
    from tests.kill.crash import application

    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", port))
    listening.listen(256)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    child = 0
    try:
        while True:
            child = os.fork()
            if child == 0:
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                _work(listening, application)
            print(child, flush=True)
            os.waitpid(child, 0)
    finally:
        if child:
            os.kill(child, signal.SIGKILL)


def _work(listening: socket.socket, application: Any) -> None:
    def loop() -> None:
        server = Server(listening, application)
        while True:
            server.handle_request()

    threads = [threading.Thread(target=loop) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    os._exit(1)


def prepare(works: int = 12) -> dict[str, Any]:
    """Two contests, each with a measuring judge and a panel of three; for each judge a session and the sheets."""
    from django.core.management import call_command
    from django.db import connection

    from tests.bench.data import cookie_of
    from tests.competitions.marking_contest import make_marking

    call_command("migrate", run_syncdb=True, verbosity=0, interactive=False)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kill_naive (sent varchar(40))")
    judges = []
    for _event in range(2):
        marking = make_marking(works=works)
        for seat in (*marking.panel, marking.measuring):
            sheets = [
                {"sheet": str(sheet.uuid), "aspects": sheet.aspects} for sheet in seat.sheets.order_by("pk")
            ]
            user = seat.user
            judges.append({"judge": str(user.uuid), "cookie": cookie_of(user), "sheets": sheets})
    return {"judges": judges}


def main() -> None:
    import django

    django.setup()
    match sys.argv[1:]:
        case ["prepare"]:
            print(json.dumps(prepare()))
        case ["serve", port]:
            serve(int(port))
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main()
