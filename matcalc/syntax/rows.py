"""Rows, which the normal form keeps as transposes of columns, written as rows.

A declared row r is the transpose of its column; what is made of such rows entry by entry is written with their names alone:
`exp(r) .* q`, not `(exp(r^T) .* q^T)^T`.
"""

from __future__ import annotations

from matcalc.algebra.entrywise import is_entrywise
from matcalc.algebra.leaves import direction, symbol
from matcalc.algebra.nodes import (
    Hadamard,
    MatrixPower,
    Node,
    Ones,
    Product,
    RowDirection,
    RowSymbol,
    Scaled,
    Sum,
    Transpose,
)
from matcalc.algebra.transposes import HEAVIEST
from matcalc.algebra.traversal import substitute
from matcalc.algebra.walks import symbols


def in_rows(column: Node) -> Node | None:
    """A column whose text, with its names read as rows, says the transpose of `column`; None if there is none.

    >>> from matcalc.algebra.calls import call; from matcalc.algebra.dimension import named
    >>> from matcalc.algebra.leaves import row_symbol
    >>> in_rows(call("exp", [row_symbol("r", named("n")).children[0]])).children
    (Symbol('r'),)
    """
    if column.weight > HEAVIEST:
        return None
    rows: dict[Node, Node] = {}
    scalars: list[Node] = []
    waiting = [column]
    while waiting:
        node = waiting.pop()
        if node.is_scalar:
            scalars.append(node)
        elif isinstance(node, RowSymbol):
            rows[node] = (direction if isinstance(node, RowDirection) else symbol)(node.data, node.shape)
        elif type(node) in (Sum, Scaled) or is_entrywise(node):
            # a number beside a row is spread, s ones(n)^T is not
            beside = type(node) is Sum and len(node.children) > 1
            waiting += [child for child in node.children if not (beside and type(child) is Ones)]
        else:
            return None
    if not rows or any(isinstance(leaf, RowSymbol) for leaf in symbols(*scalars)):
        return None
    return substitute(column, rows)


def marks(node: Node) -> int:
    """How many ^T are written at the top of a term; X^-T is not longer than X^-1."""
    while type(node) is Scaled:
        node = node.children[1]
    factors = node.children if type(node) in (Product, Hadamard) else (node,)
    return sum(isinstance(f, RowSymbol) or (type(f) is Transpose and _is_marked(f.children[0])) for f in factors)


def _is_marked(body: Node) -> bool:
    return not isinstance(body, RowSymbol) and not (type(body) is MatrixPower and body.children[1].data == -1)
