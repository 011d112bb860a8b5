"""Functions of algebra/functions.py: what holds for each of them whatever its argument, as the normal form needs it.

Functions that do not see a transpose, or commute with it, are given the better of X and X^T.  Linear functions, Kronecker products and
derivatives of matrix functions have modules of their own; inv(X) is X^-1, sqrt(X) is X.^(1/2).  Every other identity is a rule line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from matcalc.algebra import entrywise, frechet, kronecker, linear, matrix_powers, products, transposes
from matcalc.algebra.dimension import ONE as ONE_DIMENSION
from matcalc.algebra.functions import FUNCTIONS, value_shape
from matcalc.algebra.leaves import ONE, number
from matcalc.algebra.nodes import Call, Node, Number, intern

# f(X^T) = f(X)
BLIND_TO_TRANSPOSE = frozenset("det logdet norm norm_1 norm_2 norm_nuclear lambda_max".split())


def call(name: str, arguments: Sequence[Node]) -> Node:
    """The function `name` of these arguments, in normal form; ShapeError where its signature does not fit.

    >>> from matcalc.algebra.dimension import named; from matcalc.algebra.leaves import symbol
    >>> X = symbol("X", (named("n"), named("n")))
    >>> call("det", [transposes.transpose(X)]) is call("det", [X])
    True
    """
    made = _MADE.get(name) or linear.LINEAR.get(name) or frechet.MADE.get(name)
    if made is not None:
        return made(*arguments)
    if FUNCTIONS[name].entrywise:
        return _entry_by_entry(name, arguments[0])
    shape = value_shape(name, [argument.shape for argument in arguments])
    if len(arguments) == 1:
        argument = arguments[0]
        if name in BLIND_TO_TRANSPOSE:
            argument = transposes.upright(argument)[0]
        elif name in transposes.COMMUTES_WITH_TRANSPOSE:
            argument, flipped = transposes.upright(argument)
            if flipped:
                return transposes.transpose(intern(Call, (argument,), name, (shape[1], shape[0])))
        arguments = [argument]
    return intern(Call, tuple(arguments), name, shape)


def _entry_by_entry(name: str, argument: Node) -> Node:
    if argument.is_row or argument.is_matrix:
        argument, flipped = transposes.upright(argument)
        if flipped:
            return transposes.transpose(_entry_by_entry(name, argument))
    return intern(Call, (argument,), name, argument.shape)


def _extreme(name: str, left: Node, right: Node) -> Node:
    """max(a, b) or min(a, b), entry by entry; the order of the operands is free."""
    if left.is_row:
        return transposes.transpose(_extreme(name, transposes.transpose(left), transposes.transpose(right)))
    if left is right:
        return left
    if type(left) is Number and type(right) is Number:
        values = (left.data, right.data)
        return number(max(values) if name == "maximum" else min(values))
    pair = tuple(sorted((left, right), key=lambda node: node.key))
    return intern(Call, pair, name, left.shape)


# Not yet looked up: the modules of this room import each other.
_MADE: dict[str, Callable[..., Node]] = {
    "inv":     lambda a: matrix_powers.inverse(a),
    "sqrt":    lambda a: entrywise.power(a, number(Fraction(1, 2))),
    "dot":     lambda a, b: products.inner(a, b),
    "kron":    lambda a, b: kronecker.product(a, b),
    "maximum": lambda a, b: _extreme("maximum", a, b),
    "minimum": lambda a, b: _extreme("minimum", a, b),
    "v_max":   lambda a: ONE if a.is_scalar else intern(Call, (a,), "v_max", (a.shape[0], ONE_DIMENSION)),
}  # fmt: skip
