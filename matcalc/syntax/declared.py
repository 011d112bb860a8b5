"""Shapes of declared functions and of their derivatives: g(x), D(g, x)[v], J(g, x), grad(g, x), hess(g, x)."""

from __future__ import annotations

from itertools import cycle

from matcalc.algebra.dimension import ONE, SCALAR, Dimension, Shape
from matcalc.algebra.functions import FUNCTIONS, JACOBIAN
from matcalc.errors import MatcalcError, ShapeError, UnknownNameError, UnsupportedError
from matcalc.syntax import signatures
from matcalc.syntax.declarations import Function
from matcalc.syntax.known import Known, words, written
from matcalc.syntax.names import ORDERS
from matcalc.syntax.tree import Tree, point_and_directions


def _function_of(known: Known, tree: Tree) -> Function:
    """The declared function that a `D`, `J`, `grad` or `hess` is of."""
    function = known.declarations.functions.get(tree.text)
    if function is None:
        sign = f"{tree.head}({tree.text}, x)" + ("[v]" if tree.head == "D" else "[v, w]" if tree.head in ORDERS else "")
        also = f" or {', '.join(JACOBIAN)}" if tree.head == "J" else ""
        raise UnknownNameError(f"{sign} needs a declared function{also}", span=tree.span)
    if function.definition is not None:
        message = f"{tree.head}({tree.text}, x): {tree.text} is defined by an expression"
        raise UnsupportedError(message, span=tree.span, hint="write its derivative out, as matcalc diff prints it")
    return function


def applied(known: Known, function: Function, tree: Tree, arguments: tuple[Tree, ...]) -> Shape:
    """The shape of g(x) for a declared g; the arguments must have the declared shapes.

    An elementwise g takes any shape, an analytic one any square matrix, and both give that shape.  The dimensions of a defined g stand
    for any; if it acts entry by entry, all its arguments but the first are scalars.
    """
    if function.definition is not None:
        if not function.definition.entrywise:
            return signatures.matched(known, tree, function.arguments, function.result)
        for letter, argument in zip(function.definition.letters[1:], arguments[1:], strict=True):
            fits(known, argument, SCALAR, f"the {letter.data} of {function.name} is a")
    if function.kind == "analytic":
        known.square(function.name, arguments[0])
    if function.kind in ("elementwise", "analytic"):
        return known.shapes[arguments[0]]
    for wanted, argument in zip(function.arguments, arguments, strict=True):
        fits(known, argument, wanted, f"{function.name} takes an argument of shape")
    return function.result


def fits(known: Known, argument: Tree, wanted: Shape, what: str) -> None:
    """Make the shape of `argument` the wanted one; otherwise say that `what` (as in "g takes") is another shape."""

    def refusal(a: Dimension, b: Dimension) -> MatcalcError:
        said = f"{what} {words(known.dimensions.shape(wanted))}, not {known.described(argument)}"
        declaring = known.declaring(argument) if wanted == SCALAR else ""
        return ShapeError(said, span=argument.span, hint=f"declare it: {declaring}" if declaring else "")

    given = known.shapes[argument]
    known.equal(given[0], wanted[0], refusal)
    known.equal(given[1], wanted[1], refusal)


def derivative(known: Known, tree: Tree) -> Shape:
    """The shape of D(g, x)[v], D2(g, x)[v, w], J(g, x), grad(g, x), hess(g, x); J(expm, X) too."""
    if tree.head == "J" and tree.text in JACOBIAN and tree.text not in known.declarations.functions:
        pattern, value = FUNCTIONS[JACOBIAN[tree.text]].signatures[0]
        return signatures.matched(known, tree, pattern, value)
    function = _function_of(known, tree)
    arguments = tree.children
    if tree.head in ORDERS:
        arguments, directions = point_and_directions(tree)
        value = applied(known, function, tree, arguments)
        for direction, argument in zip(directions, cycle(arguments), strict=False):
            fits(known, direction, known.shapes[argument], f"{tree.head}({tree.text}, ...) takes a direction of shape")
        return value
    value = applied(known, function, tree, arguments)
    if len(arguments) > 1:
        raise ShapeError(
            f"{tree.head} is of a function of one argument; use D({function.name}, ...)[...]", span=tree.span
        )
    shape = known.shapes[arguments[0]]
    if tree.head == "J":
        rows, columns = (known.dimensions.times(*s) for s in (shape, value))
        return rows, columns
    if not (value[0] is ONE and value[1] is ONE):
        message = f"{tree.head} needs a scalar function; {function.name} is not"
        at = f"({function.name}, {written(arguments[0])})"
        raise ShapeError(message, span=tree.span, hint=f"write J{at}" if tree.head == "grad" else f"write D2{at}[v, w]")
    if tree.head == "hess":
        size = known.dimensions.times(*shape)
        return size, size
    return shape
