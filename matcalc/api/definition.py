"""From the definition, in Python: quotient, directional, limit, components.  SymPy is imported when one of them is called."""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.api.asking import Where, variables_of
from matcalc.api.expression import Expr
from matcalc.calculus.definition import components as _components
from matcalc.calculus.definition import directional as _directional
from matcalc.calculus.definition import quotient as _quotient
from matcalc.calculus.definition import sequences as _sequences
from matcalc.calculus.definition.components import Components
from matcalc.calculus.definition.quotient import Quotient
from matcalc.calculus.definition.scalars import ScalarFunction, constant, scalar_function
from matcalc.calculus.definition.sequences import Limit
from matcalc.calculus.definition.slopes import Directional
from matcalc.errors import DeclarationError, UnsupportedError
from matcalc.syntax.declarations import Declarations, read_declarations

Number = str | int | float


def quotient(
    f: str | Expr, wrt: str, where: Where = None, at: Number | None = None, value: Number | None = None
) -> Quotient:
    """The difference quotient of f by the scalar `wrt`, line by line to its limit; at a number `at`, from the left and the right.

    Every name that is not declared is a scalar.  `value` is f's value at the point, where the text has none.  Source: the
    lecture, "Gradient in 1 dimension".

    >>> print(quotient("abs(x)", "x", at=0).verdict)
    no derivative at x = 0: left quotient -> -1, right quotient -> 1
    """
    name = variables_of(wrt)[0]
    if len(name) != 1:
        raise UnsupportedError("a difference quotient is by one variable", hint="for several ask for directional")
    return _quotient.difference_quotient(_function(f, where, name), name[0], _number(at, "at"), _number(value, "value"))


def directional(
    f: str | Expr,
    wrt: str | Sequence[str],
    at: str | Sequence[Number] | Number,
    value: Number | None = None,
    where: Where = None,
) -> Directional:
    """Df(p)[v] at the point `at` from the limit for a general direction v; whether it is linear; whether f is differentiable.

    `value` is f's value at the point, needed where the text has none.  Source: the lecture, "n-dimensions: differentiability".

    >>> d = directional("y^3/(x^2 + y^2)", "x,y", at=(0, 0), value=0)
    >>> d.verdict
    'not differentiable at (0, 0): both partial derivatives exist, but the directional derivatives are not linear in v'
    """
    names = variables_of(wrt)[0]
    given = at.split(",") if isinstance(at, str) else [at] if isinstance(at, int | float) else list(at)
    if len(given) != len(names):
        raise DeclarationError(
            f"the point has {len(given)} numbers, the variables are {len(names)}: {', '.join(names)}"
        )
    point = [constant(str(each), "a coordinate") for each in given]
    return _directional.directional_derivatives(_function(f, where, names), names, point, _number(value, "value"))


def limit(
    sequence: str | Expr,
    index: str = "n",
    delta: Number | None = None,
    to: Number | None = None,
    where: Where = None,
) -> Limit:
    """The limit of s_n for n -> infinity, with a K for `delta`; with `to` that of g(x) for x -> `to`.

    "No limit" comes with two sequences along which the limits differ.  Source: the lecture, "Limits".

    >>> limit("1/n", delta=0.01).K
    100
    """
    name = variables_of(index)[0][0]
    if to is None:
        return _sequences.sequence_limit(_function(sequence, where, [name]), name, _number(delta, "delta"))
    if delta is not None:
        raise UnsupportedError("a K for a delta is of sequences", hint="leave delta or `to` out")
    return _sequences.function_limit(_function(sequence, where, [name]), name, _number(to, "to"))


def components(
    f: str, wrt: str | Sequence[str] | None = None, where: Where = None, layout: str = "denominator"
) -> Components:
    """The component functions `x^2 y, sin(x)`, also `f(x, y) = (x^2 y, sin(x))`, with their Jacobian matrix.

    Denominator layout, the lecture's, by default: one row per input, the gradients of the components as columns.

    >>> components("f(x, y) = (x^2 y, sin(x))").verdict
    '[2 x y, cos(x); x^2, 0]'
    """
    return _components.components(f, None if wrt is None else variables_of(wrt)[0], read_declarations(where), layout)


def _function(f: str | Expr, where: Where, names: Sequence[str]) -> ScalarFunction:
    declarations = read_declarations(where)
    if isinstance(f, Expr):
        own = f.declarations
        variables = {**own.variables, **declarations.variables}
        declarations = Declarations(variables, {**own.functions, **declarations.functions}, own.dimensions)
    return scalar_function(str(f), declarations, names)


def _number(given: Number | None, what: str) -> object:
    return None if given is None else constant(str(given), what)


__all__ = ["Components", "Directional", "Limit", "Quotient", "components", "directional", "limit", "quotient"]
