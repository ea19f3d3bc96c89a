"""Tails of counts and the control of false discoveries, on whole arrays and in natural logarithms.

Logarithms because a group of sixty acting together has a probability far below the smallest float.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_SMALL = 1e-280
"""Below this SciPy's tails lose digits; the leading term of the series takes over."""


def poisson_log_tail(seen: npt.ArrayLike, mean: npt.ArrayLike) -> FloatArray:
    """Logarithm of P(X ≥ seen) for X ~ Poisson(mean).

    Parameters
    ----------
    seen
        Counts, shape (n,); 0 gives probability 1.
    mean
        Expected counts ≥ 0, shape (n,) or broadcast against `seen`.

    Returns
    -------
    FloatArray
        Shape (n,), ≤ 0. Beyond the reach of floats the upper bound
        ``pmf(seen) / (1 - mean / (seen + 1))`` stands in: conservative, and exact to 1 % there.

    Examples
    --------
    >>> poisson_log_tail([0, 1, 5], [1.0, 1.0, 1.0]).round(3).tolist()
    [0.0, -0.459, -5.61]
    """
    k, mu = np.broadcast_arrays(np.asarray(seen, np.float64), np.asarray(mean, np.float64))
    with np.errstate(divide="ignore"):
        exact = np.log(special.pdtrc(k - 1, mu))
        lead = special.xlogy(k, mu) - mu - special.gammaln(k + 1) - np.log1p(-np.minimum(mu / (k + 1), 0.999))
    tail = np.where(exact > np.log(_SMALL), exact, lead)
    return np.asarray(np.where(k <= 0, 0.0, np.minimum(tail, 0.0)))


def negative_binomial_log_tail(seen: npt.ArrayLike, mean: npt.ArrayLike, shape: npt.ArrayLike) -> FloatArray:
    """Logarithm of P(X ≥ seen) for a Gamma–Poisson mixture with the given mean and Gamma shape.

    Definition: X ~ Poisson(mean · G), G ~ Gamma(shape, 1 / shape). `seen` may be fractional (weighted counts):
    the regularised incomplete beta function interpolates between whole numbers.

    Parameters
    ----------
    seen, mean, shape
        Counts ≥ 0, means > 0, shapes > 0; broadcast to shape (n,).

    Examples
    --------
    >>> negative_binomial_log_tail([0, 3], [1.0, 1.0], [2.0, 2.0]).round(3).tolist()
    [0.0, -2.197]

    References
    ----------
    Abramowitz and Stegun, Handbook of Mathematical Functions, 26.5.26.
    """
    k, mu, a = np.broadcast_arrays(*(np.asarray(v, np.float64) for v in (seen, mean, shape)))
    safe = np.maximum(k, 1e-12)
    share = mu / (mu + a)
    with np.errstate(divide="ignore"):
        exact = np.log(special.betainc(safe, a, share))
        lead = _negative_binomial_log_point(np.ceil(k), a, 1 - share) - np.log1p(-share)
    tail = np.where(exact > np.log(_SMALL), exact, lead)
    return np.asarray(np.where(k <= 0, 0.0, np.minimum(tail, 0.0)))


def _negative_binomial_log_point(k: FloatArray, shape: FloatArray, p: FloatArray) -> FloatArray:
    """Logarithm of P(X = k). `scipy.stats` has it, and costs half a second to import."""
    ways = special.gammaln(shape + k) - special.gammaln(k + 1) - special.gammaln(shape)
    return np.asarray(ways + shape * np.log(p) + special.xlog1py(k, -p))


def benjamini_hochberg(log_p: FloatArray, rate: float, tests: int | None = None) -> BoolArray:
    """Which hypotheses to reject so that at most `rate` of the rejections are false, on average.

    Parameters
    ----------
    log_p
        Natural logarithms of p values, shape (n,).
    rate
        Wanted false discovery rate, 0–1.
    tests
        Hypotheses tested in all, if more than n: those left out count as p = 1.

    Returns
    -------
    BoolArray
        Shape (n,). Equal p values are treated alike.

    Examples
    --------
    >>> benjamini_hochberg(np.log([0.01, 0.04, 0.03, 0.6]), 0.05).tolist()
    [True, False, False, False]
    >>> benjamini_hochberg(np.log([0.01, 0.03, 0.03, 0.6]), 0.05).tolist()
    [True, True, True, False]

    References
    ----------
    Benjamini and Hochberg (1995), J. R. Statist. Soc. B 57, 289–300.
    """
    if not len(log_p):
        return np.zeros(0, bool)
    ordered = np.sort(log_p)
    limits = np.log(rate) + np.log(np.arange(1, len(log_p) + 1)) - np.log(max(tests or 0, len(log_p)))
    passed = np.flatnonzero(ordered <= limits)
    return log_p <= ordered[passed[-1]] if len(passed) else np.zeros(len(log_p), bool)


def log_choose(n: npt.ArrayLike, k: npt.ArrayLike) -> FloatArray:
    """Logarithm of the number of ways to choose k out of n, broadcast; k is cut to 0…n."""
    whole = np.asarray(n, np.float64)
    part = np.clip(np.asarray(k, np.float64), 0, whole)
    return np.asarray(special.gammaln(whole + 1) - special.gammaln(part + 1) - special.gammaln(whole - part + 1))
