"""What functions need, and what that comes down to: each step says the same of a smaller expression."""

from __future__ import annotations

import pytest

from matcalc.calculus.needs import Need, reduced
from matcalc.rewrite.properties import Known
from matcalc.syntax.declarations import read_declarations
from matcalc.syntax.printing import ascii_text
from matcalc.syntax.properties import NOT_ZERO
from matcalc.syntax.raising import written
from matcalc.syntax.understanding import understand

WHERE = "c, d: scalar; x, y: n; X, Y: n x n; A: m x n; S: n x n positive definite"

REDUCED = [
    # argument       word                 comes down to
    ("-2 X^T",       "invertible",        [("X", "invertible")]),
    ("X Y",          "invertible",        [("X", "invertible"), ("Y", "invertible")]),
    ("A^T A",        "invertible",        [("A^T A", "invertible")]),
    ("c X^-1",       "invertible",        [("c", "nonzero"), ("X", "invertible")]),
    ("diag(x)",      "invertible",        [("x", "nonzero")]),
    ("det(X Y)",     "nonzero",           [("X", "invertible"), ("Y", "invertible")]),
    ("c^2 d",        "nonzero",           [("d", "nonzero"), ("c", "nonzero")]),
    ("x .* y",       "nonzero",           [("x", "nonzero"), ("y", "nonzero")]),
    ("abs(x)",       "positive",          [("x", "nonzero")]),
    ("||2 x||",      "positive",          [("x", NOT_ZERO)]),
    ("x^T x",        "positive",          [("x", NOT_ZERO)]),
    ("x^T S x",      "nonzero",           [("x", NOT_ZERO)]),
    ("x^T X x",      "nonzero",           [("x^T X x", "nonzero")]),
    ("3 c",          "positive",          [("c", "positive")]),
    ("-3 c",         "positive",          [("-3 c", "positive")]),
    ("c d",          "positive",          [("c d", "positive")]),
    ("2 A^T",        "full rank",         [("A", "full rank")]),
    ("c",            "invertible",        [("c", "nonzero")]),
    ("c",            "with a simple largest eigenvalue", []),
]  # fmt: skip


@pytest.mark.parametrize(("argument", "word", "smaller"), REDUCED)
def test_a_need_is_said_of_the_smallest_expressions(argument: str, word: str, smaller: list[tuple[str, str]]) -> None:
    declarations = read_declarations(WHERE)
    node = understand(argument, declarations).node
    known = Known({name: variable.properties for name, variable in declarations.variables.items()})
    found = reduced(Need(node, word), known.holds)
    assert [(ascii_text(written(need.argument)), need.word) for need in found] == smaller


def test_what_only_a_derivative_needs_is_said_of_the_whole() -> None:
    """D ||c A||_* is c polar(A) / |c|, and A of low rank does no harm to ||c A||_* itself."""
    node = understand("c A", read_declarations(WHERE)).node
    need = Need(node, "full rank", whole=True)
    assert reduced(need, Known({}).holds) == [need]
