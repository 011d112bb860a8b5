"""Entries X[i,j] and matrix units: entries go into sums, past scalars and transposes, and into outer products.

What is known of them is said: of ones 1, of zeros 0, off the diagonal of a diagonal matrix 0.  Iterative.
"""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.algebra import entrywise, linear, products, sums, transposes
from matcalc.algebra.dimension import SCALAR, Dimension
from matcalc.algebra.leaves import ONE, ZERO, basis, is_zero
from matcalc.algebra.nodes import (
    Basis,
    Call,
    Entry,
    Hadamard,
    Identity,
    Node,
    Number,
    Ones,
    Scaled,
    Sum,
    Transpose,
    intern,
)

Place = tuple[Node, Node, Node]  # X, i, j of X[i,j]


def entry(body: Node, row: Node, column: Node) -> Node:
    """X[i,j]; x[i] of a column is entry(x, i, 1).

    >>> from matcalc.algebra.dimension import named; from matcalc.algebra.leaves import index, symbol
    >>> A, i, j = symbol("A", (named("m"), named("n"))), index("i"), index("j")
    >>> entry(transposes.transpose(A), i, j) is entry(A, j, i)
    True
    """
    known: dict[Place, Node] = {}
    asked = (body, row, column)
    waiting = [asked]
    while waiting:
        inner = _inside(*waiting[-1])
        missing = [place for place in inner if place not in known]
        if not missing:
            place = waiting.pop()
            known[place] = _entry(*place, [known[each] for each in inner])
        waiting += missing
    return known[asked]


def _inside(body: Node, row: Node, column: Node) -> list[Place]:
    """The entries that X[i,j] is a sum, multiple or product of: A[i,j], B[i,j] for A + B, A[j,i] for A^T, u[i], v[j] for u v^T."""
    kind = type(body)
    if body.is_scalar:
        return []
    if kind is Transpose:
        return [(body.children[0], column, row)]
    if kind is Sum and len(body.children) <= sums.WIDEST:
        return [(term, row, column) for term in body.children]
    if kind is Scaled:
        return [(body.children[1], row, column)]
    if body.is_row:
        turned = transposes.transpose(body)
        return [(turned, column, row)] if type(turned) is not Transpose else []
    if kind is Call and body.data == "diag" and body.is_column:  # diag(A)[i] = A[i,i]
        return [(body.children[0], row, row)]
    if row is column and _is_diagonal(body) and kind is not Identity:  # diag(x)[i,i] = x[i], (A .* I)[i,i] = A[i,i]
        return [(child, row, ONE if child.is_column else column) for child in body.children]
    ends = products.outer_product(body)
    return [] if ends is None else [(ends[0], row, ONE), (ends[1], column, ONE)]


def _entry(body: Node, row: Node, column: Node, inner: Sequence[Node]) -> Node:
    """X[i,j] from the entries inside it."""
    kind = type(body)
    if body.is_scalar:
        return body
    if inner:
        if kind is Sum:
            return sums.add(zip(body.data, inner, strict=True))
        factors = [body.children[0], *inner] if kind is Scaled else inner
        return entrywise.hadamard(factors) if len(factors) > 1 else factors[0]
    if kind is Basis and type(row) is type(body.children[0]) is Number:
        return ONE if row is body.children[0] else ZERO
    if kind is Ones:
        return ONE
    if is_zero(body):
        return ZERO
    if kind is Identity and row is column:
        return ONE
    if type(row) is type(column) is Number and row is not column and _is_diagonal(body):
        return ZERO
    return intern(Entry, (body, row, column), None, SCALAR)


def _is_diagonal(body: Node) -> bool:
    """Whether X is I, diag(x), or A .* X with one of them."""
    parts = body.children if type(body) is Hadamard else (body,)
    return any(map(linear.is_diagonal, parts))


def unit(i: Node, j: Node, m: Dimension, n: Dimension) -> Node:
    """unit(i,j,m,n) = e(i,m) e(j,n)^T: 1 at (i,j), 0 elsewhere."""
    return products.product([basis(i, m), transposes.transpose(basis(j, n))])
