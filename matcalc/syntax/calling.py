"""How calls are printed: norms, Kronecker products and Jacobians in signs of their own, the others by their names."""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.algebra.entrywise import hadamard, is_entrywise
from matcalc.algebra.functions import JACOBIAN
from matcalc.algebra.leaves import ZERO, identity, is_zero, number
from matcalc.algebra.nodes import Call, Node, Ones
from matcalc.algebra.sums import split
from matcalc.syntax import pieces
from matcalc.syntax.sharing import square_root
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
    norm,
    norm_power,
    term,
)
from matcalc.syntax.tree import Tree
from matcalc.syntax.turning import row_of

_JACOBIANS = {word: name for name, word in JACOBIAN.items()}
_OF_ALL = frozenset("sum mean max min logsumexp".split())  # of all entries: f(x^T) = f(x)
_NORMS = {"norm_1": "1", "norm_inf": "inf", "norm_2": "2", "norm_nuclear": "*"}


def called(names: Names, node: Node, place: Place) -> Asking[Tree]:
    """The tree of a function's value: |x|, A ⊗ B, J(softmax, x) and the like, else f(x, y)."""
    root = square_root(node)
    if root is not None:
        return (yield from norm_power(names, root, 2))
    word = node.data
    if word == "norm":
        return norm((yield node.children[0], 0), node.children[0].shape)
    if word in _NORMS:
        return Tree("norm", ((yield node.children[0], 0),), _NORMS[word])
    if word == "kron":
        return (yield from term(names, node, place))
    if word == "diag" and node.is_matrix and (body := _diagonal_of(node.children[0])) is not None:
        # diag(diag(A)) = A .* I
        return Tree("hadamard", ((yield body, place & (NEGATED | DIVIDED)), (yield identity(node.shape[0]), SIZED)))
    if word == "unvec":  # its sizes are dimensions: n n, which reads back, where a scalar would be n^2
        return pieces.call(word, (yield node.children[0], place & NEGATED), *map(pieces.dimension, node.shape))
    if word in _JACOBIANS:
        return Tree("J", ((yield node.children[0], 0),), _JACOBIANS[word])
    arguments = node.children
    if word in ("maximum", "minimum"):
        arguments = _spread(arguments)
    if word in _OF_ALL and node.children[0].is_column:  # sum(r), not sum(r^T)
        row = yield from row_of(node.children[0], place & SETTLED)
        if row is not None:
            return pieces.call(word, row)
    trees = yield from each(arguments, SPREAD if is_entrywise(node) else place & (NEGATED | DIVIDED | SETTLED) | WHOLE)
    return pieces.call(word, *trees)


def _diagonal_of(column: Node) -> Node | None:
    """A, where `column` is diag(A)."""
    return column.children[0] if type(column) is Call and column.data == "diag" else None


def _spread(pair: tuple[Node, ...]) -> tuple[Node, ...]:
    """The arguments of a maximum: max(x, 0) is the maximum of x and zeros."""
    scalars = [_scalar(node) for node in pair]
    if None not in scalars:
        return pair
    return tuple(node if scalar is None else scalar for node, scalar in zip(pair, scalars, strict=True))


def _scalar(node: Node) -> Node | None:
    """s, where `node` is s ones."""
    if is_zero(node):
        return ZERO
    coefficient, scalars, body = split(node)
    return hadamard([number(coefficient), *scalars]) if type(body) is Ones else None


def each(nodes: Sequence[Node], place: Place = 0) -> Asking[list[Tree]]:
    """The trees of all these nodes in one place."""
    trees = []
    for node in nodes:
        trees.append((yield node, place))
    return trees
