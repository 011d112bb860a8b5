"""The lecture, slide by slide: every formula, every blank the student fills.

Source: "recapitulation of gradients knowledge", A. Binder, SUTD, 2019.
"""

import pytest

from matcalc import diff
from matcalc.syntax.printing import ascii_text


def differential(f, wrt, where=None, direction=None):
    return str(diff(f, wrt, where=where, direction=direction).differential)


# ---- gradient in 1 dimension


def test_the_slope_of_an_affine_function_is_a():
    assert str(diff("a x + b", "x", where="a, x, b: scalar").gradient) == "a"


# ---- directional derivatives, gradient, partial derivatives

G = "g: R^n -> R; x: n"
H = "h: R^k -> R^n; g: R^n -> R; x: k"


def test_the_directional_derivative_is_the_inner_product_with_the_gradient():
    d = diff("g(x)", "x", where=G)
    assert str(d.differential) == "D(g, x)[v]"
    assert str(d.gradient) == "grad(g, x)"


def test_partial_derivatives_are_directional_derivatives_along_e_i():
    assert str(diff("u^T x", "x").partial("i")) == "u[i]"


def test_the_jacobian_holds_the_gradients_of_the_components_as_columns():
    d = diff("h(x)", "x", where="h: R^n -> R^s; x: n")
    assert str(d.jacobian()) == "J(h, x)"
    assert d.jacobian().shape == ("n", "s")
    assert str(d.jacobian("numerator")) == "J(h, x)^T"


CONCRETE = [
    # f           wrt  where                      Jacobian, one row per input
    ("A x",      "x", "A: s x n",                 "A^T"),
    ("x .* x",   "x", "",                         "2 diag(x)"),
    ("x^T x b",  "x", "b: m",                     "2 x b^T"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "wrt", "where", "jacobian"), CONCRETE)
def test_concrete_jacobians(f, wrt, where, jacobian):
    assert str(diff(f, wrt, where=where).jacobian()) == jacobian


# ---- the derivative of a linear function is f(v): the slide's blanks

BLANKS = [
    # f         wrt  direction  Df[direction]
    ("u^T x",   "x", "v",       "u^T v"),
    ("x^T z",   "x", "v",       "z^T v"),
    ("x^T A",   "x", "v",       "v^T A"),
    ("A X C",   "X", "V",       "A V C"),
    ("u^T X v", "X", "H",       "u^T H v"),
    ("x^T",     "x", "v",       "v^T"),
    ("A x",     "x", "v",       "A v"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "wrt", "direction", "expected"), BLANKS)
def test_a_linear_function_is_its_own_derivative(f, wrt, direction, expected):
    where = "v: l; X: m x l" if f == "u^T X v" else None
    assert differential(f, wrt, where, direction) == expected


# ---- chain rule


def test_chain_rule_is_the_concatenation_of_linear_maps():
    where = "h: R^k -> R^n; g: R^n -> R^p; x: k"
    assert differential("g(h(x))", "x", where) == "D(g, h(x))[D(h, x)[v]]"


def test_chain_rule_with_matrix_arguments():
    where = "h: R^{m x n} -> R^{p x q}; g: R^{p x q} -> R^{r x s}; X: m x n"
    assert differential("g(h(X))", "X", where, "V") == "D(g, h(X))[D(h, X)[V]]"


def test_chain_rule_with_gradients():
    d = diff("g(h(x))", "x", where=H)
    assert str(d.gradient) == "J(h, x) grad(g, h(x))"


CHAINS = [
    ("log(sum(exp(A x)))", "x", "A^T softmax(A x)"),
    ("||A x - b||_2^2",    "x", "2 A^T (A x - b)"),
    ("u^T tanh(A x)",      "x", "A^T (u .* (1 - tanh(A x).^2))"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "wrt", "gradient"), CHAINS)
def test_concrete_chains(f, wrt, gradient):
    assert str(diff(f, wrt).gradient) == gradient


# ---- bilinear functions and the product rule


def test_an_abstract_bilinear_function_has_two_terms():
    where = "B: R^m, R^q -> R^p bilinear; a: R^n -> R^m; c: R^n -> R^q; x: n"
    assert differential("B(a(x), c(x))", "x", where) == "B(a(x), D(c, x)[v]) + B(D(a, x)[v], c(x))"


PRODUCTS = [
    ("a(x)^T c(x)", "a: R^n -> R^m; c: R^n -> R^m; x: n",               "a(x)^T D(c, x)[v] + c(x)^T D(a, x)[v]"),
    ("A(x) C(x)",   "A: R^n -> R^{m x p}; C: R^n -> R^{p x q}; x: n",   "A(x) D(C, x)[v] + D(A, x)[v] C(x)"),
    ("A(x) w(x)",   "A: R^n -> R^{m x p}; w: R^n -> R^p; x: n",         "D(A, x)[v] w(x) + A(x) D(w, x)[v]"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "where", "expected"), PRODUCTS)
def test_the_product_rule(f, where, expected):
    assert differential(f, "x", where) == expected


def test_the_product_rule_in_one_dimension():
    d = diff("g(t) h(t)", "t", where="g: R -> R; h: R -> R; t: scalar")
    assert str(d.gradient) == "grad(g, t) h(t) + g(t) grad(h, t)"


def test_gradient_of_an_inner_product_of_functions():
    d = diff("a(x)^T c(x)", "x", where="a: R^n -> R^m; c: R^n -> R^m; x: n")
    assert str(d.gradient) == "J(a, x) c(x) + J(c, x) a(x)"


def test_the_total_differential_of_a_bilinear_map():
    d = diff("u^T w", ["u", "w"])
    assert str(d.differential) == "u^T dw + w^T du"


def test_the_quadratic_form():
    d = diff("x^T A x", "x")
    assert str(d.differential) == "x^T (A + A^T) v"
    assert str(d.gradient) == "(A + A^T) x"
    assert str(d.hessian) == "A + A^T"


def test_the_quadratic_form_with_symmetric_matrix():
    assert str(diff("x^T A x", "x", where="A: n x n symmetric; x: n").gradient) == "2 A x"


TRACE = [
    # rule                   note                                   after
    ("bilinear / product", "(x^T, A x)",                          "D(x^T)[v] (A x) + x^T D(A x)[v]"),
    ("linear",             "x -> x^T is linear",                  "v^T (A x) + x^T D(A x)[v]"),
    ("linear",             "x -> A x is linear",                  "v^T (A x) + x^T (A v)"),
    ("textbook form",      "like terms and common factors",       "x^T (A + A^T) v"),
    ("read off <G, H>",    "Df = <G, v> for all v",               "(A + A^T) x"),
]  # fmt: skip


def test_the_lecture_s_trace_of_the_quadratic_form():
    steps = diff("x^T A x", "x").steps
    shown = [(step.rule, step.note, ascii_text(step.after)) for step in steps]
    assert shown == TRACE


# ---- recap: from the linear mapping to partial derivatives


def test_substituting_the_matrix_unit_gives_the_partial_derivative():
    d = diff("u^T X v", "X", where="X: m x n; v: n")
    assert str(d.partial("i", "j")) == "u[i]*v[j]"
    assert str(d.gradient) == "u v^T"


def test_the_partial_derivative_of_the_quadratic_form():
    found = str(diff("x^T A x", "x").partial("i"))
    assert found.count("Sum(") == 2
    assert "A[i, " in found
    assert ", i]" in found
