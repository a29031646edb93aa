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
    port: int

    @property
    def address(self) -> str:
        return f"postgres://{SOMEBODY}@{HOST}:{self.port}/postgres"

    def fall_and_rise(self) -> None:
        """Every process of the server ends at once, without a checkpoint; it starts again by its log of writes."""
        self.run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "-l", self.data / "log", "restart")

    def run(self, program: str, *arguments: object) -> None:
        command = [str(self.bin / program), *map(str, arguments)]
        if os.geteuid() == 0:
            command = ["runuser", "-u", SOMEBODY, "--", *command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")


@contextmanager
def cluster(folder_of_programs: Path) -> Iterator[Cluster]:
    """A new server on a free port; it and its files are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="craft-kill-"))
    if os.geteuid() == 0:
        shutil.chown(folder, SOMEBODY)
    made = Cluster(folder_of_programs, folder / "data", free_port())
    try:
        made.run("initdb", "-D", made.data, "-A", "trust", "-U", SOMEBODY, "-E", "UTF8", "--no-locale")
        options = f"-p {made.port} -k {folder} -c listen_addresses={HOST}"
        made.run("pg_ctl", "-D", made.data, "-o", options, "-w", "-l", made.data / "log", "start")
        try:
            yield made
        finally:
            made.run("pg_ctl", "-D", made.data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
