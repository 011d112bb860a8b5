"""Entries of an expression, written out as people write them.

One entry: (u v^T)[i,j] = u_i v_j,  (A e_k)[i] = A_ik,  (e_k)[i] = I_ik;  sums term by term, scalars in front.  A scalar in components:
u^T X v = sum_{r,s} u_r X_rs v_s,  tr(A X) = sum_{r,s} A_rs X_sr.  What has no such form stays (...)[i,j].
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from matcalc.algebra import entries, entrywise, products, sums, transposes
from matcalc.algebra.dimension import ONE as COLUMN
from matcalc.algebra.leaves import ONE, ZERO, identity, index
from matcalc.algebra.nodes import Basis, Call, Node, Number, Product, Scaled, Sum, Transpose
from matcalc.calculus.distributed import terms
from matcalc.syntax import pieces
from matcalc.syntax.raising import written
from matcalc.syntax.tree import Tree

LETTERS = "rstpqklmn"

Term = tuple[Node, Node, Node, Node]  # c * body[i,j]


def entry(body: Node, row: Node, column: Node) -> Node:
    """body[row,column]; of a column, column is 1.

    >>> from matcalc.algebra.dimension import named
    >>> from matcalc.algebra.leaves import symbol
    >>> u, v = symbol("u", (named("m"), COLUMN)), symbol("v", (named("n"), COLUMN))
    >>> i, j = index("i"), index("j")
    >>> ui, vj = entries.entry(u, i, index(1)), entries.entry(v, j, index(1))
    >>> entry(products.product([u, transposes.transpose(v)]), i, j) is entrywise.hadamard([ui, vj])
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
            waiting.append((c, transposes.transpose(part), j, i))
        elif kind is Product and (cut := _cut(part)):
            left, right = (products.product(factors) for factors in (part.children[:cut], part.children[cut:]))
            found.append(entrywise.hadamard([c, _of_column(left, i), _of_column(transposes.transpose(right), j)]))
        else:
            single = _of_column(part, i) if part.is_column else entries.entry(part, i, j)
            found.append(entrywise.hadamard([c, single]))
    return sums.plus(*found)


def _cut(chain: Node) -> int:
    """Where a chain is a column times a row; 0 if it is none."""
    return next((k for k, factor in enumerate(chain.children[:-1], 1) if factor.shape[1] is COLUMN), 0)


def _of_column(column: Node, i: Node) -> Node:
    if type(column) is Basis:
        return _delta(column, i)
    if type(column) is Product and type(column.children[-1]) is Basis:
        return entries.entry(products.product(column.children[:-1]), i, column.children[-1].children[0])
    return entries.entry(column, i, index(1))


def _delta(unit: Node, i: Node) -> Node:
    """(e_k)[i]: 1 where i = k, else 0."""
    (k,) = unit.children
    if k is i:
        return ONE
    if type(k) is Number and type(i) is Number:
        return ZERO
    return entries.entry(identity(unit.shape[0]), i, k)


# ---- a scalar in components


def component_sum(node: Node, taken: Collection[str]) -> Tree | None:
    """A scalar as sums over the entries of its factors, the indices none of `taken`; None if no product is to be written out.

    >>> from matcalc.algebra.dimension import named
    >>> from matcalc.algebra.leaves import symbol
    >>> from matcalc.syntax.printing import ascii_text
    >>> m, n = named("m"), named("n")
    >>> u, X, v = symbol("u", (m, COLUMN)), symbol("X", (m, n)), symbol("v", (n, COLUMN))
    >>> ascii_text(component_sum(products.product([transposes.transpose(u), X, v]), []))
    'sum_{r,s} u[r] X[r,s] v[s]'
    """
    found: list[Tree] = []
    opened = False
    for term in terms(node):
        c, scalars, core = sums.split(term)
        chain, closed = _chain(core)
        names = [letter for letter in LETTERS if letter not in taken]
        if chain is None or len(chain) > len(names):
            tree = written(core)
        else:
            opened = True
            tree = _total(chain, names, closed=closed)
        factors = [*([] if c in (1, -1) else [pieces.number(pieces.magnitude(c))]), *map(written, scalars)]
        if factors and core is not ONE:
            tree = pieces.juxtaposed([*factors, tree])
        elif factors:
            tree = pieces.juxtaposed(factors)
        found.append(pieces.sign(c < 0, tree))
    if not opened:
        return None
    return found[0] if len(found) == 1 else Tree("sum", tuple(found))


def _chain(core: Node) -> tuple[Sequence[Node] | None, bool]:
    """The factors of u^T A v, or of tr(A B), where the chain is closed."""
    if type(core) is Product and core.is_scalar:
        return core.children, False
    if type(core) is Call and core.data == "tr":
        (body,) = core.children
        return (body.children if type(body) is Product else [body]), True
    return None, False


def _total(chain: Sequence[Node], names: Sequence[str], *, closed: bool) -> Tree:
    """The sum over the index between each two neighbours."""
    count = len(chain) if closed else len(chain) - 1
    used = names[:count]
    factors = []
    for k, factor in enumerate(chain):
        left = used[k] if closed else used[k - 1] if k else None
        right = used[(k + 1) % count] if closed else used[k] if k < count else None
        factors.append(_factor(factor, left, right))
    return Tree("total", (pieces.juxtaposed(factors),), ",".join(used))


def _factor(factor: Node, left: str | None, right: str | None) -> Tree:
    if type(factor) is Transpose:
        return _factor(factor.children[0], right, left)
    places = tuple(Tree("name", text=name) for name in (left, right) if name is not None)
    return Tree("index", (written(factor), *places))
