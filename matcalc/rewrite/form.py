"""The textbook form: identities and common factors, in turn, until nothing changes.

In: any expression and the declared properties of its names.  Out: the expression that is shown.  The measure that decides between
equal forms is the weight (the number of nodes written as a tree): an identity or a collection is taken only if it lowers it, or
keeps it and lowers the number of terms.  ROUNDS bounds the alternation; tests show that it ends earlier by itself.
"""

from __future__ import annotations

from collections.abc import Mapping

from matcalc.algebra.nodes import Node
from matcalc.rewrite.collect import collected
from matcalc.rewrite.identities import simplify_by_rules

ROUNDS = 4
Properties = Mapping[str, frozenset[str]]  # name -> declared properties


def textbook(root: Node, properties: Properties) -> Node:
    """An expression equal to `root` where the properties hold, in the form that is shown."""
    for _ in range(ROUNDS):
        simpler = collected(simplify_by_rules(root, properties))
        if simpler is root:
            break
        root = simpler
    return root
