"""Connected components: which parties hang together at all."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from graph.analytics.arrays import IntArray


def components(n: int, a: IntArray, b: IntArray) -> IntArray:
    """Label the connected components of an undirected graph.

    Parameters
    ----------
    n : int
        Number of parties.
    a, b : (m,) int
        Ends of the links, 0 … n − 1.

    Returns
    -------
    (n,) int
        The smallest party of the component stands for it, so labels do not depend on the order of the links.

    Examples
    --------
    >>> components(5, np.array([3, 4]), np.array([1, 3])).tolist()
    [0, 1, 2, 1, 1]
    """
    if n == 0:
        return np.empty(0, np.int64)
    links = sparse.csr_array((np.ones(len(a), np.int8), (a, b)), shape=(n, n))
    _, label = csgraph.connected_components(links, directed=False)
    _, first = np.unique(label, return_index=True)
    return first[label].astype(np.int64)


def component_sizes(label: IntArray) -> IntArray:
    """Return the size of each party's own component, shape (n,).

    Examples
    --------
    >>> component_sizes(np.array([0, 1, 0])).tolist()
    [2, 1, 2]
    """
    return np.bincount(label, minlength=len(label))[label].astype(np.int64)
