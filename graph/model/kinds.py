"""The kinds of nodes and relationships of the credit network, declared once.

Constraints, indexes, upserts, import headers, table schemas and the documentation page are generated from
these declarations. Ids are ours and stable: a company's id is its unified social credit code where it has
one, everything else carries the prefix of its kind, so an id is unique over all kinds.
"""

from __future__ import annotations

import pyarrow as pa

from graph.model.properties import NodeKind, Property, RelationshipKind

_S, _D, _F, _I, _B = pa.string(), pa.date32(), pa.float64(), pa.int64(), pa.bool_()
_T = pa.timestamp("us", tz="UTC")

PROVENANCE: tuple[Property, ...] = (
    Property("valid_from", _D, "first day the fact held; null = unknown"),
    Property("valid_to", _D, "first day the fact no longer held; null = still holds"),
    Property("source", _S, "name of the source mapping the fact came by, e.g. registration"),
    Property("received", _D, "day creditnet received the fact"),
    Property("line", _I, "record number in the source file, header excluded, from 1", table_only=True),
)
"""On every table, node and relationship: the interval of the fact, its source, its received date."""

CODE_STATUSES = ("valid", "valid_outer_only", "bad_check", "bad_format", "legacy15", "org9", "missing")
ENTITY_TYPES = (
    "company", "non_company_legal_person", "sole_proprietorship", "partnership", "cooperative", "household",
    "foreign_branch", "branch", "fund_or_plan", "government", "association", "other",
)  # fmt: skip
STATUSES = (
    "ACTIVE", "SUSPENDED", "MOVED_OUT", "LIQUIDATING", "REVOKED", "REVOKED_DEREG", "DEREG", "CANCELLED",
    "FORCED_DEREG", "SEPARATE_BOOK", "SPECIAL_MARK",
)  # fmt: skip
RECORD_KINDS = (
    "abnormal_list", "severe_list", "penalty", "judgment_debtor", "inspection", "licence", "repair", "annual_report",
)  # fmt: skip
ADVERSE_KINDS = ("abnormal_list", "severe_list", "penalty", "judgment_debtor")
"""Kinds of records that speak against a company: it is flagged, and all its records are nodes of the graph."""
RECORD_STATUSES = ("in_force", "amended", "withdrawn", "repaired", "objected", "under_review")
COMPLAINT_OUTCOMES = ("received", "refused", "settled", "terminated", "withdrawn", "substantiated")
NOT_ACCEPTED = ("received", "refused")
"""Outcomes of complaints that are not accepted, or not yet."""
SUBSTANTIATED = ("settled", "substantiated")
"""Outcomes of complaints that were found true: settled with compensation; a case filed, or a penalty."""

RECORD_SUMMARY: tuple[Property, ...] = (
    Property("records", _I, "credit records on file, of all kinds; null = none", graph_only=True),
    Property("adverse_records", _I, "of these, adverse ones: " + ", ".join(ADVERSE_KINDS), graph_only=True),
    Property("last_adverse", _D, "day of the last adverse record", graph_only=True),
    *(Property(f"records_{kind}", _I, f"credit records of the kind {kind}", graph_only=True) for kind in RECORD_KINDS),
)
"""Of every company with credit records, whether or not these are nodes."""

COMPANY = NodeKind(
    "Company", "companies", "o_", "a market entity of any type: company, partnership, cooperative, sole trader, branch",
    (
        Property("id", _S, "unified social credit code, else o_ + legacy number or keyed hash"),
        Property("name", _S, "registered name, NFKC", index="fulltext"),
        Property("name_initials", _S, "pinyin initials of the name, for search", index="text"),
        Property("uscc", _S, "unified social credit code (GB 32100-2015) as normalised; null if none", index="range"),
        Property("code_status", _S, "outcome of the code checker: " + ", ".join(CODE_STATUSES)),
        Property("legacy_code", _S, "older number kept as an alias: 15-digit registration number, organisation code", index="range"),
        Property("entity_type", _S, "one of " + ", ".join(ENTITY_TYPES)),
        Property("status", _S, "canonical registration status, e.g. ACTIVE, REVOKED"),
        Property("status_since", _D, "day the present status began, e.g. the day of revocation; null = unknown"),
        Property("established", _D, "registration date"),
        Property("capital", _F, "registered capital in yuan or in units of capital_currency"),
        Property("capital_currency", _S, "ISO 4217 code of the capital, CNY unless stated"),
        Property("industry", _S, "GB/T 4754 industry code, letter and digits"),
        Property("region", _S, "GB/T 2260 code of the present registration authority"),
        Property("town", _S, "town or street the address lies in"),
        Property("staff", _I, "insured staff of the last annual report"),
        Property("scope", _S, "business scope as recorded", table_only=True),
        Property("state_investor", _B, "state organ or state platform: cuts related-party links (Company Law art. 265(4))"),
        Property("listed", _B, "listed company"),
        *RECORD_SUMMARY,
    ),
)  # fmt: skip
PERSON = NodeKind(
    "Person", "persons", "p_", "a natural person; the id is a keyed hash of the resident ID, else of name plus a second key",
    (
        Property("id", _S, "p_ + keyed hash"),
        Property("name", _S, "name as recorded", index="fulltext", sensitive=True),
        Property("name_initials", _S, "pinyin initials of the name", index="text", sensitive=True),
        Property("identified_by", _S, "resident_id, or the second key beside the name: company, phone, address"),
        Property("id_masked", _S, "resident ID masked to first 3 and last 4", sensitive=True),
    ),
)  # fmt: skip
COMPLAINANT = NodeKind(
    "Complainant", "complainants", "q_", "a person or account that files complaints or reports",
    (
        Property("id", _S, "q_ + keyed hash of the resident ID, else of name and phone, else of the platform account"),
        Property("name", _S, "name as recorded", index="fulltext", sensitive=True),
        Property("name_initials", _S, "pinyin initials of the name", index="text", sensitive=True),
        Property("identified_by", _S, "resident_id, phone, account"),
        Property("id_masked", _S, "resident ID or account, masked", sensitive=True),
    ),
)  # fmt: skip
SHOP = NodeKind(
    "Shop", "shops", "s_", "an online shop on a platform",
    (
        Property("id", _S, "s_ + platform code + : + shop number"),
        Property("name", _S, "shop name", index="fulltext"),
        Property("name_initials", _S, "pinyin initials of the name", index="text"),
        Property("platform", _S, "id of its platform"),
        Property("url", _S, "address of the shop"),
        Property("category", _S, "goods category on the platform"),
        Property("orders", _I, "orders in the last 12 months, if the platform gives them"),
        Property("opened", _D, "day the shop opened"),
        Property("closed", _D, "day it closed; null = open"),
        Property("licence_shown", _S, "credit code of the licence shown on the shop's page"),
    ),
)  # fmt: skip
PLATFORM = NodeKind(
    "Platform", "platforms", "f_", "a trading platform",
    (Property("id", _S, "f_ + platform code"), Property("name", _S, "platform name", index="fulltext"),
     Property("name_initials", _S, "pinyin initials of the name", index="text")),
)  # fmt: skip
ADDRESS = NodeKind(
    "Address", "addresses", "a_", "a normalised address",
    (
        Property("id", _S, "a_ + hash of the normalised text"),
        Property("name", _S, "address as first recorded", index="fulltext"),
        Property("building", _S, "normalised text up to the building, without floor and room", index="range"),
        Property("town", _S, "town or street it lies in"),
        Property("cluster", _B, "says it is a cluster-registration office (集群注册), or is cut (***): never links firms"),
    ),
)  # fmt: skip
PHONE = NodeKind(
    "Phone", "phones", "t_", "a telephone number, kept as a keyed hash and a mask",
    (
        Property("id", _S, "t_ + keyed hash of the digits"),
        Property("name", _S, "number masked: 138****1234", sensitive=True),
        Property("landline", _B, "a land-line number"),
        Property("digits", _S, "digits with area code of a land-line number (adjacent numbers are a hidden-link rule); null for mobiles",
                 sensitive=True, table_only=True),
    ),
)  # fmt: skip
COMPLAINT = NodeKind(
    "Complaint", "complaints", "k_", "one complaint (投诉) or report of a violation (举报)",
    (
        Property("id", _S, "k_ + platform code + : + ticket number"),
        Property("kind", _S, "complaint or report: two procedures even in one letter"),
        Property("complainant_id", _S, "who filed it", table_only=True),
        Property("merchant_id", _S, "shop or company it is against", table_only=True),
        Property("filed_on", _D, "day it was received by the authority or platform", index="range"),
        Property("category", _S, "goods or service category"),
        Property("amount", _F, "amount claimed, yuan"),
        Property("text", _S, "free text; may hold personal data", sensitive=True),
        Property("template_hash", _I, "hash of the text without figures, Latin letters and punctuation; null where that is short",
                 table_only=True),
        Property("outcome", _S, "one of " + ", ".join(COMPLAINT_OUTCOMES)),
        Property("outcome_on", _D, "day of the outcome"),
        Property("harm", _B, "alleges injury or a safety issue (a counter-signal)"),
        Property("channel", _S, "12315 or the platform's code"),
        Property("phone_id", _S, "contact phone of the ticket", table_only=True),
        Property("address_id", _S, "delivery or contact address of the ticket", table_only=True),
    ),
    party=False,
)  # fmt: skip
CREDIT_RECORD = NodeKind(
    "CreditRecord", "credit_records", "r_",
    "one credit record of an enterprise, with its three clocks; in Neo4j the adverse ones, and all of companies with one",
    (
        Property("id", _S, "r_ + hash of source, document number, company and decided date"),
        Property("company_id", _S, "the enterprise it is about", table_only=True),
        Property("kind", _S, "one of " + ", ".join(RECORD_KINDS), index="range"),
        Property("department", _S, "department that made it"),
        Property("document", _S, "document number (文号)", index="range"),
        Property("legal_basis", _S, "law and article"),
        Property("title", _S, "what it says, one line"),
        Property("result", _S, "result category of an inspection, type of penalty, ground of a listing"),
        Property("amount", _F, "fine or sum, yuan"),
        Property("decided", _D, "day of the decision"),
        Property("public_from", _D, "publicity clock: from"),
        Property("public_to", _D, "publicity clock: first day it may no longer be shown to the public"),
        Property("use_from", _D, "use clock: from"),
        Property("use_to", _D, "use clock: first day it may no longer feed a score or measure"),
        Property("status", _S, "one of " + ", ".join(RECORD_STATUSES)),
        Property("status_since", _D, "day the present status began, of the event that gave it; null = not recorded"),
        Property("person_id", _S, "the person it names as responsible, if any", table_only=True),
    ),
    party=False,
)  # fmt: skip

NODES: tuple[NodeKind, ...] = (
    COMPANY,
    PERSON,
    COMPLAINANT,
    SHOP,
    PLATFORM,
    ADDRESS,
    PHONE,
    COMPLAINT,
    CREDIT_RECORD,
)

LEGAL_REP = RelationshipKind("LEGAL_REP", "legal_reps", ("Person", "Company"), ("Company",),
    "legal representative, operator of a household, responsible person of a branch")  # fmt: skip
OFFICER = RelationshipKind("OFFICER", "officers", ("Person",), ("Company",), "director, supervisor, officer",
    (Property("post", _S, "post as recorded"),
     Property("post_kind", _S, "director, supervisor, officer, independent_director, secretary, contact")))  # fmt: skip
SHAREHOLDER = RelationshipKind("SHAREHOLDER", "shareholdings", ("Person", "Company"), ("Company",),
    "holds a share", (Property("percent", _F, "share in percent, 0–100; null = not stated"),))  # fmt: skip
REGISTERED_AT = RelationshipKind("REGISTERED_AT", "registered_at", ("Company",), ("Address",),
    "registered domicile", standing="context")  # fmt: skip
PHONE_OF = RelationshipKind("PHONE_OF", "phone_of", ("Phone",), ("Company", "Complainant", "Shop"),
    "contact number of", standing="context")  # fmt: skip
OPERATES = RelationshipKind("OPERATES", "operates", ("Company",), ("Shop",), "operates the shop under its licence")
ON_PLATFORM = RelationshipKind(
    "ON_PLATFORM", "on_platform", ("Shop",), ("Platform",), "is a shop on", standing="context"
)
BRANCH_OF = RelationshipKind("BRANCH_OF", "branches", ("Company",), ("Company",), "is a branch of")
FILED = RelationshipKind("FILED", "", ("Complainant",), ("Complaint",), "filed", derived="complaints.complainant_id")
AGAINST = RelationshipKind(
    "AGAINST", "", ("Complaint",), ("Shop", "Company"), "is against", derived="complaints.merchant_id"
)
COMPLAINED = RelationshipKind("COMPLAINED", "", ("Complainant",), ("Shop", "Company"),
    "filed complaints against: one per pair", (Property("count", _I, "number of complaints"),
     Property("first", _D, "day of the first"), Property("last", _D, "day of the last")),
    derived="complaints grouped by complainant and merchant")  # fmt: skip
DELIVERED_TO = RelationshipKind("DELIVERED_TO", "", ("Complainant",), ("Address",), "gave as contact or delivery address",
    standing="context", derived="complaints.address_id, distinct")  # fmt: skip
HAS_RECORD = RelationshipKind(
    "HAS_RECORD",
    "",
    ("Company",),
    ("CreditRecord",),
    "has the credit record",
    derived="credit_records.company_id",
)

TABLED: tuple[RelationshipKind, ...] = (
    LEGAL_REP,
    OFFICER,
    SHAREHOLDER,
    REGISTERED_AT,
    PHONE_OF,
    OPERATES,
    ON_PLATFORM,
    BRANCH_OF,
)
DERIVED: tuple[RelationshipKind, ...] = (FILED, AGAINST, COMPLAINED, DELIVERED_TO, HAS_RECORD)

GROUP = NodeKind("Group", "", "g_", "a suspected group of complainants acting together, found by the analysis",
    (Property("id", _S, "g_ + hash of its members"), Property("size", _I, "members"), Property("tier", _S, "strong, moderate, weak"),
     Property("score", _F, "higher is more suspicious, 0–1"), Property("probability", _F, "calibrated share of members that belong"),
     Property("merchants", _I, "merchants hit"), Property("first", _D, "day of its first event"), Property("last", _D, "day of its last event"),
     Property("expires", _D, "day from which its tier no longer holds, unless there are new events")),
    party=False)  # fmt: skip
LEAD = NodeKind("Lead", "", "l_", "a lead for a person to check: never a decision",
    (Property("id", _S, "l_ + hash of kind and subject"),
     Property("kind", _S, "complainant_group, abnormal_merchant, linked_parties, barred_person, genuine_incident, rebirth, shop_licence"),
     Property("title", _S, "one line"), Property("rank", _I, "1 = look first"), Property("state", _S, "new, assigned, confirmed, dismissed, expired")),
    party=False)  # fmt: skip
MEMBER_OF = RelationshipKind("MEMBER_OF", "", ("Complainant",), ("Group",), "suspected member of",
    (Property("probability", _F, "of belonging"), Property("events", _I, "shared events")), "inferred", "complainant groups")  # fmt: skip
CONTROLS = RelationshipKind("CONTROLS", "", ("Person", "Company"), ("Company",), "controls through majority holdings",
    (Property("percent", _F, "votes held together with controlled companies"), Property("integrated", _F, "economic share, percent")),
    "inferred", "control fixed point")  # fmt: skip
HIDDEN_LINK = RelationshipKind("HIDDEN_LINK", "", ("Company",), ("Company",), "suspected link, to be verified",
    (Property("rule", _S, "rule that fired: same_phone, same_address, same_person, adjacent_landline …"),
     Property("strength", _F, "0–1 after the hub discount"), Property("shared", _S, "id of the shared phone, address or person")),
    "inferred", "hidden-link rules")  # fmt: skip
CONCERNS = RelationshipKind("CONCERNS", "", ("Lead",), ("Company", "Person", "Complainant", "Shop", "Platform", "Group"), "is about",
    (), "inferred", "leads")  # fmt: skip

FINDING_NODES: tuple[NodeKind, ...] = (GROUP, LEAD)
FINDINGS: tuple[RelationshipKind, ...] = (MEMBER_OF, CONTROLS, HIDDEN_LINK, CONCERNS)

SCORE_PROPERTIES: tuple[Property, ...] = (
    Property("score", _F, "credit-risk score 0–1000, higher is riskier; null = not scored"),
    Property("risk_class", _S, "A, B, C or D"),
    Property("links", _I, "relationships of the party at the last refresh, all kinds"),
)
"""Written to every party by `creditnet refresh`."""


def table_schema(kind: NodeKind | RelationshipKind) -> pa.Schema:
    """Arrow schema of a kind's clean table: its columns, then the provenance columns."""
    ends = (
        () if isinstance(kind, NodeKind) else (Property("from_id", _S, "start node"), Property("to_id", _S, "end node"))
    )
    columns = [p for p in (*ends, *kind.properties, *PROVENANCE) if not p.graph_only]
    return pa.schema([pa.field(p.name, p.type) for p in columns])


ALIAS = NodeKind(
    "", "aliases", "", "another number or an old name of a company, table only: serves files that name companies by it",
    (Property("id", _S, "scheme + : + value, e.g. reg15:440301103097413; of an old name, the company stands between"),
     Property("entity_id", _S, "the company it means"),
     Property("scheme", _S, "reg15, org9, other, stock, listed_id, old_name"),
     Property("value", _S, "the number or name as normalised")),
    party=False,
)  # fmt: skip
"""Not in `NODES`: an alias is a look-up, not something to draw."""

MATCH_DECISION = NodeKind(
    "", "match_decisions", "m_", "a decision that two records are, or are not, one enterprise; table only, newest row holds",
    (Property("id", _S, "m_ + hash of the two records' ids"),
     Property("left", _S, "id of one record"), Property("right", _S, "id of the other; empty = no partner found"),
     Property("outcome", _S, "match, possible, none"), Property("kind", _S, "auto or manual"),
     Property("score", _F, "bits for the two being one: the sum of the waterfall"),
     Property("probability", _F, "that the two are one enterprise, given the competitors"),
     Property("waterfall", _S, "JSON: [what was compared, outcome in words, bits] …; no values, so nothing personal"),
     Property("reason", _S, "what decided, in words"),
     Property("decided_at", _T, "when"), Property("decided_by", _S, "person or program"),
     Property("reversed_at", _T, "when it was taken back; null = it stands"), Property("reversed_by", _S, "who took it back")),
    party=False,
)  # fmt: skip
"""Not in `NODES`: what led to an entity, not an entity."""

_TABLE_KINDS: tuple[NodeKind | RelationshipKind, ...] = (*NODES, *TABLED, ALIAS, MATCH_DECISION)
TABLES: dict[str, NodeKind | RelationshipKind] = {kind.table: kind for kind in _TABLE_KINDS}
"""Clean tables by name, one per kind, and the aliases."""
