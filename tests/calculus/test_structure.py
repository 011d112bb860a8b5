"""Structured variables: each convention is what its formula says, and the partial derivative is the entry of the gradient."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
import sympy
from numpy.typing import NDArray

import matcalc
from matcalc.errors import ShapeError, UnsupportedError

Array = NDArray[np.float64]

GRADIENTS = [
    # X is              projected            independent
    ("symmetric",       "1/2 (A + A^T)",     "A + A^T - A .* I"),
    ("positive definite", "1/2 (A + A^T)",   "A + A^T - A .* I"),
    ("",                "1/2 (A + A^T)",     "A + A^T - A .* I"),
    ("skew",            "1/2 (A - A^T)",     "A - A^T"),
    ("diagonal",        "A .* I",            "A .* I"),
    ("symmetric diagonal", "A .* I",         "A .* I"),
    ("lower",           "tril(A)",           "tril(A)"),
    ("upper",           "triu(A)",           "triu(A)"),
    ("toeplitz",        "sum_diagonals(A) ./ sum_diagonals(ones(n, n))", "sum_diagonals(A)"),
    ("diagonal toeplitz", "(sum_diagonals(A) ./ sum_diagonals(ones(n, n))) .* I", "tr(A) I(n)"),
]  # fmt: skip


@pytest.mark.parametrize(("told", "projected", "independent"), GRADIENTS)
def test_the_gradient_of_a_trace(told: str, projected: str, independent: str) -> None:
    """f(X) = <A, X>: the image of A, as a node the same as the book's text."""
    where = f"A: n x n; X: n x n {told}"
    for structure, text in (("projected", projected), ("independent", independent)):
        found = matcalc.diff("tr(A^T X)", "X", where, structure=structure).gradient
        assert found.node is matcalc.simplify(matcalc.parse(text, where)).node, f"{structure}: {found}"


PARAMETERS: dict[str, Callable[[int, int], list[tuple[tuple[int, int], float]]]] = {
    # the entries that x_ij moves, and how fast
    "symmetric":          lambda i, j: [((i, j), 1), ((j, i), 1)] if i != j else [((i, i), 1)],
    "skew":               lambda i, j: [((i, j), 1), ((j, i), -1)] if i != j else [],
    "diagonal":           lambda i, j: [((i, i), 1)] if i == j else [],
    "lower":              lambda i, j: [((i, j), 1)] if i >= j else [],
    "upper":              lambda i, j: [((i, j), 1)] if i <= j else [],
    "toeplitz":           lambda i, j: [((r, s), 1) for r, s in PLACES if r - s == i - j],
    "symmetric toeplitz": lambda i, j: [((r, s), 1) for r, s in PLACES if abs(r - s) == abs(i - j)],
    "skew toeplitz":      lambda i, j: [((r, s), 1 if r - s == i - j else -1) for r, s in PLACES if i != j and abs(r - s) == abs(i - j)],
    "lower toeplitz":     lambda i, j: [((r, s), 1) for r, s in PLACES if r - s == i - j >= 0],
}  # fmt: skip
PLACES = list(product(range(4), repeat=2))


@pytest.mark.parametrize("told", PARAMETERS)
def test_the_independent_gradient_is_the_derivative_by_the_entries_that_may_be_chosen(told: str) -> None:
    """df/dx_ij = (f(X + eS) - f(X - eS)) / 2e for the matrix S of what x_ij moves (Matrix Cookbook 134), f not linear."""
    where = f"A: n x n; X: n x n {told}"
    gradient = matcalc.diff("tr(A X A X^T X)", "X", where, structure="independent").gradient
    f = matcalc.parse("tr(A X A X^T X)", where)
    values, x = _point(told)
    found = gradient.evaluate({**values, "X": x})
    for i, j in PLACES:
        moved = _moved(told, i, j)
        e = 1e-5
        sides = [float(f.evaluate({**values, "X": x + s * moved})) for s in (e, -e)]
        assert found[i, j] == pytest.approx((sides[0] - sides[1]) / (2 * e), rel=1e-6, abs=1e-7), (i, j)


@pytest.mark.parametrize("told", PARAMETERS)
def test_the_projected_gradient_is_the_nearest_of_the_structure(told: str) -> None:
    """P(G) has the structure of X, and <G - P(G), S> = 0 for every S that has it."""
    where = f"A: n x n; X: n x n {told}"
    plain, projected = (
        matcalc.diff("tr(A X A X^T X)", "X", where, structure=structure).gradient for structure in (None, "projected")
    )
    values, x = _point(told)
    g, p = (e.evaluate({**values, "X": x}) for e in (plain, projected))
    basis = [s for i, j in PLACES if (s := _moved(told, i, j)).any()]
    columns = np.array([s.ravel() for s in basis]).T
    np.testing.assert_allclose(columns @ np.linalg.lstsq(columns, p.ravel(), rcond=None)[0], p.ravel(), atol=1e-9)
    for s in basis:
        assert np.sum((g - p) * s) == pytest.approx(0, abs=1e-9)


def _moved(told: str, i: int, j: int) -> Array:
    s = np.zeros((4, 4))
    for place, rate in PARAMETERS[told](i, j):
        s[place] = rate
    return s


def _point(told: str) -> tuple[dict[str, Array], Array]:
    """A, and an X of the structure."""
    rng = np.random.default_rng(7)
    return {"A": rng.normal(size=(4, 4))}, sum(rng.normal() * _moved(told, i, j) for i, j in PLACES)


@pytest.mark.parametrize("told", ["symmetric", "skew", "diagonal", "lower", "upper", "toeplitz", "symmetric toeplitz"])
@pytest.mark.parametrize("structure", ["projected", "independent"])
def test_the_partial_derivative_is_the_entry_of_the_gradient(told: str, structure: str) -> None:
    """df/dX_ij = Df(X)[E_ij], where E_ij is how X moves with its entry (i,j), is the (i,j) entry of the gradient."""
    d = matcalc.diff("tr(A^T X)", "X", f"A: 3 x 3; X: 3 x 3 {told}", structure=structure)
    values = np.array([[1.0, 2, 3], [4, 5, 6], [7, 8, 10]])
    gradient = d.gradient.evaluate({"A": values})
    array = sympy.IndexedBase("A")
    entries = {array[i, j]: values[i - 1, j - 1] for i, j in product((1, 2, 3), repeat=2)}
    for i, j in product((1, 2, 3), repeat=2):
        assert d.partial(i, j).doit().subs(entries) == pytest.approx(gradient[i - 1, j - 1])


def test_a_symmetric_variable_moves_in_two_entries() -> None:
    """dX/dX_ij = 1_ij + 1_ji - 1_ij 1_ij (Matrix Cookbook 134, 458)."""
    found = matcalc.diff("X", "X", "X: n x n symmetric", structure="independent").partial(1, 2)
    r, s = sympy.symbols("r s", integer=True)
    delta = sympy.KroneckerDelta
    assert found == delta(1, r) * delta(2, s) + delta(1, s) * delta(2, r)


def test_a_structure_needs_a_square_matrix_and_a_name_that_is_known() -> None:
    with pytest.raises(ShapeError):
        _ = matcalc.diff("u^T X v", "X", "X: m x n", structure="projected").gradient
    with pytest.raises(UnsupportedError):
        _ = matcalc.diff("tr(X)", "X", structure="toeplitz").gradient


def test_second_derivatives_go_with_the_gradient_that_is_shown() -> None:
    """Of <X, X> by the entries of a symmetric X: G = 4 X - 2 X .* I, moved along a symmetric H; no Hessian of all entries."""
    d = matcalc.diff("tr(X^T X)", "X", where="X: n x n symmetric", structure="independent")
    given = {"X": np.array([[1.0, 2.0], [2.0, 3.0]]), "H": np.array([[0.0, 1.0], [1.0, 0.0]])}
    moved = {"X": given["X"] + given["H"]}
    change = d.gradient.evaluate(moved) - d.gradient.evaluate({"X": given["X"]})
    assert np.allclose(d.hvp.evaluate(given), change)
    with pytest.raises(UnsupportedError, match="structured variable"):
        _ = d.hessian


@pytest.mark.parametrize("structure", ["projected", "independent"])
def test_a_structure_of_an_x_of_which_nothing_is_said_is_told(structure: str) -> None:
    """X is then taken for symmetric: (G + G^T)/2 or G + G^T - I .* G, and this is not silent, of a derivative and of a claim."""
    said = f"X is not declared symmetric, and structure='{structure}' takes it to be"
    d = matcalc.diff("tr(A X)", "X", "X: n x n", structure=structure)
    assert d.warnings == (said,)
    symmetric = matcalc.diff("tr(A X)", "X", "X: n x n symmetric", structure=structure)
    assert d.gradient.node is symmetric.gradient.node
    verdict = matcalc.check("tr(A X)", "X", str(d.gradient), "X: n x n", structure=structure)
    assert verdict.right
    assert verdict.warnings == (said,)


@pytest.mark.parametrize("told", [*PARAMETERS, "positive definite"])
def test_a_structure_that_is_declared_needs_no_warning(told: str) -> None:
    for structure in ("projected", "independent"):
        assert not matcalc.diff("tr(A X)", "X", f"X: n x n {told}", structure=structure).warnings
    assert not matcalc.diff("tr(A X)", "X", "X: n x n").warnings
