"""From cleaned rows to facts: one function per kind of source, named in the source's TOML."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from loaders.facts import Facts
from loaders.rows.annual import annual_shops, insured_staff
from loaders.rows.changes import changes
from loaders.rows.holdings import contributions, equity_changes
from loaders.rows.listed import listed_companies, listed_holdings, listed_roles
from loaders.rows.people import officers, shareholders
from loaders.rows.records import (
    abnormal_list,
    annual_reports,
    household_marks,
    inspections,
    judgment_debtors,
    licences,
    penalties,
    severe_list,
)
from loaders.rows.register import company_numbers, representatives
from loaders.rows.registration import registration
from loaders.rows.repair import credit_repair, record_statuses
from loaders.rows.trade import complaints, platform_complaints, shops
from loaders.work import Work

Builder: TypeAlias = Callable[[Work], Facts]

BUILDERS: Mapping[str, Builder] = {
    function.__name__: function
    for function in (
        registration,
        changes,
        company_numbers,
        representatives,
        shareholders,
        contributions,
        equity_changes,
        officers,
        shops,
        annual_shops,
        insured_staff,
        complaints,
        platform_complaints,
        abnormal_list,
        household_marks,
        annual_reports,
        severe_list,
        penalties,
        judgment_debtors,
        inspections,
        licences,
        credit_repair,
        record_statuses,
        listed_companies,
        listed_roles,
        listed_holdings,
    )
}
"""Builder by the name that the source mappings use."""

WHOLE = frozenset({
    "registration", "changes", "contributions", "equity_changes", "annual_reports", "insured_staff", "credit_repair",
    "record_statuses", "listed_companies",
})  # fmt: skip
"""Builders that look from one record of a file to others of it; all others may be given it in pieces."""
