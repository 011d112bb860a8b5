"""What a text means: two texts that say the same are one expression, and its shape is the inferred one."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings

from matcalc.algebra import calls, declared, entries, entrywise, matrix_powers, products, sums, transposes
from matcalc.algebra.dimension import ONE, SCALAR, named
from matcalc.algebra.dimension import constant as constant_dimension
from matcalc.algebra.leaves import (
    basis,
    commutation,
    constant,
    direction,
    identity,
    index,
    number,
    ones,
    row_symbol,
    size,
    symbol,
    zero,
)
from matcalc.algebra.nodes import Abstract, Direction, Node
from matcalc.algebra.walks import symbols
from matcalc.errors import EvaluationError, LimitError, MatcalcError
from matcalc.syntax.declarations import NOTHING, read_declarations
from matcalc.syntax.inference import infer
from matcalc.syntax.literals import decimal, fraction
from matcalc.syntax.lowering import lower
from matcalc.syntax.reading import read
from matcalc.syntax.tree import Tree
from matcalc.syntax.understanding import understand
from tests.syntax.test_inference import DECLARED, TREES

WHERE = read_declarations(
    "A, S: n x n; B: m x n; P: n x n positive definite; x, z: n; y: m; b, c: scalar; r: 1 x n; "
    "g: R^n -> R; h: R^n -> R^m; phi: elementwise; F: R^n, R^m -> R^p bilinear"
)
m, n, p = named("m"), named("n"), named("p")
A, B, P = symbol("A", (n, n)), symbol("B", (m, n)), symbol("P", (n, n))
x, z, y = symbol("x", (n, ONE)), symbol("z", (n, ONE)), symbol("y", (m, ONE))
b, c = symbol("b", SCALAR), symbol("c", SCALAR)
r = row_symbol("r", n)
g = Abstract("g", ((n, ONE),), SCALAR)
h = Abstract("h", ((n, ONE),), (m, ONE))
phi = Abstract("phi", (SCALAR,), SCALAR, "elementwise")
F = Abstract("F", ((n, ONE), (m, ONE)), (p, ONE), "bilinear")
half = number(Fraction(1, 2))


def T(node: Node) -> Node:
    return transposes.transpose(node)


def meant(text: str) -> Node:
    return understand(text, WHERE).node


@pytest.mark.parametrize(
    ("text",                  "node"),
    [
        ("2",                 number(2)),
        ("0.1",               number(Fraction(1, 10))),
        ("1e3",               number(1000)),
        ("pi",                constant("pi")),
        ("n",                 size(n)),
        ("A",                 A),
        ("r",                 r),
        ("I x",               x),
        ("2 I + A",           sums.add([(2, identity(n)), (1, A)])),
        ("I_3",               identity(constant_dimension(3))),
        ("ones(m, n)",        ones(m, n)),
        ("zeros(m)",          zero((m, ONE))),
        ("e(i, n)",           basis(index("i"), n)),
        ("e(2, n)",           basis(number(2), n)),
        ("unit(i,j,m,n)",     entries.unit(index("i"), index("j"), m, n)),
        ("Kmat(m, n)",        commutation(m, n)),
        ("unvec(vec(B),m,n)", B),
        ("x^T A x",           products.product([T(x), A, x])),
        ("x - z",             sums.minus(x, z)),
        ("-x",                sums.times_number(-1, x)),
        ("x^T z A",           products.scaled(products.product([T(x), z]), A)),
        ("c x^T z x^T z x",   products.scaled(entrywise.hadamard([c, products.product([T(x), z]), products.product([T(x), z])]), x)),
        ("x/c",               products.scaled(entrywise.power(c, number(-1)), x)),
        ("x .* z",            entrywise.hadamard([x, z])),
        ("x .* c .* z",       products.scaled(c, entrywise.hadamard([x, z]))),
        ("x ./ z",            entrywise.divide(x, z)),
        ("c ./ x",            products.scaled(c, entrywise.power(x, number(-1)))),
        ("x + c",             sums.plus(x, products.scaled(c, ones(n)))),
        ("1 - x",             sums.minus(ones(n), x)),
        ("r + 1",             T(sums.plus(T(r), ones(n)))),
        ("log(1 + B)",        calls.call("log", [sums.plus(ones(m, n), B)])),
        ("max(0, B)",         calls.call("maximum", [zero((m, n)), B])),
        ("min(c, r)",         calls.call("minimum", [products.scaled(c, ones(ONE, n)), r])),
        ("A^3",               matrix_powers.power(A, number(3))),
        ("A^-2",              matrix_powers.power(A, number(-2))),
        ("A^k",               matrix_powers.power(A, symbol("k", SCALAR))),
        ("A^-T",              T(matrix_powers.inverse(A))),
        ("P^(1/2)",           calls.call("sqrtm", [P])),
        ("P^(-1/2)",          matrix_powers.inverse(calls.call("sqrtm", [P]))),
        ("P^0.5",             calls.call("sqrtm", [P])),
        ("c^q",               entrywise.power(c, symbol("q", SCALAR))),
        ("c^p",               entrywise.power(c, size(p))),
        ("c^(1/2)",           entrywise.power(c, half)),
        ("sqrt(c)",           entrywise.power(c, half)),
        ("x.^2",              entrywise.power(x, number(2))),
        ("A ⊗ B",             calls.call("kron", [A, B])),
        ("||x||",             calls.call("norm", [x])),
        ("||r||",             calls.call("norm", [T(r)])),
        ("||x||_F",           calls.call("norm", [x])),
        ("||x||_*",           calls.call("norm", [x])),
        ("||x||_1",           calls.call("norm_1", [x])),
        ("||r||_inf",         calls.call("norm_inf", [T(r)])),
        ("||B||",             calls.call("norm", [B])),
        ("||B||_F",           calls.call("norm", [B])),
        ("||B||_1",           calls.call("norm_1", [B])),
        ("||B||_2",           calls.call("norm_2", [B])),
        ("||B||_*",           calls.call("norm_nuclear", [B])),
        ("||c||",             calls.call("abs", [c])),
        ("dot(x, r)",         products.product([r, x])),
        ("diag(r)",           calls.call("diag", [T(r)])),
        ("softmax(r)",        T(calls.call("softmax", [T(r)]))),
        ("logsumexp(r)",      calls.call("logsumexp", [T(r)])),
        ("max(c) + mean(c)",  sums.times_number(2, c)),
        ("softmax(c)",        number(1)),
        ("tr(c) + diag(c)",   sums.times_number(2, c)),
        ("B[i,2]",            entries.entry(B, index("i"), number(2))),
        ("x[i]",              entries.entry(x, index("i"), number(1))),
        ("r[i]",              entries.entry(T(r), index("i"), number(1))),
        ("c + i x[i]",        sums.plus(c, entrywise.hadamard([index("i"), entries.entry(x, index("i"), number(1))]))),
        ("g(x)",              declared.apply(g, [x])),
        ("h(A x)",            declared.apply(h, [products.product([A, x])])),
        ("phi(B)",            declared.apply(phi, [B])),
        ("D(h, x)[z]",        declared.slope(h, [x], [z])),
        ("D(F, x, y)[z, y]",  declared.slope(F, [x, y], [z, y])),
        ("D(phi, x)[z]",      declared.slope(phi, [x], [z])),
        ("J(h, x)",           declared.jacobian(h, [x])),
        ("J(phi, x)",         calls.call("diag", [declared.slope(phi, [x], [ones(n)])])),
        ("grad(g, x)",        declared.gradient(g, [x])),
        ("hess(g, x)",        declared.hessian(g, [x])),
        ("hess(g, x)^T",      declared.hessian(g, [x])),
        ("D2(h, x)[z, x]",    declared.slope(h, [x], [z], [x])),
        ("D2(h, x)[x, 2 z]",  sums.times_number(2, declared.slope(h, [x], [x], [z]))),
        ("D2(phi, x)[z, z]",  entrywise.hadamard([declared.slope(phi, [x], [ones(n)], [ones(n)]), z, z])),
        ("hess(phi, c)",      declared.slope(phi, [c], [number(1)], [number(1)])),
        ("t0^T t0 where t0 = A x",               products.product([T(x), T(A), A, x])),
        ("t1 where t0 = A x; t1 = t0 + x",       sums.plus(products.product([A, x]), x)),
    ],
)  # fmt: skip
def test_meaning(text: str, node: Node) -> None:
    assert meant(text) is node


@pytest.mark.parametrize(
    ("one",                    "other"),
    [
        ("A (B^T y)",          "A B^T y"),
        ("x x^T z",            "x (x^T z)"),
        ("x^T z",              "z^T x"),
        ("x^T A x",            "x^T A^T x"),
        ("2 x - x",            "x"),
        ("(A x)^T",            "x^T A^T"),
        ("(A S)^-1",           "S^-1 A^-1"),
        ("inv(A)",             "A^-1"),
        ("A @ x",              "A * x"),
        ("kron(A, B)",         "A ⊗ B"),
        ("1/2 x^T A x",        "x^T A x / 2"),
        ("lambda/2 ||x||^2",   "0.5 lambda ||x||^2"),
        ("1/n sum(x)",         "sum(x)/n"),
        ("x .* z",             "z ⊙ x"),
        ("trace(A)",           "tr(A)"),
        ("ln(c)",              "log(c)"),
        ("r^T",                "(r)^T"),
        ("||x||^2_2",          "||x||_2^2"),
        ("max(x, z)",          "max(z, x)"),
    ],
)  # fmt: skip
def test_two_texts_with_one_meaning(one: str, other: str) -> None:
    assert meant(one) is meant(other)


def test_directions() -> None:
    found = understand("x^T v + r w", read_declarations("x, v, w: n; r: 1 x n"), directions=["v", "r"])
    assert {node.data for node in symbols(found.node) if isinstance(node, Direction)} == {"v", "r"}
    assert understand("v", read_declarations("v: n"), directions=["v"]).node is direction("v", (n, ONE))
    assert understand("v", read_declarations("v: 1 x n"), directions=["v"]).node is row_symbol(
        "v", n, is_direction=True
    )


def test_a_value_of_where_is_made_once() -> None:
    text = "t20 where t0 = x" + "".join(f"; t{k + 1} = t{k} + sin(t{k})" for k in range(20))
    assert len(set(symbols(understand(text).node))) == 1


@pytest.mark.parametrize(
    ("text",          "sentence",           "span"),
    [
        ("1/0",       "division by 0",      (2, 3)),
        ("x/(1-1)",   "division by 0",      (2, 7)),
        ("1 ./ zeros(n)", "division by 0",  (5, 13)),
        ("0^-1",      "division by 0",      (0, 4)),
        ("0^(-2)",    "division by 0",      (0, 1)),
        ("zeros(n,n)^-1", "the inverse of zero", (0, 13)),
    ],
)  # fmt: skip
def test_division_by_zero(text: str, sentence: str, span: tuple[int, int]) -> None:
    with pytest.raises(EvaluationError) as caught:
        meant(text)
    assert (caught.value.message, caught.value.text, caught.value.span) == (sentence, text, span)


def test_numbers_are_exact_and_limited() -> None:
    assert decimal("12.50e-1") == Fraction(5, 4)
    assert decimal("9" * 5000) == 10**5000 - 1
    with pytest.raises(LimitError):
        decimal("1e99999999999")
    with pytest.raises(LimitError):
        decimal("1" * 20_000)
    with pytest.raises(LimitError) as caught:
        meant("99^9999")
    assert caught.value.text == "99^9999"
    assert fraction(Tree("name", text="x")) is None


@settings(max_examples=500, deadline=None)
@given(TREES)
def test_the_expression_has_the_inferred_shape(tree: Tree) -> None:
    try:
        typing = infer(tree, read_declarations(DECLARED))
    except MatcalcError:
        assume(False)
    try:
        assert lower(tree, typing).shape == typing.shapes[tree]
    except EvaluationError:
        pass


def test_depth_and_length_cost_no_more_than_memory() -> None:
    for text in (
        "exp(" * 5000 + "x" + ")" * 5000,
        "-(" * 5000 + "x" + ")" * 5000,
        "x^T " + "A " * 20_000 + "x",
        "x^T y " * 5000,
        " + ".join(f"x_{k}^T A_{k} x_{k}" for k in range(3000)),
        " .* ".join(["x", "y"] * 5000),
    ):
        tree = read(text)
        assert lower(tree, infer(tree, NOTHING)).shape is not None
