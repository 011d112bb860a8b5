"""The entry of each class of nodes, in index form: (form, node, row, column) -> term; of functions see `index_functions`."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from matcalc.algebra import declared
from matcalc.algebra.dimension import ONE
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
from matcalc.rewrite.index_functions import OF_CALL, Rule
from matcalc.rewrite.index_sums import Digits, Term
from matcalc.rewrite.sympy_words import dimension, of_number, rational

if TYPE_CHECKING:
    from matcalc.rewrite.index_form import IndexForm


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
    return OF_CALL.get(node.data, _opaque)(form, node, row, column)


def _times(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    return form.sympy.Mul(*(form.entry(factor, row, column) for factor in node.children))


def _symbol(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    return form.named(node.data, node, row, column)


def _opaque(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    return form.opaque(node, row, column)


OF_CLASS: dict[type[Node], Rule] = {
    Number:       lambda form, node, row, column: rational(node.data),
    Constant:     lambda form, node, row, column: form.sympy.pi,
    Size:         lambda form, node, row, column: dimension(node.data),
    Index:        lambda form, node, row, column: form.index(node.data),
    Symbol:       _symbol,
    Direction:    _symbol,
    RowSymbol:    _symbol,
    RowDirection: _symbol,
    Identity:     lambda form, node, row, column: form.sums.delta(row, column),
    Ones:         lambda form, node, row, column: form.sympy.S.One,
    Zero:         lambda form, node, row, column: form.sympy.S.Zero,
    Commutation:  _commutation,
    Basis:        lambda form, node, row, column: form.sums.delta(row, form.scalar(node.children[0])),
    Sum:          _sum,
    Product:      _product,
    Scaled:       _times,
    Hadamard:     _times,
    Power:        lambda form, node, row, column: form.entry(node.children[0], row, column) ** form.scalar(node.children[1]),
    MatrixPower:  _opaque,
    Transpose:    lambda form, node, row, column: form.entry(node.children[0], column, row),
    Call:         _call,
    Entry:        _entry,
    Apply:        _apply,
    Defined:      _defined,
    Slope:        _slope,
    Jacobian:     _opaque,
    Gradient:     _gradient,
    Hessian:      _hessian,
}  # fmt: skip
