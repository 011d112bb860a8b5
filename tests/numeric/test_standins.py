"""The derivatives of the definite functions that stand for declared ones are those of the functions."""

from __future__ import annotations

import pytest

from matcalc.numeric.verification import verify
from matcalc.syntax.declarations import read_declarations
from matcalc.syntax.understanding import understand

WHERE = read_declarations(
    """x, v: n; y: m; c: scalar; A: m x n; X, H: m x n; phi: elementwise; g: R^n -> R; h: R^n -> R^m; F: R^{m x n} -> R^{n x p}
    q: R^n, R^m -> R^p; s: R -> R; B: R^n, R^m -> R^p bilinear; T: R -> R^m; w: n; Z, K: k x k; f: analytic; G: R^{m x n} -> R"""
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
    ("f(Z)",      "Z", "D(f, Z)[K]",                    "differential", "K"),
    ("f(Z)",      "Z", "J(f, Z)",                       "jacobian",     ""),
    ("D(f, Z)[Z]",    "Z", "D2(f, Z)[K, Z] + D(f, Z)[K]", "differential", "K"),
    ("D(h, x)[w]",    "x", "D2(h, x)[w, v]",            "differential", "v"),
    ("D2(h, x)[w, x]", "x", "D3(h, x)[w, x, v] + D2(h, x)[w, v]", "differential", "v"),
    ("D(phi, x)[w]",  "x", "D2(phi, x)[w, v]",          "differential", "v"),
    ("D2(phi, x)[w, w]", "x", "D3(phi, x)[w, v, w]",    "differential", "v"),
    ("D(B, x, y)[w, A w]", "x", "D2(B, x, y)[w, A w, v, zeros(m)]", "differential", "v"),
    ("D(q, x, y)[w, y]", "x", "D2(q, x, y)[w, y, v, zeros(m)]", "differential", "v"),
    ("grad(g, x)",    "x", "hess(g, x)",                "jacobian",     ""),
    ("vec(grad(G, X))", "X", "hess(G, X)",              "jacobian",     ""),
    ("grad(s, c)",    "c", "hess(s, c)",                "gradient",     ""),
    ("hess(s, c)",    "c", "D3(s, c)[1, 1, 1]",         "gradient",     ""),
    ("g(A^T y)",  "y", "A grad(g, A^T y)",              "gradient",     ""),
]  # fmt: skip


@pytest.mark.parametrize(("f", "wrt", "derivative", "form", "direction"), LINES)
def test_d_j_and_grad_are_the_derivatives(f: str, wrt: str, derivative: str, form: str, direction: str) -> None:
    left, right = understand(f, WHERE), understand(derivative, WHERE)
    assert verify(left.tree, left.typing, wrt, right.tree, right.typing, direction or (), form=form).digits >= 28
