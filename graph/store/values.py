"""Values of the driver turned into plain Python values; no type of the driver leaves this package."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
from neo4j.graph import Node, Path, Relationship
from neo4j.time import Date, DateTime, Duration, Time


def plain(value: Any) -> Any:  # noqa: ANN401 - whatever a statement returns
    """Convert one returned value.

    Dates and times become those of `datetime`, a duration its ISO text, a node or relationship the mapping of
    its properties, a path the list of those; lists and maps are converted inside.
    """
    match value:
        case Date() | DateTime() | Time():
            return value.to_native()
        case Duration():
            return value.iso_format()
        case Node() | Relationship():
            return {key: plain(item) for key, item in value.items()}
        case Path():
            first, *others = value.nodes
            steps = zip(value.relationships, others, strict=True)
            return [plain(item) for item in (first, *(item for step in steps for item in step))]
        case Mapping():
            return {key: plain(item) for key, item in value.items()}
        case list():
            return [plain(item) for item in value]
        case _:
            return value


def typed(values: Sequence[Any], type_: pa.DataType) -> pa.Array:
    """Returned values as an Arrow array; what is not of the type, because somebody else wrote it, becomes null."""
    try:
        return pa.array(values, type_)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        converted = [plain(value) for value in values]
        return pa.array([value if _fits(value, type_) else None for value in converted], type_)


def _fits(value: object, type_: pa.DataType) -> bool:
    try:
        pa.scalar(value, type_)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return False
    return True
