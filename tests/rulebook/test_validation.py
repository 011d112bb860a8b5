"""A rule file is refused before it is used if its names, its shapes or its functions do not fit together."""

from __future__ import annotations

import pytest

from matcalc import resources
from matcalc.algebra.nodes import Symbol
from matcalc.algebra.walks import postorder
from matcalc.errors import RuleError
from matcalc.rulebook import loading
from matcalc.rulebook.in_force import FILES, book
from matcalc.rulebook.lines import lines
from matcalc.rulebook.rule import REWRITTEN, Line
from matcalc.rulebook.validation import size_of, validate

LET = "let A, B, X, H: n x n; R: m x n; x, h: n; c: scalar\n"
REWRITING = [line for line in book().lines() if line.kind in REWRITTEN]


def test_the_shipped_rules_fit_together() -> None:
    validate([line for name in FILES for line in lines(resources.text("rules", name), name)])


@pytest.mark.parametrize(
    ("text",                                    "said"),
    [
        ("D inv(X)[H] = -inv(X) H inv(Z)",      "Z does not stand on the left side"),
        ("log(exp(X)) = A",                     "A does not stand on the left side"),
        ("log(exp(X)) = X where A: symmetric",  "A does not stand on the left side"),
        ("log(exp(Z)) = Z",                     "Z is not declared"),
        ("D exp(X)[K] = exp(X) .* K",           "K is not declared"),
        ("D det(X)[X] = det(X)",                "the direction X stands in the function itself"),
        ("D det(X)[H] = inv(X) H",              "this must be scalar, not X^-1 H (n x n)"),
        ("tr(X) = X",                           "this must be scalar, not X (n x n)"),
        ("R R^T = X",                           "this must be m x m, not X (n x n)"),
        ("adjoint A X = A^T Y",                 "it is not said which argument moves"),
        ("linear tr(A)",                        "it is not said in which argument"),
        ("D A[H] = H",                          "this is no function, so that it needs no line"),
        ("exp(X + A) = exp(X) .* exp(A)",       "the right side is not smaller than the left side"),
        ("tr(A B) = tr(B A)",                   "the right side is not smaller than the left side"),
        ("law A B = B A",                       "its two sides are different expressions"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(text: str, said: str) -> None:
    with pytest.raises(RuleError, match=r"my\.rules:2") as refused:
        validate(lines(LET + text, "my.rules"), book().functions())
    assert said in str(refused.value)
    assert text in str(refused.value)


def test_a_right_side_needs_functions_that_have_rules_themselves() -> None:
    rule = LET + "D softplus(X)[H] = sigmoid(X) .* H"
    with pytest.raises(RuleError, match="the derivative of sigmoid is not known"):
        validate(lines(rule, ""))
    validate(lines(rule + "\nD sigmoid(X)[H] = sigmoid(X) .* H", ""))
    validate(lines(rule + "\nunsupported sigmoid(X): not yet", ""))


@pytest.mark.parametrize("line", [line for line in REWRITING if line.kind == "identity"], ids=str)
def test_an_identity_lowers_the_size_whatever_its_letters_stand_for(line: Line) -> None:
    """At letters of size 1, and with any one of them growing: a polynomial of degree 1 that decreases there decreases above."""
    for rule in loading.identities(line):
        before, after = size_of(rule.factors or (rule.left,)), size_of((rule.right,))
        assert sum(after.values()) < sum(before.values())
        assert all(after[letter] <= before.get(letter, 0) for letter in after if isinstance(letter, Symbol))


@pytest.mark.parametrize("line", REWRITING, ids=str)
def test_no_identity_makes_letters(line: Line) -> None:
    for rule in loading.identities(line):
        bound = {leaf for part in rule.factors or (rule.left,) for leaf in postorder(part) if isinstance(leaf, Symbol)}
        assert {leaf for leaf in postorder(rule.right) if isinstance(leaf, Symbol)} <= bound
