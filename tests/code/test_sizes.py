"""Which array fixes which dimension, and what it is then."""

from __future__ import annotations

import pytest

from matcalc.algebra import products, transposes
from matcalc.algebra.dimension import ONE, Dimension, constant, named
from matcalc.algebra.leaves import ones, symbol
from matcalc.code.emission import emit
from matcalc.code.sizes import bindings

m, n = named("m"), named("n")

LINES = [
    # length of x         the line that finds n
    (n,                   "n = x.shape[0]"),
    (n + ONE,             "n = x.shape[0] - 1"),
    (n * constant(2),     "n = x.shape[0] // 2"),
    (n * constant(2) + constant(3), "n = (x.shape[0] - 3) // 2"),
    (n * n,               "n = round((x.shape[0])**(1 / 2))"),
]  # fmt: skip


@pytest.mark.parametrize(("length", "line"), LINES)
def test_a_dimension_is_solved_from_a_length(length: Dimension, line: str) -> None:
    x = symbol("x", (length, ONE))
    text = emit([products.product([ones(n), transposes.transpose(x)])])
    assert text.splitlines()[-2:] == [f"    {line}", "    return np.repeat(x[None, :], n, axis=0)"]


SOLVED = [
    # length, of x, sizes        n
    (n,            5, {},        5),
    (n * m,        6, {"m": 2},  3),
    (n * m,        7, {"m": 2},  None),
    (n + m,        7, {"m": 2},  5),
    (n + m,        2, {"m": 2},  None),
    (n * n * m,   18, {"m": 2},  3),
    (n * n,        8, {},        None),
    (n * m + n,    9, {"m": 2},  3),
]  # fmt: skip


@pytest.mark.parametrize(("length", "actual", "sizes", "expected"), SOLVED)
def test_only_integers_of_at_least_one_solve(
    length: Dimension, actual: int, sizes: dict[str, int], expected: int | None
) -> None:
    (binding,) = bindings([("x", (length, ONE))], sizes)
    assert (binding.name, binding.solve(actual, sizes)) == ("n", expected)


@pytest.mark.parametrize("length", [m * n, m + n, n * n + n])
def test_two_unknowns_or_two_powers_fix_nothing(length: Dimension) -> None:
    """m n = 6 has four solutions; nothing is guessed."""
    assert bindings([("x", (length, ONE))]) == []


def test_plain_names_are_read_off_first() -> None:
    """A.shape[0], though v of length m n comes before."""
    found = bindings([("v", (m * n, ONE)), ("A", (m, n))])
    assert [(binding.name, binding.argument, binding.axis) for binding in found] == [("m", "A", 0), ("n", "A", 1)]
