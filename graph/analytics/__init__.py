"""Kernels: arrays in, arrays out; no store, no files.

>>> import numpy as np
>>> from graph.analytics import components
>>> components(4, np.array([0, 2]), np.array([1, 3])).tolist()
[0, 0, 2, 2]
"""

from graph.analytics.barred import barred_persons
from graph.analytics.beneficial import beneficial_owners, completeness
from graph.analytics.bursts import burst_events
from graph.analytics.components import components
from graph.analytics.control import control, control_pairs
from graph.analytics.cycles import ownership_cycles
from graph.analytics.groups import complainant_groups
from graph.analytics.hidden_links import adjacent_landlines, combine_links, shared_value_links
from graph.analytics.integrated import integrated_ownership
from graph.analytics.merchants import abnormal_merchants
from graph.analytics.pairs import validated_pairs
from graph.analytics.paths import top_paths
from graph.analytics.propagation import belief_propagation
from graph.analytics.rebirth import rebirths
from graph.analytics.track_records import track_records

__all__ = [
    "abnormal_merchants",
    "adjacent_landlines",
    "barred_persons",
    "belief_propagation",
    "beneficial_owners",
    "burst_events",
    "combine_links",
    "complainant_groups",
    "completeness",
    "components",
    "control",
    "control_pairs",
    "integrated_ownership",
    "ownership_cycles",
    "rebirths",
    "shared_value_links",
    "top_paths",
    "track_records",
    "validated_pairs",
]
