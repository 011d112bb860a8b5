"""What a line of a rule file says: its kind, its sides, what moves, and its condition."""

from __future__ import annotations

import pytest

from matcalc.errors import RuleError, SyntaxProblem
from matcalc.syntax.declarations import read_declarations
from matcalc.syntax.rule_lines import read_rule
from tests.syntax.sketching import sketch

RULES = [
    ("linear tr(X)",                          "linear", "call:tr(X)", (), None, "", ""),
    ("bilinear A * B",                        "bilinear", "times:*(A, B)", (), None, "", ""),
    ("D inv(X)[H] = -inv(X) H inv(X)",        "D", "inverse(X)", ("H",), "neg(times(times(inverse(X), H), inverse(X)))", "", ""),
    ("D X.^k[H] = k X.^(k-1) .* H",           "D", "entrypow(X, k)", ("H",), "hadamard(times(k, entrypow(X, sum(k, neg(1)))), H)", "", ""),
    ("D ||x||_2[h] = x^T h / ||x||_2",        "D", "norm:2(x)", ("h",), "over(times(transpose(x), h), norm:2(x))", "", ""),
    ("D (A / c)[H, k] = H / c - k A / c^2", "D", "over(A, c)", ("H", "k"), "sum(over(H, c), neg(over(times(k, A), power(c, 2))))", "", ""),
    ("D max(x, y)[h, k] = h",                 "D", "call:maximum(x, y)", ("h", "k"), "h", "", ""),
    ("adjoint A H = A^T Y   # <Y, A H>",      "adjoint", "times(A, H)", (), "times(transpose(A), Y)", "", ""),
    ("  (A B)^T = B^T A^T",                   "identity", "transpose(times(A, B))", (), "times(transpose(B), transpose(A))", "", ""),
    ("A^T = A   where A: symmetric  # so",    "identity", "transpose(A)", (), "A", "A: symmetric", ""),
    ("law tr(A B) = tr(B A)",                 "law", "call:tr(times(A, B))", (), "call:tr(times(B, A))", "", ""),
    ("unsupported pinv(X): no rank, use inv", "unsupported", "call:pinv(X)", (), None, "", "no rank, use inv"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "kind", "left", "directions", "right", "where", "reason"), RULES)
def test_rule_lines(
    line: str, kind: str, left: str, directions: tuple[str, ...], right: str | None, where: str, reason: str
) -> None:
    let = read_declarations("A, B, H, X, Y: n x n; x, y, h: n; c, k: scalar")
    rule = read_rule(line, let)
    read_right = None if rule.right is None else sketch(rule.right)
    assert (rule.kind, sketch(rule.left), rule.directions, read_right) == (kind, left, directions, right)
    assert (rule.where, rule.reason) == (where, reason)
    assert line[slice(*rule.left.span)] in line


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("D inv(X) = X",      "this is not a D line"),
        ("D inv(X)[H]",       "this is not a D line"),
        ("linear X = X",      "this is not a linear line"),
        ("tr(A)",             "this is not an identity line"),
        ("unsupported chol(X)", "this is not an unsupported line"),
        ("tr(A B = tr(B A)",  "this '(' is never closed"),
    ],
)  # fmt: skip
def test_rule_lines_that_are_none(line: str, sentence: str) -> None:
    with pytest.raises(SyntaxProblem) as caught:
        read_rule(line)
    assert caught.value.message == sentence
    assert caught.value.text == line
    assert not isinstance(caught.value, RuleError)
