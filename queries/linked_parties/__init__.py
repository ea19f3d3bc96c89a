"""Who is linked to whom: the surroundings of a party, one step more, paths, groups, ownership."""

from queries.linked_parties.ego import ego, expand
from queries.linked_parties.ownership import ownership_tree
from queries.linked_parties.paths import paths
from queries.linked_parties.shared import SharedRepresentative, shared_representatives, shared_representatives_count

__all__ = [
    "SharedRepresentative",
    "ego",
    "expand",
    "ownership_tree",
    "paths",
    "shared_representatives",
    "shared_representatives_count",
]
