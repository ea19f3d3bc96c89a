"""The lock of a creditnet home: one writer at a time, freed by the kernel when its process dies, however it dies."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from graph.errors import HomeBusy


class HomeLock:
    """A lock on a home folder, reentrant within one thread of one object."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._holder = home / "lock.holder"  # beside the lock, so that reading it never touches the lock
        self._lock = FileLock(home / "lock", timeout=0)

    @contextmanager
    def held(self, purpose: str) -> Iterator[None]:
        """Hold the lock for the block.

        Raises
        ------
        HomeBusy
            At once, if another process or thread holds it; the message names the process.
        """
        try:
            self._lock.acquire()
        except Timeout as error:
            raise HomeBusy(f"{self._home} is in use by {self._who()}; wait until it is done, or stop it") from error
        try:
            if self._lock.lock_counter == 1:
                self._holder.write_text(f"process {os.getpid()} ({purpose})")
            yield
        finally:
            if self._lock.lock_counter == 1:
                with suppress(OSError):
                    self._holder.unlink()
            self._lock.release()

    def _who(self) -> str:
        try:
            return self._holder.read_text() or "another process"
        except OSError:
            return "another process"
