"""Which parts of an expression are written once, behind `where`: t0, t1, ...

A node that takes part twice or more in an expression whose text would be long gets a name.  With that the text is linear in
the number of nodes, however often they are shared.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import count

from matcalc.algebra.nodes import Call, Node, Product, Scaled, Sum, Symbol, Transpose, postorder

LONGEST = 300  # parts of a text that is written out in full
SMALLEST = 6  # parts of a text that is worth a name


def shared(root: Node, taken: Collection[str] = ()) -> dict[Node, str]:
    """The nodes of `root` that are written once, with their names, those first that others are made of.

    Empty if `root` has at most LONGEST parts.  `taken` are names that are not free.

    >>> from matcalc.algebra import entrywise, nodes, sums; from matcalc.algebra.dimension import SCALAR
    >>> t = x = nodes.symbol("x", SCALAR)
    >>> for k in range(1, 9):
    ...     t = sums.plus(entrywise.hadamard([t, t]), entrywise.power(sums.plus(t, nodes.number(k)), x))
    >>> list(shared(t).values())[:3]
    ['t0', 't1', 't2']
    """
    if root.weight <= LONGEST:
        return {}
    nodes = list(postorder(root))
    uses = dict.fromkeys(nodes, 0)
    uses[root] = 1
    for node in reversed(nodes):
        times = 1 if uses[node] and _is_worth_a_name(node) else min(2, uses[node])
        for child in written_children(node):
            uses[child] += times
    unavailable = {*taken, *(node.data for node in nodes if isinstance(node, Symbol))}
    for node in nodes:
        for dimension in node.shape:
            unavailable |= dimension.names
    names = (f"t{k}" for k in count())
    free = (name for name in names if name not in unavailable)
    return {node: next(free) for node in nodes if uses[node] > 1 and _is_worth_a_name(node) and node is not root}


def _is_worth_a_name(node: Node) -> bool:
    """Not a transpose or a multiple: its body is, and then stands for both."""
    if type(node) in (Transpose, Scaled) or (type(node) is Sum and len(node.children) == 1):
        return False
    return node.weight >= SMALLEST


def square_root(node: Node) -> Node | None:
    """X where `node` is tr(X^T X) or u^T u with u more than a name: these are written as squares of norms."""
    if type(node) is Call and node.data == "tr":
        body = node.children[0]
        pair = body.children if type(body) is Product else ()
    elif type(node) is Product and node.is_scalar:
        pair = node.children if node.children[-1].children else ()
    else:
        return None
    if len(pair) != 2:
        return None
    left, right = pair
    if type(left) is Transpose and left.children[0] is right:
        return right
    if type(right) is Transpose and right.children[0] is left and type(node) is Call:
        return left
    return None


def written_children(node: Node) -> tuple[Node, ...]:
    """The children of `node` that its text shows, as often as it shows them."""
    root = square_root(node)
    return node.children if root is None else (root,)
