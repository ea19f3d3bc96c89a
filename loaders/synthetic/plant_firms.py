"""All plants that live in the registers, in a fixed order."""

from __future__ import annotations

import numpy as np

from loaders.synthetic.city import PERSON, City
from loaders.synthetic.columns import Columns
from loaders.synthetic.plant_bars import background_listings, barred_listed, barred_revoked, not_barred
from loaders.synthetic.plant_links import contagion, hidden, hubs, rebirths
from loaders.synthetic.plant_ownership import chains, cycles, diamonds, joint, nominees, odd_shares
from loaders.synthetic.planting import own
from loaders.synthetic.truth import Truth


def plant_firms(city: City, truth: Truth, forced: Columns) -> None:
    """Write every plant that lives in the registers."""
    for write in (chains, joint, cycles, diamonds, odd_shares, nominees, rebirths, hidden, hubs, contagion):
        write(city, truth)
    barred_revoked(city, truth)
    barred_listed(city, truth, forced)
    not_barred(city, truth)
    background_listings(city, forced)
    _settle_rest(city)


def _settle_rest(city: City) -> None:
    """Companies of the reserve that no plant took: ordinary one-owner firms."""
    rest = np.arange(city.next_company, len(city.companies))
    own(city, city.companies.rep[rest], PERSON, rest, 100)
    city.companies.planted[rest] = False
