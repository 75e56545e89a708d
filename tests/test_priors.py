"""Prior shift: probabilities restated for another share of positives, and the share estimated."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetoric.priors import MINIMUM, PRIOR, adjust, estimate_share
from rhetoric.types import RhetoricWarning

SHARES = st.floats(0.001, 0.999)
PROBABILITIES = st.lists(st.floats(0, 1), max_size=20)
APART = 1.5  # between the classes' means, in standard deviations: an AUC of .86


def collection(n: int, share: float, calibrated: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Labels, and probabilities that are true where the share of positives is ``calibrated``."""
    random = np.random.default_rng(seed)
    y = random.random(n) < share
    x = random.normal(size=n) + APART * y
    log_odds = APART * x - APART**2 / 2 + math.log(calibrated / (1 - calibrated))
    return y, 1 / (1 + np.exp(-log_odds))


def test_the_odds_are_multiplied_by_the_ratio_of_the_prior_odds() -> None:
    assert adjust([0.5], 0.5, 0.1) == pytest.approx([0.1])
    assert adjust([0.3], 0.3, 0.7) == pytest.approx([0.7])  # a score that says nothing is the share itself
    p, old, new = 0.2, 0.4, 0.6
    odds = p / (1 - p) * (new / (1 - new)) / (old / (1 - old))
    assert adjust([p], old, new) == pytest.approx([odds / (1 + odds)], abs=1e-15)


@given(PROBABILITIES, SHARES, SHARES)
def test_adjusting_keeps_the_order_and_can_be_undone(p: list[float], old: float, new: float) -> None:
    there = adjust(p, old, new)
    assert there.dtype == np.float64
    assert there.shape == (len(p),)
    assert ((there >= 0) & (there <= 1)).all()
    assert (np.diff(there[np.argsort(p, kind="stable")]) >= -1e-15).all()
    inside = [i for i, value in enumerate(p) if 1e-6 < value < 1 - 1e-6]
    assert adjust(there, new, old)[inside] == pytest.approx(np.array(p)[inside], abs=1e-6)
    assert adjust(p, old, old) == pytest.approx(p, abs=1e-12)


def test_certainty_and_missing_scores_stay() -> None:
    found = adjust([0, 1, math.nan], 0.3, 0.01)
    assert found[:2].tolist() == [0, 1]
    assert np.isnan(found[2])


def test_restated_probabilities_are_calibrated_in_the_other_collection() -> None:
    y, p = collection(200_000, share=0.08, calibrated=0.45)
    assert p.mean() > 0.15  # as they stand they say far too much
    restated = adjust(p, 0.45, 0.08)
    for low, high in ((0, 0.05), (0.05, 0.2), (0.2, 0.5), (0.5, 1)):
        among = (restated >= low) & (restated < high)
        assert among.sum() > 500
        assert restated[among].mean() == pytest.approx(y[among].mean(), abs=0.02)


@pytest.mark.parametrize("share", [0.03, 0.3, 0.7, 0.97])
@pytest.mark.parametrize("calibrated", [0.2, 0.5])
def test_the_share_is_found(share: float, calibrated: float) -> None:
    y, p = collection(20_000, share, calibrated, seed=3)
    assert estimate_share(p, calibrated, prior=0) == pytest.approx(y.mean(), abs=0.015)


@given(st.lists(st.floats(0.01, 0.99), min_size=MINIMUM, max_size=MINIMUM + 20), st.floats(0.05, 0.95))
def test_the_estimate_has_the_greatest_likelihood(p: list[float], calibrated: float) -> None:
    """Beside every share on a grid; the likelihood is that of a mixture of the two classes."""
    probability = np.array(p)
    positive, negative = probability / calibrated, (1 - probability) / (1 - calibrated)

    def likelihood(share: float) -> float:
        return float(np.log(share * positive + (1 - share) * negative).sum())

    found = estimate_share(probability, calibrated, prior=0, tolerance=1e-9, max_iterations=100_000)
    assert 0 < found < 1
    best = max(likelihood(share) for share in np.linspace(0.001, 0.999, 99))
    assert likelihood(found) >= best - 1e-3


def test_a_collection_of_one_class() -> None:
    for value, low, high in ((0.01, 0, 0.01), (0.99, 0.99, 1)):
        assert low < estimate_share(np.full(300, value), 0.4, prior=0) < high


@given(
    st.lists(st.floats(0, 1), min_size=MINIMUM, max_size=MINIMUM + 5),
    st.floats(0.05, 0.95),
    st.floats(0.1, 3),
)
def test_a_prior_holds_the_estimate(p: list[float], calibrated: float, prior: float) -> None:
    """It lies between the calibrated share and what the scores alone say, and cannot run away."""
    alone = estimate_share(p, calibrated, prior=0, tolerance=1e-9, max_iterations=100_000)
    held = estimate_share(p, calibrated, prior=prior, tolerance=1e-9)
    assert min(alone, calibrated) - 1e-4 <= held <= max(alone, calibrated) + 1e-4
    assert prior * calibrated / (1 + prior) - 1e-6 <= held <= (1 + prior * calibrated) / (1 + prior) + 1e-6


@pytest.mark.parametrize("offset", [-1.2, 1.2])
def test_another_idea_of_what_is_positive_does_less_harm(offset: float) -> None:
    """The same share as in the calibrated collections, but a boundary that lies elsewhere."""
    _, p = collection(5000, 0.35, 0.35, seed=1)
    odd = 1 / (1 + np.exp(-(np.log(p / (1 - p)) + offset)))
    alone, held = (abs(estimate_share(odd, 0.35, prior=prior) - 0.35) for prior in (0, PRIOR))
    assert alone > 0.25
    assert held < 0.6 * alone


def test_the_prior_is_a_beta_distribution() -> None:
    """Counted as sentences that are certain, half as many again, at the calibrated share."""
    _, p = collection(1000, 0.6, 0.25, seed=2)
    seen = np.concatenate([p, np.ones(125), np.zeros(375)])
    assert estimate_share(p, 0.25) == pytest.approx(estimate_share(seen, 0.25, prior=0), abs=1e-4)


@pytest.mark.parametrize("prior", [-0.1, math.inf, math.nan])
def test_a_prior_out_of_range(prior: float) -> None:
    with pytest.raises(ValueError, match=r"^The 'prior' parameter of estimate_share must be a finite number"):
        estimate_share([0.5] * MINIMUM, 0.3, prior=prior)


def test_missing_scores_are_left_out() -> None:
    _, p = collection(1000, 0.3, 0.5)
    assert estimate_share(np.append(p, [math.nan] * 500), 0.5) == estimate_share(p, 0.5)


def test_few_sentences_are_warned_of() -> None:
    _, p = collection(MINIMUM, 0.3, 0.5)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        estimate_share(p, 0.5)
    with pytest.warns(RhetoricWarning, match=f"from {MINIMUM - 1} sentences; below {MINIMUM} it is a rough"):
        estimate_share(p[1:], 0.5)
    with pytest.warns(RhetoricWarning, match="from 0 sentences"):
        assert estimate_share([], 0.25) == 0.25


def test_what_the_minimum_promises() -> None:
    """The standard error of an estimate from that many sentences is about .05, from half as many it is more."""
    errors = {}
    for n in (MINIMUM // 2, MINIMUM):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RhetoricWarning)
            found = [estimate_share(collection(n, 0.4, 0.3, seed)[1], 0.3, prior=0) for seed in range(60)]
        errors[n] = float(np.sqrt(np.mean((np.array(found) - 0.4) ** 2)))
    assert 0.03 < errors[MINIMUM] < 0.07 < errors[MINIMUM // 2] + 0.01


def test_no_convergence_is_warned_of() -> None:
    _, p = collection(1000, 0.9, 0.1)
    with pytest.warns(RhetoricWarning, match="had not converged after 2 steps"):
        estimate_share(p, 0.1, max_iterations=2)


@pytest.mark.parametrize("share", [0, 1, -0.1, 1.5, math.nan, math.inf])
def test_a_share_out_of_range(share: float) -> None:
    with pytest.raises(ValueError, match=r"^The 'share' parameter of adjust must lie between 0 and 1\. Got "):
        adjust([0.5], 0.5, share)
    with pytest.raises(ValueError, match="The 'calibrated_share' parameter of adjust"):
        adjust([0.5], share, 0.5)
    with pytest.raises(ValueError, match="The 'calibrated_share' parameter of estimate_share"):
        estimate_share([0.5], share)


@pytest.mark.parametrize("share", ["0.3", None, True, [0.3]], ids=repr)
def test_a_share_that_is_no_number(share: object) -> None:
    with pytest.raises(TypeError, match=r"'share' parameter of adjust must be a number .* Got \w+ instead"):
        adjust([0.5], 0.5, share)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("p", "got"), [([0.5, -0.1], "-0.1 at row 1"), ([1.2], "1.2 at row 0"), ([[0.5]], "2 dimensions")]
)
def test_probabilities_that_are_none(p: object, got: str) -> None:
    for function, more in ((adjust, (0.5, 0.2)), (estimate_share, (0.5,))):
        with pytest.raises(ValueError, match=f"'probability' parameter of {function.__name__} .* Got {got}"):
            function(p, *more)  # type: ignore[operator]
