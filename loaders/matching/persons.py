"""Persons who stand under several ids: known by number in one file, by name and company in another.

A name alone never joins two persons. What joins is the name **and** the company in which both have a post or share;
and only if no second person of that name is known there by number.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from loaders.matching.exact import MOST_NAMED
from loaders.scratch import answer

TIES = pa.schema([("person", pa.string()), ("company", pa.string()), ("new", pa.bool_())])
"""Who has a post or share in which company (as shown), and whether this file says so."""
PERSONS = pa.schema([("id", pa.string()), ("name", pa.string()), ("identified_by", pa.string())])


def namesakes(ties: pa.Table, persons: pa.Table) -> pa.Table:
    """Find whom a person known by name and company only may be: left, right, name, rivals.

    Pairs of which no tie is new were found before.

    Examples
    --------
    >>> persons = [["p_1", "p_2", "p_3"], ["李试一"] * 3, ["resident_id", "company", "resident_id"]]
    >>> ties = [["p_1", "p_2", "p_3"], ["o_1", "o_1", "o_2"], [True, True, True]]
    >>> found = namesakes(pa.table(ties, schema=TIES), pa.table(persons, schema=PERSONS))
    >>> found.select(["left", "right", "rivals"]).to_pylist()
    [{'left': 'p_2', 'right': 'p_1', 'rivals': 1}]
    """
    return answer(_NAMESAKES, {"ties": ties, "persons": persons})


_NAMESAKES = f"""
WITH tied AS (
    SELECT company, name, id, bool_or(new) AS new, bool_or(identified_by = 'resident_id') AS numbered
    FROM ties JOIN persons ON person = id WHERE name IS NOT NULL GROUP BY ALL),
many AS (
    SELECT company, name, count(*) FILTER (WHERE numbered) AS numbered, min(id) AS first FROM tied GROUP BY ALL
    HAVING count(*) > 1 AND bool_or(new) AND bool_or(NOT numbered))
SELECT bare.id AS "left", other.id AS "right", name, greatest(many.numbered, 1) AS rivals
FROM many JOIN tied AS bare USING (company, name) JOIN tied AS other USING (company, name)
WHERE NOT bare.numbered AND bare.id <> other.id
  AND CASE WHEN many.numbered > 0 THEN other.numbered ELSE other.id = first END
QUALIFY row_number() OVER (PARTITION BY bare.id ORDER BY other.id) <= {MOST_NAMED}
ORDER BY "left", "right"
"""  # noqa: S608 - a number of ours


def with_others(found: pa.Table, persons: pa.Table) -> pa.Table:
    """Add the rule, and `others`: how many persons besides the two bear the name."""
    bearers = persons.filter(pc.is_in(persons["name"], value_set=found["name"]))
    bearers = bearers.group_by("name").aggregate([("id", "count_distinct")])
    counted = found.join(bearers, "name")
    counted = counted.append_column("others", pc.subtract(counted["id_count_distinct"], 2))
    counted = counted.append_column("rule", pa.array(["person"] * len(counted), pa.string()))
    return counted.drop_columns(["name", "id_count_distinct"])
