"""The files of a snapshot: written once, published by one rename, read by memory map and binary search."""

from __future__ import annotations

import os
import shutil
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import TypeAdapter

from graph.model.asof import AsOf
from graph.settings import Settings
from queries.results import Group, Lead, Merchant

GROUP, LEAD = TypeAdapter(Group), TypeAdapter(Lead)
MERCHANT = tuple(f.name for f in fields(Merchant) if f.name != "groups")
KEEP = 12
"""Snapshots kept on disk: a year of monthly classes (Guangdong refreshes risk classes monthly)."""
ASKED = "as-of-"
"""What names of snapshots begin with that were made as of a day."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One row of the scorecard as it was when the snapshot was made."""

    name: str
    dimension: str
    title: str
    explanation: str
    source: str
    legal_basis: str
    record_kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Meta:
    """What every answer must say about its origin.

    `data_date` is the day the facts are as of, `known` the day up to which they had been received; `asked` says that
    the snapshot was made as of a day and never was the current one.
    """

    id: str
    data_date: date
    state: str
    scorecard_version: str
    rule_pack: str
    class_limits: tuple[float, float, float]
    base: float = 0.0
    features: tuple[Feature, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    known: date = date.max
    asked: bool = False
    objected: str = "mark"


META = TypeAdapter(Meta)


class Table:
    """One memory-mapped Arrow file whose first column is the sorted key."""

    def __init__(self, path: Path) -> None:
        self.data: pa.Table = pa.ipc.open_file(pa.memory_map(str(path))).read_all()
        self._keys = self.data.column(0)
        self._places = range(len(self._keys))

    def plain(self) -> pa.Table:
        """All rows, without encoded columns: those cannot be sorted or compared."""
        names, types = self.data.schema.names, [_plain(field.type) for field in self.data.schema]
        return self.data.cast(pa.schema(zip(names, types, strict=True)))

    def row(self, key: str) -> int | None:
        """Row of a key, or None."""
        rows = self.rows(key)
        return rows[0] if rows else None

    def rows(self, key: str) -> range:
        """All rows of a key that may repeat."""
        low, high = (find(self._places, key, key=self._key) for find in (bisect_left, bisect_right))
        return range(low, high)

    def get(self, row: int) -> dict[str, Any]:
        """One row as a dict."""
        return {name: self.data.column(name)[row].as_py() for name in self.data.column_names}

    def of(self, key: str) -> list[dict[str, Any]]:
        """All rows of a key, as dicts."""
        rows = self.rows(key)
        found: list[dict[str, Any]] = self.data.slice(rows.start, len(rows)).to_pylist()
        return found

    def _key(self, row: int) -> str:
        key: str = self._keys[row].as_py()
        return key


def snapshot_ids(settings: Settings) -> list[str]:
    """Ids of the snapshots of a home, newest last."""
    return [folder.name for folder in _folders(settings.home_path / "snapshots")]


def find(settings: Settings, as_of: AsOf) -> str | None:
    """Id of the snapshot that answers as of a day.

    Asked as it was known on that day, it is the one that was in force then: made as of that day, else the last one
    published by it. Looked back with later knowledge, only one made so answers.
    """
    metas = [META.validate_json((p / "meta.json").read_bytes()) for p in _folders(settings.home_path / "snapshots")]
    days = [(AsOf(m.data_date, m.known), place, m) for place, m in enumerate(metas)]
    exact = [(place, m) for day, place, m in days if m.asked and day == as_of]
    if exact or as_of.valid != as_of.known:
        return exact[-1][1].id if exact else None
    by_then = [(m.known, place, m) for _, place, m in days if not m.asked and m.known <= as_of.known]
    return max(by_then, key=lambda item: item[:2])[2].id if by_then else None


def _folders(root: Path) -> list[Path]:
    found = [p for p in root.glob("*") if (p / "meta.json").is_file() and not p.name.startswith(".")]
    return sorted(found, key=lambda p: (p / "meta.json").stat().st_mtime_ns)


@contextmanager
def publish(settings: Settings, snapshot_id: str, *, asked: bool = False) -> Iterator[Path]:
    """A folder to write a snapshot into; it becomes the current one only when the block ends without error.

    The folder is complete and on disk before `current` is replaced, so a reader sees the old snapshot or the
    new one, and a kill at any moment leaves the old one in use. One `asked` as of a day stands beside it.
    """
    root = settings.home_path / "snapshots"
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    for stale in root.glob(".new-*"):
        shutil.rmtree(stale, ignore_errors=True)
    new = root / f".new-{snapshot_id}"
    new.mkdir()
    try:
        yield new
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    _sync(new)
    final = root / snapshot_id
    if final.exists():
        shutil.rmtree(final)
    new.rename(final)
    if not asked:
        pointer = root / ".current"
        pointer.write_text(snapshot_id)
        _sync(root)
        pointer.rename(root / "current")
    _forget(root, snapshot_id, asked=asked)


def _forget(root: Path, new: str, *, asked: bool) -> None:
    """Remove the oldest snapshots of the same sort: those asked as of a day never push out those in force."""
    same = [p for p in _folders(root) if p.name.startswith(ASKED) == asked]
    for old in same[:-KEEP]:
        if old.name != new:
            shutil.rmtree(old, ignore_errors=True)


def write_table(folder: Path, name: str, table: pa.Table) -> None:
    """Write one table, sorted by its first column, uncompressed so that it can be memory-mapped."""
    key = table.column(0)
    plain = key.cast(_plain(key.type))
    if pc.any(pc.greater(plain[:-1], plain[1:])).as_py():  # most come in order already
        table = table.take(pc.sort_indices(plain))
    ordered = table.combine_chunks()
    with (
        pa.OSFile(str(folder / f"{name}.arrow"), "wb") as sink,
        pa.ipc.new_file(sink, ordered.schema) as writer,
    ):
        writer.write_table(ordered)


def write_meta(folder: Path, meta: Meta) -> None:
    """Write `meta.json`."""
    (folder / "meta.json").write_bytes(META.dump_json(meta, indent=1))


def write_bodies(
    folder: Path, name: str, results: Sequence[Lead | Group], columns: Mapping[str, Sequence[Any]]
) -> None:
    """Write result objects as `id, rank, …, body`: rank is their order as given, body their JSON."""
    adapters: dict[str, TypeAdapter[Any]] = {"leads": LEAD, "groups": GROUP}
    adapter = adapters[name]
    table = {
        "id": pa.array([r.id for r in results], pa.string()),
        "rank": pa.array(range(1, len(results) + 1), pa.int64()),
        **{key: pa.array(values) for key, values in columns.items()},
        "body": pa.array([adapter.dump_json(r).decode() for r in results], pa.string()),
    }
    write_table(folder, name, pa.table(table))


def ranked(table: pa.Table) -> pa.Table:
    """Rows with their `rank`, the order they are given in, behind the key."""
    return table.add_column(1, "rank", pa.array(range(1, table.num_rows + 1), pa.int64()))


def merchant_of(row: Mapping[str, Any]) -> Merchant:
    """A row of the merchants' table as a result."""
    known = {name: row[name] for name in MERCHANT if name in row}  # an older snapshot knows fewer
    return Merchant(**known, groups=tuple(row["groups"]))


def _plain(type_: pa.DataType) -> pa.DataType:
    if pa.types.is_list(type_):
        return pa.list_(_plain(type_.value_type))
    return type_.value_type if pa.types.is_dictionary(type_) else type_


def _sync(folder: Path) -> None:
    for path in [p for p in folder.iterdir() if p.is_file()] + [folder]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
