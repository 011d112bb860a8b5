"""Structured variables: what becomes of a gradient, or of the direction of a partial derivative, if X is symmetric, diagonal, ...

In: the unconstrained G with Df(X)[H] = <G, H>, or the matrix unit 1_ij.  Out: its image under one linear map, of the same shape:

| X         | projected: onto the space of all such X | independent: by the entries that may be chosen |
|-----------|-----------------------------------------|------------------------------------------------|
| symmetric | (G + G^T)/2                             | G + G^T - I .* G                               |
| skew      | (G - G^T)/2                             | G - G^T                                        |
| diagonal  | I .* G                                  | I .* G                                         |
| lower     | tril(G)                                 | tril(G)                                        |
| upper     | triu(G)                                 | triu(G)                                        |

All of them are self-adjoint: the (i,j) entry of the image of G is Df(X) in the direction of the image of 1_ij.  An independent
entry x_ij of a symmetric or skew X moves x_ji too (Matrix Cookbook 133 to 142).
"""

from __future__ import annotations

from collections.abc import Callable, Set

from matcalc.algebra import calls, products, sums
from matcalc.algebra.nodes import Node
from matcalc.errors import ShapeError, UnsupportedError

STRUCTURES = ("projected", "independent")

HALF = sums.divide(1, 2)


def _with(c: int, G: Node) -> Node:
    return sums.add([(1, G), (c, products.transpose(G))])


def _diagonal_part(G: Node) -> Node:
    return calls.diagonal(calls.diagonal(G))


# in the order in which a word counts: of a diagonal symmetric X only the diagonal may be chosen
_MAPS: dict[str, tuple[Callable[[Node], Node], Callable[[Node], Node]]] = {
    "diagonal":  (_diagonal_part, _diagonal_part),
    "lower":     (lambda G: calls.call("tril", [G]), lambda G: calls.call("tril", [G])),
    "upper":     (lambda G: calls.call("triu", [G]), lambda G: calls.call("triu", [G])),
    "skew":      (lambda G: sums.times_number(HALF, _with(-1, G)), lambda G: _with(-1, G)),
    "symmetric": (lambda G: sums.times_number(HALF, _with(1, G)), lambda G: sums.minus(_with(1, G), _diagonal_part(G))),
}  # fmt: skip


def structured(G: Node, structure: str | None, words: Set[str]) -> Node:
    """The image of G, where `words` say what X is declared to be; X is symmetric if they do not say it.

    >>> from matcalc.algebra.dimension import named; from matcalc.algebra.nodes import symbol
    >>> G = symbol("G", (named("n"), named("n")))
    >>> structured(G, "projected", {"skew"}) is sums.times_number(HALF, sums.minus(G, products.transpose(G)))
    True
    """
    if structure is None:
        return G
    if structure not in STRUCTURES:
        raise UnsupportedError(f"structure is None, 'projected' or 'independent', not {structure!r}")
    if G.shape[0] is not G.shape[1]:
        raise ShapeError("a structured derivative is by a square matrix")
    if G.is_scalar:
        return G
    word = next((word for word in _MAPS if word in words), "symmetric")
    return _MAPS[word][STRUCTURES.index(structure)](G)
