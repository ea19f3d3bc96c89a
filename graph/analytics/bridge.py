"""The analysts' door: arrays to NetworkX graphs and data frames, and back. The only module here that knows pandas."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd

from graph.analytics.arrays import FloatArray, IntArray
from graph.errors import InputError


def to_networkx(
    n: int, a: IntArray, b: IntArray, *, directed: bool = True, names: Sequence[Hashable] | None = None,
    attributes: Mapping[str, np.ndarray] | None = None,
) -> nx.MultiDiGraph[Any] | nx.MultiGraph[Any]:  # fmt: skip
    """Build a NetworkX graph; parallel links stay parallel, every party is a node.

    Parameters
    ----------
    n : int
        Number of parties.
    a, b : (m,) int
    directed : bool
    names : sequence of n hashables, optional
        What the nodes are called; else they are their numbers.
    attributes : mapping of (m,) arrays, optional
        Edge attributes, e.g. ``{"percent": percent}``.

    Examples
    --------
    >>> net = to_networkx(3, np.array([0]), np.array([1]), names="PAB", attributes={"percent": np.array([75.0])})
    >>> list(net), list(net.edges(data=True))
    (['P', 'A', 'B'], [('P', 'A', {'percent': 75.0})])
    """
    if names is not None and len(names) != n:
        raise InputError(f"{len(names)} names for {n} parties; give one each")
    called: Sequence[Hashable] = range(n) if names is None else names
    net: nx.MultiDiGraph[Any] | nx.MultiGraph[Any] = nx.MultiDiGraph() if directed else nx.MultiGraph()
    net.add_nodes_from(called)
    columns = {name: column.tolist() for name, column in (attributes or {}).items()}
    for i, (x, y) in enumerate(zip(a.tolist(), b.tolist(), strict=True)):
        net.add_edge(called[x], called[y], **{name: column[i] for name, column in columns.items()})
    return net


def from_networkx(
    net: nx.Graph[Any] | nx.DiGraph[Any], attribute: str | None = None
) -> tuple[IntArray, IntArray, FloatArray, list[Hashable]]:
    """Return ends, one edge attribute (NaN where absent) and the node names, numbered in the graph's order.

    Examples
    --------
    >>> a, b, percent, names = from_networkx(nx.DiGraph([("P", "A", {"percent": 75.0}), ("A", "B")]), "percent")
    >>> a.tolist(), b.tolist(), percent.tolist(), names
    ([0, 1], [1, 2], [75.0, nan], ['P', 'A', 'B'])
    """
    names = list(net)
    number = {name: i for i, name in enumerate(names)}
    edges = list(net.edges(data=attribute, default=np.nan)) if attribute else [(x, y, np.nan) for x, y in net.edges()]
    a = np.fromiter((number[e[0]] for e in edges), np.int64, len(edges))
    b = np.fromiter((number[e[1]] for e in edges), np.int64, len(edges))
    return a, b, np.fromiter((e[2] for e in edges), np.float64, len(edges)), names


def to_frame(result: object, *, names: Sequence[Hashable] | None = None, parties: Sequence[str] = ()) -> pd.DataFrame:
    """Turn a result of equally long arrays into a data frame.

    Parameters
    ----------
    result : dataclass
        Such as `ControlPairs` or `Links`; fields that are no array of the most common length are left out.
    names : sequence, optional
        Names of the parties.
    parties : sequence of str
        Columns that hold parties, to be replaced by their names (−1 becomes None).

    Examples
    --------
    >>> from graph.analytics.control import control_pairs
    >>> pairs = control_pairs(np.array([0]), np.array([1]), np.array([75.0]), 2)
    >>> to_frame(pairs, names=["P", "A"], parties=["controller", "company", "via"]).values.tolist()
    [['P', 'A', 75.0, None]]
    """
    if not is_dataclass(result):
        raise InputError(f"{type(result).__name__} is not a result of this package; give a dataclass of arrays")
    arrays = {f.name: getattr(result, f.name) for f in fields(result)}
    arrays = {name: x for name, x in arrays.items() if isinstance(x, np.ndarray) and x.ndim == 1}
    lengths = [len(x) for x in arrays.values()]
    rows = max(lengths, key=lengths.count, default=0)
    frame = pd.DataFrame({name: x for name, x in arrays.items() if len(x) == rows})
    for column in parties:
        if names is not None:
            frame[column] = pd.Series([names[i] if i >= 0 else None for i in frame[column]], dtype=object)
    return frame
