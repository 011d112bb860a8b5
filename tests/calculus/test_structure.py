"""Structured variables: each convention is what its formula says, and the partial derivative is the entry of the gradient."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
import sympy

import matcalc
from matcalc.errors import ShapeError, UnsupportedError

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
]  # fmt: skip


@pytest.mark.parametrize(("told", "projected", "independent"), GRADIENTS)
def test_the_gradient_of_a_trace(told: str, projected: str, independent: str) -> None:
    """f(X) = <A, X>: the image of A, as a node the same as the book's text."""
    where = f"A: n x n; X: n x n {told}"
    for structure, text in (("projected", projected), ("independent", independent)):
        found = matcalc.diff("tr(A^T X)", "X", where, structure=structure).gradient
        assert found.node is matcalc.simplify(matcalc.parse(text, where)).node, f"{structure}: {found}"


@pytest.mark.parametrize("told", ["symmetric", "skew", "diagonal"])
@pytest.mark.parametrize("structure", ["projected", "independent"])
def test_the_partial_derivative_is_the_entry_of_the_gradient(told: str, structure: str) -> None:
    """df/dX_ij = Df(X)[E_ij], where E_ij is how X moves with its entry (i,j), is the (i,j) entry of the gradient."""
    d = matcalc.diff("tr(A^T X)", "X", f"A: 3 x 3; X: 3 x 3 {told}", structure=structure)
    values = np.array([[1.0, 2, 3], [4, 5, 6], [7, 8, 10]])
    gradient = d.gradient.evaluate({"A": values})
    array = sympy.IndexedBase("A")
    entries = {array[i, j]: values[i - 1, j - 1] for i, j in product((1, 2, 3), repeat=2)}
    for i, j in product((1, 2, 3), repeat=2):
        assert d.partial(i, j).subs(entries) == pytest.approx(gradient[i - 1, j - 1])


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
