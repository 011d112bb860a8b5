"""A rule is found in windows, around corners, among factors and terms; what is around it stays."""

from __future__ import annotations

import pytest

from matcalc.rulebook import lines, loading
from matcalc.rulebook.finding import keys, rewritten
from tests.rule_words import node_of, text_of

LET = "let A, B, X: n x n; R: m x n; a, b, x: n; c, k: scalar\n"


@pytest.mark.parametrize(
    ("rule",                            "expression",                              "after"),
    [
        ("A inv(A) = I",                "B P^T P (P^T P)^-1 A",                    "B A"),
        ("A inv(A) = I",                "B P^T P inv(P^T P)",                      "B"),
        ("A inv(A) = I",                "A inv(B) C",                              None),
            ("diag(a) x = a .* x",          "B diag(u) B v",                           "B (u .* (B v))"),
        ("diag(a) x = a .* x",          "v^T diag(u) B",                           "(u .* v)^T B"),
        ("diag(a) x = a .* x",          "B diag(u) B",                             None),
        ("ones(n)^T x = sum(x)",        "v^T ones(n)",                             "sum(v)"),
        ("A^T A = I where A: orthogonal", "tr(A C A^T)",                           "tr(C)"),
        ("step(R).^2 = step(R)",        "step(u).^4",                              "step(u).^2"),
        ("R .* step(R) = relu(R)",      "u .* v .* step(u .* v)",                  "relu(u .* v)"),
        ("abs(R) .* sign(R) = R",       "v .* abs(u) .* sign(u)",                  "u .* v"),
        ("abs(R) .* sign(R) = R",       "abs(u).^2 .* sign(u)",                    "u .* abs(u)"),
        ("sin(X).^2 + cos(X).^2 = ones(n, n)", "v + 3 sin(u).^2 + 3 cos(u).^2",    None),
        ("sin(X).^2 + cos(X).^2 = ones(n, n)", "C + 3 sin(A).^2 + 3 cos(A).^2",    "C + 3 ones(n, n)"),
        ("sin(X).^2 + cos(X).^2 = ones(n, n)", "2 sin(A).^2 + 3 cos(A).^2",        None),
        ("exp(x) / sum(exp(x)) = softmax(x)", "exp(u) / sum(exp(u))",              "softmax(u)"),
        ("exp(x) / sum(exp(x)) = softmax(x)", "t (v .* exp(u)) / sum(exp(u))",     "t (v .* softmax(u))"),
        ("exp(x) / sum(exp(x)) = softmax(x)", "exp(u) exp(u)^T / sum(exp(u))",     "softmax(u) exp(u)^T"),
        ("exp(x) / sum(exp(x)) = softmax(x)", "exp(u) / sum(exp(v))",              None),
        ("sqrt(tr(R^T R)) = ||R||_F",   "1 / sqrt(u^T u)^3",                       "1 / ||u||_2^3"),
    ],
)  # fmt: skip
def test_what_an_expression_is_after_a_rule(rule: str, expression: str, after: str | None) -> None:
    (line,) = lines.lines(LET + rule, "")
    node = node_of(expression, "A, B, C: n x n; P: m x n; u, v: n; t: scalar")
    found = [rewritten(one, node, lambda *_: True) for one in loading.identities(line)]
    made = next((text_of(one) for one in found if one is not None), None)
    assert made == (None if after is None else text_of(node_of(after, "A, B, C: n x n; u, v: n; t: scalar")))


def test_a_condition_is_asked_of_what_the_letter_stands_for() -> None:
    (line,) = lines.lines(LET + "A^T = A where A: symmetric", "")
    (rule,) = loading.identities(line)
    node = node_of("inv(A)^T")
    asked = []
    assert rewritten(rule, node, lambda what, word: asked.append((text_of(what), word)) or False) is None  # type: ignore[func-returns-value]
    assert asked == [("A^-1", "symmetric")]


@pytest.mark.parametrize(
    ("rule",                        "expected"),
    [
        ("log(exp(X)) = X",         [("log", "exp")]),
        ("det(A) = c",              [("det", "*")]),
        ("diag(a) x = x",           [("Product", "diag")]),
        ("A inv(A) = I",            [("Product", "MatrixPower")]),
        ("ones(n)^T x = sum(x)",    [("Product", "Ones'"), ("Product", "Ones")]),
        ("A^T = A",                 [("Transpose", "*")]),
        ("X .* step(X) = relu(X)",  [("Hadamard", "step")]),
        ("step(X).^2 = step(X)",    [("Power", "step")]),
        ("sqrt(tr(R^T R)) = ||R||_F", [("Power", "tr")]),
    ],
)  # fmt: skip
def test_where_a_rule_is_looked_up(rule: str, expected: list[tuple[str, str]]) -> None:
    (line,) = lines.lines(LET + rule, "")
    assert keys(loading.identities(line)[0]) == expected
