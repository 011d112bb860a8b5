"""Index form: one entry of an expression as a SymPy expression in Indexed entries, sums and Kronecker deltas.

In: a node, a row and a column.  Out: `A[r,i]*C[j,s]`, `Sum(A[i,r]*x[r], (r, 1, n))`.  Indices count from 1.  I and e(i,n) are deltas,
which collapse the sums they stand in (see `index_sums`).  What a norm, a softmax or a trace means is written out; inverses,
determinants and the other functions of a whole matrix stay one name: `inv(X)[r,s]`, `det(X)`.

An entry is made once per node, row and column.  What is deeper than SymPy can hold is a LimitError.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise

from matcalc.algebra import declared
from matcalc.algebra.dimension import ONE, Dimension
from matcalc.algebra.entrywise import is_entrywise
from matcalc.algebra.expansion import value_of
from matcalc.algebra.functions import FUNCTIONS
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
from matcalc.algebra.walks import postorder
from matcalc.rewrite.index_functions import OF_CALL, Rule
from matcalc.rewrite.index_sums import Digits, IndexSums, Term
from matcalc.rewrite.sympy_words import dimension, dimension_names, index, of_number, rational, refuse_deep, scalar
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
        self.sums = IndexSums({*names, *self.dimensions, *taken})
        self.sympy = self.sums.sympy
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
            known = self._entries[node, row, column] = _OF_CLASS[type(node)](self, node, row, column)
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


# ---- the entry of each class: (form, node, row, column) -> term


def _number(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    return rational(node.data)


def _constant(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    return form.sympy.pi


def _size(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    return dimension(node.data)


def _index(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    return form.index(node.data)


def _symbol(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    return form.named(node.data, node, row, column)


def _identity(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    return form.sums.delta(row, column)


def _ones(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    return form.sympy.S.One


def _zero(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    return form.sympy.S.Zero


def _basis(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    return form.sums.delta(row, form.scalar(node.children[0]))


def _commutation(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    # vec(X^T) = Kmat(m,n) vec(X): entry (j,i) of X^T from entry (i,j) of X
    m, n = node.data
    j, i = form.sums.parts(row, n, m)
    r, s = form.sums.parts(column, m, n)
    return form.sums.delta(i, r) * form.sums.delta(j, s)


def _sum(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    terms = zip(node.data, node.children, strict=True)
    return form.sympy.Add(*(rational(c) * form.entry(term, row, column) for c, term in terms))


def _product(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    # (A B C)_ij = sum_rs A_ir B_rs C_sj
    factors = node.children
    over: Digits = ()
    result, left = form.sympy.S.One, row
    for factor, following in pairwise(factors):
        right, digits = form.sums.summation(max(form.lengths(factor, 1), form.lengths(following, 0), key=len))
        result *= form.entry(factor, left, right)
        over += digits
        left = right
    return form.sums.summed(result * form.entry(factors[-1], left, column), over)


def _times(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    return form.sympy.Mul(*(form.entry(factor, row, column) for factor in node.children))


def _power(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    base, exponent = node.children
    return form.entry(base, row, column) ** form.scalar(exponent)


def _transpose(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    return form.entry(node.children[0], column, row)


def _entry(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    body, i, j = node.children
    return form.entry(body, form.scalar(i), form.scalar(j))


def _is_of_numbers(node: Node) -> bool:
    """Whether each entry of g(x) is a function of the same entry of x: g elementwise, or of scalars."""
    return node.data.kind == "elementwise" or (node.is_scalar and all(child.is_scalar for child in node.children))


def _apply(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    if not _is_of_numbers(node):
        return form.opaque(node, row, column)
    return form.sympy.Function(node.data.name)(*(form.entry(child, row, column) for child in node.children))


def _defined(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    if not node.data.entrywise:
        return form.entry(value_of(node), row, column)
    return form.sympy.Function(node.data.name)(*(form.entry(child, row, column) for child in node.children))


def _slope(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    point, directions = declared.parts(node)
    if node.data.kind == "elementwise":
        # D(phi, x)[ones] = phi'(x)
        return _of_number(form, node, form.entry(point[0], row, column), len(directions))
    if node.data.kind == "abstract" and len(node.children) == 2 and not point[0].is_scalar:
        return _contracted(form, node, row, column)
    return form.opaque(node, row, column)


def _contracted(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    """D(g,x)[v] = sum_ij grad(g,x)_ij v_ij of a scalar g; of another J(g,x)_(ij)(kl) v_ij at (k,l)."""
    x, v = node.children
    (i, rows), (j, columns) = (form.sums.summation(form.lengths(v, axis)) for axis in (0, 1))
    if node.is_scalar:
        slope = form.entry(declared.gradient(node.data, [x]), i, j)
    else:
        inputs, outputs = (_place(form, at, of) for at, of in (((i, j), x), ((row, column), node)))
        slope = form.entry(declared.jacobian(node.data, [x]), inputs, outputs)
    return form.sums.summed(slope * form.entry(v, i, j), rows + columns)


def _place(form: IndexForm, at: tuple[Term, Term], node: Node) -> Term:
    """Where the entry `at` of `node` stands in its vec."""
    lengths = zip(at, node.shape, strict=True)
    return form.sums.number(tuple((index, length) for index, length in lengths if length is not ONE))


def _gradient(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    if not node.is_scalar:
        return form.opaque(node, row, column)
    return _of_number(form, node, form.scalar(node.children[0]), 1)


def _hessian(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    if not node.is_scalar:
        return form.opaque(node, row, column)
    return _of_number(form, node, form.scalar(node.children[0]), 2)


def _of_number(form: IndexForm, node: Node, t: Term, order: int) -> Term:
    """The derivative of this order of a declared function of a number."""
    function = form.sympy.Function(node.data.name)
    if order == 1:
        return function(t).fdiff(1)
    variable = form.sympy.Dummy("t")
    return form.sympy.Subs(function(variable).diff(variable, order), variable, t)


def _call(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    if FUNCTIONS[node.data].entrywise:
        return of_number(node.data, form.entry(node.children[0], row, column))
    return OF_CALL.get(node.data, IndexForm.opaque)(form, node, row, column)


_OF_CLASS: dict[type[Node], Rule] = {
    Number:       _number,
    Constant:     _constant,
    Size:         _size,
    Index:        _index,
    Symbol:       _symbol,
    Direction:    _symbol,
    RowSymbol:    _symbol,
    RowDirection: _symbol,
    Identity:     _identity,
    Ones:         _ones,
    Zero:         _zero,
    Commutation:  _commutation,
    Basis:        _basis,
    Sum:          _sum,
    Product:      _product,
    Scaled:       _times,
    Hadamard:     _times,
    Power:        _power,
    MatrixPower:  IndexForm.opaque,
    Transpose:    _transpose,
    Call:         _call,
    Entry:        _entry,
    Apply:        _apply,
    Defined:      _defined,
    Slope:        _slope,
    Jacobian:     IndexForm.opaque,
    Gradient:     _gradient,
    Hessian:      _hessian,
}  # fmt: skip
