"""Derivatives through functions that are declared by their shapes only: what they are called, and that they are right.

Every line is printed, read back and compared with a finite difference, definite functions standing for the declared ones.
"""

from __future__ import annotations

import pytest

import matcalc
from matcalc.errors import UnsupportedError
from matcalc.numeric.verification import verify
from matcalc.syntax.understanding import understand

WHERE = """x, a: n; y, b: m; A: m x n; s, t: scalar; X, C: p x p; Y: m x n; phi: elementwise; f: analytic
g: R^n -> R; h: R^n -> R^m; G: R^{m x n} -> R; r: R -> R; u: R -> R^m; k: R, R -> R; U: R, R -> R^{p x p}; q: R^n, R^m -> R
B: R^n, R^m -> R^p bilinear"""

FIRST = [
    # f                   by   form            answer
    ("g(A^T y)",          "y", "gradient",     "A grad(g, A^T y)"),
    ("r(g(x))",           "x", "gradient",     "grad(r, g(x)) grad(g, x)"),
    ("b^T h(x)",          "x", "gradient",     "J(h, x) b"),
    ("G(Y) s",            "Y", "gradient",     "s grad(G, Y)"),
    ("sum(phi(A x))",     "x", "gradient",     "A^T D(phi, A x)[ones(m)]"),
    ("b^T phi(A x)",      "x", "gradient",     "A^T D(phi, A x)[b]"),
    ("k(s, s^2)",         "s", "gradient",     "2 s D(k, s, s^2)[0, 1] + D(k, s, s^2)[1, 0]"),
    ("tr(f(X))",          "X", "gradient",     "D(f, X)[I(p)]^T"),
    ("tr(f(X) C)",        "X", "gradient",     "D(f, X)[C]^T"),
    ("tr(f(s X))",        "s", "gradient",     "tr(X D(f, s X)[I(p)])"),
    ("f(X)",              "X", "jacobian",     "J(f, X)"),
    ("f(s X)",            "s", "result",       "X D(f, s X)[I(p)]"),
    ("h(x)",              "x", "differential", "D(h, x)[v]"),
    ("q(x, A x)",         "x", "differential", "D(q, x, A x)[v, A v]"),
    ("B(x, A x)",         "x", "differential", "B(v, A x) + B(x, A v)"),
    ("q(x, y)",           "x", "result",       "D(q, x, y)[v, zeros(m)]"),
]  # fmt: skip

SECOND = [
    # f                   by   hessian
    ("g(x)",              "x", "hess(g, x)"),
    ("g(A^T y)",          "y", "A hess(g, A^T y) A^T"),
    ("g(x)^2",            "x", "2 g(x) hess(g, x) + 2 grad(g, x) grad(g, x)^T"),
    ("r(g(x))",           "x", "hess(r, g(x)) grad(g, x) grad(g, x)^T + grad(r, g(x)) hess(g, x)"),
    ("r(s)",              "s", "hess(r, s)"),
    ("sum(phi(A x))",     "x", "A^T diag(D2(phi, A x)[ones(m), ones(m)]) A"),
    ("b^T phi(A x)",      "x", "A^T diag(D2(phi, A x)[b, ones(m)]) A"),
    ("b^T u(s)",          "s", "b^T D2(u, s)[1, 1]"),
    ("G(Y)",              "Y", "hess(G, Y)"),
    ("k(s, s)",           "s", "D2(k, s, s)[1, 0, 1, 0] + 2 D2(k, s, s)[0, 1, 1, 0] + D2(k, s, s)[0, 1, 0, 1]"),
]  # fmt: skip

SECOND_DIFFERENTIALS = [
    # f                   by   D2f[v, w]
    ("h(x)",              "x", "D2(h, x)[v, w]"),
    ("||h(x)||^2",        "x", "2 h(x)^T D2(h, x)[v, w] + 2 D(h, x)[v]^T D(h, x)[w]"),
    ("q(x, A x)",         "x", "D2(q, x, A x)[v, A v, w, A w]"),
    ("B(x, A x)",         "x", "B(v, A w) + B(w, A v)"),
    ("phi(x)",            "x", "D2(phi, x)[v, w]"),
    ("tr(f(X) C)",        "X", "tr(C D2(f, X)[H, K])"),
    ("D(h, x)[a]",        "x", "D3(h, x)[a, v, w]"),
]  # fmt: skip

REFUSED = [
    # f                   by   form           what has no name
    ("||h(x)||^2",        "x", "hessian",     "the derivative of J(h, x) has no name"),
    ("q(x, A x)",         "x", "gradient",    "the gradient through q, a declared function of several arguments, has no name"),
    ("b^T D(h, x)[a]",    "x", "gradient",    "the gradient through a differential of h has no name"),
    ("D3(g, x)[a, a, a]", "x", "differential", "the derivatives of g have names up to the third"),
]  # fmt: skip


def confirmed(f: matcalc.Expr, wrt: str, found: matcalc.Expr, form: str) -> bool:
    """Whether the printed text is the derivative of f in this form, to 25 digits; a Hessian is the Jacobian of the gradient."""
    directions = [leaf.data for leaf in found.directions]
    left = understand(str(f), f.declarations, directions=[leaf.data for leaf in f.directions])
    right = understand(str(found), found.declarations, directions=directions)
    by = directions[-1] if form == "differential" else ()
    return verify(left.tree, left.typing, wrt, right.tree, right.typing, by, form=form).digits >= 25


@pytest.mark.parametrize(("f", "wrt", "form", "answer"), FIRST)
def test_first_derivatives(f: str, wrt: str, form: str, answer: str) -> None:
    d = matcalc.diff(f, wrt, WHERE)
    found = d.jacobian() if form == "jacobian" else getattr(d, form)
    assert str(found) == answer
    assert d.verify().digits >= 25


@pytest.mark.parametrize(("f", "wrt", "answer"), SECOND)
def test_hessians(f: str, wrt: str, answer: str) -> None:
    d = matcalc.diff(f, wrt, WHERE)
    wanted = matcalc.parse(answer, WHERE)
    assert matcalc.simplify(wanted).node is d.hessian.node or str(d.hessian) == answer
    gradient = d.gradient if wrt != "Y" else matcalc.parse(f"vec({d.gradient})", WHERE)
    assert confirmed(gradient, wrt, d.hessian, "gradient" if d.hessian.shape == () else "jacobian")


@pytest.mark.parametrize(("f", "wrt", "answer"), SECOND_DIFFERENTIALS)
def test_second_differentials(f: str, wrt: str, answer: str) -> None:
    d = matcalc.diff(f, wrt, WHERE)
    assert str(d.second_differential) == answer
    assert confirmed(d.differential, wrt, d.second_differential, "differential")


@pytest.mark.parametrize(("f", "wrt", "form", "reason"), REFUSED)
def test_what_has_no_name_is_refused(f: str, wrt: str, form: str, reason: str) -> None:
    with pytest.raises(UnsupportedError) as refusal:
        getattr(matcalc.diff(f, wrt, WHERE), form)
    assert refusal.value.message == reason


def test_mixed_derivatives_by_two_scalars_are_of_any_function() -> None:
    """d2/dx dy U^-1 = U^-1 (U_x U^-1 U_y - U_xy + U_y U^-1 U_x) U^-1 (Wikipedia)."""
    d = matcalc.diff("tr(C U(s, t))", ["s", "t"], WHERE)
    assert str(d.mixed("s", "t")) == "tr(C D2(U, s, t)[0, 1, 1, 0])"
    assert str(matcalc.diff("s^2 t^3 X", ["s", "t"], WHERE).mixed("s", "t")) == "6 s t^2 X"
