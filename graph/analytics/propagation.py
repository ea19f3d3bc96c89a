"""Risk carried along links: linearised belief propagation with a bound that guarantees it converges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from graph.analytics.arrays import BoolArray, FloatArray, IntArray
from graph.errors import InputError

COUPLINGS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9)
"""Couplings tried by `fit_coupling`."""


@dataclass(frozen=True, slots=True)
class Beliefs:
    """Result of `belief_propagation`.

    `belief` (n,) is the own prior plus what links carry; `carried` (n,) is the second part alone, which is what an
    associations score may use; `bound` < 1 is the factor by which every sweep shrinks what is still missing.
    """

    belief: FloatArray
    carried: FloatArray
    sweeps: int
    bound: float


def belief_propagation(
    n: int,
    a: IntArray,
    b: IntArray,
    strength: FloatArray,
    prior: FloatArray,
    *,
    coupling: float,
    tolerance: float = 1e-6,
) -> Beliefs:
    """Solve x = prior + coupling · S x, with S = D^-½ W D^-½ the degree-normalised strengths.

    W holds the strengths of the links in both directions, D its row sums. All eigenvalues of S lie in [−1, 1], so
    the sweeps converge whenever coupling < 1, whatever the graph; a hub divides what it passes on by its degree.

    Parameters
    ----------
    n : int
        Number of parties.
    a, b : (m,) int
        Ends of the links; self-links are ignored.
    strength : (m,) float
        0 … 1.
    prior : (n,) float
        Own evidence of each party: positive = bad, 0 = nothing known.
    coupling : float
        0 ≤ coupling < 1, how much of its belief a party hands on; fit it on the previous period (`fit_coupling`).
    tolerance : float
        Stop when no belief can still change by more than this.

    Returns
    -------
    Beliefs

    Raises
    ------
    InputError
        If the coupling is outside [0, 1), where convergence is not guaranteed, or a strength is negative.

    Examples
    --------
    A bad party 0, its partner 1, the partner's partner 2, a stranger 3:

    >>> found = belief_propagation(
    ...     4, np.array([0, 1]), np.array([1, 2]), np.ones(2), np.array([1.0, 0, 0, 0]), coupling=0.3)
    >>> found.carried.round(3).tolist()
    [0.049, 0.233, 0.049, 0.0]

    Notes
    -----
    One sparse product per sweep; the number of sweeps is log(tolerance) / log(coupling). The signal is modest: on a
    real company graph propagation alone reached AUC .55–.61 and a claim of .9 would be suspect.

    References
    ----------
    W. Gatterbauer, S. Günnemann, D. Koutra, C. Faloutsos, "Linearized and single-pass belief
    propagation", PVLDB 8 (2015).
    """
    if not 0.0 <= coupling < 1.0:
        raise InputError(f"coupling {coupling} is outside [0, 1): convergence is not guaranteed; take a smaller one")
    if (strength < 0).any():
        raise InputError(f"{(strength < 0).sum()} link strengths are negative; give 0 … 1")
    return _sweep(_normalised(n, a, b, strength), prior, coupling, tolerance)


def _sweep(links: sparse.csr_array, prior: FloatArray, coupling: float, tolerance: float) -> Beliefs:
    belief, sweeps = prior.astype(np.float64), 0
    change = np.linalg.norm(prior)
    while coupling * change / (1.0 - coupling) > tolerance:
        new = prior + coupling * (links @ belief)
        change = np.linalg.norm(new - belief)
        belief, sweeps = new, sweeps + 1
    return Beliefs(belief, belief - prior, sweeps, coupling)


def fit_coupling(
    n: int, a: IntArray, b: IntArray, strength: FloatArray, prior: FloatArray, outcome: BoolArray, judged: BoolArray
) -> tuple[float, float]:
    """Choose the coupling by how well what it carries ranks the outcomes of a past period.

    The smallest whose area under the curve is within one standard error of the best: where the links say nothing,
    chance would else pick a large one.

    Parameters
    ----------
    n, a, b, strength, prior
        As known at the start of the period; see `belief_propagation`.
    outcome : (n,) bool
        Went bad during the period.
    judged : (n,) bool
        Parties to judge by, e.g. companies alive at the start.

    Returns
    -------
    coupling : float
        From `COUPLINGS`.
    auc : float
        Area under the curve it reached; .5 = the links say nothing.

    Examples
    --------
    >>> fit_coupling(
    ...     4, np.array([0, 1]), np.array([1, 2]), np.ones(2), np.array([1.0, 0, 0, 0]),
    ...     np.array([False, True, False, False]), np.array([False, True, True, True]))
    (0.05, 1.0)

    References
    ----------
    Mann & Whitney (1947) for the error of the area if nothing ranks; Breiman et al. (1984) for the rule.
    """
    links, bad = _normalised(n, a, b, strength), outcome[judged]
    # Ranks need no more digits than this, and large couplings take many sweeps for each.
    area = [_auc(_sweep(links, prior, coupling, 1e-3).carried[judged], bad) for coupling in COUPLINGS]
    ill, well = max(int(bad.sum()), 1), max(int((~bad).sum()), 1)
    error = np.sqrt((ill + well + 1) / (12 * ill * well))
    chosen = next(i for i, value in enumerate(area) if value >= max(area) - error)
    return COUPLINGS[chosen], area[chosen]


def _normalised(n: int, a: IntArray, b: IntArray, strength: FloatArray) -> sparse.csr_array:
    apart = a != b
    ends, other, weight = a[apart], b[apart], strength[apart]
    rows, columns = np.concatenate([ends, other]), np.concatenate([other, ends])
    both = np.concatenate([weight, weight])
    degree = np.bincount(rows, weights=both, minlength=n)
    scale = 1.0 / np.sqrt(np.where(degree > 0, degree, 1.0))
    return sparse.csr_array((both * scale[rows] * scale[columns], (rows, columns)), shape=(n, n))


def _auc(score: FloatArray, outcome: BoolArray) -> float:
    bad, good = int(outcome.sum()), int((~outcome).sum())
    if not bad or not good:
        return 0.5
    _, at, ties = np.unique(score, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(ties) - (ties - 1) / 2)[at]  # those of equal score share their mean rank
    return float((ranks[outcome].sum() - bad * (bad + 1) / 2) / (bad * good))
