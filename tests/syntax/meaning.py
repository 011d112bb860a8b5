"""Declared names of every rank, what a text over them means, and when two texts mean the same."""

from __future__ import annotations

from fractions import Fraction

from matcalc.algebra import entrywise, leaves, products, sums
from matcalc.algebra.dimension import named
from matcalc.algebra.leaves import number, size
from matcalc.algebra.nodes import Call, Node, Size
from matcalc.algebra.traversal import rebuild
from matcalc.algebra.walks import postorder
from matcalc.syntax.declarations import read_declarations
from matcalc.syntax.understanding import understand

DECLARED = read_declarations("""
s, t, k, lambda: scalar
x, y, u, v: n
b, c: m
r, q: 1 x n
A, B, H: m x n
W: n x p
Q, S, X: n x n
phi: elementwise
h: R^n -> R^m
g: R^n -> R
F: R^n, R^m -> R^p bilinear
""")
DIRECTIONS = ("v", "H")
m, n, p = named("m"), named("n"), named("p")


def meant(text: str) -> Node:
    return understand(text, DECLARED, directions=DIRECTIONS).node


def expanded(root: Node) -> Node:
    """Norms as roots of x^T x, which squares of norms are written for; the size m n as a product of sizes."""
    out: dict[Node, Node] = {}
    for node in postorder(root):
        children = [out[child] for child in node.children]
        if type(node) is Call and node.data == "norm" and not children[0].is_scalar:
            out[node] = entrywise.power(products.inner(*children * 2), number(Fraction(1, 2)))
        elif type(node) is Size:
            terms = [
                (c, entrywise.hadamard([leaves.ONE, *(size(named(d)) for d in names)])) for names, c in node.data.terms
            ]
            out[node] = sums.add(terms)
        else:
            same = all(new is old for new, old in zip(children, node.children, strict=True))
            out[node] = node if same else rebuild(node, children)
    return out[root]
