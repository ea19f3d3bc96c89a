"""The snapshot: everything one refresh found, as memory-mapped Arrow files that are never changed again.

::

    home/snapshots/
    ├── current                 text file: id of the snapshot in use; replaced by one rename
    ├── as-of-20260301-…/       made as of a day by `creditnet refresh --as-of`; never the current one
    └── 20260630-3f9a2c/
        ├── meta.json           data date, versions, class limits, the scorecard it was made by, counts
        ├── scores.arrow        sorted by party; `first` and `items` point into contributions
        ├── contributions.arrow records.arrow paths.arrow: what a score's parts are made of
        ├── leads.arrow  groups.arrow  merchants.arrow  complainants.arrow
        └── control.arrow …     one file per finding table, for analysts and evaluation

A look-up is a binary search over sorted keys: microseconds, and nothing is loaded at start. Ids that repeat are kept
as numbers beside one copy of all; `table` hands them out as plain texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from graph.errors import NotFound, SnapshotError
from graph.model.asof import AsOf
from graph.settings import Settings
from queries.results import Group, Lead, Merchant, Score
from queries.snapshot.files import GROUP, LEAD, META, Meta, Table, find, merchant_of, publish, snapshot_ids
from queries.snapshot.scores import assemble

__all__ = ["Meta", "Snapshot", "publish", "snapshot_ids"]


def _answering(settings: Settings, as_of: AsOf) -> str:
    name = find(settings, as_of)
    if name is None:
        known = "" if as_of.known == as_of.valid else f" --known-on {as_of.known}"
        raise SnapshotError(f"no snapshot answers as of {as_of}; run `creditnet refresh --as-of {as_of.valid}{known}`")
    return name


class Snapshot:
    """One published state of findings and scores, read only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            self.meta: Meta = META.validate_json((folder / "meta.json").read_bytes())
        except (OSError, ValueError) as error:
            raise SnapshotError(f"snapshot {folder.name} is damaged ({error}); run `creditnet refresh`") from error
        self._tables: dict[str, Table] = {}

    @classmethod
    def open(cls, settings: Settings, snapshot_id: str | None = None, *, as_of: AsOf | None = None) -> Snapshot:
        """Open the current snapshot of a home, a past one by its id, or the one that answers as of a day.

        Raises
        ------
        SnapshotError
            If nothing was refreshed yet, or the snapshot does not exist.
        """
        root = settings.home_path / "snapshots"
        try:
            name = snapshot_id or (_answering(settings, as_of) if as_of else (root / "current").read_text().strip())
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

    @property
    def as_of(self) -> AsOf:
        """The day the facts are as of, and the day up to which they were known."""
        return AsOf(self.meta.data_date, self.meta.known)

    def table(self, name: str) -> pa.Table:
        """One finding table whole: control, ownership, beneficial_owners, hidden_links, complainants …"""
        return self._open(name).plain()

    def score(self, party: str) -> Score | None:
        """The score of a party with its contributions, or None if it is not scored."""
        return assemble(party, self.meta, self._open)

    def scores(self, parties: Sequence[str]) -> list[Score | None]:
        """Scores of many parties in the order asked."""
        return [self.score(party) for party in parties]

    def leads(self, *, kind: str | None = None, offset: int = 0, limit: int = 50) -> tuple[Lead, ...]:
        """Leads as they were found, first to look at first; `queries.leads.worklist` adds what was decided on them."""
        return tuple(LEAD.validate_json(row["body"]) for row in self._page("leads", offset, limit, kind=kind))

    def lead(self, lead_id: str) -> Lead:
        """One lead; NotFound if it is not in this snapshot."""
        return LEAD.validate_json(self._body("leads", lead_id))

    def groups(self, offset: int = 0, limit: int = 50) -> tuple[Group, ...]:
        """Suspected complainant groups, most suspicious first."""
        return tuple(GROUP.validate_json(row["body"]) for row in self._page("groups", offset, limit))

    def group(self, group_id: str) -> Group:
        """One group; NotFound if it is not in this snapshot."""
        return GROUP.validate_json(self._body("groups", group_id))

    def merchants(self, *, flagged: bool | None = None, offset: int = 0, limit: int = 50) -> tuple[Merchant, ...]:
        """Merchants, most abnormal first."""
        return tuple(merchant_of(row) for row in self._page("merchants", offset, limit, flagged=flagged))

    def merchant(self, merchant_id: str) -> Merchant | None:
        """The complaint standing of one merchant, or None if nobody complained."""
        merchants = self._open("merchants")
        row = merchants.row(merchant_id)
        return None if row is None else merchant_of(merchants.get(row))

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

    def _page(self, name: str, offset: int, limit: int, **equals: str | bool | None) -> list[dict[str, Any]]:
        data = self._open(name).data
        for column, value in equals.items():
            if value is not None:
                data = data.filter(pc.equal(data.column(column), value))
        order = pc.sort_indices(data, [("rank", "ascending")])
        rows: list[dict[str, Any]] = data.take(order.slice(offset, limit)).to_pylist()
        return rows

    def _body(self, name: str, key: str) -> str:
        table = self._open(name)
        row = table.row(key)
        if row is None:
            raise NotFound(f"no {name.rstrip('s')} {key!r} in snapshot {self.id}; it may have expired with new data")
        body: str = table.data.column("body")[row].as_py()
        return body
