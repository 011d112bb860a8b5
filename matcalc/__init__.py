"""matcalc: the derivative of a matrix expression, as a textbook prints it.

`diff` differentiates, `check` judges a claimed derivative, `parse` and `simplify` read and write expressions.  `limit`, `quotient`,
`directional` and `components` answer from the definition.  `load_rules` adds rules, `limits` says how large an input may be, `clear`
forgets.  Whatever has no answer is a `MatcalcError` with the place in the text and what to write instead.

>>> import matcalc
>>> print(matcalc.diff("x^T A x", wrt="x").gradient)
(A + A^T) x
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matcalc import limits
from matcalc.api import Derivative, Expr, check, clear, diff, load_rules, parse, simplify
from matcalc.errors import (
    DeclarationError,
    EvaluationError,
    LimitError,
    MatcalcError,
    MissingExtraError,
    NotScalarError,
    RuleError,
    ShapeError,
    SyntaxProblem,
    UnknownNameError,
    UnsupportedError,
)

if TYPE_CHECKING:
    from matcalc.api.definition import components, directional, limit, quotient

__version__ = "0.1.0"

__all__ = [
    "DeclarationError",
    "Derivative",
    "EvaluationError",
    "Expr",
    "LimitError",
    "MatcalcError",
    "MissingExtraError",
    "NotScalarError",
    "RuleError",
    "ShapeError",
    "SyntaxProblem",
    "UnknownNameError",
    "UnsupportedError",
    "check",
    "clear",
    "components",
    "diff",
    "directional",
    "limit",
    "limits",
    "load_rules",
    "parse",
    "quotient",
    "simplify",
]


def __getattr__(name: str) -> Any:
    """quotient, directional, limit and components, imported when they are first asked for."""
    if name in ("components", "directional", "limit", "quotient"):
        from matcalc.api import definition

        return getattr(definition, name)
    raise AttributeError(f"module 'matcalc' has no attribute {name!r}")
