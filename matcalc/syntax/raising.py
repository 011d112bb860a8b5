"""From the normal form to the syntax tree, as a textbook prints it: what reading and lowering undo.

A node goes in, its Tree comes out; the printers turn that into text.  Its text reads back to the same node.  Sums and products
are the matter of `totals` and `terms`, transposes of `turning`, calls of `calling`, the order in sums and products of `ordering`,
parts that are written once of `sharing`; all else is here.

The writers run on one stack, each once per node and place, so that depth costs memory and sharing costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from matcalc.algebra.nodes import (
    Apply,
    Basis,
    Call,
    Commutation,
    Constant,
    Defined,
    Direction,
    Entry,
    Gradient,
    Hadamard,
    Hessian,
    Identity,
    Index,
    Jacobian,
    MatrixPower,
    Node,
    Number,
    Ones,
    Power,
    Product,
    RowDirection,
    RowSymbol,
    Scaled,
    Size,
    Slope,
    Sum,
    Symbol,
    Transpose,
    Zero,
)
from matcalc.collector import without_collector
from matcalc.syntax import pieces
from matcalc.syntax.calling import called, each
from matcalc.syntax.manner import Manner
from matcalc.syntax.rows import is_shorter_as_a_row
from matcalc.syntax.sharing import shared
from matcalc.syntax.signs import prefers_opposite
from matcalc.syntax.terms import (
    DIVIDED,
    NEGATED,
    SETTLED,
    SIZED,
    SPREAD,
    WHOLE,
    Asking,
    Names,
    Place,
    term,
)
from matcalc.syntax.totals import total
from matcalc.syntax.tree import Tree
from matcalc.syntax.turning import row_of, transposed

_NAMED = frozenset({Symbol, Direction, Constant, Index})


@without_collector
def written(root: Node, taken: Collection[str] = (), *, fractions: bool = False) -> Tree:
    """The tree that `root` is printed with; `taken` are declared names, not to be used for anything else.

    With `fractions` fifths have no point: 28/25.

    >>> from matcalc.algebra import products, sums, transposes; from matcalc.algebra.dimension import ONE, named
    >>> from matcalc.algebra.leaves import number, symbol
    >>> from matcalc.syntax.printing import ascii_text
    >>> m, n = named("m"), named("n")
    >>> A, x, b = symbol("A", (m, n)), symbol("x", (n, ONE)), symbol("b", (m, ONE))
    >>> residual = sums.minus(b, products.product([A, x]))
    >>> ascii_text(written(products.product([number(-2), transposes.transpose(A), residual])))
    '2 A^T (A x - b)'
    """
    parts = shared(root, taken)
    manner = Manner(root, fractions=fractions)
    tree = _written(root, parts, taken, manner)
    return _written(root, parts, taken, Manner(root, point=True)) if manner.mixed else tree


def _written(root: Node, parts: Mapping[Node, str], taken: Collection[str], manner: Manner) -> Tree:
    writers = _Writers(frozenset(taken), manner)
    values = [writers.value(node, name) for node, name in parts.items()]
    body = writers.value(root)
    return Tree("where", (body, *values), ",".join(manner.values())) if values else body


class _Writers:
    """The writers of one expression: the names that `where` has given so far, declared names, and the trees made so far."""

    def __init__(self, taken: frozenset[str], names: Names) -> None:
        self.names = names
        self.taken = taken
        self.done: dict[tuple[Node, Place], Tree] = {}

    def value(self, root: Node, name: str = "") -> Tree:
        """The tree of `root`, which is written as `name` from then on."""
        tree = self.tree(root)
        if name:
            self.names[root] = name
        return tree

    def tree(self, root: Node) -> Tree:
        """The tree of `root`."""
        if not root.children:
            return _leaf(self.names, root, 0, self.taken)
        stack = [(root, WHOLE, self.writing(root, WHOLE))]
        answer: Tree | None = None
        while stack:
            node, place, writing = stack[-1]
            try:
                child, asked = writing.send(answer)  # type: ignore[arg-type]
            except StopIteration as finished:
                answer = self.done[node, place] = finished.value
                stack.pop()
                continue
            asked &= _MATTERS.get(type(child), 0)
            answer = self.known(child, asked)
            if answer is None:
                stack.append((child, asked, self.writing(child, asked)))
        assert answer is not None
        return answer

    def known(self, node: Node, place: Place) -> Tree | None:
        """The tree of a node that has a name, has been written or is a leaf."""
        if node in self.names:
            return pieces.name(self.names[node])
        if not node.children:
            return _leaf(self.names, node, place, self.taken)
        return self.done.get((node, place))

    def writing(self, node: Node, place: Place) -> Asking[Tree]:
        if type(node) is Basis and "e" in self.taken:
            return _unit(self.names, node, place)
        if is_shorter_as_a_row(node):
            return _column(self.names, node, place)
        return _WRITERS[type(node)](self.names, node, place)


def _leaf(names: Names, node: Node, place: Place, taken: Collection[str]) -> Tree:
    kind = type(node)
    if kind is RowSymbol or kind is RowDirection:
        return Tree("transpose", (pieces.name(node.data),))
    if kind in _NAMED:
        return pieces.name(node.data)
    if kind is Number:
        return names.number(node.data)
    if kind is Size:
        return pieces.dimension(node.data)
    if kind is Commutation:
        return pieces.call("Kmat", *map(pieces.dimension, node.data))
    if kind is Ones or kind is Zero:
        return pieces.sized("ones" if kind is Ones else "zeros", node.shape)
    assert kind is Identity
    if "I" in taken:
        return pieces.call("diag", pieces.call("ones", pieces.dimension(node.shape[0])))
    return pieces.call("I") if place & SIZED else pieces.call("I", pieces.dimension(node.shape[0]))


def _column(names: Names, node: Node, place: Place) -> Asking[Tree]:
    """A column of declared rows: r^T for a row r that is shorter."""
    row = yield from row_of(node, place)
    if row is not None:
        return Tree("transpose", (row,))
    return (yield from _WRITERS[type(node)](names, node, place))


def _matrix_power(names: Names, node: Node, place: Place) -> Asking[Tree]:
    base, exponent = node.children
    inside = place & (NEGATED | DIVIDED)
    if type(exponent) is Number and exponent.data % 2 == 0 and not place & SETTLED:
        inside |= NEGATED * prefers_opposite(names, base, below=exponent.data < 0)
    tree = yield base, inside
    if type(exponent) is Number and exponent.data == -1:
        return Tree("inverse", (tree,))
    return Tree("power", (tree, (yield exponent, 0)))


def _basis(names: Names, node: Node, place: Place) -> Asking[Tree]:
    return pieces.call("e", (yield node.children[0], 0), pieces.dimension(node.shape[0]))


def _unit(names: Names, node: Node, place: Place) -> Asking[Tree]:
    """e(i,n) where e is the name of a variable."""
    one = pieces.number(1)
    return pieces.call("unit", (yield node.children[0], 0), one, pieces.dimension(node.shape[0]), one)


def _entry(names: Names, node: Node, place: Place) -> Asking[Tree]:
    if isinstance(node.children[0], RowSymbol):
        return Tree("index", (pieces.name(node.children[0].data), (yield node.children[1], 0)))
    body, row, column = yield from each(node.children)
    if node.children[0].is_row:
        return Tree("index", (body, column))
    return Tree("index", (body, row) if node.children[0].is_column else (body, row, column))


def _slope(names: Names, node: Node, place: Place) -> Asking[Tree]:
    """D(g,x)[v]; D2(g,x)[v,w], which is linear in both."""
    order = len(node.children) // len(node.data.arguments) - 1
    return Tree("D" if order == 1 else f"D{order}", tuple((yield from each(node.children))), node.data.name)


def _abstract(head: str) -> Callable[[Names, Node, Place], Asking[Tree]]:
    def writer(names: Names, node: Node, place: Place) -> Asking[Tree]:
        return Tree(head, tuple((yield from each(node.children))), node.data.name)

    return writer


_WRITERS: dict[type[Node], Callable[[Names, Node, Place], Asking[Tree]]] = {
    Sum:         total,
    Product:     term,
    Scaled:      term,
    Hadamard:    term,
    Power:       term,
    MatrixPower: _matrix_power,
    Transpose:   transposed,
    Call:        called,
    Basis:       _basis,
    Entry:       _entry,
    Apply:       _abstract("call"),
    Defined:     _abstract("call"),
    Slope:       _slope,
    Jacobian:    _abstract("J"),
    Gradient:    _abstract("grad"),
    Hessian:     _abstract("hess"),
}  # fmt: skip

# What of its place a node looks at.
_MATTERS: dict[type[Node], Place] = {
    Sum:         SPREAD | SIZED | NEGATED | DIVIDED,
    Product:     NEGATED,
    Scaled:      SPREAD | SIZED | NEGATED,
    Identity:    SIZED,
    Call:        NEGATED | DIVIDED | SETTLED,
    Hadamard:    NEGATED,
    Power:       NEGATED | DIVIDED | SETTLED,
    MatrixPower: NEGATED | DIVIDED | SETTLED,
    Transpose:   NEGATED | DIVIDED | SETTLED | WHOLE,
}  # fmt: skip
