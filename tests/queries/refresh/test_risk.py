"""The coupling is fitted on the last year; hubs that were cut, and the fit, are told."""

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pytest

from graph.analytics.hidden_links import RULES
from graph.analytics.propagation import COUPLINGS
from queries.refresh.facts import Facts
from queries.refresh.links import find_links
from queries.refresh.ownership import find_ownership
from queries.refresh.risk import COUPLING, FITTED_EVENTS, Risk, find_risk
from queries.texts import coupling_fitted, hubs_cut

RECEIVED = date(2026, 6, 30)
LONG_AGO, LAST_YEAR = date(2024, 5, 1), date(2026, 3, 1)


def listed(number: int, day: date) -> dict[str, Any]:
    return {"id": f"r_{number}", "company_id": f"c{number:04}", "kind": "severe_list", "status": "in_force",
            "decided": day, "valid_from": day, "received": RECEIVED}  # fmt: skip


def pairs(count: int, spread: bool) -> dict[str, list[dict[str, Any]]]:
    """Pairs of companies with one phone. The first of the first half went bad long ago; last year the second of each.

    Or, unless it `spread`, the second ones of the other half did: links say nothing.
    """
    n = 2 * count
    went = range(1, count, 2) if spread else range(count + 1, n, 2)
    return {
        "companies": [{"id": f"c{i:04}", "name": f"企业{i}", "status": "ACTIVE", "entity_type": "company",
                       "established": date(2015, 1, 1), "received": RECEIVED} for i in range(n)],
        "phone_of": [{"from_id": f"t_{i // 2}", "to_id": f"c{i:04}", "received": RECEIVED} for i in range(n)],
        "phones": [{"id": f"t_{i}", "name": f"139{i:08}", "received": RECEIVED} for i in range(count)],
        "credit_records": [*(listed(i, LONG_AGO) for i in range(0, count, 2)), *(listed(i, LAST_YEAR) for i in went)],
    }  # fmt: skip


def risk_of(facts: Facts) -> Risk:
    return find_risk(facts, find_ownership(facts), find_links(facts))


@pytest.mark.parametrize("spread", [True, False])
def test_the_coupling_is_that_of_the_last_year(facts_of: Callable[..., Facts], spread: bool) -> None:
    fit = risk_of(facts_of(**pairs(2 * FITTED_EVENTS, spread))).fit
    assert fit.events == FITTED_EVENTS
    assert fit.coupling == COUPLINGS[0]  # the smallest of those that rank equally well
    assert fit.auc == 1.0 if spread else fit.auc < 0.5
    assert f"{FITTED_EVENTS} 家" in coupling_fitted(fit.coupling, fit.auc, fit.events)


def test_with_few_events_the_default_stands_and_is_told(facts_of: Callable[..., Facts]) -> None:
    fit = risk_of(facts_of(**pairs(20, True))).fit
    assert (fit.coupling, fit.events, np.isnan(fit.auc)) == (COUPLING, 10, True)
    assert coupling_fitted(fit.coupling, fit.auc, fit.events).startswith("关联传导系数取默认值 0.3")


def test_hubs_are_told_by_rule(facts_of: Callable[..., Facts]) -> None:
    rows = pairs(60, True)
    rows["phone_of"] = [{**row, "from_id": "t_0"} for row in rows["phone_of"]]
    hubs = find_links(facts_of(**rows)).hubs()
    assert hubs == {RULES["same_phone"].title: (1, 120)}
    assert "最多 120 家" in hubs_cut(hubs)[0]
