"""A random point has the declared properties, distinct sizes, and comes again from its seed."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import numpy as np
import pytest

from matcalc.numeric.points import draw
from matcalc.syntax.declarations import read_declarations
from matcalc.syntax.properties import PROPERTIES

Array = np.ndarray

HOLDS: dict[str, Callable[[Array], bool]] = {
    "symmetric":             lambda x: np.array_equal(x, x.T),
    "skew":                  lambda x: np.array_equal(x, -x.T),
    "orthogonal":            lambda x: np.allclose(x.T @ x, np.eye(len(x))),
    "diagonal":              lambda x: np.array_equal(x, np.diag(np.diag(x))),
    "lower":                 lambda x: np.array_equal(x, np.tril(x)),
    "upper":                 lambda x: np.array_equal(x, np.triu(x)),
    "toeplitz":              lambda x: np.array_equal(x[1:, 1:], x[:-1, :-1]),
    "positive definite":     lambda x: np.allclose(x, x.T) and np.linalg.eigvalsh(x)[0] > 0.1,
    "positive semidefinite": lambda x: np.allclose(x, x.T) and np.linalg.eigvalsh(x)[0] >= 0,
    "invertible":            lambda x: np.linalg.cond(x) < 1e3,
    "full rank":             lambda x: np.linalg.matrix_rank(x) == min(x.shape),
    "positive":              lambda x: (x > 0).all(),
    "nonnegative":           lambda x: (x >= 0).all(),
    "nonzero":               lambda x: x.any(),
    "simplex":               lambda x: (x > 0).all() and np.isclose(x.sum(), 1),
    "unit":                  lambda x: np.isclose((x * x).sum(), 1),
}  # fmt: skip

VARIABLES = [
    *(("X: n x n", name) for name in PROPERTIES if name not in ("simplex", "unit")),
    *(("x: n", name) for name in ("positive", "nonnegative", "nonzero", "simplex", "unit", "full rank")),
    ("c: scalar", "positive"),
    ("A: m x n", "full rank"),
    ("A: m x n", "positive"),
    ("X: n x n", "symmetric invertible"),
    ("X: n x n", "symmetric orthogonal"),
    ("X: n x n", "diagonal orthogonal"),
    ("X: n x n", "skew invertible"),
    ("X: n x n", "lower invertible"),
    ("X: n x n", "diagonal positive definite"),
    ("X: n x n", "symmetric positive"),
]


def floats(rows: list[list[object]]) -> Array:
    return np.array([[float(entry) for entry in row] for row in rows])  # type: ignore[arg-type]


@pytest.mark.parametrize(("shape", "properties"), VARIABLES)
def test_the_properties_hold(shape: str, properties: str) -> None:
    for seed in range(20):
        declared = read_declarations(f"{shape} {properties}").variables
        values, sizes = draw(declared, Random(seed))
        ((name, variable),) = declared.items()
        value = floats(values[name])
        assert value.shape == tuple(length.evaluate(sizes) for length in variable.shape)
        assert all(HOLDS[word](value) for word in variable.properties)


def test_different_dimensions_have_different_sizes() -> None:
    """From 2 on, dimensions without a variable too; sums and products follow from them."""
    declared = read_declarations("A: m x n; B: p x q; v: m*n + 1; y: 3").variables
    for seed in range(30):
        values, sizes = draw(declared, Random(seed), dimensions=["s", "n"])
        assert sorted(sizes) == ["m", "n", "p", "q", "s"]
        assert len(set(sizes.values())) == 5
        assert min(sizes.values()) >= 2
        assert len(values["v"]) == sizes["m"] * sizes["n"] + 1
        assert len(values["y"]) == 3


def test_invertible_matrices_have_determinants_of_both_signs() -> None:
    declared = read_declarations("X: n x n invertible").variables
    signs = {np.sign(np.linalg.det(floats(draw(declared, Random(seed))[0]["X"]))) for seed in range(20)}
    assert signs == {-1.0, 1.0}


def test_entries_stay_away_from_kinks() -> None:
    """No entry below 1/8 in absolute value, no two entries of a vector the same."""
    declared = read_declarations("x: n; A: m x n").variables
    for seed in range(50):
        values, _ = draw(declared, Random(seed))
        x = np.abs(floats(values["x"]))
        assert x.min() >= 0.125
        assert len(np.unique(x)) == len(x)
        assert np.abs(floats(values["A"])).min() >= 0.125


def test_a_variable_that_is_a_dimension_is_its_size() -> None:
    values, sizes = draw(read_declarations("N: scalar; x: N").variables, Random(1))
    assert values["N"] == [[sizes["N"]]] == [[len(values["x"])]]


def test_indices_and_exponents_are_small_integers() -> None:
    values, _ = draw({}, Random(1), indices=["i"], exponents=["k"])
    assert values["i"][0][0] in (1, 2)
    assert values["k"][0][0] in (2, 3)


def test_the_seed_decides() -> None:
    declared = read_declarations("x: n; X: n x n orthogonal").variables
    assert draw(declared, Random(7)) == draw(declared, Random(7)) != draw(declared, Random(8))
