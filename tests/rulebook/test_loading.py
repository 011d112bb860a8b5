"""Rule files are read line by line; whatever cannot be read is a RuleError with the place of the line."""

from __future__ import annotations

import pytest

from matcalc import resources
from matcalc.errors import RuleError
from matcalc.rulebook import loading
from matcalc.rulebook.book import book
from matcalc.rulebook.loading import lines
from tests.rule_words import text_of

LET = "let X, H: m x n; x, h: n; c: scalar\n"


def test_a_line_knows_its_text_its_place_and_its_conditions() -> None:
    (line,) = lines("# title\n\n" + LET + "D log(X)[H]  = H ./ X   where X: positive   # natural", "my.rules")
    assert (line.kind, line.place, line.directions) == ("D", "my.rules:4", ("H",))
    assert line.text == "D log(X)[H] = H ./ X where X: positive"
    assert [(tree.text, word) for tree, word in line.conditions] == [("X", "positive")]


@pytest.mark.parametrize(
    ("text",                                              "kind"),
    [
        ("linear X^T",                                    "linear"),
        ("bilinear c X",                                  "bilinear"),
        ("D exp(X)[H] = exp(X) .* H",                     "D"),
        ("adjoint c H = c Y",                             "adjoint"),
        ("log(exp(X)) = X",                               "identity"),
        ("expand ||X||_F^2 = tr(X^T X)",                  "expand"),
        ("law (X^T)^T = X",                               "law"),
        ("unsupported logm(X): not yet; ask for another", "unsupported"),
    ],
)  # fmt: skip
def test_every_kind_of_line_is_told_by_its_first_word(text: str, kind: str) -> None:
    (line,) = lines(LET + text, "")
    assert line.kind == kind
    assert str(line) == text


def test_notation_lists_all_words_of_conditions_and_no_others() -> None:
    rows = resources.text("rules", "notation.rules").splitlines()
    listed = [row.partition("#")[0].removeprefix("condition").strip() for row in rows if row.startswith("condition")]
    assert sorted(listed) == sorted(loading.CONDITIONS)


@pytest.mark.parametrize("line", book().lines(), ids=str)
def test_a_line_survives_the_cache(line: loading.Line) -> None:
    again = loading.unpacked(loading.packed(line))
    assert loading.packed(again) == loading.packed(line)
    left, right = loading.lowered(line)[:2]
    assert loading.lowered(again)[:2] == (left, right)


@pytest.mark.parametrize(
    ("text",                               "said"),
    [
        ("D exp(X) = exp(X)",              "my.rules:2: "),
        ("exp(X = X",                      "my.rules:2: "),
        ("log(exp(X)) = X where X: nice",  "my.rules:2: 'X: nice' is no condition"),
        ("log(exp(X)) = X where positive", "my.rules:2: 'positive' is no condition"),
        ("condition nice",                 "my.rules:2: 'nice' is no condition"),
        ("lgo(X) = X",                     "my.rules:2: 'lgo' is not a function"),
        ("let A; B",                       "my.rules:2: "),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_an_error_with_its_place(text: str, said: str) -> None:
    with pytest.raises(RuleError) as refused:
        lines(LET + text, "my.rules")
    assert str(refused.value).startswith(said)
    assert refused.value.span is not None


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
