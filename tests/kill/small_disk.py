"""A file system of a few megabytes in memory, to fill up and to make room on again. Mounting one takes root."""

import errno
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

PIECE = 1 << 20


def why_not() -> str:
    """Why none can be mounted here, "" when one can."""
    if missing := [program for program in ("mount", "umount") if shutil.which(program) is None]:
        return f"{missing[0]} is not installed"
    if os.geteuid() != 0:
        return f"only root mounts a file system, and this is user {os.geteuid()}"
    try:
        with small_disk(1):
            return ""
    except subprocess.CalledProcessError as refused:
        return f"root may not mount a file system here: {refused.stderr.decode().splitlines()[0]}"


@dataclass(frozen=True, slots=True)
class SmallDisk:
    path: Path

    @property
    def ballast(self) -> Path:
        return self.path / "ballast"

    @property
    def free(self) -> int:
        """Bytes."""
        found = os.statvfs(self.path)
        return found.f_bavail * found.f_frsize

    def fill(self) -> None:
        """Not a byte is left."""
        with self.ballast.open("ab", buffering=0) as ballast:
            piece = PIECE
            while piece:
                try:
                    ballast.write(bytes(piece))
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
                    piece //= 2
        assert self.free == 0

    def make_room(self) -> None:
        self.ballast.unlink()

    def grow(self, megabytes: int) -> None:
        """To so many in all; what lies there stays."""
        _run("mount", "-o", f"remount,size={megabytes}m", self.path)


@contextmanager
def small_disk(megabytes: int) -> Iterator[SmallDisk]:
    """Empty, and gone afterwards with all that lies on it. Raises CalledProcessError where it cannot be mounted."""
    path = Path(tempfile.mkdtemp(prefix="craft-disk-"))
    try:
        _run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "craft-kill", path)
        try:
            yield SmallDisk(path)
        finally:
            with suppress(subprocess.CalledProcessError):
                _run("umount", path)
            if path.is_mount():  # somebody still has a file open there
                _run("umount", "--lazy", path)
    finally:
        path.rmdir()


def _run(*command: object) -> None:
    subprocess.run([str(part) for part in command], check=True, capture_output=True)
