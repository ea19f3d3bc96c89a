"""What questions return: the rows that queries, API, page and notebooks share. One shape, no copies.

FastAPI serves these dataclasses as they are, so every field's meaning is in its class docstring and nothing
is declared twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

PartyKind = Literal["Company", "Person", "Complainant", "Shop", "Platform", "Address", "Phone"]
RiskClass = Literal["A", "B", "C", "D"]


@dataclass(frozen=True, slots=True)
class Party:
    """A party as lists and pictures show it. `code` is the credit code or a masked number; `links` its degree."""

    id: str
    kind: PartyKind
    name: str
    code: str | None = None
    town: str | None = None
    status: str | None = None
    score: float | None = None
    risk_class: RiskClass | None = None
    links: int = 0


@dataclass(frozen=True, slots=True)
class Relation:
    """A relationship between two parties. `standing`: recorded (solid), inferred (dashed, to be verified),
    context (dotted). `label` e.g. a share or a post; `count` how many records it bundles.
    """

    id: str
    type: str
    source: str
    target: str
    standing: Literal["recorded", "inferred", "context"]
    label: str | None = None
    percent: float | None = None
    count: int = 1
    valid_from: date | None = None
    valid_to: date | None = None
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class RelationCount:
    """How many relations of one type a party has, and how many of them the answer shows. A `hub` (platform,
    address or phone with many links) is not expanded without asking.
    """

    type: str
    direction: Literal["out", "in", "both"]
    total: int
    shown: int
    hub: bool = False


@dataclass(frozen=True, slots=True)
class Network:
    """A picture: parties with positions from the server (unit-free, centre 0,0), relations, what was left out; and
    the day it is as of.
    """

    centre: str | None
    parties: tuple[Party, ...]
    relations: tuple[Relation, ...]
    positions: dict[str, tuple[float, float]]
    counts: tuple[RelationCount, ...] = ()
    truncated: bool = False
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class PathAnswer:
    """Paths between two parties, strongest first, each a list of relation ids.

    `hops`: steps of the shortest, None if there is no path within `max_hops`. `strength` of each path, 0–1: what
    its links hand on, multiplied (share × time decay).
    """

    source: str
    target: str
    hops: int | None
    max_hops: int
    paths: tuple[tuple[str, ...], ...]
    texts: tuple[str, ...]
    network: Network
    strength: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """One piece of evidence down to its source: document number, article of law, department, dates."""

    id: str
    kind: str
    title: str
    department: str | None = None
    document: str | None = None
    legal_basis: str | None = None
    decided: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    public_to: date | None = None
    use_to: date | None = None
    status: str | None = None
    result: str | None = None
    amount: float | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Contribution:
    """One item of a score. The points of all items plus the base sum exactly to the score.

    `path` is the chain of relation texts that carries an associated risk; `records` are record ids.
    """

    feature: str
    dimension: str
    title: str
    points: float
    value: float | None
    explanation: str
    source: str
    legal_basis: str | None = None
    last_date: date | None = None
    records: tuple[str, ...] = ()
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """A credit-risk score 0–1000 (higher is riskier) with its exact parts and the versions it was made by.

    It is as of `data_date`, by what had been received by `known`. `objected` is the policy for records under
    objection: mark (they count) or hold (they do not).
    """

    party: str
    score: float
    risk_class: RiskClass
    base: float
    contributions: tuple[Contribution, ...]
    direct_rule: str | None
    class_limits: tuple[float, float, float]
    peer_group: str | None
    peers: int | None
    peer_percentile: float | None
    peer_histogram: tuple[int, ...]
    scorecard_version: str
    rule_pack: str
    data_date: date
    known: date
    objected: str
    snapshot: str
    notice: str = "本评分为线索，不是处罚依据"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One finding's support: what was seen against what was expected, with its probability and records.

    `params` fill the text template named by `rule`, which `text` is in Chinese and `text_en` in English; `lowers` says
    what would make it weigh less. `seen` against `expected` with `p` where it is a count; `records` down to the source.
    """

    rule: str
    text: str
    seen: float | None = None
    expected: float | None = None
    p: float | None = None
    first: date | None = None
    last: date | None = None
    parties: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    legal_basis: str | None = None
    lowers: str | None = None
    params: dict[str, str | float | int | None] = field(default_factory=dict)
    text_en: str = ""
    lowers_en: str | None = None


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead for a person to check. `parties` are its subjects; the first one opens the picture.

    `state`: new, assigned (to `assignee`), confirmed, dismissed (for a `reason`), expired. `returned` counts pieces of
    evidence that brought a dismissed lead back.
    """

    id: str
    kind: str
    title: str
    summary: str
    rank: int
    state: str
    confidence: float | None
    parties: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    first: date | None = None
    last: date | None = None
    snapshot: str | None = None
    assignee: str | None = None
    reason: str | None = None
    returned: int = 0


@dataclass(frozen=True, slots=True)
class GroupMember:
    """A suspected member of a complainant group."""

    id: str
    name: str
    probability: float
    events: int
    complaints: int
    merchants: int


@dataclass(frozen=True, slots=True)
class Group:
    """A suspected group of complainants: members, merchants hit, evidence. Always 'suspected'.

    Its tier holds until `expires`: twelve months after its last event, or after its complaints came if undated.
    """

    id: str
    size: int
    tier: str
    score: float
    probability: float
    first: date | None
    last: date | None
    members: tuple[GroupMember, ...]
    merchants: tuple[Party, ...]
    evidence: tuple[Evidence, ...]
    expires: date | None = None


@dataclass(frozen=True, slots=True)
class Merchant:
    """A merchant's complaint standing. Counts kept apart: received, accepted, substantiated; `seen` is weighted
    by the complainants' credibility, `seen_all` is not. `withheld_share` is what suspected groups caused. `reports`
    of violations are another procedure: none of them is withheld, and each clue is to be checked.
    """

    id: str
    name: str
    kind: str
    peer_group: str
    exposure: float
    exposure_basis: str
    received: int
    accepted: int
    substantiated: int
    seen_all: float
    seen: float
    expected: float
    ratio: float
    low: float
    high: float
    p: float
    score: float
    flagged: bool
    flagged_all: bool
    withheld_share: float
    targeted: bool
    groups: tuple[str, ...] = ()
    reports: int = 0


@dataclass(frozen=True, slots=True)
class CreditFile:
    """All that is recorded under one party on the day `as_of`: facts, records, posts and holdings, links, score.

    `data_date` is the day the score is as of.
    """

    party: Party
    facts: dict[str, str | float | int | bool | None]
    records: tuple[Record, ...]
    relations: tuple[Relation, ...]
    neighbours: tuple[Party, ...]
    counts: tuple[RelationCount, ...]
    score: Score | None
    leads: tuple[str, ...]
    data_date: date | None
    as_of: date
