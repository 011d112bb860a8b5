"""Structured variables: what becomes of a gradient, or of the direction of a partial derivative, if X is symmetric, diagonal, ...

In: the unconstrained G with Df(X)[H] = <G, H>, or the matrix unit 1_ij.  Out: its image under one linear map, of the same shape:

| X         | projected: onto the space of all such X | independent: by the entries that may be chosen |
|-----------|-----------------------------------------|------------------------------------------------|
| symmetric | (G + G^T)/2                             | G + G^T - I .* G                               |
| skew      | (G - G^T)/2                             | G - G^T                                        |
| diagonal  | I .* G                                  | I .* G                                         |
| lower     | tril(G)                                 | tril(G)                                        |
| upper     | triu(G)                                 | triu(G)                                        |
| toeplitz  | sum_diagonals(G) ./ their lengths       | sum_diagonals(G)                               |

All of them are self-adjoint: the (i,j) entry of the image of G is Df(X) in the direction of the image of 1_ij.  Independent: entry
(i,j) is the derivative by x_ij where all that x_ij moves moves along, x_ji of a symmetric or skew X, the whole diagonal of a Toeplitz
one (Matrix Cookbook 133 to 144).  The maps for toeplitz commute with the others: a symmetric Toeplitz X has both, one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Set

from matcalc.algebra import calls, entrywise, linear, sums, transposes
from matcalc.algebra.leaves import number, ones
from matcalc.algebra.nodes import Node
from matcalc.errors import ShapeError, UnsupportedError

STRUCTURES = ("projected", "independent")

HALF = sums.divide(1, 2)


def _with(c: int, G: Node) -> Node:
    return sums.add([(1, G), (c, transposes.transpose(G))])


def _diagonal_part(G: Node) -> Node:
    return linear.diagonal(linear.diagonal(G))


# in the order in which a word counts: of a diagonal symmetric X only the diagonal may be chosen
_MAPS: dict[str, tuple[Callable[[Node], Node], Callable[[Node], Node]]] = {
    "diagonal":  (_diagonal_part, _diagonal_part),
    "lower":     (lambda G: calls.call("tril", [G]), lambda G: calls.call("tril", [G])),
    "upper":     (lambda G: calls.call("triu", [G]), lambda G: calls.call("triu", [G])),
    "skew":      (lambda G: sums.times_number(HALF, _with(-1, G)), lambda G: _with(-1, G)),
    "symmetric": (lambda G: sums.times_number(HALF, _with(1, G)), lambda G: sums.minus(_with(1, G), _diagonal_part(G))),
}  # fmt: skip


def _by_diagonals(G: Node) -> Node:
    return calls.call("sum_diagonals", [G])


def _mean_of_diagonals(G: Node) -> Node:
    lengths = _by_diagonals(ones(*G.shape))  # n - |i - j|
    return entrywise.hadamard([_by_diagonals(G), entrywise.power(lengths, number(-1))])


def is_told(words: Set[str]) -> bool:
    """Whether `words` say which structure X has; without one it is taken for symmetric."""
    return "toeplitz" in words or not words.isdisjoint(_MAPS)


def structured(G: Node, structure: str | None, words: Set[str]) -> Node:
    """The image of G, where `words` say what X is declared to be; X is symmetric if they do not say it.

    >>> from matcalc.algebra.dimension import named; from matcalc.algebra.leaves import symbol
    >>> G = symbol("G", (named("n"), named("n")))
    >>> structured(G, "projected", {"skew"}) is sums.times_number(HALF, sums.minus(G, transposes.transpose(G)))
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
    which = STRUCTURES.index(structure)
    if "toeplitz" in words:
        G = (_mean_of_diagonals, _by_diagonals)[which](G)
    word = next((word for word in _MAPS if word in words), "" if is_told(words) else "symmetric")
    return _MAPS[word][which](G) if word else G
