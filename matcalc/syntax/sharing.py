"""Which parts of an expression are written once, behind `where`: t0, t1, ...

A node that takes part twice or more in an expression whose text would be long gets a name.  With that the text is linear in
the number of nodes, however often they are shared.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import count

from matcalc.algebra.nodes import Call, Node, Product, Scaled, Sum, Transpose
from matcalc.algebra.transposes import count as transposes
from matcalc.algebra.transposes import transpose
from matcalc.algebra.walks import postorder

LONGEST = 300  # parts of a text that is written out in full
SMALLEST = 6  # parts of a text that is worth a name
LONGEST_SQUARE = 8  # factors of a trace that is looked through for a square


def shared(root: Node, taken: Collection[str] = ()) -> dict[Node, str]:
    """The nodes of `root` that are written once, with their names, those first that others are made of.

    Empty if `root` has at most LONGEST parts.  `taken` are names that are not free.

    >>> from matcalc.algebra import entrywise, sums; from matcalc.algebra.dimension import SCALAR
    >>> from matcalc.algebra.leaves import number, symbol
    >>> t = x = symbol("x", SCALAR)
    >>> for k in range(1, 9):
    ...     t = sums.plus(entrywise.hadamard([t, t]), entrywise.power(sums.plus(t, number(k)), x))
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
    unavailable = {*taken, *(str(node.data) for node in nodes)}
    for dimension in {dimension for node in nodes for dimension in node.shape}:
        unavailable |= dimension.names
    names = (f"t{k}" for k in count())
    free = (name for name in names if name not in unavailable)
    return {node: next(free) for node in nodes if uses[node] > 1 and _is_worth_a_name(node) and node is not root}


def _is_worth_a_name(node: Node) -> bool:
    """Not a transpose or a multiple: its body is, and then stands for both."""
    if type(node) in (Transpose, Scaled) or (type(node) is Sum and len(node.children) == 1):
        return False
    return node.weight >= SMALLEST


def square_root(node: Node) -> tuple[Node, ...] | None:
    """The factors of U where `node` is tr(U^T U) or u^T u with u more than a name: these are written as squares of norms.

    >>> from matcalc.algebra import products; from matcalc.algebra.dimension import ONE, named
    >>> from matcalc.algebra.leaves import symbol
    >>> A, x = symbol("A", (named("m"), named("n"))), symbol("x", (named("n"), ONE))
    >>> Ax = products.product([A, x])
    >>> square_root(products.inner(Ax, Ax)) == (A, x)
    True
    """
    if type(node) is Product and node.is_scalar:
        half = _half(node.children)
        return half if half is not None and (len(half) > 1 or half[0].children) else None
    if type(node) is Call and node.data == "tr" and type(node.children[0]) is Product:
        chain = node.children[0].children
        rotations = range(len(chain)) if len(chain) <= LONGEST_SQUARE else ()
        halves = [half for k in rotations if (half := _half(chain[k:] + chain[:k])) is not None]
        # ||X||_F, not ||X^T||_F
        return min(halves, key=lambda half: sum(map(transposes, half))) if halves else None
    return None


def _half(chain: tuple[Node, ...]) -> tuple[Node, ...] | None:
    """U of a chain U^T U."""
    middle, odd = divmod(len(chain), 2)
    if odd or not all(map(_are_transposes, chain[:middle], reversed(chain))):
        return None
    return chain[middle:]


def _are_transposes(left: Node, right: Node) -> bool:
    return (
        (type(left) is Transpose and left.children[0] is right)
        or (type(right) is Transpose and right.children[0] is left)
        or (type(left) is type(right) is Sum and transpose(left) is right)
    )


def written_children(node: Node) -> tuple[Node, ...]:
    """The children of `node` that its text shows, as often as it shows them."""
    root = square_root(node)
    return node.children if root is None else root
