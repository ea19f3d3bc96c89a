"""From cleaned rows to facts: one function per kind of source, named in the source's TOML."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from loaders.facts import Facts
from loaders.rows.listed import listed_companies, listed_holdings, listed_roles
from loaders.rows.people import officers, shareholders
from loaders.rows.records import (
    abnormal_list,
    inspections,
    judgment_debtors,
    licences,
    penalties,
    severe_list,
)
from loaders.rows.registration import registration
from loaders.rows.repair import credit_repair
from loaders.rows.trade import complaints, shops
from loaders.work import Work

Builder: TypeAlias = Callable[[Work], Facts]

BUILDERS: Mapping[str, Builder] = {
    function.__name__: function
    for function in (
        registration,
        shareholders,
        officers,
        shops,
        complaints,
        abnormal_list,
        severe_list,
        penalties,
        judgment_debtors,
        inspections,
        licences,
        credit_repair,
        listed_companies,
        listed_roles,
        listed_holdings,
    )
}
"""Builder by the name that the source mappings use."""
