"""The lecture's first half, slide by slide: limits, the difference quotient, directions, the counterexample, components.

Source: "recapitulation of gradients knowledge", A. Binder, SUTD, 2019; the records seed-lim-*, seed-1d-*, seed-cex-*, seed-jac-*.
"""

from __future__ import annotations

import matcalc
from matcalc import components, directional, limit, quotient

# ---- limits


def test_a_sequence_converges_if_there_is_a_K_for_each_delta():
    """seed-lim-01: s_n = 1/n, s = 0, delta = 0.01 -> K = 100."""
    assert str(limit("1/n", delta=0.01)) == (
        "s_n = 1/n\n"
        "lim n -> infinity of 1/n = 0\n"
        "|s_n - 0| < 0.01 for all n > 100, and not for n = 100"
    )  # fmt: skip


def test_a_limit_is_the_same_along_every_sequence():
    """seed-lim-02: no limit, with two null sequences that disagree."""
    assert str(limit("abs(epsilon)/epsilon", index="epsilon", to=0)) == (
        "g(epsilon) = abs(epsilon) / epsilon\n"
        "lim epsilon -> 0 of abs(epsilon) / epsilon: no limit, two sequences disagree\n"
        "along epsilon = -1/n: -> -1\n"
        "along epsilon = 1/n: -> 1"
    )


def test_functions_with_kinks_have_no_derivative_in_the_kink():
    """seed-lim-03."""
    assert quotient("abs(x)", "x", at=0).verdict == "no derivative at x = 0: left quotient -> -1, right quotient -> 1"
    assert quotient("relu(x)", "x", at=0).verdict == "no derivative at x = 0: left quotient -> 0, right quotient -> 1"
    assert "x != 0" in matcalc.diff("abs(x)", "x", where="x: scalar").conditions
    assert str(quotient("abs(x)", "x")) == (
        "(f(x + epsilon) - f(x)) / epsilon\n"
        "  = (abs(x + epsilon) - abs(x)) / epsilon    [f written out]\n"
        "lim epsilon -> 0: f'(x) = sign(x)    [on either side of the kinks]\n"
        "where x != 0\n"
        "at x = 0: left quotient -> -1, right quotient -> 1, no derivative"
    )


# ---- gradient in 1 dimension


def test_the_definition_is_where_a_derivation_starts():
    """seed-1d-01."""
    assert str(quotient("g(x)", "x", where="g: R -> R; x: scalar")) == (
        "(f(x + epsilon) - f(x)) / epsilon\n"
        "  = (g(x + epsilon) - g(x)) / epsilon    [f written out]\n"
        "lim epsilon -> 0: f'(x) = grad(g, x)    [this limit is the definition]"
    )


AFFINE = """\
(f(x + epsilon) - f(x)) / epsilon
  = (a (x + epsilon) + b - (a x + b)) / epsilon    [f written out]
  = (a x + a epsilon + b - a x - b) / epsilon    [expanded]
  = a epsilon / epsilon    [cancelled]
  = a    [epsilon cancelled]
lim epsilon -> 0: f'(x) = a"""

AFFINE_LATEX = r"""\begin{align*}
&\frac{f\left(x + \epsilon\right) - f(x)}{\epsilon} \\
&= \frac{a \left(x + \epsilon\right) + b - \left(a x + b\right)}{\epsilon} && \text{f written out} \\
&= \frac{a x + a \epsilon + b - a x - b}{\epsilon} && \text{expanded} \\
&= \frac{a \epsilon}{\epsilon} && \text{cancelled} \\
&= a && \text{epsilon cancelled} \\
&\Rightarrow \lim_{\epsilon \to 0} \frac{f\left(x + \epsilon\right) - f(x)}{\epsilon} = a
\end{align*}"""


def test_the_affine_function_line_by_line():
    """seed-1d-02, seed-1d-03: every line of the slide."""
    found = quotient("a x + b", "x")
    assert str(found) == AFFINE
    assert found.latex() == AFFINE_LATEX
    assert "ε" in found.unicode()
    e = matcalc.parse("((a*(x + h) + b) - (a x + b)) / h", where="a, x, b, h: scalar")
    assert str(matcalc.simplify(e)) == "a"


# ---- partial derivatives, differentiability, the counterexample

COUNTEREXAMPLE = """\
f(x, y) = y^3 / (x^2 + y^2), f(0, 0) = 0
Df(0, 0)[(v_1, v_2)] = lim t -> 0 of (f(t v_1, t v_2) - f(0, 0))/t = v_2^3 / (v_1^2 + v_2^2)
partial derivative by x: 0
partial derivative by y: 1
directional derivatives: exist for every v
linear in v: no, Df(0, 0)[(1, 1)] = 1/2 is not 0 + 1 = 1
not differentiable at (0, 0): both partial derivatives exist, but the directional derivatives are not linear in v"""


def test_the_counterexample():
    """seed-cex-04, seed-cex-05, seed-cex-06."""
    assert str(directional("y^3/(x^2 + y^2)", "x,y", at="0,0", value=0)) == COUNTEREXAMPLE


def test_the_counterexample_away_from_the_origin_has_the_gradient():
    """seed-cex-02, seed-cex-03: there the plain formula holds."""
    d = directional("y^3/(x^2 + y^2)", "x,y", at="1,1")
    assert d.verdict == "differentiable at (1, 1): f is made of functions that are differentiable there"
    assert str(d).splitlines()[2:4] == ["partial derivative by x: -1/2", "partial derivative by y: 1"]


def test_the_directional_derivative_is_the_inner_product_with_the_gradient():
    d = directional("x^2 y", "x,y", at="1,2")
    assert str(d).splitlines()[1] == (
        "Df(1, 2)[(v_1, v_2)] = lim t -> 0 of (f(1 + t v_1, 2 + t v_2) - f(1, 2))/t = 4 v_1 + v_2"
    )


# ---- vector-valued functions


def test_the_jacobian_holds_the_gradients_of_the_components_as_columns():
    """seed-jac-*: one row per input."""
    J = components("f(x, y) = (x^2 y, sin(x))")
    assert str(J) == (
        "f(x, y) = (x^2 y, sin(x))\n"
        "Jacobian (denominator layout: one row per input, one column per component)\n"
        "[ 2 x y  cos(x) ]\n"
        "[ x^2    0      ]"
    )
    assert J.latex() == (
        "\\nabla f(x, y) = \\begin{pmatrix}\n2 x y & \\cos\\left(x\\right) \\\\\nx^{2} & 0\n\\end{pmatrix}"
    )
