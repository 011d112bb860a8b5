"""What array operations cost, and the cheapest order of a product of several factors by dynamic programming.

The unit is one multiplication with its addition in a product of two large matrices.  The others were measured with NumPy and OpenBLAS
on one thread at n = 1000: 32 ms for a product of matrices, 0.085 ms for a matrix times a vector, 0.38 ms for writing a matrix, 26 ms
for a solved system, 52 ms for one with n right sides, the same for an inverse.  A dimension without an expected size counts as TYPICAL, so
that vectors come before matrices; and n x n matrices are made last where none is given, since W (W^T X) and (W W^T) X cost as much where
n and k are alike, and W may be thin.  Equal costs go from left to right; but from the end in a column, and in W D V diag(u) C with
diagonals, as derivatives through layers are: they share their ends.  Source of the order: Cormen et al., section 15.2.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from numbers import Integral

from matcalc.algebra.dimension import ONE, Dimension
from matcalc.algebra.nodes import Node
from matcalc.algebra.transposes import transpose
from matcalc.code.factors import Factor, Holds, as_node, mirrors, sign
from matcalc.errors import DeclarationError

TYPICAL = 1000  # rows of a matrix of unknown size
SQUARED = (
    3.0  # W V, n x n by k, as a part of a product, with n and k unknown: times what it costs where they are TYPICAL
)
VECTOR = 3.0  # an entry of a matrix times a vector
SUMMED = 2.9  # ... times ones: of equal ways, the one of sums
WRITE = 12.0  # an entry of a new array
FACTORIZE = 0.8  # times n^3
SUBSTITUTE = 0.8  # times n^2, for each right side
RIGHT = 1.0001  # of equal ways, X^T diag(s) X is X^T (diag(s) X)
CALL = 15000.0  # any operation, for small arrays
LONGEST = 32  # factors whose order is chosen at once
SPECIAL = frozenset({"diagonal", "inverse", "swap"})

Split = dict[tuple[int, int], tuple[float, int]]
HALVED = -1  # the split of a chain that is Y^T Y, or Y^T D Y with a diagonal D


class Sizes:
    """The expected sizes of dimensions, by name; a DeclarationError for what is no positive integer."""

    def __init__(self, sizes: Mapping[str, int] | None = None) -> None:
        for name, size in (sizes or {}).items():
            if not isinstance(size, Integral) or isinstance(size, bool) or size < 1:
                raise DeclarationError(
                    f"a size is a positive integer, and {name} = {size!r} is not",
                    hint=f'write sizes={{"{name}": 1000}}',
                )
        self._known = dict(sizes or {})

    def __call__(self, length: Dimension) -> float:
        """The expected length."""
        return float(length.evaluate({name: self._known.get(name, TYPICAL) for name in length.names}))

    def unknown(self, matrices: Sequence[Node]) -> frozenset[Dimension]:
        """The unknown lengths of the sides of these matrices of which none is n x n."""
        sides = {side for matrix in matrices for side in matrix.shape if side.name and side.name not in self._known}
        return frozenset(sides - {matrix.shape[0] for matrix in matrices if matrix.shape[0] is matrix.shape[1]})


def cheapest(
    chain: Sequence[Factor], sizes: Sizes, holds: Holds, made: Collection[tuple[Node, ...]] = frozenset()
) -> Split:
    """For every part i..j of the chain the cost of its value and the last factor of its left half.

    The products `made` are needed elsewhere too: as parts they cost nothing.

    >>> from matcalc.algebra.dimension import named; from matcalc.algebra.leaves import symbol
    >>> k, m, n = map(named, "kmn")
    >>> chain = [Factor(symbol(a, s), "plain", ()) for a, s in (("A", (m, n)), ("B", (n, m)), ("C", (m, k)))]
    >>> cheapest(chain, Sizes({"k": 5}), lambda node, word: False)[0, 2][1]
    0
    """
    rows = [sizes(factor.node.shape[0]) for factor in chain]
    columns = [sizes(factor.node.shape[1]) for factor in chain]
    layered = is_layered(chain)
    unknown = sizes.unknown([factor.node for factor in chain])
    best: Split = {(k, k): (_forming(factor, rows[k]), k) for k, factor in enumerate(chain)}
    for width in range(1, len(chain)):
        for i in range(len(chain) - width):
            j = i + width
            part = unknown if width < len(chain) - 1 else frozenset[Dimension]()
            found = (_halved(chain, i, j, best, rows, columns, holds, part), HALVED)
            for k in range(i, j) if layered or columns[j] == 1 else range(j - 1, i - 1, -1):
                cost = _joined(chain, (i, k, j), best, (rows[i], columns[k], columns[j]), part)
                if cost < found[0]:
                    found = (cost, k)
            if made and width < len(chain) - 1 and tuple(map(as_node, chain[i : j + 1])) in made:
                found = (0.0, found[1])
            best[i, j] = found
    _mirrored(chain, best, holds)
    return best


def _mirrored(chain: Sequence[Factor], best: Split, holds: Holds) -> None:
    """A number that reads a^T M a, a = A B v: where a has been made from the right, it is there for the left."""
    last = len(chain) - 1
    if not (chain[0].node.shape[0] is chain[last].node.shape[1] is ONE) or last < 3:
        return
    for k in range((last + 1) // 2):
        if not mirrors(chain[k], chain[last - k], holds):
            break
        best[0, last] = min(best[0, last], (best[k + 1, last][0], k))


def matrix_chains(chains: Sequence[Sequence[Node]], sizes: Sizes, *, parts: bool = False) -> float:
    """The cost of products of matrices, each in its cheapest order, what they share counted once; `parts` says that they are parts.

    >>> from matcalc.algebra.dimension import named; from matcalc.algebra.leaves import symbol
    >>> k, n = named("k"), named("n"); W, S = symbol("W", (n, k)), symbol("S", (k, k))
    >>> sizes = Sizes({"n": 1000, "k": 5})
    >>> twice = matrix_chains([[W, transpose(W), W], [S, transpose(W), W]], sizes)
    >>> twice < matrix_chains([[W, transpose(W), W]], sizes) + matrix_chains([[S, transpose(W), W]], sizes)
    True
    """
    costs: dict[frozenset[tuple[Node, ...]], float] = {}
    for chain in chains:
        best = _matrix_orders(chain, sizes, parts)
        waiting = [(0, len(chain) - 1)]
        while waiting:
            i, j = waiting.pop()
            if i < j:
                cost, k = best[i, j]
                made = tuple(chain[i : j + 1])
                turned = tuple(transpose(factor) for factor in reversed(made))
                costs[frozenset([made, turned])] = cost - best[i, k][0] - best[k + 1, j][0]
                waiting += [(i, k), (k + 1, j)]
    return sum(costs.values())


def _matrix_orders(chain: Sequence[Node], sizes: Sizes, parts: bool) -> Split:
    """As `cheapest`, of matrices that are nothing but matrices."""
    rows = [factor.shape[0] for factor in chain]
    columns = [factor.shape[1] for factor in chain]
    lengths = [sizes(rows[0]), *map(sizes, columns)] if chain else []
    unknown = sizes.unknown(chain)
    best: Split = {(k, k): (0.0, k) for k in range(len(chain))}
    for width in range(1, len(chain)):
        for i in range(len(chain) - width):
            j = i + width
            is_part = parts or width < len(chain) - 1
            best[i, j] = min(
                (
                    best[i, k][0]
                    + best[k + 1, j][0]
                    + product(lengths[i], lengths[k + 1], lengths[j + 1])
                    * (_squaring(rows[i], columns[k], columns[j], unknown) if is_part else 1)
                    + CALL,
                    k,
                )
                for k in range(i, j)
            )
    return best


def product(m: float, inner: float, n: float) -> float:
    """The cost of an m x inner times an inner x n array."""
    if m == 1 or n == 1:
        return VECTOR * m * inner * n
    return WRITE * m * n + inner * m * n


def _squaring(rows: Dimension, between: Dimension, columns: Dimension, unknown: Collection[Dimension]) -> float:
    """By what the cost of a product is multiplied where it is a part of another."""
    return SQUARED if rows is columns is not between and rows in unknown and between in unknown else 1.0


def _forming(factor: Factor, n: float) -> float:
    if factor.kind == "inverse":
        return (FACTORIZE + SUBSTITUTE) * n**3
    return WRITE * n * n if factor.kind in SPECIAL else 0.0


def applying(factor: Factor, n: float, others: float) -> float:
    """The cost of applying a special n x n factor to an array of `others` columns."""
    if factor.kind == "inverse":
        return FACTORIZE * n**3 + SUBSTITUTE * n * n * others
    return WRITE * n * others


def _joined(
    chain: Sequence[Factor],
    at: tuple[int, int, int],
    best: Split,
    sides: tuple[float, float, float],
    unknown: Collection[Dimension],
) -> float:
    i, k, j = at
    m, inner, n = sides
    ways = []
    if k == i and chain[i].kind in SPECIAL:
        ways.append(applying(chain[i], inner, n) + best[k + 1, j][0])
    if k + 1 == j and chain[j].kind in SPECIAL:
        ways.append(RIGHT * applying(chain[j], inner, m) + best[i, k][0])
    if ways:
        return min(ways)
    if k + 1 == j and chain[j].kind == "basis" and inner > 1:
        return best[i, k][0] + m
    if k == i and chain[i].kind == "basis" and inner > 1:
        return best[k + 1, j][0] + n
    if (k + 1 == j and chain[j].kind == "ones") or (k == i and chain[i].kind == "ones"):
        return best[i, k][0] + best[k + 1, j][0] + SUMMED * m * inner * n
    lengths = chain[i].node.shape[0], chain[k].node.shape[1], chain[j].node.shape[1]
    return best[i, k][0] + best[k + 1, j][0] + product(m, inner, n) * _squaring(*lengths, unknown)


def _halved(
    chain: Sequence[Factor],
    i: int,
    j: int,
    best: Split,
    rows: Sequence[float],
    columns: Sequence[float],
    holds: Holds,
    unknown: Collection[Dimension],
) -> float:
    """The cost of Y^T Y, half a product (BLAS syrk), and of Y^T (D Y), for a chain that reads so; else infinity."""
    middle = halves(chain[i : j + 1], holds)
    start = i + (middle or 0)
    inner, n = rows[start], columns[j]
    if middle is None or n == 1 or inner == 1:
        return float("inf")
    has_middle = (j - i) % 2 == 0
    share = 1 if has_middle and not sign(chain[start].node.children[0], holds) else 2
    lengths = chain[j].node.shape[1], chain[start].node.shape[0], chain[j].node.shape[1]
    cost = product(n, inner, n) / share * _squaring(*lengths, unknown)
    return best[start + has_middle, j][0] + has_middle * WRITE * inner * n + cost


def is_layered(chain: Sequence[Factor]) -> bool:
    """Whether diagonals stand in the chain: a derivative through layers."""
    return any(factor.kind == "diagonal" for factor in chain)


def halves(chain: Sequence[Factor], holds: Holds) -> int | None:
    """Where the right half begins of a chain that reads Y^T Y, or Y^T D Y with a diagonal D."""
    count = len(chain)
    if not all(mirrors(chain[k], chain[count - 1 - k], holds) for k in range(count // 2)):
        return None
    if count % 2 and not (count > 1 and chain[count // 2].kind == "diagonal"):
        return None
    return count // 2
