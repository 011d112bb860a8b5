"""Index form: one entry of an expression as a SymPy expression in Indexed entries, sums and Kronecker deltas.

In: a node, a row and a column.  Out: `A[r,i]*C[j,s]`, `Sum(A[i,r]*x[r], (r, 1, n))`.  Indices count from 1.  I and e(i,n) are deltas,
which collapse the sums they stand in (see `index_sums`).  What a norm, a softmax or a trace means is written out; inverses,
determinants and the other functions of a whole matrix stay one name: `inv(X)[r,s]`, `det(X)`.

An entry is made once per node, row and column.  What is deeper than SymPy can hold is a LimitError.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from matcalc.algebra.dimension import ONE, Dimension
from matcalc.algebra.entrywise import is_entrywise
from matcalc.algebra.nodes import (
    Call,
    Commutation,
    Index,
    MatrixPower,
    Node,
    Product,
    Scaled,
    Sum,
    Symbol,
    Transpose,
)
from matcalc.algebra.walks import postorder
from matcalc.rewrite.index_classes import OF_CLASS
from matcalc.rewrite.index_sums import Digits, IndexSums, Term
from matcalc.rewrite.sympy_words import dimension_names, index, refuse_deep, scalar
from matcalc.syntax.printing import ascii_text
from matcalc.syntax.raising import written

LONGEST_NAME = 40  # weight of a node that stays one name and is written out in it


class IndexForm:
    """The entries of `root` and of all below it; `taken` are the names of the free indices: no sum binds one of them.

    >>> from matcalc.algebra import products; from matcalc.algebra.dimension import named
    >>> from matcalc.algebra.leaves import symbol
    >>> A, x = symbol("A", (named("m"), named("n"))), symbol("x", (named("n"), ONE))
    >>> Ax = products.product([A, x])
    >>> form = IndexForm(Ax)
    >>> form.entry(Ax, form.index("i"), form.index(1))
    Sum(A[i, r]*x[r], (r, 1, n))
    """

    def __init__(self, root: Node, taken: Iterable[str] = ()) -> None:
        refuse_deep(root)
        self.dimensions = dimension_names(root)
        names = {node.data for node in postorder(root) if isinstance(node, Symbol | Index)}
        self.sums: IndexSums = IndexSums({*names, *self.dimensions, *taken})
        self.sympy: Any = self.sums.sympy
        self._entries: dict[tuple[Node, Term, Term], Term] = {}
        self._lengths: dict[tuple[Node, int], tuple[Dimension, ...]] = {}
        self._names: dict[Node, str] = {}

    def index(self, name: str | int) -> Term:
        """An index that stands in the entries: its name, or an integer from 1."""
        return index(name, self.dimensions)

    def entry(self, node: Node, row: Term, column: Term) -> Term:
        """The entry of `node`; along an axis of length 1 the index is 1, whatever is given."""
        row = self.sympy.S.One if node.shape[0] is ONE else row
        column = self.sympy.S.One if node.shape[1] is ONE else column
        known = self._entries.get((node, row, column))
        if known is None:
            self.sums.count_term()
            known = self._entries[node, row, column] = OF_CLASS[type(node)](self, node, row, column)
        return known

    def scalar(self, node: Node) -> Term:
        """The value of a 1 x 1 node."""
        return self.entry(node, self.sympy.S.One, self.sympy.S.One)

    def total(self, node: Node, of_entry: Callable[[Term], Term], row: Term = None, column: Term = None) -> Term:
        """The sum of a function of the entries of `node`: of all of them, or of those of one row or column."""
        rows: Digits = ()
        columns: Digits = ()
        if row is None:
            row, rows = self.sums.summation(self.lengths(node, 0))
        if column is None:
            column, columns = self.sums.summation(self.lengths(node, 1))
        return self.sums.summed(of_entry(self.entry(node, row, column)), rows + columns)

    def named(self, name: str, node: Node, row: Term, column: Term) -> Term:
        """The entry of an array of this name and the shape of `node`: name, name[row] or name[row,column]."""
        places = [place for place, length in zip((row, column), node.shape, strict=True) if length is not ONE]
        return self.sympy.IndexedBase(name)[tuple(places)] if places else scalar(name, self.dimensions)

    def opaque(self, node: Node, row: Term, column: Term) -> Term:
        """The entry of a node that stays one name, such as `inv(X)`; no two nodes have the same."""
        name = self._names.get(node)
        if name is None:
            name = _name_of(node)
            if not name or name in self._names.values():
                name = f"{node.data or type(node).__name__}(#{len(self._names) + 1})"
            self._names[node] = name
        return self.named(name, node, row, column)

    def lengths(self, node: Node, axis: int) -> tuple[Dimension, ...]:
        """The ranges of the digits that an index of this axis (0: rows) is best made of, innermost first."""
        if node.shape[axis] is ONE:
            return ()
        known = self._lengths.get((node, axis))
        if known is None:
            known = self._lengths[node, axis] = self._split(node, axis) or (node.shape[axis],)
        return known

    def _split(self, node: Node, axis: int) -> tuple[Dimension, ...]:
        kind, children = type(node), node.children
        if kind is Transpose:
            return self.lengths(children[0], 1 - axis)
        if kind is Scaled:
            return self.lengths(children[1], axis)
        if kind is Product:
            return self.lengths(children[-axis], axis)
        if kind is Commutation:
            m, n = node.data
            return (m, n) if axis else (n, m)
        if kind is Sum or is_entrywise(node):
            return max((self.lengths(child, axis) for child in children if child.shape == node.shape), key=len)
        if kind is not Call:
            return ()
        if node.data == "kron" or (node.data == "khatri_rao" and axis == 0):
            return self.lengths(children[1], axis) + self.lengths(children[0], axis)
        if node.data == "vec" and axis == 0:
            return self.lengths(children[0], 0) + self.lengths(children[0], 1)
        if node.data == "diag":
            return self.lengths(children[0], 0)
        return ()


def _name_of(node: Node) -> str:
    """inv(X), det(X), X^3; nothing where that would be long."""
    if node.weight > LONGEST_NAME:
        return ""
    if type(node) is MatrixPower and node.children[1].data == -1:
        return f"inv({ascii_text(written(node.children[0]))})"
    return ascii_text(written(node))
