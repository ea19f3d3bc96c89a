"""Tails of counts in logarithms, and the control of false discoveries."""

from __future__ import annotations

import numpy as np
from scipy import special, stats

TINY = np.log(1e-280)


def poisson_tail(seen: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """log P(X ≥ seen); where SciPy underflows, the leading term of the series."""
    seen, mean = np.asarray(seen, float), np.asarray(mean, float)
    with np.errstate(divide="ignore"):
        exact = stats.poisson.logsf(seen - 1, mean)
    lead = stats.poisson.logpmf(seen, mean) - np.log1p(-np.minimum(mean / (seen + 1), 0.999))
    return np.where(seen <= 0, 0.0, np.minimum(np.where(exact > TINY, exact, lead), 0.0))


def gamma_poisson_tail(seen: np.ndarray, mean: np.ndarray, shape: np.ndarray) -> np.ndarray:
    """log P(X ≥ seen) of the negative binomial with this mean and Gamma shape; `seen` may be fractional."""
    share = mean / (mean + shape)
    with np.errstate(divide="ignore"):
        exact = np.log(special.betainc(np.maximum(seen, 1e-12), shape, share))
        lead = stats.nbinom.logpmf(np.ceil(seen), shape, 1 - share) - np.log1p(-share)
    return np.where(seen <= 0, 0.0, np.minimum(np.where(exact > TINY, exact, lead), 0.0))


def discoveries(log_p: np.ndarray, rate: float, tests: int = 0) -> np.ndarray:
    """Benjamini–Hochberg; hypotheses that were tested but are not listed count as p = 1."""
    if not len(log_p):
        return np.zeros(0, bool)
    ordered = np.sort(log_p)
    passed = ordered <= np.log(rate * np.arange(1, len(log_p) + 1) / max(tests, len(log_p)))
    return log_p <= ordered[passed][-1] if passed.any() else np.zeros(len(log_p), bool)


def log_choose(n: np.ndarray, k: np.ndarray) -> np.ndarray:
    """log of n over k."""
    k = np.minimum(k, n)
    return special.gammaln(np.add(n, 1)) - special.gammaln(np.add(k, 1)) - special.gammaln(np.subtract(n, k) + 1)
