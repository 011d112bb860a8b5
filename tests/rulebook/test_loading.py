"""The patterns that are made of a line."""

from __future__ import annotations

import pytest

from matcalc.rulebook import loading
from matcalc.rulebook.lines import lines
from tests.rule_words import text_of

LET = "let X, H: m x n; x, h: n; c: scalar\n"


@pytest.mark.parametrize(
    ("text",                       "patterns"),
    [
        ("log(exp(X)) = X",        ["log(exp(X))", "log(exp(X))", "log(exp(X))"]),
        ("X pinv(X) X = X",        ["X pinv(X) X", "pinv(X) X X^T"]),
        ("sqrt(tr(X^T X)) = ||X||_F", ["||X||_F", "sqrt(X^T X)"]),
        ("c X = c X",              ["c X"]),
    ],
)  # fmt: skip
def test_a_line_about_m_x_n_is_about_columns_and_scalars_too(text: str, patterns: list[str]) -> None:
    (line,) = lines(LET + text, "")
    assert [text_of(rule.left) for rule in loading.identities(line)] == patterns


def test_the_factors_of_a_product_are_kept_as_written() -> None:
    (line,) = lines("let A: n x n\nA inv(A) = I", "")
    rule, turned = loading.identities(line)
    assert rule.factors is not None
    assert [text_of(factor) for factor in rule.factors] == ["A", "A^-1"]
    assert turned.factors is not None
    assert [text_of(factor) for factor in turned.factors] == ["A^-T", "A^T"]
