"""One entry of an expression, written out as people write it.

(u v^T)[i,j] = u_i v_j,  (A e_k)[i] = A_ik,  (e_k)[i] = I_ik;  sums term by term, scalars in front.  What has no such form stays
(...)[i,j].
"""

from __future__ import annotations

from matcalc.algebra import calls, entrywise, products, sums
from matcalc.algebra.dimension import ONE as COLUMN
from matcalc.algebra.nodes import ONE, ZERO, Basis, Node, Number, Product, Scaled, Sum, Transpose, identity, index
from matcalc.claims.comparison import terms

Term = tuple[Node, Node, Node, Node]  # c * body[i,j]


def entry(body: Node, row: Node, column: Node) -> Node:
    """body[row,column]; of a column, column is 1.

    >>> from matcalc.algebra.dimension import named
    >>> from matcalc.algebra.nodes import symbol
    >>> u, v = symbol("u", (named("m"), COLUMN)), symbol("v", (named("n"), COLUMN))
    >>> i, j = index("i"), index("j")
    >>> ui, vj = calls.entry(u, i, index(1)), calls.entry(v, j, index(1))
    >>> entry(products.product([u, products.transpose(v)]), i, j) is entrywise.hadamard([ui, vj])
    True
    """
    found: list[Node] = []
    waiting: list[Term] = [(ONE, term, row, column) for term in terms(body)]
    while waiting:
        c, part, i, j = waiting.pop()
        kind = type(part)
        if kind is Sum and len(part.children) <= sums.WIDEST:
            waiting += [(sums.times_number(k, c), term, i, j) for k, term in zip(part.data, part.children, strict=True)]
        elif kind is Scaled:
            waiting.append((entrywise.hadamard([c, part.children[0]]), part.children[1], i, j))
        elif kind is Transpose or part.is_row:
            waiting.append((c, products.transpose(part), j, i))
        elif kind is Product and (cut := _cut(part)):
            left, right = (products.product(factors) for factors in (part.children[:cut], part.children[cut:]))
            found.append(entrywise.hadamard([c, _of_column(left, i), _of_column(products.transpose(right), j)]))
        else:
            single = _of_column(part, i) if part.is_column else calls.entry(part, i, j)
            found.append(entrywise.hadamard([c, single]))
    return sums.plus(*found)


def _cut(chain: Node) -> int:
    """Where a chain is a column times a row; 0 if it is none."""
    return next((k for k, factor in enumerate(chain.children[:-1], 1) if factor.shape[1] is COLUMN), 0)


def _of_column(column: Node, i: Node) -> Node:
    if type(column) is Basis:
        return _delta(column, i)
    if type(column) is Product and type(column.children[-1]) is Basis:
        return calls.entry(products.product(column.children[:-1]), i, column.children[-1].children[0])
    return calls.entry(column, i, index(1))


def _delta(unit: Node, i: Node) -> Node:
    """(e_k)[i]: 1 where i = k, else 0."""
    (k,) = unit.children
    if k is i:
        return ONE
    if type(k) is Number and type(i) is Number:
        return ZERO
    return calls.entry(identity(unit.shape[0]), i, k)
