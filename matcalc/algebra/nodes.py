"""Nodes: what an expression is made of.  Interned: equal expressions are one object, `==` is `is`, a memo is a dict.

A node knows its shape at birth.  Vectors are columns; a row is the Transpose of a column; a 1 x 1 expression is a scalar.
Nodes are made only by the constructors of this package (`leaves`, `sums`, `products`, `entrywise`, `calls` ...), which are the
normal form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any
from zlib import crc32

from matcalc.algebra.dimension import ONE as ONE_DIMENSION
from matcalc.algebra.dimension import SCALAR, Shape
from matcalc.records import record

Rational = int | Fraction
Key = tuple[int, str, int]

MOST_WEIGHT = 1 << 40
LETTERS = 24  # characters of leaf names that take part in the order
PRIME = (1 << 61) - 1


@record
class Node:
    """One expression: its `children`, its own `data`, its `shape` (rows, columns).

    `weight` is the number of nodes when written as a tree (capped), `degree` the number of factors of its longest term,
    `key` is a deterministic structural order: weight, names, digest.  `heads` has a bit for every class of node and every function
    that occurs in it, and PLUS for sums of several terms.
    """

    children: tuple[Node, ...]
    data: Any
    shape: Shape
    weight: int
    degree: int
    key: Key
    heads: int

    @property
    def directional(self) -> bool:
        """Whether a direction occurs in this."""
        return self.heads & DIRECTIONS != 0

    @property
    def name(self) -> str:
        """The name of a leaf, as the order by names sees it; empty for numbers and what has none."""
        return _letters(type(self), self.data).strip()

    @property
    def is_scalar(self) -> bool:
        """Whether this is 1 x 1."""
        return self.shape is SCALAR or (self.shape[0] is ONE_DIMENSION and self.shape[1] is ONE_DIMENSION)

    @property
    def is_column(self) -> bool:
        """Whether this is n x 1, n not identically 1."""
        return self.shape[1] is ONE_DIMENSION and self.shape[0] is not ONE_DIMENSION

    @property
    def is_row(self) -> bool:
        """Whether this is 1 x n, n not identically 1."""
        return self.shape[0] is ONE_DIMENSION and self.shape[1] is not ONE_DIMENSION

    @property
    def is_matrix(self) -> bool:
        """Whether this is m x n, neither identically 1."""
        return self.shape[0] is not ONE_DIMENSION and self.shape[1] is not ONE_DIMENSION

    def __repr__(self) -> str:
        inside = ", ".join([repr(self.data)] * (self.data is not None) + [type(c).__name__ for c in self.children])
        return f"{type(self).__name__}({inside})"


# fmt: off
#                                                           data          children          means
class Number(Node):                       __slots__ = ()  # int, Fraction                   a rational number
class Constant(Node):                     __slots__ = ()  # "pi"                            a named real number
class Size(Node):                         __slots__ = ()  # Dimension                       a dimension, as a scalar
class Index(Node):                        __slots__ = ()  # name, int                       an index, counted from 1, as a scalar
class Symbol(Node):                       __slots__ = ()  # name                            a variable
class Direction(Symbol):                  __slots__ = ()  # name                            a direction: what a differential is linear in
class RowSymbol(Symbol):                  __slots__ = ()  # name                            the column whose transpose is the declared row
class RowDirection(RowSymbol, Direction): __slots__ = ()  # name                            the same of a direction
class Identity(Node):                     __slots__ = ()  #                                 I
class Ones(Node):                         __slots__ = ()  #                                 ones(m,n)
class Zero(Node):                         __slots__ = ()  #                                 zeros(m,n)
class Commutation(Node):                  __slots__ = ()  # (m, n)                          Kmat(m,n) vec(X) = vec(X^T) for X m x n
class Basis(Node):                        __slots__ = ()  #               index             e(i,n), a column
class Sum(Node):                          __slots__ = ()  # coefficients  terms             sum of coefficient * term; one term: a multiple
class Product(Node):                      __slots__ = ()  #               factors           matrix product, no scalar among the factors
class Scaled(Node):                       __slots__ = ()  #               scalar, body      scalar times a vector or matrix
class Hadamard(Node):                     __slots__ = ()  #               factors           entrywise product; for scalars the product
class Power(Node):                        __slots__ = ()  #               base, exponent    entrywise power; for scalars the power
class MatrixPower(Node):                  __slots__ = ()  #               base, exponent    power of a square matrix; -1: the inverse
class Transpose(Node):                    __slots__ = ()  #               body              transpose
class Call(Node):                         __slots__ = ()  # name          arguments         a function of algebra/functions.py
class Entry(Node):                        __slots__ = ()  #               body, row, column X[i,j]; of a column: row and 1
class Apply(Node):                        __slots__ = ()  # Abstract      x                 g(x), g declared by its shapes only
class Defined(Node):                      __slots__ = ()  # Definition    x                 f(x), f given by an expression
class Slope(Node):                        __slots__ = ()  # Abstract      x, v, w           D(g,x)[v], D2(g,x)[v,w]
class Jacobian(Node):                     __slots__ = ()  # Abstract      x                 J(g,x): rows for vec(x), columns for vec(g)
class Gradient(Node):                     __slots__ = ()  # Abstract      x                 grad(g,x), of the shape of x
class Hessian(Node):                      __slots__ = ()  # Abstract      x                 hess(g,x): rows and columns for vec(x)
# fmt: on


@dataclass(frozen=True, slots=True)
class Abstract:
    """A function known by its shapes only: `kind` is abstract, bilinear, elementwise or analytic (these take any shape, any square one)."""

    name: str
    arguments: tuple[Shape, ...]
    result: Shape
    kind: str = "abstract"

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Definition:
    """A function that a user has defined: f(letters) = body.

    The dimensions of the letters stand for any dimensions.  If `entrywise`, the first letter is m x n and f acts entry by entry on
    it, the other letters are scalars.  `conditions` are properties that expressions in the letters must have where f is defined;
    `source` is what was written, for those who read trees.
    """

    name: str
    letters: tuple[Node, ...]
    body: Node
    entrywise: bool
    source: Any = field(compare=False, repr=False)
    conditions: tuple[tuple[Node, str], ...] = ()

    def __str__(self) -> str:
        return self.name


_bits: dict[str, int] = {}


def bit(head: str) -> int:
    """The bit in `Node.heads` of a function, by its name, or of a class."""
    found = _bits.get(head)
    return _bits.setdefault(head, 1 << len(_bits)) if found is None else found


PLUS = bit("+")  # of a Sum of two terms or more: a multiple is a Sum, but no sum
DIRECTIONS = bit("Direction") | bit("RowDirection")

_table: dict[tuple[Any, ...], Node] = {}
_alone: dict[tuple[Any, ...], tuple[int, int]] = {}  # a digest and the heads of a node without its children


def intern(kind: type[Node], children: tuple[Node, ...], data: Any, shape: Shape) -> Node:
    """The one node of this kind, children, data and shape."""
    known = (kind, data, children, shape)
    found = _table.get(known)
    if found is not None:
        return found
    digest, heads = _alone.get((kind, data, shape)) or _digest_and_heads(kind, data, shape)
    weight, letters = 1, ""
    if not children:
        letters = _letters(kind, data)
    else:
        if type(data) is Abstract or type(data) is Definition:
            letters = f"{data} "
        for child in children:
            below = child.key
            digest = (digest * 1000003 + below[2]) % PRIME
            weight += child.weight
            if len(letters) < LETTERS:
                letters += below[1]
            heads |= child.heads
        weight = min(weight, MOST_WEIGHT)
    key = (weight, letters[:LETTERS], digest)
    node = _table[known] = kind(children, data, shape, weight, _degree(kind, children), key, heads)
    return node


def _letters(kind: type[Node], data: Any) -> str:
    return "" if data is None or kind is Number else f"{data} "


def _digest_and_heads(kind: type[Node], data: Any, shape: Shape) -> tuple[int, int]:
    """Those of a node without its children, made once for all that are like it."""
    # Of the text, not of hash(): the order must not change from run to run.  Long integers have no text.
    text = f"{data.numerator % PRIME}/{data.denominator % PRIME}" if kind is Number else str(data)
    heads = bit(data if kind is Call else kind.__name__)
    if kind is Sum and len(data) > 1:
        heads |= PLUS
    found = _alone[kind, data, shape] = crc32(f"{kind.__name__} {text} {shape}".encode()), heads
    return found


_OF_DEGREE_0 = frozenset({Number, Identity, Ones, Zero, Constant, Size})


def _degree(kind: type[Node], children: tuple[Node, ...]) -> int:
    if not children:
        return int(kind not in _OF_DEGREE_0)
    if kind is Transpose or kind is Entry:
        return children[0].degree
    if kind is Product or kind is Hadamard or kind is Scaled:
        return min(sum([child.degree for child in children]), MOST_WEIGHT)
    if kind is Sum:
        return max([child.degree for child in children])
    if kind is Power or kind is MatrixPower:
        exponent = children[1]
        if type(exponent) is Number:
            return int(min(max(1, abs(exponent.data)) * children[0].degree, MOST_WEIGHT))
        return children[0].degree + 1
    return 1


_kept: dict[tuple[Any, ...], Node] = {}
_forget: list[Callable[[], object]] = []
_era = object()


def keep(parts: Iterable[Node]) -> None:
    """Let these nodes outlive every `clear`: all parts of the expressions of a rule, children before parents."""
    for node in parts:
        _kept[type(node), node.data, node.children, node.shape] = node


def forgets(forget: Callable[[], None]) -> Callable[[], None]:
    """Decorates what, at each `clear`, empties the memos of its module."""
    _forget.append(forget)
    return forget


def memo() -> dict[Any, Node]:
    """A table of what has been made of a node, or of several; `clear` empties it."""
    table: dict[Any, Node] = {}
    _forget.append(table.clear)
    return table


def era() -> object:
    """A mark that each `clear` replaces: expressions of two eras do not share their nodes."""
    return _era


def clear() -> None:
    """Forget all interned nodes but those that are kept; expressions made before and after are not the same objects."""
    global _era
    _era = object()
    for forget in _forget:
        forget()
    _table.clear()
    _table.update(_kept)
