"""What became of the records of one file, counted piece by piece."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
import pyarrow.compute as pc

from graph.tables import Layout
from graph.tables.batch import Batch
from loaders.mapping import SourceMapping
from loaders.raw import Raw
from loaders.reasons import words
from loaders.suspect import originals
from loaders.work import Work

_REFUSED = pa.schema([("line", pa.int64()), ("reason", pa.string())])


class Outcome:
    """Counts of one file so far, or of a range of it."""

    def __init__(self) -> None:
        self.read = 0
        self.main = ""
        """Table in which each accepted record has exactly one row."""
        self.spoken: dict[str, set[str]] = {}
        """Columns of each table that the records speak of, the same for all pieces of a file."""
        self.repeated = 0
        """Rows of it that give way to a later record of the file."""
        self.headings: list[str] = []
        self.delimiter = ""
        self.notes: tuple[str, ...] = ()
        self._reasons: Counter[str] = Counter()
        self._warnings: Counter[str] = Counter()

    def add(self, raw: Raw, work: Work, mapping: SourceMapping) -> pa.Table:
        """Count one piece; give the rows of its quarantine: line, reason in words, original text, in their order."""
        refused = [rows.cast(_REFUSED) for rows in work.refused]
        lines = pa.concat_tables([_REFUSED.empty_table(), *refused]).sort_by("line").combine_chunks()
        texts = pa.chunked_array([pa.array(originals(raw, lines["line"].combine_chunks()), pa.string())])
        rows = pa.concat_tables([lines.append_column("original", texts), raw.rejected]).sort_by("line")
        codes = rows["reason"].to_pylist()
        self.headings, self.delimiter, self.notes = raw.table.column_names, raw.delimiter, raw.notes
        self.read += raw.records
        self._reasons.update([code for part in (lines, raw.rejected) for code in part["reason"].to_pylist()])
        self._warnings.update(_warnings(work, mapping))
        return rows.set_column(rows.column_names.index("reason"), "reason", pa.array(map(words, codes), pa.string()))

    def include(self, other: Outcome) -> None:
        """Add what became of other records of the file."""
        self.main, self.spoken, self.notes = other.main, other.spoken, other.notes
        self.headings, self.delimiter = other.headings, other.delimiter
        self.read += other.read
        self.repeated += other.repeated
        self._reasons.update(other._reasons)
        self._warnings.update(other._warnings)

    def state(self, batch: Batch) -> None:
        """Tell the batch."""
        batch.layout = Layout(tuple(self.headings), self.delimiter)
        batch.counts(**self.counts)
        batch.supersedes(self.main, self.repeated)

    @property
    def reasons(self) -> dict[str, int]:
        """Refused records by reason code, the most frequent first."""
        return dict(self._reasons.most_common())

    @property
    def warnings(self) -> dict[str, int]:
        """Loaded records by value that could not be used, and by status of their code if it is not valid."""
        return dict(sorted(self._warnings.items()))

    @property
    def counts(self) -> dict[str, int]:
        """What was read and what became of it; what is replaced by it only the tables can say."""
        quarantined = self._reasons.total()
        return {"read": self.read, "loaded": self.read - quarantined, "quarantined": quarantined}


def _warnings(work: Work, mapping: SourceMapping) -> dict[str, int]:
    rows = work.accepted
    bad = [f"{c.name}_bad" for c in mapping.columns if f"{c.name}_bad" in rows.columns]
    found = {f"bad_{name.removesuffix('_bad')}": rows.spread(name).true_count for name in bad}
    if "code_status" in rows.columns:
        by_status = pc.value_counts(rows.spread("code_status")).to_pylist()
        found |= {f"code_{row['values']}": row["counts"] for row in by_status if row["values"] not in ("valid", None)}
    return {name: int(count) for name, count in found.items() if count}
