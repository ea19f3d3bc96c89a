"""Names and short facts of parties, for the texts of findings."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from graph.model.kinds import NODES
from graph.model.properties import NodeKind
from graph.tables import Tables
from queries.results import Party

_CODE = {"Company": "uscc", "Person": "id_masked", "Complainant": "id_masked"}
_FIELDS = ("town", "status")


class Names:
    """All parties of the tables, sorted by id, so that a look-up is a binary search."""

    def __init__(self, tables: Tables) -> None:
        parts = " UNION ALL ".join(_select(node) for node in NODES if node.party)
        self._table: pa.Table = tables.sql(f"SELECT * FROM ({parts}) ORDER BY id")  # noqa: S608 - built from the model
        self._keys = self._table["id"].to_numpy().astype("S")
        self._names = self._table["name"].combine_chunks()

    def party(self, party_id: str) -> Party:
        """The party with this id; one that is only mentioned, never described, is shown by its id."""
        at = self._row(party_id)
        if at is None:
            return Party(party_id, "Company", party_id)
        row = self._table.slice(at, 1).to_pylist()[0]
        return Party(row["id"], row["kind"], row["name"] or party_id, row["code"], row["town"], row["status"])

    def name(self, party_id: str) -> str:
        """Name of the party with this id."""
        at = self._row(party_id)
        return party_id if at is None else self._names[at].as_py() or party_id

    def _row(self, party_id: str) -> int | None:
        wanted = party_id.encode()
        at = int(np.searchsorted(self._keys, wanted))
        return at if at < len(self._keys) and self._keys[at] == wanted else None


def _select(node: NodeKind) -> str:
    known = {p.name for p in node.properties}
    fields = ", ".join(f"{f if f in known else 'CAST(NULL AS VARCHAR)'} AS {f}" for f in _FIELDS)
    code = _CODE.get(node.label, "CAST(NULL AS VARCHAR)")
    return f"SELECT id, '{node.label}' AS kind, name, {code} AS code, {fields} FROM {node.table}"  # noqa: S608
