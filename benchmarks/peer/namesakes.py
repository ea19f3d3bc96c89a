"""Persons known by number in one file, by name and company in another: one, if nobody else there bears the name."""

from __future__ import annotations

import pandas as pd

from peer.tables import KEYS, Tables

TIES = ("legal_reps", "officers", "shareholdings")


def join(tables: Tables) -> None:
    """Put the number's id in place of the others, wherever a person is named."""
    same = _same(tables)
    for name in TIES:
        rows = tables[name].assign(from_id=tables[name]["from_id"].replace(same))
        tables.replace(name, rows.drop_duplicates(KEYS[name], keep="last", ignore_index=True))
    records, persons = tables["credit_records"], tables["persons"]
    tables.replace("credit_records", records.assign(person_id=records["person_id"].replace(same)))
    tables.replace("persons", persons[~persons["id"].isin(list(same))].reset_index(drop=True))


def _same(tables: Tables) -> dict[str, str]:
    """Id by name and company → id by number; of several known by company only, the smallest id."""
    ties = pd.concat([tables[name][["from_id", "to_id"]] for name in TIES]).drop_duplicates()
    ties = ties.merge(tables["persons"][["id", "name", "identified_by"]], left_on="from_id", right_on="id")
    ties = ties[ties.duplicated(["to_id", "name"], keep=False)]  # most are alone: looking at each took 110 CPU-seconds
    same = {}
    for _, here in ties.groupby(["to_id", "name"]):
        numbered = here["identified_by"] == "resident_id"
        ones, bare = here.loc[numbered, "id"], sorted(here.loc[~numbered, "id"])
        if bare and len(ones) <= 1:
            one = ones.iloc[0] if len(ones) else bare[0]
            same |= {id_: one for id_ in bare if id_ != one}
    return same
