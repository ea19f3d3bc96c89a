"""One credit file per enterprise: which records of two lists are one, with reasons, reversible."""

from loaders.matching.decisions import Decision, decision_id, override, save, saved, standing, undo
from loaders.matching.match import Matches, match_tables

__all__ = [
    "Decision",
    "Matches",
    "decision_id",
    "match_tables",
    "override",
    "save",
    "saved",
    "standing",
    "undo",
]
