"""Df(X)[H]: one forward sweep over the DAG.

In: an expression and the direction in which each leaf moves (several leaves: the total differential).  Out: the part of
f(X + H) - f(X) that is linear in H, of f's shape.  Each node is visited once; the size of the result grows linearly.
"""

from __future__ import annotations

from collections.abc import Mapping

from matcalc.algebra.leaves import is_zero, zero
from matcalc.algebra.nodes import Node
from matcalc.algebra.walks import dependents
from matcalc.calculus.local import total_change
from matcalc.collector import without_collector


@without_collector
def differential(root: Node, moves: Mapping[Node, Node]) -> Node:
    """Df(x)[v], linear in v; `moves` maps each moving leaf to its direction.  Lecture, "derivatives as linear mappings".

    >>> from matcalc.algebra.dimension import ONE, named; from matcalc.algebra.leaves import direction, symbol
    >>> from matcalc.algebra.products import product; from matcalc.algebra.transposes import transpose
    >>> n = named("n"); x, v, A = symbol("x", (n, ONE)), direction("v", (n, ONE)), symbol("A", (n, n))
    >>> differential(product([A, x]), {x: v}) is product([A, v])
    True
    """
    moving = dependents(root, moves)
    if root not in moving:
        return zero(root.shape)
    change: dict[Node, Node] = dict(moves)
    for node in moving:
        if node not in change:
            moved = {
                k: change[child]
                for k, child in enumerate(node.children)
                if child in moving and not is_zero(change[child])
            }
            change[node] = total_change(node, moved) if moved else zero(node.shape)
    return change[root]
