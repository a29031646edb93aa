"""Tails against closed forms and against a plain numerical integral."""

from math import erfc, exp, gamma, sqrt

import pytest

from competitions.statistics.distributions import chi_square_tail, f_quantile, f_tail, t_two_sided


@pytest.mark.parametrize("value", [0.1, 1.0, 3.84, 12.5, 60.0])
def test_chi_square_has_closed_forms_for_one_two_and_four(value):
    assert chi_square_tail(value, 1) == pytest.approx(erfc(sqrt(value / 2)), rel=1e-10)
    assert chi_square_tail(value, 2) == pytest.approx(exp(-value / 2), rel=1e-10)
    assert chi_square_tail(value, 4) == pytest.approx(exp(-value / 2) * (1 + value / 2), rel=1e-10)


def test_chi_square_with_many_degrees_of_freedom_stays_a_probability():
    assert chi_square_tail(5721, 399) < 1e-200
    assert chi_square_tail(399, 399) == pytest.approx(0.49, abs=0.01)
    assert chi_square_tail(0, 3) == 1


def _f_tail_by_integral(value, above, below, parts=200_000):
    """1 less the integral of the density by the middle rule; above > 2, so that it starts at 0."""
    scale = gamma((above + below) / 2) / gamma(above / 2) / gamma(below / 2) * (above / below) ** (above / 2)
    width = value / parts
    total = 0.0
    for n in range(parts):
        x = (n + 0.5) * width
        total += x ** (above / 2 - 1) * (1 + above * x / below) ** (-(above + below) / 2)
    return 1 - scale * total * width


@pytest.mark.parametrize(("value", "above", "below"), [(1.794678, 5, 18), (11.027248, 5, 15), (0.4, 7, 3)])
def test_f_tail_against_the_integral_of_its_density(value, above, below):
    assert f_tail(value, above, below) == pytest.approx(_f_tail_by_integral(value, above, below), abs=1e-7)


@pytest.mark.parametrize(("above", "below"), [(5, 18), (1, 4), (30, 2.7)])
def test_the_quantile_undoes_the_tail(above, below):
    assert f_tail(f_quantile(0.975, above, below), above, below) == pytest.approx(0.025, abs=1e-9)


def test_t_is_known_for_one_and_two_degrees_of_freedom():
    assert t_two_sided(1, 1) == pytest.approx(0.5)  # Cauchy
    assert t_two_sided(-sqrt(2), 2) == pytest.approx(1 - sqrt(2) / 2)
