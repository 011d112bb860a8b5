"""Rows, which the normal form keeps as transposes of columns, written as rows.

A declared row r is the transpose of its column; what is made of such rows entry by entry is written with their names alone:
`exp(r) .* q`, not `(exp(r^T) .* q^T)^T`; and products with them as rows: `tanh(r W)`, not `tanh(W^T r^T)^T`.
"""

from __future__ import annotations

from matcalc.algebra.entrywise import is_entrywise
from matcalc.algebra.leaves import direction, symbol
from matcalc.algebra.nodes import (
    Call,
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
    bit,
)
from matcalc.algebra.transposes import HEAVIEST, transpose
from matcalc.algebra.traversal import substitute
from matcalc.algebra.walks import postorder

_ROWS = bit("RowSymbol") | bit("RowDirection")

# of vectors: f(x^T) = f(x)^T
_LIKE_ENTRYWISE = frozenset({"softmax", "onehot_max"})
_TURNED = frozenset({Sum, Scaled, Product, MatrixPower})  # their transposes are made of the transposes of their parts


def in_rows(column: Node) -> tuple[Node, dict[str, Node]] | None:
    """A column whose text, with its names read as rows, says the transpose of `column`; None if there is none.

    Some of the names stand for products and scalars: for the text of the expressions that are given with them.

    >>> from matcalc.algebra.calls import call; from matcalc.algebra.dimension import named
    >>> from matcalc.algebra.leaves import row_symbol
    >>> r = row_symbol("r", named("n"))
    >>> written, _ = in_rows(call("exp", [r.children[0]])); written.children
    (Symbol('r'),)
    """
    if column.weight > HEAVIEST:
        return None
    rows: dict[Node, Node] = {}
    parts: dict[str, Node] = {}

    def part(node: Node, text: Node) -> None:
        name = f"#{len(parts)}"
        rows[node], parts[name] = symbol(name, node.shape), text

    waiting = [column]
    while waiting:
        node = waiting.pop()
        if node in rows:
            continue
        if node.is_scalar:
            if _has_rows(node):
                part(node, node)
        elif isinstance(node, RowSymbol):
            rows[node] = (direction if isinstance(node, RowDirection) else symbol)(node.data, node.shape)
        elif type(node) is Product and _has_rows(node) and _saved(node) > 0:
            part(node, transpose(node))
        elif type(node) in (Sum, Scaled) or _turns_its_parts(node):
            # a number beside a row is spread, s ones(n)^T is not
            beside = type(node) is Sum and len(node.children) > 1
            waiting += [child for child in node.children if not (beside and type(child) is Ones)]
        else:
            return None
    return (substitute(column, rows), parts) if rows else None


def is_shorter_as_a_row(column: Node) -> bool:
    """Whether the transpose of its transpose is shorter: exp(r W)^T, not exp(W^T r^T)."""
    return column.is_column and _has_rows(column) and column.weight <= HEAVIEST and _saved(column) > 1


def _has_rows(node: Node) -> bool:
    return bool(node.heads & _ROWS)


def _saved(node: Node) -> int:
    """How many ^T are fewer in the transpose."""
    upright, turned = _signs(node)
    return upright - turned


def _signs(root: Node) -> tuple[int, int]:
    """How many ^T are written in an expression and in its transpose, where they stand at the factors."""
    found: dict[Node, tuple[int, int]] = {}
    for node in postorder(root):
        upright = sum(found[child][0] for child in node.children)
        turned = sum(found[child][1] for child in node.children)
        if node.is_scalar or type(node) is Ones:  # ones are mostly numbers beside a vector
            found[node] = (0, 0)
        elif not node.children:
            found[node] = (1, 0) if isinstance(node, RowSymbol) else (0, 1)
        elif type(node) is Transpose:
            found[node] = (turned, upright)
        else:
            found[node] = (upright, turned if type(node) in _TURNED or _turns_its_parts(node) else upright + 1)
    return found[root]


def _turns_its_parts(node: Node) -> bool:
    """Whether f(x)^T is f(x^T)."""
    return is_entrywise(node) or (type(node) is Call and node.data in _LIKE_ENTRYWISE)


def marks(node: Node) -> int:
    """How many ^T are written at the top of a term; X^-T is not longer than X^-1."""
    while type(node) is Scaled:
        node = node.children[1]
    factors = node.children if type(node) in (Product, Hadamard) else (node,)
    return sum(isinstance(f, RowSymbol) or (type(f) is Transpose and _is_marked(f.children[0])) for f in factors)


def _is_marked(body: Node) -> bool:
    return not isinstance(body, RowSymbol) and not (type(body) is MatrixPower and body.children[1].data == -1)
