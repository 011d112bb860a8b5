"""Rule files are read line by line; whatever cannot be read is a RuleError with the place of the line."""

from __future__ import annotations

import pytest

from matcalc import resources
from matcalc.errors import RuleError
from matcalc.rulebook.lines import CONDITIONS, lines

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
    assert sorted(listed) == sorted(CONDITIONS)


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
        ("D exp(X)[H] = " + "-" * 3000 + "X", "my.rules:2: this line is nested deeper than 100 levels"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_an_error_with_its_place(text: str, said: str) -> None:
    with pytest.raises(RuleError) as refused:
        lines(LET + text, "my.rules")
    assert str(refused.value).startswith(said)
    assert refused.value.span is not None
