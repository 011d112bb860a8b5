"""Functions in index form: what a trace, norm, softmax, vec or Kronecker product is, entry by entry.

In: the index form, a call and the indices of the entry.  Out: the entry as a SymPy expression.  A function that has no row in OF_CALL and
is not entrywise stays one name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from matcalc.algebra import calls
from matcalc.algebra.nodes import Node
from matcalc.rewrite.index_sums import Term
from matcalc.rewrite.sympy_words import dimension

if TYPE_CHECKING:
    from matcalc.rewrite.index_form import IndexForm

Rule = Callable[["IndexForm", Node, Term, Term], Term]


def _trace(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    body = node.children[0]
    r, over = form.sums.summation(max(form.lengths(body, 0), form.lengths(body, 1), key=len))
    return form.sums.summed(form.entry(body, r, r), over)


def _diag(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    body = node.children[0]
    if node.is_matrix:
        return form.entry(body, row, row) * form.sums.delta(row, column)
    return form.entry(body, row, row)


def _vec(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    body = node.children[0]
    return form.entry(body, *form.sums.parts(row, *body.shape))


def _unvec(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    rows, columns = node.shape
    return form.entry(node.children[0], form.sums.number(((row, rows), (column, columns))), form.sympy.S.One)


def _kron(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    left, right = node.children
    (r, i), (s, j) = (form.sums.parts(k, right.shape[a], left.shape[a]) for a, k in enumerate((row, column)))
    return form.entry(left, i, j) * form.entry(right, r, s)


def _khatri_rao(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    left, right = node.children
    r, i = form.sums.parts(row, right.shape[0], left.shape[0])
    return form.entry(left, i, column) * form.entry(right, r, column)


def _skew(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    # skew(w)[i,j] = sum_k eps_ikj w_k
    w, one = node.children[0], form.sympy.S.One
    k, over = form.sums.summation(form.lengths(w, 0))
    return form.sums.summed(form.sympy.LeviCivita(row, k, column) * form.entry(w, k, one), over)


def _unskew(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    # unskew(A)[i] = 1/2 sum_jk eps_ikj A_jk
    A = node.children[0]
    (j, over_j), (k, over_k) = (form.sums.summation(form.lengths(A, axis)) for axis in (0, 1))
    body = form.sympy.LeviCivita(row, k, j) * form.entry(A, j, k) / 2
    return form.sums.summed(body, over_j + over_k)


def _triangle(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    sympy = form.sympy
    kept = sympy.Ge(row, column) if node.data == "tril" else sympy.Le(row, column)
    return sympy.Piecewise((sympy.S.One, kept), (sympy.S.Zero, True)) * form.entry(node.children[0], row, column)


def _sum_diagonals(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    # the sum over all (r, s) with r - s = row - column
    body = node.children[0]
    r, rows = form.sums.summation(form.lengths(body, 0))
    s, columns = form.sums.summation(form.lengths(body, 1))
    on_it = form.sympy.KroneckerDelta(r - s, row - column)
    return form.sums.summed(form.sums.summed(form.entry(body, r, s) * on_it, rows), columns)


def _logdet(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    return form.sympy.log(form.sympy.Abs(form.scalar(calls.call("det", node.children))))


def _extreme(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    function = form.sympy.Max if node.data == "maximum" else form.sympy.Min
    return function(*(form.entry(child, row, column) for child in node.children))


def _line(node: Node, row: Term, column: Term) -> dict[str, Term]:
    """Where f_rows, f_cols or f looks for the value at (row, column): in one row, one column, or everywhere."""
    if node.data.endswith("_rows"):
        return {"row": row}
    if node.data.endswith("_cols"):
        return {"column": column if node.is_matrix else row}
    return {}


def _total(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    return form.total(node.children[0], lambda t: t, **_line(node, row, column))


def _mean(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    rows, columns = map(dimension, node.children[0].shape)
    length = columns if node.data == "mean_rows" else rows
    return _total(form, node, row, column) / length


def _logsumexp(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    return form.sympy.log(form.total(node.children[0], form.sympy.exp, **_line(node, row, column)))


def _softmax(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    body = node.children[0]
    total = form.total(body, form.sympy.exp, **_line(node, row, column))
    return form.sympy.exp(form.entry(body, row, column)) / total


def _norm(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    return form.sympy.sqrt(form.total(node.children[0], lambda t: t**2))


def _norm_1(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    return form.total(node.children[0], form.sympy.Abs)


OF_CALL: dict[str, Rule] = {
    "tr":             _trace,
    "diag":           _diag,
    "vec":            _vec,
    "unvec":          _unvec,
    "kron":           _kron,
    "khatri_rao":     _khatri_rao,
    "skew":           _skew,
    "unskew":         _unskew,
    "tril":           _triangle,
    "triu":           _triangle,
    "sum_diagonals":  _sum_diagonals,
    "logdet":         _logdet,
    "maximum":        _extreme,
    "minimum":        _extreme,
    "sum":            _total,
    "mean":           _mean,
    "mean_rows":      _mean,
    "mean_cols":      _mean,
    "logsumexp":      _logsumexp,
    "logsumexp_rows": _logsumexp,
    "logsumexp_cols": _logsumexp,
    "softmax":        _softmax,
    "softmax_rows":   _softmax,
    "softmax_cols":   _softmax,
    "norm":           _norm,
    "norm_1":         _norm_1,
}  # fmt: skip
