"""What is read off Df(x)[v]: Jacobians in both layouts, Hessians, second differentials.

The gradient has the shape of x; a Jacobian in the denominator layout (the lecture's) has one row per
entry of vec(x), the numerator layout is its transpose; vec stacks columns; a row is laid out as its column.
"""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.algebra import linear, transposes
from matcalc.algebra.leaves import ONE
from matcalc.algebra.nodes import Direction, Node, RowDirection, RowSymbol, intern
from matcalc.algebra.traversal import substitute
from matcalc.calculus.differential import differential

LAYOUTS = ("denominator", "numerator")

# Names of directions, by the rank of the variable: the lecture's v, V, H; h for a scalar.
NAMES = {0: ("h", "k"), 1: ("v", "w", "u"), 2: ("H", "K", "V")}


def rank(leaf: Node) -> int:
    """0 for a scalar, 1 for a vector, 2 for a matrix."""
    return 0 if leaf.is_scalar else 2 if leaf.is_matrix else 1


def default_names(leaf: Node, taken: Sequence[str], count: int) -> list[str]:
    """`count` names for directions of this leaf that are not taken."""
    names = [name for name in NAMES[rank(leaf)] if name not in taken]
    number = 1
    while len(names) < count:
        name = f"{NAMES[rank(leaf)][0]}_{number}"
        if name not in taken:
            names.append(name)
        number += 1
    return names[:count]


def direction_of(leaf: Node, name: str) -> Node:
    """The direction `name` in which `leaf` moves: of its shape; a row's direction is a row."""
    return intern(RowDirection if type(leaf) is RowSymbol else Direction, (), name, leaf.shape)


def jacobian(change: Node, direction: Node, layout: str) -> Node:
    """The Jacobian of f from Df[h]: d vec(f) / d vec(x)^T in the numerator layout, its transpose in the denominator layout.

    By a scalar it is Df(t)[1]: of f's shape for a matrix f.
    """
    if direction.is_scalar:
        slope = substitute(change, {direction: ONE})
        if slope.is_matrix or slope.is_scalar:
            return slope
        column = transposes.transpose(slope) if slope.is_row else slope
        return column if layout == "numerator" else transposes.transpose(column)
    numerator = _matrix_of(change, direction)
    return numerator if layout == "numerator" else transposes.transpose(numerator)


def by_scalar(f: Node, t: Node) -> Node:
    """Df(t)[1] by the scalar t, of f's shape; a row as its column."""
    h = direction_of(t, f"d{t.data}")
    return jacobian(differential(f, {t: h}), h, "numerator")


def hessian(gradient: Node, leaf: Node, direction: Node) -> Node:
    """The Hessian of a scalar f from its gradient: n x n for a vector, on vec(X) for a matrix, a scalar for a scalar.

    With the gradient by one variable and the leaf another one, the mixed d2f / d vec(X) d vec(Y)^T.
    """
    change = differential(gradient, {leaf: direction})
    if not direction.is_scalar:
        return _matrix_of(change, direction)
    slope = substitute(change, {direction: ONE})
    return linear.vectorised(slope) if slope.is_matrix else slope


def _matrix_of(change: Node, direction: Node) -> Node:
    # A gradient needs nothing of it, and a start pays for all it imports.
    from matcalc.calculus.linear_map import matrix_of

    return matrix_of(change, direction)
