"""Multiplying out: taken where it is shorter, left where it is not; the value is the same."""

from __future__ import annotations

from time import process_time

import numpy as np
import pytest

from matcalc import diff, parse, simplify
from matcalc.algebra import entrywise, sums
from matcalc.algebra.dimension import ONE, SCALAR, named
from matcalc.algebra.leaves import number, symbol
from matcalc.algebra.nodes import Node
from matcalc.rewrite import multiply_out
from matcalc.rewrite.form import textbook
from matcalc.rewrite.multiply_out import MOST_TERMS, multiplied_out

SHORTER = """
s (t - 1) + t (1 - s)                                  | s, t: scalar       | t - s
(s + t)^2 - (s - t)^2                                  | s, t: scalar       | 4 s t
(s + t) (s - t) + t^2                                  | s, t: scalar       | s^2
s (s + t) + t (s - 1)                                  | s, t: scalar       | s (s + 2 t) - t
(x + y) .* (x - y) + y.^2                              | x, y: n            | x.^2
exp(x) .* (exp(x) - 1) + exp(2 x)                      | x: n               | 2 exp(2 x) - exp(x)
y .* sigmoid(-x) + sigmoid(x) .* (y - 1)               | x, y: n            | y - sigmoid(x)
1/(s^2 + t) - t/(s^2 + t)^2                            | s, t: scalar       | s^2 / (s^2 + t)^2
1/sqrt(t^2 + 1) - t^2/(t^2 + 1)^(3/2)                  | t: scalar          | 1 / (t^2 + 1)^(3/2)
1 ./ (x.^2 + 1) - 2 (x.^2 ./ (x.^2 + 1).^2)            | x: n               | (1 - x.^2) ./ (x.^2 + 1).^2
1 ./ (x + y) - x ./ (x + y).^2                         | x, y: n            | y ./ (x + y).^2
1 ./ sqrt(1 + x.^2) - x.^2 ./ (1 + x.^2).^(3/2)        | x: n               | 1 ./ (x.^2 + 1).^(3/2)
1/s - t/s^2                                            | s, t: scalar       | (s - t) / s^2
1 ./ (X + Y) - X ./ (X + Y).^2                         | X, Y: m x n        | Y ./ (X + Y).^2
1 ./ (y .* (x.^2 ./ y.^2 + 1))                         | x, y: n            | y ./ (x.^2 + y.^2)
X ./ (Y.^2 .* (X.^2 ./ Y.^2 + 1))                      | X, Y: m x n        | X ./ (X.^2 + Y.^2)
s (x ./ (y .* (x ./ y + 1)))                           | x, y: n; s: scalar | s (x ./ (x + y))
Y .* sigmoid(-X) + sigmoid(X) .* (Y - ones(m, n))      | X, Y: m x n        | Y - sigmoid(X)
2/(s^2 + 1) - 4 s^2/(s^2 + 1)^2                        | s: scalar          | 2 (1 - s^2) / (s^2 + 1)^2
(a^T x - x^T (a + b)) a                                | a, b, x: n         | -b^T x a
(tr(A X) - tr(X (A + B))) x                            | A, B, X: n x n; x: n | -tr(B X) x
x^T (A + A^T) x y                                      | A: n x n; x: n; y: m | 2 x^T A x y
"""

KEPT = """
sigmoid(x) .* (1 - sigmoid(x))                         | x: n
(s + t)^2                                              | s, t: scalar
1/s + 1/t                                              | s, t: scalar
x .* (y + z)                                           | x, y, z: n
A (x ./ y + 1) y^T                                     | A: m x n; x, y: n
(x^T (a + b) + c) y                                    | a, b, x, y: n; c: scalar
(x - mean(x))^T (x - mean(x)) y                        | x: n; y: m
A .* (X + Y)                                           | A, X, Y: m x n
(y - 1) .* sigmoid(-A x)                               | A: m x n; y: m; x: n
"""


@pytest.mark.parametrize("line", SHORTER.strip().splitlines())
def test_what_is_shorter_is_taken(line: str) -> None:
    given, where, wanted = (cell.strip() for cell in line.split("|"))
    assert str(simplify(parse(given, where))) == wanted


@pytest.mark.parametrize("line", KEPT.strip().splitlines())
def test_what_is_not_shorter_is_left(line: str) -> None:
    given, where = (cell.strip() for cell in line.split("|"))
    before = parse(given, where)
    assert simplify(before).node.weight == before.node.weight


def test_the_cross_entropy_of_a_sigmoid_has_the_residual_for_gradient() -> None:
    f = "-sum(y .* log(sigmoid(X w)) + (1 - y) .* log(1 - sigmoid(X w)))"
    d = diff(f, wrt="w", where="X: m x n; y: m; w: n")
    assert str(d.gradient) == "X^T (sigmoid(X w) - y)"
    assert str(d.hessian) == "X^T diag(sigmoid(X w) .* (1 - sigmoid(X w))) X"


def test_the_cross_entropy_of_a_matrix_of_sigmoids_has_the_residual_for_gradient() -> None:
    f = "-sum(Y .* log(sigmoid(U V^T)) + (1 - Y) .* log(1 - sigmoid(U V^T)))"
    assert str(diff(f, wrt="V", where="U: m x k; V: n x k; Y: m x n").gradient) == "(sigmoid(U V^T) - Y)^T U"


def test_a_residual_that_occurs_in_the_denominator_is_not_multiplied_out() -> None:
    """(1 - r^2) / (r^2 + 1)^2 with r = w^T x - y: over the common denominator r^2 stays what it is."""
    hessian = diff("log(1 + (y - w^T x)^2)", wrt="w", where="w, x: n; y: scalar").hessian
    assert str(hessian) == "2 (1 - (w^T x - y)^2) x x^T / ((w^T x - y)^2 + 1)^2"


def test_the_angle_of_a_pair_has_the_gradients_of_atan2() -> None:
    d = diff("sum(arctan(x ./ y))", wrt=["x", "y"], where="x, y: n")
    assert [str(gradient) for gradient in d.gradient.values()] == ["y ./ (x.^2 + y.^2)", "-x ./ (x.^2 + y.^2)"]


def test_chains_and_their_sums_cancel_in_front_of_a_vector() -> None:
    gradient = diff("a^T x / (a^T x + b^T x)", wrt="x", where="a, b, x: n").gradient
    assert str(gradient) == "(b^T x a - a^T x b) / (x^T (a + b))^2"
    entropy = diff("-softmax(x)^T log(softmax(x))", wrt="x", where="x: n").gradient
    assert str(entropy) == "x^T softmax(x) softmax(x) - x .* softmax(x)"


@pytest.mark.parametrize(
    ("f", "gradient"),
    [
        ("-sum(y .* log(sigmoid(X w)) + (1 - y) .* log(sigmoid(-X w)))", "X^T (sigmoid(X w) - y)"),
        ("sum(c .* (y .* softplus(-X w) + (1 - y) .* softplus(X w)))", "X^T (c .* (sigmoid(X w) - y))"),
        ("sum(y .* log(1 + exp(-X w)) + (1 - y) .* log(1 + exp(X w)))", "X^T (sigmoid(X w) - y)"),
    ],
)
def test_labels_of_two_signs_give_the_residual_too(f: str, gradient: str) -> None:
    d = diff(f, wrt="w", where="X: m x n; y, c: m; w: n")
    assert str(d.gradient) == gradient


def test_the_density_of_a_gaussian_by_its_deviation_keeps_its_square() -> None:
    f = "exp(-(x - mu)^2 / (2 sigma^2)) / sqrt(2 pi sigma^2)"
    gradient = diff(f, wrt="sigma", where="x, mu, sigma: scalar").gradient
    assert str(gradient) == "exp(-(x - mu)^2 / (2 sigma^2)) ((x - mu)^2 / sigma^3 - 1/sigma) / sqrt(2 pi sigma^2)"


def test_scalars_in_front_do_not_hide_a_common_denominator() -> None:
    f = "sum(y .* log(mu ./ (mu + k)) - k log(mu + k)) where mu = exp(X b)"
    gradient = diff(f, wrt="b", where="y: n; X: n x p; b: p; k: scalar positive").gradient
    assert str(gradient) == "k X^T ((y - exp(X b)) ./ (exp(X b) + k))"


def test_powers_of_a_product_in_front_of_a_vector_are_split_where_that_is_shorter() -> None:
    f = "a^T C b / sqrt(a^T A a b^T B b)"
    where = "a: n; b: m; A: n x n symmetric; B: m x m symmetric; C: n x m"
    gradient = diff(f, wrt="a", where=where).gradient
    assert str(gradient) == "(C b - a^T C b A a / (a^T A a)) / sqrt(a^T A a b^T B b)"
    assert str(simplify(parse("(s t)^(-3/2) x", "s, t: scalar; x: n"))) == "x / (s t)^(3/2)"


def polynomial(rng: np.random.Generator, depth: int) -> Node:
    """A random polynomial in a, b, c with quotients: sums of products of sums."""
    leaves = [symbol(name, SCALAR) for name in "abc"]
    if depth == 0:
        return leaves[rng.integers(3)]
    parts = [polynomial(rng, depth - 1) for _ in range(rng.integers(2, 4))]
    if depth % 2:
        return sums.add([(int(c), part) for c, part in zip(rng.integers(-2, 3, len(parts)), parts, strict=True)])
    exponents = rng.choice([-2, -1, 1, 1, 2], len(parts))
    return entrywise.hadamard(
        [entrywise.power(part, number(int(k))) for part, k in zip(parts, exponents, strict=True) if not _vanishes(part)]
        or [number(1)]
    )


def _vanishes(node: Node) -> bool:
    return node is number(0)


def value(node: Node, at: dict[str, float]) -> float:
    """The number that a polynomial is, by plain arithmetic on the nodes."""
    kind, inner = type(node).__name__, [value(child, at) for child in node.children]
    if kind == "Symbol":
        return at[node.data]
    if kind == "Number":
        return float(node.data)
    if kind == "Sum":
        return sum(float(c) * x for c, x in zip(node.data, inner, strict=True))
    if kind == "Hadamard":
        return float(np.prod(inner))
    assert kind == "Power"
    return float(inner[0] ** inner[1])


@pytest.mark.parametrize("seed", range(60))
def test_a_polynomial_keeps_its_value_and_gets_no_heavier(seed: int) -> None:
    rng = np.random.default_rng(seed)
    before = polynomial(rng, 3)
    after = textbook(before, {})
    assert after.weight <= before.weight
    assert textbook(after, {}) is after
    at = {name: float(x) for name, x in zip("abc", rng.uniform(0.5, 2.0, 3), strict=True)}
    assert value(after, at) == pytest.approx(value(before, at), rel=1e-9, abs=1e-9)


def test_many_terms_are_left_alone() -> None:
    brackets = [sums.plus(*(symbol(f"{letter}{k}", SCALAR) for k in range(5))) for letter in "abcd"]
    long = sums.plus(entrywise.hadamard(brackets), symbol("t", SCALAR))
    assert 5 ** len(brackets) > MOST_TERMS
    assert multiplied_out(long, lambda node: node) is long


def test_what_polynomials_share_is_looked_at_once() -> None:
    """x_(k+1) = x_k + x_k .* (a_k .* x_k), 60 times: 2^60 paths, 61 letters."""
    n = named("n")
    x = symbol("x", (n, ONE))
    for k in range(60):
        x = sums.plus(x, entrywise.hadamard([x, entrywise.hadamard([symbol(f"a{k}", (n, ONE)), x])]))
    assert len(list(multiply_out._factors_within(x))) <= 61
    assert multiplied_out(x, lambda node: node).weight <= x.weight


def test_matrices_of_many_terms_take_no_time() -> None:
    d = diff("(pinv(X) + D_sinm(X, X)) ((X^T)^2 - tan(X^T .* X))^T", wrt="X", where="X: m x m symmetric")
    start = process_time()
    assert d.second_differential.shape == ("m", "m")
    assert process_time() - start < 2
