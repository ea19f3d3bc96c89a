"""Suspected groups of complainants, as `creditnet refresh` found them."""

from queries.complainants.groups import (
    group,
    groups,
    groups_count,
    members,
    members_count,
    targets,
    targets_count,
)
from queries.complainants.network import group_network, picture_of

__all__ = [
    "group",
    "group_network",
    "groups",
    "groups_count",
    "members",
    "members_count",
    "picture_of",
    "targets",
    "targets_count",
]
