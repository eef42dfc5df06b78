"""Acceptance probabilities against scipy, an independent oracle."""

from decimal import Decimal
from fractions import Fraction

import pytest
from scipy.stats import binom, hypergeom

from maskqms.standards.acceptance import (
    acceptance_in_lot,
    acceptance_probability,
    oc_curve,
    oc_points,
    quality_at,
)
from maskqms.standards.sampling import AQLS, LEVELS, plan


@pytest.mark.parametrize("lot", [60, 700, 2000, 40000])
@pytest.mark.parametrize("level", LEVELS)
def test_the_binomial_chance_agrees_with_scipy(lot: int, level: str) -> None:
    for aql in AQLS[6:]:
        found = plan(lot, level, aql)
        for quality in ("0.001", "0.01", "0.065", "0.3"):
            exact = acceptance_probability(found.n, found.ac, Decimal(quality))
            assert float(exact) == pytest.approx(float(binom.cdf(found.ac, found.n, float(quality))), rel=1e-9)


@pytest.mark.parametrize(("lot", "bad"), [(60, 3), (500, 0), (500, 40), (1000, 1000)])
def test_the_chance_in_a_finite_lot_agrees_with_scipy(lot: int, bad: int) -> None:
    for aql in ("0.65", "1.0", "4.0", "10"):
        found = plan(lot, "II", aql)
        exact = acceptance_in_lot(lot, bad, found.n, found.ac)
        assert float(exact) == pytest.approx(float(hypergeom.cdf(found.ac, lot, bad, found.n)), rel=1e-9, abs=1e-12)


def test_the_whole_lot_decides_without_chance() -> None:
    assert acceptance_in_lot(5, 0, 5, 0) == 1
    assert acceptance_in_lot(5, 1, 5, 0) == 0


def test_an_acceptance_number_of_the_sample_size_accepts_everything() -> None:
    assert acceptance_probability(2, 5, Fraction(1)) == 1
    assert acceptance_probability(0, 0, Fraction(1, 2)) == 1


def test_chances_are_exact_fractions() -> None:
    assert acceptance_probability(13, 0, Decimal("0.1")) == Fraction(9, 10) ** 13


def test_the_printed_quality_at_95_and_10_percent_of_plan_k_comes_out() -> None:
    # ISO 2859-1, table 10-K, AQL 1.0 (n 125, Ac 3): 1.10 % at 95 %, 5.27 % at 10 % (binomial).
    points = {point.probability: point.quality for point in oc_points(125, 3)}
    for probability, quality in points.items():
        assert float(binom.cdf(3, 125, float(quality))) == pytest.approx(float(probability), abs=5e-4)
    assert round(points[Decimal("0.95")], 3) == Decimal("0.011")
    assert list(points.values()) == sorted(points.values())


def test_quality_is_the_last_step_of_the_grid_that_is_still_accepted_often_enough() -> None:
    quality = quality_at(50, 1, Decimal("0.90"), places=4)
    assert acceptance_probability(50, 1, quality) >= Decimal("0.90")
    assert acceptance_probability(50, 1, quality + Decimal("0.0001")) < Decimal("0.90")


def test_the_curve_falls_from_one() -> None:
    curve = oc_curve(32, 1, [Decimal("0"), Decimal("0.02"), Decimal("0.5"), Decimal("1")], places=4)
    assert [point.probability for point in curve] == sorted((p.probability for p in curve), reverse=True)
    assert [curve[0].probability, curve[-1].probability] == [Decimal(1), Decimal(0)]


@pytest.mark.parametrize(("n", "ac", "quality"), [(-1, 0, "0.1"), (1, -1, "0.1"), (1, 0, "1.1"), (1, 0, "-0.1")])
def test_a_chance_without_sense_is_refused(n: int, ac: int, quality: str) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        acceptance_probability(n, ac, Decimal(quality))


@pytest.mark.parametrize(("lot", "bad", "n", "ac"), [(10, 11, 1, 0), (10, -1, 1, 0), (10, 1, 11, 0), (10, 1, 1, -1)])
def test_more_than_the_lot_holds_is_refused(lot: int, bad: int, n: int, ac: int) -> None:
    with pytest.raises(ValueError, match="within the lot"):
        acceptance_in_lot(lot, bad, n, ac)
