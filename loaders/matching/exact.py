"""Whom a record means that names a company by an older number or by its name: what an exact look-up tells.

For millions of records only the distinct references are looked at. The weights are those of the model of Fellegi and
Sunter as in `loaders.matching.weights`; of a whole name or number, how rarely two companies share one is known
beforehand, so nothing is fitted.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from graph.model.legacy import LEGACY_SCHEMES
from loaders.matching.decisions import Step
from loaders.scratch import answer

MOST_NAMED = 5
"""Companies named for one reference that fits several: a person looks at no more."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to find the company, the first that finds any counts.

    `agrees`: share of right references in which it agrees. `shared`: share of companies that have the value in common
    with another one, as expected before any is seen.
    """

    compared: str
    says: str
    agrees: float
    shared: float


RULES: Mapping[str, Rule] = {
    "number": Rule("number", "注册号或组织机构代码为该企业所有", 0.99, 1e-5),
    "name": Rule("name", "名称相同", 0.93, 1e-4),
    "former": Rule("name", "曾用名相同", 0.93, 1e-3),
    "person": Rule("name", "同一企业内姓名相同", 0.95, 1e-3),
}
"""`agrees` of a name as in `COMPARISONS`. None of the 23,294 names of a real city's register stands there twice: a
share below 1e-4; a former name may have been given away again. Older numbers carry a check digit: a slip that
passes, and is another's number, was never seen. Persons: our setting, above what chance gives the commonest names, for
namesakes of one family in one firm; owner: register division."""
HASHED = 26
"""Length of an id that is a hash of a name, prefix included: nobody who is only named is meant by a name."""
_SEEN_BEFORE = 1_000
"""Companies that the expected share counts for beside those at hand."""

REFERENCES = pa.schema(
    [("id", pa.string()), ("name", pa.string()), ("number", pa.string()), ("registered", pa.bool_())]
)
"""What refers: the id the record gave, its name or null, its older number without hyphen or null; and whether the
register itself described it under that id: then its name alone is no reference to another company."""


@dataclass(frozen=True, slots=True)
class Known:
    """The companies that may be meant: `companies` (id, name, status), `aliases` (entity_id, scheme, value)."""

    companies: pa.Table
    aliases: pa.Table

    def about(self, references: pa.Table) -> Known:
        """What concerns some references only."""
        ids, names, numbers = (references[column] for column in ("id", "name", "number"))
        named = pc.is_in(self.companies["name"], names.drop_null())
        itself = pc.is_in(self.companies["id"], ids)
        coded = [pc.is_in(organisation_codes(self.companies["id"]), numbers.drop_null())] if _short(numbers) else []
        wanted = named
        for condition in (itself, *coded):
            wanted = pc.or_kleene(wanted, condition)
        values = pa.concat_arrays([column.drop_null().combine_chunks() for column in (names, numbers)])
        return Known(
            self.companies.filter(wanted), self.aliases.filter(pc.is_in(self.aliases["value"], value_set=values))
        )


def meanings(references: pa.Table, known: Known) -> pa.Table:
    """Find whom each reference may mean: left, right, rule, rivals, others; nothing where nobody fits or it is itself.

    `rivals` is how many companies fit equally well. The first rule that finds any decides: numbers, names, former
    names, and at last the names of companies that are only mentioned too, but with a number. `others` is how many
    companies share their name with another.

    Examples
    --------
    >>> references = pa.table([["o_1"], ["东莞市云梯测试店"], [None], [False]], schema=REFERENCES)
    >>> companies = pa.table({"id": ["91441900MA000004XT"], "name": ["东莞市云梯测试店"], "status": ["ACTIVE"]})
    >>> aliases = pa.table([[], [], []], pa.schema([(n, pa.string()) for n in ("entity_id", "scheme", "value")]))
    >>> meanings(references, Known(companies, aliases)).to_pylist()
    [{'left': 'o_1', 'right': '91441900MA000004XT', 'rule': 'name', 'rivals': 1, 'others': 0}]
    """
    close = known.about(references)
    found = answer(_MEANINGS, {"refs": references, "companies": close.companies, "aliases": close.aliases})
    others = _doubles(known.companies["name"]) if pc.any(pc.equal(found["rule"], "name")).as_py() else 0
    return found.append_column("others", pa.repeat(others, len(found)))


_MEANINGS = f"""
WITH target AS (SELECT id, name, status IS NULL AND id LIKE 'o\\_%' ESCAPE '\\' AS mentioned FROM companies),
free AS (SELECT * FROM refs WHERE NOT registered),
found AS (
    SELECT refs.id AS "left", entity_id AS "right", 'number' AS rule, 1 AS place
    FROM refs JOIN aliases ON value = number AND scheme IN {(*LEGACY_SCHEMES, "other")}
    UNION SELECT refs.id, target.id, 'number', 1
    FROM refs JOIN target ON length(number) = 9 AND length(target.id) = 18 AND substr(target.id, 9, 9) = number
    UNION SELECT free.id, target.id, 'name', 2 FROM free JOIN target USING (name) WHERE NOT mentioned
    UNION SELECT free.id, entity_id, 'former', 3 FROM free JOIN aliases ON value = name AND scheme = 'old_name'
    UNION SELECT free.id, target.id, 'name', 4
    FROM free JOIN target USING (name) WHERE mentioned AND length(target.id) <> {HASHED}),
first AS (SELECT * FROM found WHERE "left" <> "right" QUALIFY place = min(place) OVER (PARTITION BY "left")),
counted AS (
    SELECT *, count(*) OVER same AS rivals, row_number() OVER (PARTITION BY "left" ORDER BY "right") AS number
    FROM first WINDOW same AS (PARTITION BY "left"))
SELECT "left", "right", rule, rivals FROM counted WHERE number <= {MOST_NAMED} ORDER BY "left", "right"
"""  # noqa: S608 - numbers and names of ours


def _doubles(names: pa.ChunkedArray) -> int:
    counts = pc.value_counts(names.drop_null()).field("counts")
    return int(pc.sum(counts.filter(pc.greater(counts, 1))).as_py() or 0)


def organisation_codes(ids: pa.ChunkedArray) -> pa.ChunkedArray:
    """The organisation code inside each credit code: characters 9 to 17; null for other ids."""
    return pc.if_else(pc.equal(pc.utf8_length(ids), 18), pc.utf8_slice_codeunits(ids, 8, 17), None)


def _short(numbers: pa.ChunkedArray) -> bool:
    return bool(pc.any(pc.equal(pc.utf8_length(numbers), 9)).as_py())


def weigh(rule: str, rivals: int, known: int, others: int) -> tuple[tuple[Step, ...], float]:
    """Waterfall and probability of a finding; `others` of so many `known` parties share such a value.

    The prior is one of all known. Against it stands how rarely the value is shared; rivals share the odds.

    >>> steps, probability = weigh("name", 2, 127_000, 32)
    >>> [step.compared for step in steps], round(probability, 3)
    (['prior', 'name'], 0.5)
    """
    how = RULES[rule]
    shared = (others + how.shared * _SEEN_BEFORE) / (known + _SEEN_BEFORE)
    prior = math.log2(max(known, 1))
    odds = how.agrees / shared
    steps = Step("prior", "已知主体中的一个", -prior), Step(how.compared, how.says, prior + math.log2(odds))
    return steps, odds / (1 + rivals * odds)
