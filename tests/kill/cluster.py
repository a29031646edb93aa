"""A PostgreSQL server of the test's own, which may fall over as in a power cut without hurting anybody else's."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.kill.site import HOST, free_port

SOMEBODY = "postgres"  # PostgreSQL refuses to run as root


def programs() -> Path | None:
    """The folder of initdb and pg_ctl, None where PostgreSQL is not installed or cannot be run by us."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not folders or not (folders[-1] / "initdb").exists():
        return None
    if os.geteuid() == 0:
        with suppress(KeyError):
            pwd.getpwnam(SOMEBODY)
            return folders[-1]
        return None
    return folders[-1]


@dataclass(frozen=True, slots=True)
class Cluster:
    bin: Path
    data: Path
    log: Path
    options: str
    port: int

    @property
    def address(self) -> str:
        return f"postgres://{SOMEBODY}@{HOST}:{self.port}/postgres"

    def fall_and_rise(self) -> None:
        """Every process of the server ends at once, without a checkpoint; it starts again by its log of writes."""
        self.run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "-l", self.log, "restart")

    def start(self) -> None:
        self.run("pg_ctl", "-D", self.data, "-o", self.options, "-w", "-l", self.log, "start")

    @property
    def is_up(self) -> bool:
        """Whether its first process is there; it need not answer."""
        try:
            self.run("pg_ctl", "-D", self.data, "status")
        except subprocess.CalledProcessError:
            return False
        return True

    def run(self, program: str, *arguments: object) -> None:
        command = [str(self.bin / program), *map(str, arguments)]
        if os.geteuid() == 0:
            command = ["runuser", "-u", SOMEBODY, "--", *command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")


@contextmanager
def cluster(
    folder_of_programs: Path, *, data: Path | None = None, wal: Path | None = None, options: str = ""
) -> Iterator[Cluster]:
    """A new server on a free port; it and its files are gone afterwards.

    data: the folder in which its data lie, wal: in which its log of writes lies (in small segments then); without them
    both are in a new one, as sockets and messages always are. options: of the server.
    """
    folder = Path(tempfile.mkdtemp(prefix="craft-kill-"))
    for one in (folder, data, wal):
        if one is not None and os.geteuid() == 0:
            shutil.chown(one, SOMEBODY)
    port = free_port()
    options = f"-p {port} -k {folder} -c listen_addresses={HOST} {options}"
    made = Cluster(folder_of_programs, (data or folder) / "data", folder / "log", options, port)
    apart = ["-X", wal / "wal", "--wal-segsize=1"] if wal is not None else []
    try:
        made.run(
            "initdb", "-D", made.data, "-A", "trust", "-U", SOMEBODY, "-E", "UTF8", "--no-locale", *apart
        )
        made.start()
        try:
            yield made
        finally:
            if made.is_up:
                made.run("pg_ctl", "-D", made.data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
