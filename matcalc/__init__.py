"""matcalc: the derivative of a matrix expression, as a textbook prints it.

    >>> import matcalc
    >>> print(matcalc.diff("x^T A x", wrt="x").gradient)
    (A + A^T) x
"""

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
    "diff",
    "limits",
    "load_rules",
    "parse",
    "simplify",
]
