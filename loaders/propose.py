"""Which column of an unknown file could be which field: by how alike the headings are, and by what the column holds."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from loaders.contents import KINDS, filled, kind_of, share_in, shares
from loaders.mapping import Column, SourceMapping, full_key, heading_key

ALIKE = 0.6
"""Headings less alike than this are not held to mean the same."""
MOSTLY = 0.6
"""Share of values that must pass for a column to look like something."""
RARELY = 0.3
"""Share of values below which a column is not what its heading may suggest."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A column that could be a field."""

    field: str
    heading: str
    score: float
    """0 to 1: how sure."""
    why: str


class Look:
    """A file's columns as they look: computed once, asked for every source."""

    def __init__(self, table: pa.Table) -> None:
        self.headings: list[str] = table.column_names
        self._table = table
        self.shares = {heading: shares(table[heading]) for heading in self.headings}
        self.filled = {heading: filled(table[heading]) for heading in self.headings}

    def values(self, heading: str) -> pa.ChunkedArray:
        """The values of a column."""
        return self._table[heading]

    def proposals(self, mapping: SourceMapping) -> list[Proposal]:
        """The columns for fields that no heading of the file names to the letter, the surest first, each once."""
        located = mapping.locate(self.headings)
        free = [heading for heading in self.headings if heading not in located.values()]
        fields = [column for column in mapping.columns if column.name not in located]
        found = [p for column in fields for heading in free if (p := self._proposal(column, heading)) is not None]
        required = {column.name for column in fields if column.required}
        # of columns that look the same, the fullest is the one that must be there
        found.sort(key=lambda p: (-round(p.score, 1), p.field not in required, -self.filled[p.heading]))
        return _each_once(found)

    def fit(self, mapping: SourceMapping) -> float:
        """How well a source explains the file: fields found, as sure as they are, less the required ones missing."""
        located, proposed = mapping.locate(self.headings), self.proposals(mapping)
        found = {*located, *(p.field for p in proposed)}
        lacking = sum(column.required and column.name not in found for column in mapping.columns)
        return len(set(located.values())) + sum(p.score for p in proposed) - lacking

    def best(self, known: Mapping[str, SourceMapping]) -> SourceMapping:
        """The source that explains the file best."""
        return max(known.values(), key=self.fit)

    def looks_like(self, heading: str) -> str:
        """What a column holds, in words; empty where it has no form of its own."""
        found = [(share * KINDS[name].telling, name, share) for name, share in self.shares[heading].items()]
        best = max(((w, name, share) for w, name, share in found if share >= MOSTLY), default=None)
        return f"{best[2]:.0%} {KINDS[best[1]].words}" if best else ""

    def share(self, column: Column, heading: str) -> float | None:
        """Share of values that look like a field; None where the field, or the column, has no form."""
        if column.check == "codes":
            return share_in(self._table[heading], column.codes)
        kind = kind_of(column)
        return self.shares[heading].get(kind) if kind in KINDS else None

    def _proposal(self, column: Column, heading: str) -> Proposal | None:
        alike, share = _alike(column, heading), self.share(column, heading)
        telling = 1.0 if column.check == "codes" else KINDS[kind].telling if (kind := kind_of(column)) in KINDS else 0
        if share is None:  # no form to go by, or no value: only the heading speaks
            return Proposal(column.name, heading, 0.6 * alike, "heading alike") if alike else None
        if share >= MOSTLY and (telling >= _TELLING or alike):
            why = f"{share:.0%} of the values" + (", heading alike" if alike else "")
            return Proposal(column.name, heading, 0.6 * share * telling + 0.4 * alike, why)
        if share >= RARELY and alike:
            return Proposal(column.name, heading, 0.4 * (share + alike), f"heading alike, {share:.0%} of the values")
        return None


_TELLING = 0.9
"""A kind that says less than this is no proposal without a heading that is alike: numbers could be anything."""


def _alike(column: Column, heading: str) -> float:
    theirs = {_usual_words(full_key(heading)), _usual_words(heading_key(heading))}
    ours = [_usual_words(full_key(name)) for name in column.headings]
    alike = max((_ratio(name, key) for name in ours for key in theirs), default=0.0)
    return alike if alike >= ALIKE else 0.0


def _usual_words(key: str) -> str:
    return key.replace("时间", "日期").replace("身份证件", "证件").replace("身份证号", "证件号")


def _ratio(ours: str, theirs: str) -> float:
    """Share of common characters; at least 0.7 where one of them, of two or more characters, stands in the other."""
    inside = min(len(ours), len(theirs)) >= 2 and (ours in theirs or theirs in ours)
    return max(difflib.SequenceMatcher(None, ours, theirs, autojunk=False).ratio(), 0.7 if inside else 0.0)


def _each_once(ranked: Sequence[Proposal]) -> list[Proposal]:
    fields, headings, chosen = set[str](), set[str](), []
    for proposal in ranked:
        if proposal.field not in fields and proposal.heading not in headings:
            fields.add(proposal.field)
            headings.add(proposal.heading)
            chosen.append(proposal)
    return chosen
