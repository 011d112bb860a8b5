"""What follows from what is declared; nothing is believed that is not certain."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import numpy as np
import pytest
from numpy.typing import NDArray

from matcalc.algebra.traversal import substitute
from matcalc.errors import EvaluationError
from matcalc.numeric.points import draw
from matcalc.numeric.precise import precise_value
from matcalc.rewrite.properties import Known
from matcalc.syntax.declarations import read_declarations
from matcalc.syntax.understanding import understand
from tests.rule_words import node_of, properties_of

Array = NDArray[np.float64]

WHERE = """S, P: n x n symmetric; D: n x n positive definite; E: n x n positive semidefinite; Q, R: n x n orthogonal; L: n x n diagonal;
    W: n x n skew; J: n x n lower; U: n x n upper; A, B: n x n; N: n x n invertible; X: m x n; C: m x m; F: m x n full rank; a: n positive; z: n nonzero; x, y: n;
    c: scalar positive; d: scalar nonnegative; t: scalar"""


CASES = [
    # word                expressions                                                                     holds
    ("symmetric",         "S|D|E|L|S^-1|S^T|A + A^T|X^T X|X^T C C^T X|A S A^T|2 S + 3 P|t S|S .* P|exp(S)|I + A A^T", True),
    ("symmetric",         "A + A^T|A S + S A^T + D|c X^T C X S + c S X^T C^T X|x y^T + y x^T + A^T S A",         True),
    ("symmetric",         "A S + A^T S|A S + 2 S A^T|A S - S A^T|x y^T + x x^T",                           False),
    ("symmetric",         "diag(x)|S ⊗ D|expm(S)|x x^T|X^T X + S|(X^T X)^-1",                              True),
    ("symmetric",         "W^2|W^-2|A W^2 A^T|sum_diagonals(S)|D_expm(S, P)|D2_expm(S, P, D)",             True),
    ("symmetric",         "A|W^3|S P|A S|A B A^T|X^T C X|Q|W|A + S|A .* S|x y^T|exp(A)",                       False),
    ("skew",              "W|2 W|W^T|t W - W^T|A W A^T|A - A^T|W^3|W^-1|x y^T - y x^T|S W S",              True),
    ("skew",              "A W A|A W B^T|W^2|A + A^T|W S",                                                 False),
    ("skew",              "W|2 W|W^T|t W - W^T",                                                           True),
    ("skew",              "A|W W|W + S|W .* W",                                                            False),
    ("orthogonal",        "Q|Q^T|Q R|Q^-1|I(n)|Kmat(m, n)|Q ⊗ R",                                          True),
    ("orthogonal",        "-Q|expm(W)|Q^3|Q expm(W) R^T",                                                  True),
    ("orthogonal",        "A|expm(S)|2 Q|Q + R|N",                                                                 False),
    ("diagonal",          "L|diag(x)|L diag(x)|L^-1|2 L + I|L .* A|I(n)",                                  True),
    ("diagonal",          "expm(L)|adj(L)|tril(L)",                                                        True),
    ("lower",             "J|J^-1|J^2|U^T|J L|J J + 2 L|tril(A)|chol(D)|J .* A|J ⊗ L|expm(J)|t J|I(n)",    True),
    ("lower",             "A|U|J^T|J U|J + A|cof(J)|U ⊗ J",                                                False),
    ("upper",             "U|U^-1|J^T|chol(D)^T|triu(A)|L U|expm(U + L)|chol(D)^-T",                       True),
    ("upper",             "A|J|U^T|J U|chol(D)",                                                           False),
    ("diagonal",          "A|J|A L|S",                                                                       False),
    ("invertible",        "N|D|Q|N D|N^T|c N|expm(A)|inv(A)|D + E|diag(a)",                                True),
    ("invertible",        "chol(D)|N^T D N|expm(A) N",                                                     True),
    ("invertible",        "A|N + D|t N|X^T X|diag(x)",                                                     False),
    ("full rank",         "F|F^T|N|D",                                                                     True),
    ("full rank",         "C^-1 F|F N|c F|-F|pinv(F)|F^T C^-1|polar(F)",                                   True),
    ("full rank",         "X|A|X F^T|t F|F ⊗ F^T",                                                                           False),
    ("positive definite", "D|D^-1|c D|D + E|D + X^T X|I(n)|I + X^T X|diag(a)|D ⊗ D|expm(S)|sqrtm(D)|D^2",  True),
    ("positive definite", "N^T N|N D N^T|N^T Q^T D Q N|(S^-1)^2|D .* D^-1|chol(D) chol(D)^T|N N^T + E",       True),
    ("positive semidefinite", "S^2|E^2|E ⊗ D|E .* (X^T X)|sqrtm(E)|pinv(E)|diag(d x .* x)|X^T C^T C X|x x^T|2 E + S S", True),
    ("positive semidefinite", "S|W^2|E S E|E - D|diag(x)|A E|E P",                                         False),
    ("positive definite", "S|S^2|A^T D A|N^T S N|E|X^T X|t D|D - E|-D|A|d D",                                                  False),
    ("positive",          "a|c|exp(x)|exp(t)|softmax(x)|sigmoid(t)|a .* exp(x)|sqrt(a)|1 ./ a|1 + exp(x)", True),
    ("positive",          "1 + x^T x|c d + 1|det(D)|sum(a)|pi",                                            True),
    ("positive",          "1 - sigmoid(t)|1 - sigmoid(x)|1 - tanh(x).^2|1 - tanh(t)|1 - exp(-a)|softmax(x)[1]|a[1]", True),
    ("positive",          "1 - sin(t)^2|1 - softmax(x)|1 - exp(-d)|1 - exp(a)|1 - tanh(t)^3|2 - sigmoid(t)|sigmoid(t) - 1|x[1]", False),
    ("positive",          "x|t|d|x^T x|t^2|log(a)|a - exp(x)|a^T x|sum(x)|det(A)",                         False),
    ("nonnegative",       "d|x^T x|x^T D x|x^T E x|t^2|abs(x)|relu(x)|step(x)|‖x‖_2|x.^2|d t^2|x.^2 + y.^2|tr(X^T X)", True),
    ("nonnegative",       "1 - cos(x)|1 - sin(x).^2|1 - softmax(x)|1 - exp(-x.^2)|det(E)|det(X^T X)|abs(x)[1]", True),
    ("nonnegative",       "1 - exp(-x)|1 - cosh(x)|1 - sin(t)^3|det(S)|t|x|x^T y|t^3|x^T S x|d - 1|x.^3",                                              False),
    ("nonzero",           "z|1 ./ z|c z|exp(x)|det(N)|z .* a",                                             True),
    ("nonzero",           "x|z + a|d|det(A)|t z",                                                          False),
]  # fmt: skip


@pytest.mark.parametrize(("word", "expressions", "holds"), CASES)
def test_properties(word: str, expressions: str, holds: bool) -> None:
    known = Known(properties_of(WHERE))
    for text in expressions.split("|"):
        assert known.holds(node_of(text, WHERE), word) is holds, text


def test_nothing_is_known_of_what_is_not_declared() -> None:
    known = Known({})
    A = node_of("A + B", WHERE)
    assert not any(known.holds(A, word) for word in ("symmetric", "invertible", "positive", "nonzero", "orthogonal"))


def test_what_is_nested_too_deeply_is_not_known() -> None:
    c = node = node_of("c", WHERE)
    for _ in range(5000):
        node = substitute(node_of("1 / (1 + c)", WHERE), {c: node})
    known = Known(properties_of(WHERE))
    assert known.holds(c, "positive")
    assert not known.holds(node, "positive")


IS: dict[str, Callable[[Array], bool]] = {
    "symmetric":             lambda x: np.allclose(x, x.T),
    "skew":                  lambda x: np.allclose(x, -x.T),
    "orthogonal":            lambda x: np.allclose(x.T @ x, np.eye(len(x))),
    "diagonal":              lambda x: np.allclose(x, np.diag(np.diag(x))),
    "lower":                 lambda x: np.allclose(x, np.tril(x)),
    "upper":                 lambda x: np.allclose(x, np.triu(x)),
    "invertible":            lambda x: np.linalg.cond(x) < 1e12,
    "full rank":             lambda x: np.linalg.matrix_rank(x) == min(x.shape),
    "positive definite":     lambda x: np.allclose(x, x.T) and np.linalg.eigvalsh(x)[0] > 0,
    "positive semidefinite": lambda x: np.allclose(x, x.T) and np.linalg.eigvalsh(x)[0] > -1e-9,
    "positive":              lambda x: (x > 0).all(),
    "nonnegative":           lambda x: (x >= 0).all(),
    "nonzero":               lambda x: (x != 0).all(),
}  # fmt: skip


@pytest.mark.parametrize(
    ("word", "expressions"), [(word, text) for word, texts, holds in CASES if holds for text in texts.split("|")]
)
def test_what_is_known_is_true(word: str, expressions: str) -> None:
    """At random points with the declared properties."""
    read = understand(expressions, read_declarations(WHERE))
    seen = 0
    for seed in range(5):
        values, sizes = draw(read_declarations(WHERE).variables, Random(seed), dimensions=["m", "n"])
        try:
            value = precise_value(read.tree, read.typing, values, sizes)
        except EvaluationError:  # an odd skew matrix is singular
            continue
        assert IS[word](np.array(value, dtype=float)), expressions
        seen += 1
    assert seen
