"""Shapes: what is found, and what is assumed."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcalc.algebra.dimension import ONE, SCALAR, named
from matcalc.errors import LimitError, MatcalcError, ShapeError, UnknownNameError
from matcalc.syntax.declarations import NOTHING, read_declarations
from matcalc.syntax.inference import Typing, infer
from matcalc.syntax.known import words
from matcalc.syntax.reading import read
from matcalc.syntax.tree import Tree, postorder
from matcalc.syntax.understanding import understand


def typed(text: str, where: str = "") -> tuple[Tree, Typing]:
    declarations = read_declarations(where)
    tree = read(text, declarations)
    return tree, infer(tree, declarations)


def shape(text: str, where: str = "") -> str:
    tree, typing = typed(text, where)
    return words(typing.shapes[tree])


@pytest.mark.parametrize(
    ("text",                              "shapes"),
    [
        ("x^T A x",                       "x: n, A: n x n"),
        ("A x - b",                       "A: m x n, x: n, b: m"),
        ("A X C",                         "A: m x n, X: n x p, C: p x q"),
        ("u^T X v",                       "u: n, X: n x m, v: m"),
        ("tr(A X B X^T)",                 "A: n x n, X: n x m, B: m x m"),
        ("||y - X w||^2 + lambda w^T w",  "y: n, X: n x m, w: m, lambda: scalar"),
        ("logdet(I + X^T X)",             "X: m x n"),
        ("c x^T x",                       "c: n, x: m"),
        ("A^k",                           "A: n x n, k: scalar"),
        ("x .^ p",                        "x: n, p: scalar"),
        ("2^(n + 1) x",                   "n: scalar, x: m"),
        ("ones(n)^T x",                   "x: n"),
        ("I_3 X",                         "X: 3 x n"),
        ("skew(w)",                       "w: 3"),
        ("x + vec(X)",                    "x: m*n, X: m x n"),
        ("unvec(x, m, n) y",              "x: m*n, y: n"),
        ("(x ⊗ y)^T z",                   "x: n, y: m, z: m*n"),
        ("X[i,j] + x[i]",                 "X: m x n, x: p"),
        ("x^T t0 where t0 = A x",         "A: n x n, x: n"),
        ("Sigma alpha_1",                 "Sigma: m x n, alpha_1: scalar"),
    ],
)  # fmt: skip
def test_dimensions_of_undeclared_names_are_found(text: str, shapes: str) -> None:
    found = typed(text)[1].variables
    assert ", ".join(f"{name}: {words(variable.shape)}" for name, variable in found.items()) == shapes


@pytest.mark.parametrize(
    ("text",                    "where",                                   "expected"),
    [
        ("x^T y",               "x, y: n",                                 "scalar"),
        ("x^T y A",             "x, y: n; A: p x q",                       "p x q"),
        ("b x^T y",             "b: m; x, y: n",                           "m"),
        ("r x + 1",             "r: 1 x n; x: n",                          "scalar"),
        ("softmax(r)",          "r: 1 x n",                                "1 x n"),
        ("diag(r)",             "r: 1 x n",                                "n x n"),
        ("diag(A)",             "A: n x n",                                "n"),
        ("diag(c)",             "c: scalar",                               "scalar"),
        ("tr(c) + det(c)",      "c: scalar",                               "scalar"),
        ("vec(x)",              "x: n",                                    "n"),
        ("vec(X)",              "X: m x n",                                "m*n"),
        ("X ⊗ Y",               "X: m x n; Y: p x q",                      "m*p x n*q"),
        ("khatri_rao(X, Y)",    "X: m x n; Y: p x n",                      "m*p x n"),
        ("(I ⊗ A) vec(X)",      "A: m x n; X: n x p",                      "m*p"),
        ("(B^T ⊗ A) vec(X)",    "A: p x m; X: m x n; B: n x q",            "p*q"),
        ("Kmat(m,n) vec(X)",    "X: m x n",                                "m*n"),
        ("X + unit(i,j,m,n)",   "X: m x n",                                "m x n"),
        ("1/n sum(x)",          "x: n",                                    "scalar"),
        ("1/(m n) sum(X)",      "X: m x n",                                "scalar"),
        ("n x",                 "n: scalar; x: n",                         "n"),
        ("I(m + n) z",          "",                                        "m + n"),
        ("max(0, A x)",         "A: m x n",                                "m"),
        ("max(x)",              "",                                        "scalar"),
        ("softmax_rows(X) w",   "X: m x n",                                "m"),
        ("mean_cols(X)",        "X: m x n",                                "n"),
        ("pinv(X)",             "X: m x n",                                "n x m"),
        ("g(x)",                "g: R^n -> R^m",                           "m"),
        ("phi(A x)",            "phi: elementwise; A: m x n",              "m"),
        ("J(g, x)",             "g: R^n -> R^m",                           "n x m"),
        ("grad(g, X)",          "g: R^{m x n} -> R",                       "m x n"),
        ("D(g, X)[H]",          "g: R^{m x n} -> R^p",                     "p"),
        ("D(B, a, c)[v, w]",    "B: R^n, R^m -> R^p bilinear",             "p"),
        ("D2(g, x)[v, w]",      "g: R^n -> R^p",                           "p"),
        ("hess(g, x)",          "g: R^n -> R",                             "n x n"),
        ("hess(g, X)",          "g: R^{m x n} -> R",                       "m*n x m*n"),
        ("f(X) D(f, X)[H]",     "f: analytic; X: n x n",                   "n x n"),
        ("A^(-1/2) x",          "A: n x n positive definite",              "n"),
        ("||r||_1 + ||c||",     "r: 1 x n; c: scalar",                     "scalar"),
        ("dot(x, r)",           "x: n; r: 1 x n",                          "scalar"),
        ("A x .* b",            "A: m x n",                                "m"),
        ("M .* U * V",          "M: m x n; V: n x p",                      "m x p"),
        ("M .* U c",            "M: m x n; c: scalar",                     "m x n"),
    ],
)  # fmt: skip
def test_shape_of_an_expression(text: str, where: str, expected: str) -> None:
    assert shape(text, where) == expected


@pytest.mark.parametrize(
    ("text",                    "where"),
    [
        ("x + c",               "x: n; c: scalar"),
        ("1 - x",               "x: n"),
        ("r - 1",               "r: 1 x n"),
        ("log(1 + exp(X w))",   ""),
        ("x^T (x + 1)",         ""),
        ("A x - b^T b",         ""),
        ("y - X w - b",         "b: scalar"),
        ("log(1 + X)",          "X: m x n"),
        ("exp(-2 (1 + X)/c)",   "X: m x n; c: scalar"),
        ("max(0, 1 - X)",       "X: m x n"),
        ("(X + 1) .* X",        "X: m x n"),
        ("(1 + X).^2",          "X: m x n"),
        ("1 ./ (1 + X)",        "X: m x n"),
    ],
)  # fmt: skip
def test_a_scalar_is_spread_where_nobody_doubts_it(text: str, where: str) -> None:
    tree, typing = typed(text, where)
    assert all(typing.shapes[part] != SCALAR for part in postorder(tree) if part.head == "sum")


def test_defaults_say_what_would_change_them() -> None:
    defaults = typed("mu x^T A x^2 t", "x: scalar; A: scalar; t: scalar")[1].defaults
    assert defaults == ('mu: scalar (a scalar by default; --where "mu: n" to change)',)
    assert typed("A^k x")[1].defaults == (
        'A: n x n (a matrix by default; --where "A: scalar" to change)',
        'k: scalar (an exponent by default; --where "k: n" to change)',
        'x: n (a column vector by default; --where "x: scalar" to change)',
    )


def test_variables_occur_in_order_of_appearance_then_the_declared_ones() -> None:
    assert list(typed("B x + a", "Z, B: n x n")[1].variables) == ["B", "x", "a", "Z"]


@pytest.mark.parametrize(
    ("text",          "where",            "notes"),
    [
        ("exp(A)",    "A: n x n",         ("exp(A) is entry by entry; expm is the matrix function",)),
        ("exp(A)",    "A: m x n",         ()),
        ("log(A x)",  "",                 ()),
        ("||A||_1",   "",                 ("||A||_1 is entry by entry: the sum of the absolute values of the entries",)),
        ("||A||_2",   "",                 ("||A||_2 is the spectral norm; ||A||_F is the Frobenius norm",)),
        ("||x||_2",   "",                 ()),
    ],
)  # fmt: skip
def test_notes(text: str, where: str, notes: tuple[str, ...]) -> None:
    assert typed(text, where)[1].notes == notes


def test_a_hidden_constant_is_noted() -> None:
    assert understand("I x", read_declarations("I: n x n")).typing.notes == (
        "I is your variable here, not the identity matrix",
    )


@pytest.mark.parametrize(
    ("f",        "wrt",  "where",       "sentence"),
    [
        ("x^T x", "y",   "",            "'y' is neither declared nor in the expression"),
        ("n x",   "n",   "x: n",        "'n' is a dimension here, not a variable to differentiate by"),
        ("x[i]",  "i",   "",            "'i' is an index here, not a variable to differentiate by"),
    ],
)  # fmt: skip
def test_what_cannot_be_differentiated_by(f: str, wrt: str, where: str, sentence: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        understand(f, read_declarations(where), [wrt])
    assert caught.value.message == sentence


def test_a_declared_variable_need_not_occur() -> None:
    found = understand("x^T x", read_declarations("y: m"), ["y"])
    assert found.typing.variables["y"].shape == (named("m"), ONE)


def test_an_expected_shape_takes_part() -> None:
    """The Hessian 2 I of x^T x: only the shape it must have tells the size of I."""
    n = named("n")
    tree = read("2 I")
    assert infer(tree, NOTHING, expected=[(n, ONE), (n, n)]).shapes[tree] == (n, n)
    with pytest.raises(ShapeError, match="this must be n, not 2 I"):
        infer(tree, NOTHING, expected=[(n, ONE)])


def test_other_expressions_share_the_names() -> None:
    f, claim = read("||A x - b||^2"), read("2 A^T (A x - b)")
    assert infer(claim, NOTHING, also=[f]).shapes[f] == SCALAR
    with pytest.raises(ShapeError):
        infer(read("x^T A x"), read_declarations("b: n; x: m"), also=[f])


# ---- properties

DECLARED = "A, S: n x n; B: m x n; x: n; y: m; c: scalar; r: 1 x n; g: R^n -> R^m; phi: elementwise"
_leaves = st.sampled_from([*(Tree("name", text=name) for name in "A S B x y c r".split()), Tree("number", text="2")])
_identity = st.builds(Tree, st.just("call"), text=st.just("I"))  # each its own part, with its own size


def _larger(below: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    def node(head: str, text: str = "", *, count: int = 2) -> st.SearchStrategy[Tree]:
        return st.tuples(*[below] * count).map(lambda children: Tree(head, children, text))

    calls = st.sampled_from("tr det sum exp diag vec softmax mean_rows phi norm".split())
    return st.one_of(
        node("sum"),
        node("sum", count=3),
        node("times", " "),
        node("times", "*"),
        node("hadamard"),
        node("entrydiv"),
        node("kron"),
        node("over"),
        node("neg", count=1),
        node("transpose", count=1),
        node("inverse", count=1),
        node("norm", count=1),
        below.map(lambda base: Tree("power", (base, Tree("number", text="2")))),
        below.map(lambda base: Tree("entrypow", (base, Tree("number", text="3")))),
        node("call", "maximum"),
        calls.flatmap(lambda name: node("call", name, count=1)),
    )


TREES = st.recursive(st.one_of(_leaves, _identity), _larger, max_leaves=12)


@settings(max_examples=300, deadline=None)
@given(TREES)
def test_every_tree_is_typed_or_refused(tree: Tree) -> None:
    """No inference ends otherwise than with a shape for every part, or a MatcalcError."""
    with contextlib.suppress(MatcalcError):
        typing = infer(tree, read_declarations(DECLARED))
        assert all(part in typing.shapes for part in postorder(tree))


def test_a_part_that_stands_in_many_places_is_looked_at_once() -> None:
    tree = Tree("name", text="x")
    for _ in range(100):
        tree = Tree("sum", (tree, tree))
    assert len(infer(tree, NOTHING).shapes) == 101


def test_a_limit_is_reached_at_a_place() -> None:
    text = "x" + " ⊗ x" * 40
    with pytest.raises(LimitError) as caught:
        understand(text, read_declarations("x: a + b + c + d + f"))
    assert caught.value.text == text
    assert caught.value.span is not None


def test_depth_and_length_cost_no_more_than_memory() -> None:
    deep = read("(x + " * 5000 + "x" + ")" * 5000)
    long = read(" + ".join(["x^T A x"] * 5000))
    for tree in (deep, long):
        assert infer(tree, NOTHING).variables["x"].shape == (named("n"), ONE)
