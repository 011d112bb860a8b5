"""The words that matcalc and SymPy share: numbers, dimensions, names, entrywise functions.  SymPy is imported on first use.

Names become Symbols of that name, whatever they are (I, E, S, pi, lambda): no text is ever parsed by SymPy.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from matcalc.algebra.dimension import Dimension
from matcalc.algebra.nodes import Node, Rational
from matcalc.algebra.walks import postorder
from matcalc.errors import LimitError

DEEPEST = 60  # levels: SymPy recurses through what it holds, several calls to a level


def refuse_deep(root: Node) -> None:
    """LimitError for an expression of more than DEEPEST levels."""
    height: dict[Node, int] = {}
    for node in postorder(root):
        height[node] = 1 + max((height[child] for child in node.children), default=0)
    if height[root] > DEEPEST:
        raise LimitError(
            f"an expression of {height[root]} levels is too deep for SymPy: at most {DEEPEST}",
            hint="ask for the differential, which has no such limit",
        )


def rational(value: Rational) -> Any:
    """The rational number as SymPy's.

    >>> rational(Fraction(1, 2))
    1/2
    """
    import sympy

    whole = Fraction(value)
    return sympy.Rational(whole.numerator, whole.denominator)


def dimension(length: Dimension) -> Any:
    """The dimension as a polynomial in positive integer Symbols.

    >>> from matcalc.algebra.dimension import constant, named
    >>> dimension(named("m") * named("n") + constant(1))
    m*n + 1
    """
    import sympy

    names = {name: sympy.Symbol(name, integer=True, positive=True) for name in length.names}
    return sympy.Add(*(c * sympy.Mul(*(names[name] for name in monomial)) for monomial, c in length.terms))


def dimension_names(*roots: Node) -> frozenset[str]:
    """The names of all dimensions in these expressions."""
    lengths = {length for node in postorder(*roots) for length in node.shape}
    return frozenset(name for length in lengths for name in length.names)


def scalar(name: str, dimensions: frozenset[str]) -> Any:
    """The scalar variable `name`; one that is a dimension is the same Symbol as that dimension."""
    import sympy

    return sympy.Symbol(name, integer=True, positive=True) if name in dimensions else sympy.Symbol(name)


def index(name: str | int, dimensions: frozenset[str]) -> Any:
    """An index, counted from 1: an integer, or an integer Symbol."""
    import sympy

    if isinstance(name, int):
        return sympy.Integer(name)
    return scalar(name, dimensions) if name in dimensions else sympy.Symbol(name, integer=True)


# matcalc's name -> SymPy's, where the two mean the same
SAME = {
    "exp":    "exp",
    "log":    "log",
    "sin":    "sin",
    "cos":    "cos",
    "tan":    "tan",
    "sinh":   "sinh",
    "cosh":   "cosh",
    "tanh":   "tanh",
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "abs":    "Abs",
    "sign":   "sign",
}  # fmt: skip


def _relu(t: Any) -> Any:
    import sympy

    return sympy.Max(t, 0)


def _step(t: Any) -> Any:
    import sympy

    return sympy.Heaviside(t, 0)  # step(0) = 0


def _sigmoid(t: Any) -> Any:
    import sympy

    return 1 / (1 + sympy.exp(-t))


def _softplus(t: Any) -> Any:
    import sympy

    return sympy.log(1 + sympy.exp(t))


_COMPOSED: dict[str, Callable[[Any], Any]] = {
    "relu":     _relu,
    "step":     _step,
    "sigmoid":  _sigmoid,
    "softplus": _softplus,
}  # fmt: skip


def of_number(name: str, argument: Any) -> Any:
    """The value of an entrywise function at a SymPy scalar.

    >>> import sympy
    >>> of_number("sigmoid", sympy.Symbol("t"))
    1/(1 + exp(-t))
    """
    import sympy

    if name in SAME:
        return getattr(sympy, SAME[name])(argument)
    return _COMPOSED[name](argument)
