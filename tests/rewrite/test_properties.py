"""What follows from what is declared; nothing is believed that is not certain."""

from __future__ import annotations

import pytest

from matcalc.algebra.traversal import substitute
from matcalc.rewrite.properties import Known
from rule_words import node_of, properties_of

WHERE = """S, P: n x n symmetric; D: n x n positive definite; E: n x n positive semidefinite; Q, R: n x n orthogonal; L: n x n diagonal;
    W: n x n skew; A, B: n x n; N: n x n invertible; X: m x n; C: m x m; F: m x n full rank; a: n positive; z: n nonzero; x, y: n;
    c: scalar positive; d: scalar nonnegative; t: scalar"""


@pytest.mark.parametrize(
    ("word",                  "expressions",                                                                   "holds"),
    [
        ("symmetric",         "S|D|E|L|S^-1|S^T|A + A^T|X^T X|X^T C C^T X|A S A^T|2 S + 3 P|t S|S .* P|exp(S)|I + A A^T", True),
        ("symmetric",         "A + A^T|A S + S A^T + D|c X^T C X S + c S X^T C^T X|x y^T + y x^T + A^T S A",         True),
        ("symmetric",         "A S + A^T S|A S + 2 S A^T|A S - S A^T|x y^T + x x^T",                           False),
        ("symmetric",         "diag(x)|S ⊗ D|expm(S)|x x^T|X^T X + S|(X^T X)^-1",                              True),
        ("symmetric",         "A|S P|A S|A B A^T|X^T C X|Q|W|A + S|A .* S|x y^T|exp(A)",                       False),
        ("skew",              "W|2 W|W^T|t W - W^T",                                                           True),
        ("skew",              "A|W W|W + S|W .* W",                                                            False),
        ("orthogonal",        "Q|Q^T|Q R|Q^-1|I(n)|Kmat(m, n)|Q ⊗ R",                                          True),
        ("orthogonal",        "A|2 Q|Q + R|N",                                                                 False),
        ("diagonal",          "L|diag(x)|L diag(x)|L^-1|2 L + I|L .* A|I(n)",                                  True),
        ("diagonal",          "A|A L|S",                                                                       False),
        ("invertible",        "N|D|Q|N D|N^T|c N|expm(A)|inv(A)|D + E|diag(a)",                                True),
        ("invertible",        "A|N + D|t N|X^T X|diag(x)",                                                     False),
        ("full rank",         "F|F^T|N|D",                                                                     True),
        ("full rank",         "X|A",                                                                           False),
        ("positive definite", "D|D^-1|c D|D + E|D + X^T X|I(n)|I + X^T X|diag(a)|D ⊗ D|expm(S)|sqrtm(D)|D^2",  True),
        ("positive definite", "S|E|X^T X|t D|D - E|-D|A|d D",                                                  False),
        ("positive",          "a|c|exp(x)|exp(t)|softmax(x)|sigmoid(t)|a .* exp(x)|sqrt(a)|1 ./ a|1 + exp(x)", True),
        ("positive",          "1 + x^T x|c d + 1|det(D)|sum(a)|pi",                                            True),
        ("positive",          "x|t|d|x^T x|t^2|log(a)|a - exp(x)|a^T x|sum(x)|det(A)",                         False),
        ("nonnegative",       "d|x^T x|x^T D x|x^T E x|t^2|abs(x)|relu(x)|step(x)|‖x‖_2|x.^2|d t^2|x.^2 + y.^2|tr(X^T X)", True),
        ("nonnegative",       "t|x|x^T y|t^3|x^T S x|d - 1|x.^3",                                              False),
        ("nonzero",           "z|1 ./ z|c z|exp(x)|det(N)|z .* a",                                             True),
        ("nonzero",           "x|z + a|d|det(A)|t z",                                                          False),
    ],
)  # fmt: skip
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
