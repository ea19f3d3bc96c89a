"""The synthetic city: seeded files of every department, with planted truths known to tests and evaluation only.

`generate` writes ``files/*.csv`` with the primary headings of `loaders/sources` and ``truth/*.parquet``:

plants      plant, kind, size, density, window_days, camouflage, shares, detectable, multiplier, first, last, note
members     plant, role, scheme, key: who belongs to a plant
pairs       plant, relation, a_scheme, a, b_scheme, b, percent: two parties with a known relation
merchants   scheme, key, expected, multiplier, honest, attacks: every merchant's true rate and complaint counts
complaints  ticket, plant, role: complaints that belong to a plant (attack, camouflage, incident, heavy)

A key is natural, by scheme: ``uscc`` credit code, ``resident_id``, ``name_phone`` and ``account`` (name|phone,
channel|account), ``shop`` (platform code:number), ``phone`` (digits), ``address`` (text as filed).

=================  ====================================================================================
kind               what is planted; roles and relations
=================  ====================================================================================
group              complainants acting together; member, target
not_detectable     the same without synchrony and with nothing shared: finding it would be luck
incident           a merchant failing many honest people within weeks; member, merchant
heavy_consumer     an honest person with 60–200 complaints; member
abnormal_merchant  true rate 3–8 times the peers', orders being equal; merchant
control_chain      chain of majorities; controls, beneficial_owner
joint_control      majority only together with a controlled company; controls, beneficial_owner
cycle              companies that hold each other; closed_cycle at 100 %; cycle
diamond            15 % through a company and 12 % directly; beneficial_owner
self_holding       holds 15 % of itself; over_100: shares sum to 115 %; missing_share: one not stated
nominee            represents a dozen to forty firms and owns none; nominee, company
barred_revoked     representative of a firm revoked within three years, with another post; barred
barred_debtor      listed judgment debtor as director; barred_severe: of a severe-listed firm; barred
not_barred         revoked longer ago, or the post had ended; not_barred
all_bars_…         every bar the files contain, planted or by chance; barred_all
rebirth            revoked firm goes on as a new one sharing two or three things; rebirth, moved_shop
same_phone         two firms tied by one phone; adjacent_landline, same_address; hidden_link
hub_address        cluster address, hub_phone: agent's phone, hub_state: state investor; hub, not_linked
contagion          controller whose firms have six times the ordinary hazard of bad records; head, company
=================  ====================================================================================
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from graph.errors import ConfigError
from loaders.synthetic.answers import write_answers
from loaders.synthetic.background import build
from loaders.synthetic.files import (
    HEADINGS,
    write_complaints,
    write_officers,
    write_registration,
    write_shareholders,
    write_shops,
)  # fmt: skip
from loaders.synthetic.market import open_market
from loaders.synthetic.plant_bars import forced_records
from loaders.synthetic.plant_complaints import plant_complaints
from loaders.synthetic.plant_firms import plant_firms
from loaders.synthetic.records import write_records
from loaders.synthetic.truth import Truth

__all__ = ["HEADINGS", "CityReport", "generate"]

SMALLEST, LARGEST = 500, 10_000_000
FULL_CITY = 200_000
"""Companies from which a city has all its records unless told otherwise: 14 a company instead of 4."""


@dataclass(frozen=True, slots=True)
class CityReport:
    """What was written: folder, rows per file, plants per kind."""

    out: Path
    rows: dict[str, int]
    plants: dict[str, int]


def generate(
    out: Path,
    *,
    companies: int = 20_000,
    seed: int = 1,
    full: bool | None = None,
    progress: Callable[[str], object] | None = None,
) -> CityReport:
    """Write a city of the given size; the same size and seed give the same bytes.

    `full` says whether it has all the inspections and licences of a real city, or few; by default large ones have.

    Raises
    ------
    ConfigError
        If the size is outside 500 to 10 million (a smaller city cannot hold the plants, a larger one runs out
        of telephone numbers), or the seed is negative.
    """
    if not SMALLEST <= companies <= LARGEST:
        raise ConfigError(f"a city has {SMALLEST:,} to {LARGEST:,} companies, not {companies:,}")
    if seed < 0:
        raise ConfigError(f"a seed is 0 or more, not {seed}")
    say = progress or (lambda _: None)
    files, answers = out / "files", out / "truth"
    for folder in (files, answers):
        folder.mkdir(parents=True, exist_ok=True)
    say("drawing the city")
    city, truth, forced = build(companies, seed), Truth(), forced_records()
    plant_firms(city, truth, forced)
    market = open_market(city, truth)
    plant_complaints(city, truth, market)
    rows: dict[str, int] = {}
    for write in (write_registration, write_shareholders, write_officers, write_shops):
        say(write.__name__.removeprefix("write_"))
        rows.update(write(city, files))
    say("records")
    rows.update(write_records(city, forced, files, full=companies >= FULL_CITY if full is None else full))
    say("complaints")
    counted, order = write_complaints(city, market, files)
    rows.update(counted)
    write_answers(city, market, truth, forced, order, answers)
    kinds = [plant["kind"] for plant in truth.plants]
    return CityReport(out, rows, {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)})
