"""Gradients: one reverse sweep over the DAG.

In: an expression, leaves, and the cotangent Y of the expression (1 for a scalar f).  Out: for each leaf the G with
<Y, Df(X)[H]> = <G, H>, of the leaf's shape.  What a node receives from its parents is summed once, so the size of the
result grows linearly.  A leaf that does not occur gets zero.
"""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.algebra import sums
from matcalc.algebra.leaves import ONE, is_zero, zero
from matcalc.algebra.nodes import Node
from matcalc.algebra.walks import dependents
from matcalc.calculus.local import backward
from matcalc.collector import without_collector
from matcalc.errors import NotScalarError


def pull_back(root: Node, leaves: Sequence[Node], cotangent: Node) -> dict[Node, Node]:
    """For each leaf the G with <Y, D root[H]> = <G, H>."""
    moving = dependents(root, leaves)
    received: dict[Node, list[Node]] = {root: [cotangent]}
    wanted = set(leaves)
    found: dict[Node, Node] = {}
    if root in moving:
        for node in reversed(moving):
            contributions = received.pop(node, None)
            if contributions is None:
                continue
            total = sums.plus(*contributions)
            if node in wanted:
                found[node] = total
            elif not is_zero(total):
                for k, child in enumerate(node.children):
                    if child in moving:
                        received.setdefault(child, []).append(backward(node, k, total))
    return {leaf: found[leaf] if leaf in found else zero(leaf.shape) for leaf in leaves}


@without_collector
def gradient(root: Node, leaves: Sequence[Node]) -> dict[Node, Node]:
    """The gradients of a scalar expression: Df(X)[H] = tr(G^T H); NotScalarError otherwise.

    >>> from matcalc.algebra.dimension import ONE as one, named; from matcalc.algebra.leaves import symbol
    >>> from matcalc.algebra.products import product; from matcalc.algebra.transposes import transpose
    >>> n = named("n"); x, a = symbol("x", (n, one)), symbol("a", (n, one))
    >>> gradient(product([transpose(a), x]), [x])[x] is a
    True
    """
    if not root.is_scalar:
        rows, columns = root.shape
        raise NotScalarError(
            f"a gradient needs a scalar function, and this one is {rows} x {columns}",
            hint="ask for the jacobian or the differential",
        )
    return pull_back(root, leaves, ONE)
