"""A letter stands for any expression of its shape and no other; parts are found in any order and window, and only there."""

from __future__ import annotations

import pytest

from matcalc.rulebook.matching import matches
from matcalc.rulebook.rule import NOWHERE
from tests.rule_words import node_of, text_of

PATTERN = "A, B: m x n; C: n x p; S: n x n; x, y: n; c: scalar; k: scalar"
POINT = "U, V: r x s; W: s x r; Q: s x s; P: r x r; u, v: s; t, a: scalar"


@pytest.mark.parametrize(
    ("pattern",             "expression",                "found"),
    [
        ("exp(A)",          "exp(U V^T U)",              {"A": "U V^T U"}),
        ("exp(A)",          "exp(u)",                    {"A": "u"}),
        ("exp(x)",          "exp(U)",                    None),
        ("exp(c)",          "exp(u)",                    None),
        ("exp(c)",          "exp(u^T v)",                {"c": "u^T v"}),
        ("log(A)",          "exp(U)",                    None),
        ("A^T",             "U^T",                       {"A": "U"}),
        ("A C",             "U W",                       {"A": "U", "C": "W"}),
        ("A C",             "U Q W",                     {"A": "U", "C": "Q W"}),
        ("S S",             "Q Q",                       {"S": "Q"}),
        ("tr(S)",           "tr(P)",                     {"S": "P"}),
        ("tr(A^T B)",       "tr(U^T V)",                 {"A": "U", "B": "V"}),
        ("tr(A^T A)",       "tr(W W^T)",                 {"A": "W"}),
        ("tr(A^T A)",       "tr(U^T V)",                 None),
        ("x^T y",           "u^T Q v",                   {"x": "u", "y": "Q v"}),
        ("A .* exp(B)",     "U .* exp(V)",               {"A": "U", "B": "V"}),
        ("A .* exp(B)",     "exp(U) .* V",               {"A": "V", "B": "U"}),
        ("A .* A",          "U.^2",                      {"A": "U"}),
        ("A .* A",          "U.^3",                      None),
        ("A.^k",            "u.^t",                      {"A": "u", "k": "t"}),
        ("log(1 + exp(A))", "log(exp(u - v) + 1)",       {"A": "u - v"}),
        ("log(1 + exp(A))", "log(2 + exp(U))",           None),
        ("log(1 + exp(A))", "log(1 + exp(U) + V)",       None),
        ("sin(-A)",         "sin(-U)",                   {"A": "U"}),
        ("sin(-A)",         "sin(-2 u)",                 {"A": "2 u"}),
        ("sin(-A)",         "sin(v - Q u)",              {"A": "Q u - v"}),
        ("sin(-A)",         "sin(U)",                    None),
        ("det(c S)",        "det(3 t Q)",                {"c": "3 t", "S": "Q"}),
        ("det(c S)",        "det(2 Q)",                  {"c": "2", "S": "Q"}),
        ("det(c S)",        "det(Q)",                    None),
        ("det(S^k)",        "det(Q^-1)",                 {"S": "Q", "k": "-1"}),
        ("inv(S)",          "inv(U W)",                  {"S": "U W"}),
        ("A ⊗ C",           "U ⊗ W",                     {"A": "U", "C": "W"}),
        ("A ⊗ C",           "U ⊗ V",                     None),
        ("diag(x)",         "diag(u)",                   {"x": "u"}),
        ("diag(x)",         "diag(P)",                   None),
        ("max(A, B)",       "max(U, V)",                 {"A": "U", "B": "V"}),
    ],
)  # fmt: skip
def test_what_the_letters_stand_for(pattern: str, expression: str, found: dict[str, str] | None) -> None:
    first = next(iter(matches(node_of(pattern, PATTERN), node_of(expression, POINT), NOWHERE)), None)
    assert (None if first is None else {leaf.data: text_of(value) for leaf, value in first.values.items()}) == found


def test_a_dimension_stands_for_one_dimension_in_the_whole_pattern() -> None:
    pattern = node_of("A ⊗ B", "A: m x n; B: n x m")
    assert list(matches(pattern, node_of("U ⊗ W", "U: r x s; W: s x r"), NOWHERE))
    assert not list(matches(pattern, node_of("U ⊗ W", "U: r x s; W: s x q"), NOWHERE))
