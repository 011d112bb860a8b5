"""The derivatives of the definite functions that stand for declared ones are those of the functions."""

from __future__ import annotations

import pytest

from matcalc.numeric.verification import verify
from matcalc.syntax.declarations import read_declarations
from matcalc.syntax.understanding import understand

WHERE = read_declarations(
    """x, v: n; y: m; c: scalar; A: m x n; X, H: m x n; phi: elementwise; g: R^n -> R; h: R^n -> R^m; F: R^{m x n} -> R^{n x p}
    q: R^n, R^m -> R^p; s: R -> R; B: R^n, R^m -> R^p bilinear; T: R -> R^m"""
)

LINES = [
    # f           by   derivative                       form            direction
    ("g(x)",      "x", "D(g, x)[v]",                    "differential", "v"),
    ("g(x)",      "x", "grad(g, x)",                    "gradient",     ""),
    ("h(x)",      "x", "D(h, x)[v]",                    "differential", "v"),
    ("h(x)",      "x", "J(h, x)",                       "jacobian",     ""),
    ("F(X)",      "X", "D(F, X)[H]",                    "differential", "H"),
    ("F(X)",      "X", "J(F, X)",                       "jacobian",     ""),
    ("q(x, y)",   "x", "D(q, x, y)[v, zeros(m)]",       "differential", "v"),
    ("q(x, A x)", "x", "D(q, x, A x)[v, A v]",          "differential", "v"),
    ("B(x, y)",   "x", "B(v, y)",                       "differential", "v"),
    ("B(x, A x)", "x", "D(B, x, A x)[v, A v]",          "differential", "v"),
    ("phi(x)",    "x", "D(phi, x)[v]",                  "differential", "v"),
    ("phi(X)",    "X", "D(phi, X)[H]",                  "differential", "H"),
    ("phi(x)",    "x", "J(phi, x)",                     "jacobian",     ""),
    ("phi(X)",    "X", "J(phi, X)",                     "jacobian",     ""),
    ("s(c)",      "c", "grad(s, c)",                    "gradient",     ""),
    ("phi(c)",    "c", "grad(phi, c)",                  "gradient",     ""),
    ("T(c)",      "c", "J(T, c)",                       "jacobian",     ""),
    ("g(A^T y)",  "y", "A grad(g, A^T y)",              "gradient",     ""),
]  # fmt: skip


@pytest.mark.parametrize(("f", "wrt", "derivative", "form", "direction"), LINES)
def test_d_j_and_grad_are_the_derivatives(f: str, wrt: str, derivative: str, form: str, direction: str) -> None:
    left, right = understand(f, WHERE), understand(derivative, WHERE)
    assert verify(left.tree, left.typing, wrt, right.tree, right.typing, direction or (), form=form).digits >= 28
