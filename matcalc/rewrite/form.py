"""The textbook form: identities, common factors and short polynomials, until nothing changes; also with all brackets opened.

In: any expression and the declared properties of its names.  Out: the expression that is shown.  Of the two forms that arise, a matrix
that is seen to be symmetric goes first, then the lighter one (the number of nodes written as a tree).  An identity or a collection is
taken only if it lowers the weight, or keeps it and lowers the number of terms.  ROUNDS bounds the alternation; tests show that it
ends earlier by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from matcalc.algebra import transposes
from matcalc.algebra.nodes import Node
from matcalc.collector import without_collector
from matcalc.rewrite.collect import Collection, is_symmetric
from matcalc.rewrite.identities import simplifier
from matcalc.rewrite.multiply_out import multiplied_out
from matcalc.rewrite.opening import opened

ROUNDS = 4
Properties = Mapping[str, frozenset[str]]  # name -> declared properties


@without_collector
def textbook(root: Node, properties: Properties) -> Node:
    """An expression equal to `root` where the properties hold, in the form that is shown."""
    simplify = simplifier(properties)

    def flip(node: Node) -> Node:
        return simplify(transposes.transpose(node))

    collection = Collection(flip)

    def plain(node: Node) -> Node:
        return collection.on(simplify(node))

    found = _settled(root, plain)
    other = opened(found)
    if other is found or other is root:  # of which the form is found
        return found
    other = _settled(other, plain)
    symmetric = is_symmetric(other, flip)
    if symmetric is not is_symmetric(found, flip):
        return other if symmetric else found
    return other if other.weight < found.weight else found


def _settled(root: Node, plain: Callable[[Node], Node]) -> Node:
    """Identities and common factors (`plain`), and polynomials multiplied out, in turn, until nothing changes."""
    for _ in range(ROUNDS):
        simpler = multiplied_out(plain(root), plain)
        if simpler is root:
            break
        root = simpler
    return root
