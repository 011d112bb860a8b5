"""Nodes: what an expression is made of.  Interned: equal expressions are one object, `==` is `is`, a memo is a dict.

A node knows its shape at birth.  Vectors are columns; a row is the Transpose of a column; a 1 x 1 expression is a scalar.
Nodes are made only by the constructors of this package (`sums`, `products`, `entrywise`, `calls`), which are the normal form.

| class        | data                     | children             | means                                                  |
|--------------|--------------------------|----------------------|--------------------------------------------------------|
| Number       | int or Fraction          |                      | a rational number                                      |
| Constant     | "pi"                     |                      | a named real number                                    |
| Size         | Dimension                |                      | a dimension, as a scalar                               |
| Index        | name or int              |                      | an index, counted from 1, as a scalar                  |
| Symbol       | name                     |                      | a variable                                             |
| Direction    | name                     |                      | a direction: what a differential is linear in          |
| RowSymbol, RowDirection | name          |                      | the column whose transpose is the declared row `name`  |
| Identity, Ones, Zero |                  |                      | I, ones(m,n), zeros(m,n)                               |
| Commutation  | (m, n)                   |                      | Kmat(m,n): Kmat(m,n) vec(X) = vec(X^T), X m x n        |
| Basis        | index                    |                      | e(i,n), a column                                       |
| Sum          | coefficients             | terms                | sum of coefficient * term; one term: a multiple        |
| Product      |                          | factors              | matrix product, no scalar among the factors            |
| Scaled       |                          | scalar, body         | scalar times a vector or matrix                        |
| Hadamard     |                          | factors              | entrywise product; for scalars the product             |
| Power        |                          | base, exponent       | entrywise power; for scalars the power                 |
| MatrixPower  |                          | base, exponent       | power of a square matrix; exponent -1 is the inverse   |
| Transpose    |                          | body                 | transpose                                              |
| Call         | name                     | arguments            | a function of algebra/functions.py                     |
| Entry        |                          | body, row, column    | X[i,j]; of a column: row and Index 1                   |
| Apply        | Abstract                 | arguments            | g(x), g declared by its shapes only                    |
| Defined      | Definition               | arguments            | f(x), f given by an expression                         |
| Slope        | Abstract                 | arguments, directions | D(g,x)[v], D2(g,x)[v,w]: as many parts as arguments in each direction |
| Jacobian     | Abstract                 | arguments            | J(g,x), one row per entry of vec(x), a column per entry of vec(g) |
| Gradient     | Abstract                 | arguments            | grad(g,x), shape of x                                  |
| Hessian      | Abstract                 | arguments            | hess(g,x), a row and a column per entry of vec(x)      |
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any
from zlib import crc32

from matcalc.algebra.dimension import ONE as ONE_DIMENSION
from matcalc.algebra.dimension import SCALAR, Dimension, Shape, named
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


class Number(Node):
    __slots__ = ()


class Constant(Node):
    __slots__ = ()


class Size(Node):
    __slots__ = ()


class Index(Node):
    __slots__ = ()


class Symbol(Node):
    __slots__ = ()


class Direction(Symbol):
    __slots__ = ()


class RowSymbol(Symbol):
    __slots__ = ()


class RowDirection(RowSymbol, Direction):
    __slots__ = ()


class Identity(Node):
    __slots__ = ()


class Ones(Node):
    __slots__ = ()


class Zero(Node):
    __slots__ = ()


class Commutation(Node):
    __slots__ = ()


class Basis(Node):
    __slots__ = ()


class Sum(Node):
    __slots__ = ()


class Product(Node):
    __slots__ = ()


class Scaled(Node):
    __slots__ = ()


class Hadamard(Node):
    __slots__ = ()


class Power(Node):
    __slots__ = ()


class MatrixPower(Node):
    __slots__ = ()


class Transpose(Node):
    __slots__ = ()


class Call(Node):
    __slots__ = ()


class Entry(Node):
    __slots__ = ()


class Apply(Node):
    __slots__ = ()


class Defined(Node):
    __slots__ = ()


class Slope(Node):
    __slots__ = ()


class Jacobian(Node):
    __slots__ = ()


class Gradient(Node):
    __slots__ = ()


class Hessian(Node):
    __slots__ = ()


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


_table: dict[tuple[Any, ...], Node] = {}
_alone: dict[Any, tuple[int, int]] = {}  # a digest and the heads of a node without its children


_kept: dict[tuple[Any, ...], Node] = {}  # those of rules, which outlive `clear`
_forget: list[Callable[[], object]] = []
_era = object()


def era() -> object:
    """A mark that each `clear` replaces: expressions of two eras do not share their nodes."""
    return _era


def forgets(forget: Callable[[], None]) -> Callable[[], None]:
    """Decorates what, at each `clear`, empties the memos of its module."""
    _forget.append(forget)
    return forget


def memo() -> dict[Node, Node]:
    """A table of what has been made of nodes; `clear` empties it."""
    table: dict[Node, Node] = {}
    _forget.append(table.clear)
    return table


def keep(roots: Iterable[Node]) -> None:
    """Let `roots`, expressions of a rule, and all their parts outlive every `clear`."""
    for node in postorder(*roots):
        _kept[type(node), node.data, node.children, node.shape] = node


def clear() -> None:
    """Forget all interned nodes but 0, 1 and the rules; expressions made before and after are not the same objects."""
    global _era
    _era = object()
    for forget in _forget:
        forget()
    _table.clear()
    _table.update(_kept)


_bits: dict[str, int] = {}


def bit(head: str) -> int:
    """The bit in `Node.heads` of a function, by its name, or of a class."""
    found = _bits.get(head)
    return _bits.setdefault(head, 1 << len(_bits)) if found is None else found


PLUS = bit("+")  # of a Sum of two terms or more: a multiple is a Sum, but no sum
DIRECTIONS = bit("Direction") | bit("RowDirection")


def _digest_and_heads(kind: type[Node], data: Any, shape: Shape) -> tuple[int, int]:
    """Those of a node without its children, made once for all that are like it."""
    # Of the text, not of hash(): the order must not change from run to run.  Long integers have no text.
    text = f"{data.numerator % PRIME}/{data.denominator % PRIME}" if kind is Number else str(data)
    heads = bit(data if kind is Call else kind.__name__)
    if kind is Sum and len(data) > 1:
        heads |= PLUS
    found = _alone[kind, data, shape] = crc32(f"{kind.__name__} {text} {shape}".encode()), heads
    return found


_NUMBERS = frozenset({Number, Identity, Ones, Zero, Constant, Size})


def _degree(kind: type[Node], data: Any, children: tuple[Node, ...]) -> int:
    if not children:
        return int(kind not in _NUMBERS)
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
    node = _table[known] = kind(children, data, shape, weight, _degree(kind, data, children), key, heads)
    return node


def _letters(kind: type[Node], data: Any) -> str:
    return "" if data is None or kind is Number else f"{data} "


def number(value: Rational) -> Node:
    """The rational number `value`."""
    if type(value) is not int and value.denominator == 1:
        value = value.numerator
    return intern(Number, (), value, SCALAR)


ZERO = number(0)
ONE = number(1)
_kept.update(_table)


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


def postorder(*roots: Node, known: Container[Node] = frozenset()) -> Iterator[Node]:
    """Every node below `roots`, each once, children before parents, without recursion; what is `known` is not gone into."""
    seen: set[Node] = set()
    stack: list[Node | None] = [*reversed(roots)]
    while stack:
        node = stack.pop()
        if node is None:  # the children of the next one are done
            done = stack.pop()
            assert done is not None
            yield done
        elif node not in seen and node not in known:
            seen.add(node)
            if node.children:
                stack += (node, None, *reversed(node.children))
            else:
                yield node


def postorder_with(heads: int, root: Node, known: Container[Node] = frozenset()) -> Iterator[Node]:
    """`postorder` of the nodes in which one of these `heads` occurs; the others are not gone into."""
    seen: set[Node] = set()
    stack = [root] if root.heads & heads else []
    while stack:
        node = stack[-1]
        if node in seen or node in known:
            stack.pop()
            continue
        waiting = [child for child in node.children if child.heads & heads and child not in seen and child not in known]
        if waiting:
            stack += reversed(waiting)
        else:
            seen.add(node)
            stack.pop()
            yield node


def symbols(*roots: Node) -> Iterator[Node]:
    """The variables and directions of `roots`, in order of appearance."""
    return (node for node in postorder(*roots) if isinstance(node, Symbol))


def dependents(root: Node, on: Iterable[Node], *others: Node) -> dict[Node, None]:
    """The leaves `on`, then the nodes below `root` (and `others`) in which one of them occurs, children before parents: one pass."""
    found = dict.fromkeys(on)
    for node in postorder(root, *others):
        for child in node.children:
            if child in found:
                found[node] = None
                break
    return found
