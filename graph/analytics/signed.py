"""Signed belief propagation: who lies, when each statement about a thing is either for or against it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from graph.analytics.events import FloatArray, IntArray
from graph.analytics.statistics import BoolArray

EPSILON = 0.1
"""How often an honest person's statement is wrong. Hardly matters: raters of a labelled network, judged by what they
give, are ranked with AUC .915, .919 and .906 at .01, .05 and .1."""
ROUNDS = 100
CLOSE = 1e-9


@dataclass(frozen=True, slots=True)
class Beliefs:
    """Probability that each person is dishonest, shape (n_people,), and that each thing is bad, shape (n_things,).

    `rounds` were needed; `converged` says whether the messages came to rest.
    """

    dishonest: FloatArray
    bad: FloatArray
    rounds: int
    converged: bool


def _odds(prior: float, incoming: FloatArray, at: IntArray, n: int) -> FloatArray:
    return np.asarray(np.log(prior / (1 - prior)) + np.bincount(at, weights=incoming, minlength=n))


def _sigmoid(odds: FloatArray) -> FloatArray:
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * odds)))


def of_statements(epsilon: float) -> FloatArray:
    """Probability of blame by (dishonest, bad), shape (2, 2): a liar says the opposite, wrong twice as often."""
    return np.array([[epsilon, 1 - epsilon], [1 - 2 * epsilon, 2 * epsilon]])


def of_outcomes(epsilon: float) -> FloatArray:
    """Probability that a complaint is upheld by (dishonest, bad): every complaint blames, the authority decides.

    Honest complaints about good merchants and invented ones about bad merchants may go either way.
    """
    return np.array([[0.5, 1 - epsilon], [epsilon, 0.5]])


def signed_beliefs(
    person: IntArray,
    thing: IntArray,
    praise: BoolArray,
    *,
    n_people: int,
    n_things: int,
    blame: Callable[[float], FloatArray] = of_statements,
    epsilon: float = EPSILON,
    prior_dishonest: float = 0.5,
    prior_bad: float = 0.5,
) -> Beliefs:
    """Infer jointly who is dishonest and what is bad from statements for and against.

    Model: an honest person praises the good and blames the bad, wrong with probability ε; a dishonest one does
    the opposite, wrong with probability 2ε. Loopy belief propagation on the person–thing graph.

    For complaints: the person is the complainant, the thing the merchant, a rejected complaint counts as praise of
    the merchant, and `blame` is `of_outcomes`: a rejected complaint speaks against the complainant, the more so the
    better the merchant.

    Parameters
    ----------
    person, thing
        Ends of each statement, shape (m,).
    praise
        Whether the statement is for the thing, shape (m,).
    n_people, n_things
        Sizes of the results.
    blame
        Table of the model: probability of blame, or of an upheld complaint, by (dishonest, bad).
    epsilon
        0 < ε < .25.
    prior_dishonest, prior_bad
        Beliefs before any statement.

    Raises
    ------
    ValueError
        If ε is out of range.

    Examples
    --------
    Three people blame thing 0; person 3 praises it: either they lie or person 3 does.

    >>> beliefs = signed_beliefs(np.arange(4), np.zeros(4, np.int64), np.arange(4) == 3, n_people=4, n_things=1,
    ...     prior_dishonest=0.2)
    >>> beliefs.dishonest.round(2).tolist(), beliefs.bad.round(2).tolist()
    ([0.11, 0.11, 0.11, 0.61], [0.91])

    Notes
    -----
    O(m) per round; 10–30 rounds are usual. Exact on trees.

    References
    ----------
    Akoglu, Chandy, Faloutsos (2013), Opinion fraud detection in online reviews by network effects (FraudEagle).
    """
    if not 0 < epsilon < 0.25:
        raise ValueError("epsilon must lie between 0 and .25")
    chance = blame(epsilon)
    table = np.where(praise[:, None, None], 1 - chance, chance)
    to_person, to_thing = np.zeros(len(person)), np.zeros(len(person))
    done, rounds = False, 0
    while not done and rounds < ROUNDS:
        lies = _sigmoid(_odds(prior_dishonest, to_person, person, n_people)[person] - to_person)[:, None]
        seen = (1 - lies) * table[:, 0, :] + lies * table[:, 1, :]
        to_thing = np.log(seen[:, 1] / seen[:, 0])
        bad = _sigmoid(_odds(prior_bad, to_thing, thing, n_things)[thing] - to_thing)[:, None]
        seen = (1 - bad) * table[:, :, 0] + bad * table[:, :, 1]
        update = np.log(seen[:, 1] / seen[:, 0])
        done = bool(np.abs(update - to_person).max(initial=0.0) < CLOSE)
        to_person, rounds = update, rounds + 1
    return Beliefs(
        dishonest=_sigmoid(_odds(prior_dishonest, to_person, person, n_people)),
        bad=_sigmoid(_odds(prior_bad, to_thing, thing, n_things)),
        rounds=rounds,
        converged=done,
    )
