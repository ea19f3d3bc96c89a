"""The snapshot: everything one refresh found, as memory-mapped Arrow files that are never changed again.

::

    home/snapshots/
    ├── current                 text file: id of the snapshot in use; replaced by one rename
    └── 20260630-3f9a2c/
        ├── meta.json           data date, versions, class limits, counts
        ├── scores.arrow        sorted by party; `first` and `items` point into contributions
        ├── contributions.arrow
        ├── leads.arrow  groups.arrow  merchants.arrow  complainants.arrow
        └── control.arrow …     one file per finding table, for analysts and evaluation

A look-up is a binary search over sorted keys: microseconds, and nothing is loaded at start.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import TypeAdapter

from graph.errors import NotFound, SnapshotError
from graph.settings import Settings
from queries.results import Contribution, Group, Lead, Merchant, Score

_GROUP, _LEAD, _MERCHANT = TypeAdapter(Group), TypeAdapter(Lead), TypeAdapter(Merchant)
_CONTRIBUTION = TypeAdapter(Contribution)
KEEP = 12
"""Snapshots kept on disk: a year of monthly classes (Guangdong refreshes risk classes monthly)."""


@dataclass(frozen=True, slots=True)
class Meta:
    """What every answer must say about its origin."""

    id: str
    data_date: date
    state: str
    scorecard_version: str
    rule_pack: str
    class_limits: tuple[float, float, float]
    counts: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


_META = TypeAdapter(Meta)


class Table:
    """One memory-mapped Arrow file whose first column is the sorted key."""

    def __init__(self, path: Path) -> None:
        self.data: pa.Table = pa.ipc.open_file(pa.memory_map(str(path))).read_all()

    @cached_property
    def keys(self) -> np.ndarray[Any, np.dtype[np.bytes_]]:
        """The first column as fixed-width bytes, for binary search."""
        return np.asarray(self.data.column(0).to_numpy(zero_copy_only=False)).astype("S")

    def row(self, key: str) -> int | None:
        """Row of a key, or None."""
        wanted = key.encode()
        at = int(np.searchsorted(self.keys, wanted))
        return at if at < len(self.keys) and self.keys[at] == wanted else None

    def get(self, row: int) -> dict[str, Any]:
        """One row as a dict."""
        return {name: self.data.column(name)[row].as_py() for name in self.data.column_names}


class Snapshot:
    """One published state of findings and scores, read only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            self.meta: Meta = _META.validate_json((folder / "meta.json").read_bytes())
        except (OSError, ValueError) as error:
            raise SnapshotError(f"snapshot {folder.name} is damaged ({error}); run `creditnet refresh`") from error
        self._tables: dict[str, Table] = {}

    @classmethod
    def open(cls, settings: Settings, snapshot_id: str | None = None) -> Snapshot:
        """Open the current snapshot of a home, or a past one by its id.

        Raises
        ------
        SnapshotError
            If nothing was refreshed yet, or the snapshot does not exist.
        """
        root = settings.home_path / "snapshots"
        try:
            name = snapshot_id or (root / "current").read_text().strip()
        except OSError as error:
            raise SnapshotError("there is no snapshot yet; run `creditnet refresh`") from error
        if not (root / name / "meta.json").is_file():
            raise SnapshotError(f"no snapshot {name}; there are: {', '.join(snapshot_ids(settings)) or 'none'}")
        return cls(root / name)

    @property
    def id(self) -> str:
        """Name of the snapshot, printed on every score."""
        return self.meta.id

    @property
    def data_date(self) -> date:
        """Day of the newest fact in it."""
        return self.meta.data_date

    def table(self, name: str) -> pa.Table:
        """One finding table whole: control, ownership, beneficial_owners, hidden_links, complainants …"""
        return self._open(name).data

    def score(self, party: str) -> Score | None:
        """The score of a party with its contributions, or None if it is not scored."""
        scores = self._open("scores")
        row = scores.row(party)
        return None if row is None else self._score(scores, row)

    def scores(self, parties: Sequence[str]) -> list[Score | None]:
        """Scores of many parties in the order asked."""
        return [self.score(party) for party in parties]

    def leads(
        self, *, kind: str | None = None, state: str | None = None, offset: int = 0, limit: int = 50
    ) -> tuple[Lead, ...]:
        """Leads, first to look at first."""
        return tuple(_LEAD.validate_json(body) for body in self._page("leads", offset, limit, kind=kind, state=state))

    def lead(self, lead_id: str) -> Lead:
        """One lead; NotFound if it is not in this snapshot."""
        return _LEAD.validate_json(self._body("leads", lead_id))

    def groups(self, offset: int = 0, limit: int = 50) -> tuple[Group, ...]:
        """Suspected complainant groups, most suspicious first."""
        return tuple(_GROUP.validate_json(body) for body in self._page("groups", offset, limit))

    def group(self, group_id: str) -> Group:
        """One group; NotFound if it is not in this snapshot."""
        return _GROUP.validate_json(self._body("groups", group_id))

    def merchants(self, *, flagged: bool | None = None, offset: int = 0, limit: int = 50) -> tuple[Merchant, ...]:
        """Merchants, most abnormal first."""
        return tuple(_MERCHANT.validate_json(b) for b in self._page("merchants", offset, limit, flagged=flagged))

    def merchant(self, merchant_id: str) -> Merchant | None:
        """The complaint standing of one merchant, or None if nobody complained."""
        merchants = self._open("merchants")
        row = merchants.row(merchant_id)
        return None if row is None else _MERCHANT.validate_json(merchants.data.column("body")[row].as_py())

    def party_leads(self, party: str) -> tuple[str, ...]:
        """Ids of the leads that name a party."""
        index = self._open("party_leads")
        row = index.row(party)
        return () if row is None else tuple(index.data.column("leads")[row].as_py())

    def _open(self, name: str) -> Table:
        if name not in self._tables:
            path = self.folder / f"{name}.arrow"
            if not path.is_file():
                raise SnapshotError(f"snapshot {self.id} has no table {name!r}; run `creditnet refresh`")
            self._tables[name] = Table(path)
        return self._tables[name]

    def _page(self, name: str, offset: int, limit: int, **equals: str | bool | None) -> list[str]:
        data = self._open(name).data
        for column, value in equals.items():
            if value is not None:
                data = data.filter(pc.equal(data.column(column), value))
        order = pc.sort_indices(data, [("rank", "ascending")])
        bodies: list[str] = data.column("body").take(order.slice(offset, limit)).to_pylist()
        return bodies

    def _body(self, name: str, key: str) -> str:
        table = self._open(name)
        row = table.row(key)
        if row is None:
            raise NotFound(f"no {name.rstrip('s')} {key!r} in snapshot {self.id}; it may have expired with new data")
        body: str = table.data.column("body")[row].as_py()
        return body

    def _score(self, scores: Table, row: int) -> Score:
        found = scores.get(row)
        items = self._open("contributions").data.slice(found["first"], found["items"])
        peers = found["peers"] or 0
        return Score(
            party=found["party"],
            score=found["score"],
            risk_class=found["risk_class"],
            base=found["base"],
            contributions=tuple(_CONTRIBUTION.validate_json(body) for body in items.column("body").to_pylist()),
            direct_rule=found["direct_rule"],
            class_limits=self.meta.class_limits,
            peer_group=found["peer_group"],
            peers=peers or None,
            peer_percentile=found["peer_percentile"],
            peer_histogram=tuple(found["peer_histogram"] or ()),
            scorecard_version=self.meta.scorecard_version,
            rule_pack=self.meta.rule_pack,
            data_date=self.meta.data_date,
            snapshot=self.meta.id,
        )


def snapshot_ids(settings: Settings) -> list[str]:
    """Ids of the snapshots of a home, newest last."""
    root = settings.home_path / "snapshots"
    found = [p for p in root.glob("*") if (p / "meta.json").is_file() and not p.name.startswith(".")]
    return [p.name for p in sorted(found, key=lambda p: (p / "meta.json").stat().st_mtime_ns)]


@contextmanager
def publish(settings: Settings, snapshot_id: str) -> Iterator[Path]:
    """A folder to write a snapshot into; it becomes the current one only when the block ends without error.

    The folder is complete and on disk before `current` is replaced, so a reader sees the old snapshot or the
    new one, and a kill at any moment leaves the old one in use.
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
    pointer = root / ".current"
    pointer.write_text(snapshot_id)
    _sync(root)
    pointer.rename(root / "current")
    for old in snapshot_ids(settings)[:-KEEP]:
        if old != snapshot_id:
            shutil.rmtree(root / old, ignore_errors=True)


def write_table(folder: Path, name: str, table: pa.Table) -> None:
    """Write one table, sorted by its first column, uncompressed so that it can be memory-mapped."""
    key = table.column_names[0]
    ordered = table.sort_by([(key, "ascending")]).combine_chunks()
    with (
        pa.OSFile(str(folder / f"{name}.arrow"), "wb") as sink,
        pa.ipc.new_file(sink, ordered.schema) as writer,
    ):
        writer.write_table(ordered)


def write_meta(folder: Path, meta: Meta) -> None:
    """Write `meta.json`."""
    (folder / "meta.json").write_bytes(_META.dump_json(meta, indent=1))


def write_bodies(
    folder: Path, name: str, results: Sequence[Lead | Group | Merchant], columns: Mapping[str, Sequence[Any]]
) -> None:
    """Write result objects as `id, rank, …, body`: rank is their order as given, body their JSON."""
    adapters: dict[str, TypeAdapter[Any]] = {"leads": _LEAD, "groups": _GROUP, "merchants": _MERCHANT}
    adapter = adapters[name]
    table = {
        "id": pa.array([r.id for r in results], pa.string()),
        "rank": pa.array(range(1, len(results) + 1), pa.int64()),
        **{key: pa.array(values) for key, values in columns.items()},
        "body": pa.array([adapter.dump_json(r).decode() for r in results], pa.string()),
    }
    write_table(folder, name, pa.table(table))


def _sync(folder: Path) -> None:
    for path in [p for p in folder.iterdir() if p.is_file()] + [folder]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
