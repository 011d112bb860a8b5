"""What the matrices of a program are needed for: vectors and matrices that they multiply, or as such.

A square of a norm, tr(U^T U), needs U and nothing else (code/squares.py); A^2 in a product is A twice.
"""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.algebra.nodes import Node, Product, Transpose
from matcalc.algebra.products import product
from matcalc.algebra.transposes import transpose
from matcalc.code.factors import Holds
from matcalc.code.squares import square_root, without_powers


class Needs:
    """What each of `nodes`, those below `roots` and children first, is needed for.

    `formed` are matrices that are needed as such; `vectors` and `matrices` say how many of those each multiplies, `uses` how often a
    node occurs; `squares` has U for every tr(U^T U), `halves` U and U^T by their factors.

    >>> from matcalc.algebra.dimension import named; from matcalc.algebra.walks import postorder; from matcalc.algebra.leaves import symbol
    >>> m, n = named("m"), named("n"); C, X = symbol("C", (m, n)), symbol("X", (n, m))
    >>> from matcalc.algebra import products
    >>> norm = products.inner(products.product([C, X]), products.product([C, X]))
    >>> Needs([norm], list(postorder(norm)), lambda node, word: False).matrices == {C: 1, X: 1}
    True
    """

    def __init__(self, roots: Sequence[Node], nodes: Sequence[Node], holds: Holds) -> None:
        self.formed = set(roots)
        self.vectors: dict[Node, int] = {}
        self.matrices: dict[Node, int] = {}
        self.uses: dict[Node, int] = {}
        self.squares: dict[Node, Node] = {}
        self.halves: dict[tuple[Node, ...], Node] = {}
        for node in nodes:
            root = square_root(node, holds)
            if root is not None:
                self.squares[node] = whole = product(root)
                pair = (whole, transpose(whole))
                self.halves |= {half.children: half for half in pair if type(half) is Product}
        self._visit(roots, nodes)

    def _visit(self, roots: Sequence[Node], nodes: Sequence[Node]) -> None:
        """Count what is needed, parents first; of a square U in place of it."""
        needed, counted = set(roots), set[Node]()
        for node in reversed(nodes):
            if node not in needed:
                continue
            if node in self.squares:
                node = self.squares[node]
                self.uses[node] = self.uses.get(node, 0) + 1
                if type(node) is not Product:
                    self.formed.add(body_of(node))
                    needed.add(node)
                    continue
            if node not in counted:
                counted.add(node)
                needed.update(self._count(node))

    def _count(self, node: Node) -> Sequence[Node]:
        """What a node is made of; each is counted for what it is needed for."""
        children = without_powers(node.children) if type(node) is Product else node.children
        for child in children:
            body = body_of(child)
            self.uses[child] = self.uses.get(child, 0) + 1
            if type(node) is Product:
                counted = self.matrices if node.is_matrix else self.vectors
                counted[body] = counted.get(body, 0) + 1
            elif type(node) is not Transpose:
                self.formed.add(body)
        return children


def body_of(node: Node) -> Node:
    """X of X^T; else the node."""
    return node.children[0] if type(node) is Transpose else node
