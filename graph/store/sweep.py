"""Clear away what a bulk import that was killed has left: its files, and the database that is not in use."""

from __future__ import annotations

import re
import shutil

from filelock import FileLock, Timeout

from graph.store.place import FIRST_DATABASE, Place

_OURS = re.compile(rf"{FIRST_DATABASE}|city\d+")


def import_lock(place: Place, timeout: float = -1) -> FileLock:
    """Held while a database is imported."""
    return FileLock(place.home / "bulk.lock", timeout=timeout)


def sweep(place: Place) -> None:
    """Remove the leftovers, unless an import is under way or the server still serves the database before the swap.

    Old copies of a city are not only disk: they are personal data that nobody would know to be there.
    """
    files = place.home / "import"
    if not unused_databases(place) and not files.exists():
        return
    try:
        with import_lock(place, timeout=0):
            shutil.rmtree(files, ignore_errors=True)
            runtime = place.runtime()
            if runtime is None or runtime.database == place.database():
                remove_unused(place)
    except Timeout:
        return


def unused_databases(place: Place) -> list[str]:
    """Names of the databases of imports past or cut short."""
    folder = place.home / "data" / "databases"
    names = [f.name for f in folder.iterdir()] if folder.is_dir() else []
    return [name for name in names if _OURS.fullmatch(name) and name != place.database()]


def remove_unused(place: Place) -> None:
    """Delete every database but the one in use; the server must have been started since that was named."""
    for name in unused_databases(place):
        remove_database(place, name)


def remove_database(place: Place, name: str) -> None:
    """Delete the store files and the transaction logs of a database that no server serves."""
    for folder in place.database_folders(name):
        shutil.rmtree(folder, ignore_errors=True)
