"""Factors of products: signs of diagonals, mirror images, symmetry."""

from __future__ import annotations

import pytest

from matcalc.code.factors import is_symmetric, sign
from matcalc.rewrite.properties import Known
from matcalc.syntax.declarations import read_declarations
from matcalc.syntax.understanding import understand

WHERE = read_declarations("X: n x n; S: n x n symmetric; A: m x n; p: n positive; x: n; c: scalar positive; k: scalar")
HOLDS = Known({name: variable.properties for name, variable in WHERE.variables.items()}).holds

SIGNS = [
    ("p",                                      1),
    ("x.^2 .* p",                              1),
    ("-p",                                    -1),
    ("sigmoid(x) .* (1 - sigmoid(x))",         1),
    ("p .* (sigmoid(x) - 1)",                 -1),
    ("c (softmax(x) - 1) .* (sigmoid(x) - 1)", 1),
    ("x",                                      0),
    ("k p",                                    0),
    ("1 - tanh(x).^2",                         0),  # of rounded numbers it is not certain
    ("1 - x",                                  0),
    ("2 - sigmoid(x)",                         0),  # only 1 - f is looked for
    ("p + x.^2 .* (1 - sigmoid(x))",           1),
    ("p - x.^2",                               0),
    ("p .* (1 - tanh(x).^2)",                  0),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SIGNS)
def test_the_sign_of_all_entries(text: str, expected: int) -> None:
    assert sign(understand(text, WHERE).node, HOLDS) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("S", True), ("X", False), ("A^T A + c I(n)", True), ("X + X^T", True), ("X S", False), ("S X^T + X S", True)],
)
def test_symmetry_by_declaration_and_by_construction(text: str, expected: bool) -> None:
    assert is_symmetric(understand(text, WHERE).node, HOLDS) == expected
