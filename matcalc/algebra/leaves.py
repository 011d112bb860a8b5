"""Leaves: numbers, names and constants as nodes, in normal form.

Where a side is 1 they are simpler nodes: the 1 x 1 identity is the number 1, a row of ones the transpose of a column.
"""

from __future__ import annotations

from matcalc.algebra.dimension import ONE as ONE_DIMENSION
from matcalc.algebra.dimension import SCALAR, Dimension, Shape, named
from matcalc.algebra.nodes import (
    Basis,
    Commutation,
    Constant,
    Direction,
    Identity,
    Index,
    Node,
    Number,
    Ones,
    Rational,
    RowDirection,
    RowSymbol,
    Size,
    Symbol,
    Transpose,
    Zero,
    intern,
    keep,
)


def number(value: Rational) -> Node:
    """The rational number `value`."""
    if type(value) is not int and value.denominator == 1:
        value = value.numerator
    return intern(Number, (), value, SCALAR)


ZERO = number(0)
ONE = number(1)
keep([ZERO, ONE])


def symbol(name: str, shape: Shape) -> Node:
    """The variable `name` of this shape; a row is the transpose of a column and must not be made here."""
    return intern(Symbol, (), name, shape)


def direction(name: str, shape: Shape) -> Node:
    """The direction `name` of this shape."""
    return intern(Direction, (), name, shape)


def row_symbol(name: str, length: Dimension, *, is_direction: bool = False) -> Node:
    """The declared row `name`, 1 x length: the Transpose of its RowSymbol."""
    column = intern(RowDirection if is_direction else RowSymbol, (), name, (length, ONE_DIMENSION))
    return intern(Transpose, (column,), None, (ONE_DIMENSION, length))


def constant(name: str) -> Node:
    """A named real number: pi."""
    return intern(Constant, (), name, SCALAR)


def size(dimension: Dimension) -> Node:
    """A dimension as a scalar: the number n; m*n + 1 is a product and a sum of such numbers."""
    if dimension.name is not None:
        return intern(Size, (), dimension, SCALAR)
    from matcalc.algebra import entrywise, sums  # the constructors stand on the nodes

    monomials = [(a, [intern(Size, (), named(name), SCALAR) for name in names]) for names, a in dimension.terms]
    return sums.add([(a, entrywise.hadamard(sizes) if sizes else ONE) for a, sizes in monomials])


def index(name: str | int) -> Node:
    """An index, counted from 1."""
    return number(name) if isinstance(name, int) else intern(Index, (), name, SCALAR)


def identity(n: Dimension) -> Node:
    """The n x n identity; 1 where n is 1."""
    return ONE if n is ONE_DIMENSION else intern(Identity, (), None, (n, n))


def ones(rows: Dimension, columns: Dimension = ONE_DIMENSION) -> Node:
    """The matrix of ones; a row of ones is the transpose of the column."""
    if rows is ONE_DIMENSION:
        if columns is ONE_DIMENSION:
            return ONE
        return intern(Transpose, (ones(columns),), None, (rows, columns))
    return intern(Ones, (), None, (rows, columns))


def zero(shape: Shape) -> Node:
    """The zero of this shape; the number 0 for 1 x 1."""
    return ZERO if shape[0] is ONE_DIMENSION and shape[1] is ONE_DIMENSION else intern(Zero, (), None, shape)


def is_zero(node: Node) -> bool:
    """Whether `node` is the zero of its shape."""
    return node is ZERO or type(node) is Zero


def commutation(m: Dimension, n: Dimension) -> Node:
    """Kmat(m,n): Kmat(m,n) vec(X) = vec(X^T) for X m x n."""
    size_ = m * n
    if m is ONE_DIMENSION or n is ONE_DIMENSION:
        return identity(size_)
    return intern(Commutation, (), (m, n), (size_, size_))


def basis(i: Node, n: Dimension) -> Node:
    """e(i,n): the column with a 1 at place i."""
    return ONE if n is ONE_DIMENSION else intern(Basis, (i,), None, (n, ONE_DIMENSION))
