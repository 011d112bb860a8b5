"""How transposes are printed: a declared row as its name, a sum turned term by term where that is shorter."""

from __future__ import annotations

from matcalc.algebra import transposes
from matcalc.algebra.nodes import Node, Ones, RowSymbol, Scaled, Sum
from matcalc.syntax import pieces
from matcalc.syntax.rows import in_rows, marks
from matcalc.syntax.terms import WHOLE, Asking, Names, Place
from matcalc.syntax.totals import summed
from matcalc.syntax.tree import Tree, put


def transposed(names: Names, node: Node, place: Place) -> Asking[Tree]:
    """X^T; a declared row is its own name; a sum is turned term by term where that is shorter, one with scalars somewhat earlier.

    C^T / a - B^T / b stands for (C / a - B / b)^T, and C^T / a - B^T C^T / b, which is a mark longer, for (C / a - C B / b)^T.
    """
    body = node.children[0]
    if isinstance(body, RowSymbol):
        return pieces.name(body.data)
    if node.is_row and body not in names:
        row = yield from row_of(body, place)
        if row is not None:
            return row
    if type(body) is Sum and body not in names and not any(type(child) is Ones for child in body.children):
        turned = [transposes.transpose(child) for child in body.children]
        more = sum(map(marks, turned)) - sum(map(marks, body.children))
        # the ^T around it goes; of a whole matrix its brackets too, which are as long as a mark, and one more is allowed
        if more <= _allowed(node, body, place):
            return (yield from summed(names, body, turned, place & ~WHOLE))
    return Tree("transpose", ((yield body, place & ~WHOLE),))


def _allowed(node: Node, body: Node, place: Place) -> int:
    """How many more ^T a transposed sum may have term by term; a number before all of a matrix stays inside its transpose."""
    if not node.is_matrix:
        return 1
    if not any(abs(c) == 1 for c in body.data):
        return 0
    return 3 if place & WHOLE and any(type(child) is Scaled for child in body.children) else 1


def row_of(column: Node, place: Place) -> Asking[Tree | None]:
    """The transpose of a column written as a row, where declared rows make that shorter."""
    found = in_rows(column)
    if found is None:
        return None
    written, parts = found
    tree = yield written, place
    trees = {}
    for name, part in parts.items():
        trees[name] = yield part, 0
    return pieces.spliced(put(tree, trees)) if trees else tree
