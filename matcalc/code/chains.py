"""Products of matrices as array operations, in the cheapest order (code/costs.py).

u v^T is an outer product; an inverse solves; diag(d) scales rows or columns; Kmat permutes; a product with ones sums, with a unit vector
picks; X^T diag(s) X with s >= 0 is Y^T Y, which BLAS computes in half the time.  tr(A B) and diag(A B) never form A B.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from matcalc.algebra.dimension import ONE
from matcalc.algebra.leaves import number
from matcalc.algebra.matrix_powers import power
from matcalc.algebra.nodes import Node
from matcalc.code.costs import HALVED, LONGEST, SPECIAL, WRITE, Sizes, Split, cheapest, halves, is_layered
from matcalc.code.factors import (
    LONGEST_POWER,
    Factor,
    Holds,
    Of,
    factors,
    inverse,
    is_kron,
    is_symmetric,
    mirrors,
    sign,
)
from matcalc.code.values import Value, Values


@dataclass(frozen=True, slots=True)
class Chains:
    """How products are computed in one program: `of` is the value of a node that has been lowered, `make` makes values.

    `made` are the factors of all products that are needed as such.
    """

    of: Of
    make: Values
    sizes: Sizes
    holds: Holds
    made: frozenset[tuple[Node, ...]]

    def factors(self, nodes: Sequence[Node]) -> list[Factor]:
        """The factors of a product."""
        return [factor for node in nodes for factor in factors(node, self.of, self.make, self.holds)]

    def halved(self, body: Node, k: int) -> list[Factor]:
        """body^k, k at least 2, as its half twice, and once more the body where k is odd."""
        once = Factor(body, "plain", (self.of(body),))
        if k // 2 <= LONGEST_POWER:
            value = self._product([once] * (k // 2))
        else:
            value = self.make.make("integer_power", *once.values, self.make.number(k // 2), rank=2)
        half = Factor(power(body, number(k // 2)), "plain", (value,))
        return [half, half, once] if k % 2 else [half, half]

    def product(self, nodes: Sequence[Node]) -> Value:
        """The product of at least two factors without scalars among them."""
        return self._product(self.factors(nodes))

    def _product(self, chain: list[Factor]) -> Value:
        if len(chain) > LONGEST and (k := halves(chain, self.holds)) is not None:
            odd = len(chain) % 2
            return self.square(self._product(chain[k + odd :]), chain[k] if odd else None)
        while len(chain) > LONGEST:
            if chain[-1].node.shape[1] is ONE or is_layered(chain):
                chain = [*chain[:-LONGEST], self._as_one(chain[-LONGEST:])]
            else:
                chain = [self._as_one(chain[:LONGEST]), *chain[LONGEST:]]
        return _Chain(self, chain).value(0, len(chain) - 1)

    def _as_one(self, chain: list[Factor]) -> Factor:
        """A part of a long chain as one factor; its node stands for the shape."""
        from matcalc.algebra.leaves import zero

        stand_in = zero((chain[0].node.shape[0], chain[-1].node.shape[1]))
        return Factor(stand_in, "plain", (self._product(chain),))

    def square_sum(self, root: Sequence[Node]) -> Value:
        """tr(U^T U) or u^T u, the sum of the squares of U, the product of `root`."""
        chain = self.factors(root)
        whole = self._product(chain)
        return self.make.dot_entries(whole, whole) if whole.rank else self.make.multiplied(1, [whole, whole])

    def square(self, half: Value, middle: Factor | None) -> Value:
        """Y^T Y; Y^T D Y = Z^T Z with Z = sqrt(D) Y, -Z^T Z with Z = sqrt(-D) Y, or else Y^T (D Y)."""
        make = self.make
        if middle is None:
            return make.matmul(make.transposed(half), half)
        entries, side = middle.values[0], sign(middle.node.children[0], self.holds)
        if not side:
            return make.matmul(make.transposed(half), make.make("scale_rows", entries, half, rank=2))
        root = make.make("sqrt", entries if side > 0 else make.negated(entries), rank=1)
        half = make.make("scale_rows", root, half, rank=2)
        return make.multiplied(side, [make.matmul(make.transposed(half), half)])

    def inverse(self, node: Node, k: int) -> Value:
        """node^-k, k at least 1."""
        base = inverse(node, self.of(node), self.make, self.holds).values[0]
        if k == 1:
            return self.make.inverse(base)
        return self.make.make("integer_power", base, self.make.number(-k), rank=2)

    def trace(self, chain: list[Factor]) -> Value:
        """tr of a product of square outside: the sum of the entries of A .* B^T, A and B the two halves that cost least.

        A diagonal or an inverse goes first: tr(diag(d) A) = d^T diag(A), tr(A^-1 B) solves.
        """
        make = self.make
        k = next((k for k, factor in enumerate(chain) if factor.kind == "diagonal"), None)
        if k is not None:
            return make.matmul(chain[k].values[0], self.diagonal([*chain[k + 1 :], *chain[:k]]))
        k = next((k for k, factor in enumerate(chain) if factor.kind in SPECIAL), None)
        if k is not None and len(chain) == 2:
            return make.make("tr", self._product([*chain[k:], *chain[:k]]), rank=0)
        (left, right), is_alike = self._halves(chain, ring=True)
        if is_alike:
            return make.dot_entries(left, right)  # tr(S B) = <S, B>
        if left.operation == "transpose":
            left, right = right, left  # tr(A^T B) = tr(B A^T): A .* B
        return make.dot_entries(left, make.transposed(right))

    def _halves(self, chain: list[Factor], *, ring: bool) -> tuple[tuple[Value, Value], bool]:
        """The two parts of a chain, or of a ring of factors, that cost least as matrices, and whether one is a symmetric factor.

        Two parts that are equal, tr(Q Q), or each other's transposes, tr(Q Q^T), are one.
        """
        count = len(chain)
        if 2 * count > LONGEST:
            return (self._product(chain[:1]), self._product(chain[1:])), is_symmetric(chain[0].node, self.holds)
        chain = [*chain, *chain] if ring else chain
        best = cheapest(chain, self.sizes, self.holds, self.made)

        def twin(i: int, k: int) -> Callable[[Value], Value] | None:
            """What makes the second part of the first, where that is nothing or a transpose."""
            first, second = chain[i : k + 1], chain[k + 1 : i + count]
            if [(factor.kind, factor.values) for factor in first] == [
                (factor.kind, factor.values) for factor in second
            ]:
                return lambda part: part
            turned = len(first) == len(second) and all(map(partial(mirrors, holds=self.holds), first, reversed(second)))
            return self.make.transposed if turned else None

        def cost(cut: tuple[int, int]) -> float:
            i, k = cut
            size = self.sizes(chain[i].node.shape[0]) * self.sizes(chain[k].node.shape[1])
            second = best[k + 1, i + count - 1][0] if twin(i, k) is None else 0.0
            return best[i, k][0] + second + WRITE * size

        starts = range(count if ring else 1)
        i, k = min(((i, k) for i in starts for k in range(i, i + count - 1)), key=cost)
        parts = _Chain(self, chain, best)
        left, same = parts.value(i, k), twin(i, k)
        right = parts.value(k + 1, i + count - 1) if same is None else same(left)
        single = [chain[a].node for a, b in ((i, k), (k + 1, i + count - 1)) if a == b]
        is_alike = any(is_symmetric(node, self.holds) for node in single)
        return (left, right), is_alike

    def diagonal(self, chain: list[Factor]) -> Value:
        """The diagonal of a product: u .* v of u v^T, the row sums of A .* B^T of A B."""
        make = self.make
        if len(chain) == 1:
            return make.make("diagonal", self._product(chain), rank=1)
        for k, factor in enumerate(chain):
            if k and factor.node.shape[0] is ONE:
                return make.multiplied(1, [self._product(chain[:k]), self._product(chain[k:])])
        if chain[0].kind == "diagonal":
            return make.multiplied(1, [chain[0].values[0], self.diagonal(chain[1:])])
        if chain[-1].kind == "diagonal":
            return make.multiplied(1, [self.diagonal(chain[:-1]), chain[-1].values[0]])
        if SPECIAL & {chain[0].kind, chain[-1].kind}:
            return make.make("diagonal", self._product(chain), rank=1)
        (left, right), _ = self._halves(chain, ring=False)
        return make.make("row_dots", left, make.transposed(right), rank=1)


class _Chain:
    """The values of the parts of one chain."""

    def __init__(self, chains: Chains, chain: Sequence[Factor], best: Split | None = None) -> None:
        self._chains, self._make, self._chain, self._holds = chains, chains.make, chain, chains.holds
        self._best = cheapest(chain, chains.sizes, chains.holds, chains.made) if best is None else best
        self._values: dict[tuple[int, int], Value] = {}

    def value(self, i: int, j: int) -> Value:
        """The product of the factors i to j; no deeper than LONGEST calls."""
        found = self._values.get((i, j))
        if found is None:
            found = self._values[i, j] = self._made(i, j)
        return found

    def _made(self, i: int, j: int) -> Value:
        chain, make = self._chain, self._make
        if i == j:
            return _formed(chain[i], make)
        k = self._best[i, j][1]
        if k == HALVED:
            return self._square(i, j)
        first, last = chain[i], chain[j]
        if j == i + 2 and first.kind == last.kind == "basis" and chain[i + 1].kind == "plain":
            return make.make("entry", chain[i + 1].values[0], first.values[1], last.values[1], rank=0)
        if j == i + 1 and (commuted := self._commuted(first, last)) is not None:
            return commuted
        special_left, special_right = k == i and first.kind in SPECIAL, k + 1 == j and last.kind in SPECIAL
        if special_left and not (special_right and self._right_is_cheaper(i, j)):
            return _from_left(first, self.value(i + 1, j), make)
        if special_right:
            return _from_right(self.value(i, j - 1), last, make)
        if chain[k].node.shape[1] is ONE:
            left = self.value(i, k)
            right = left if self._is_square(i, k, j) else self.value(k + 1, j)
            if not left.rank or not right.rank:  # of an entry: e_i^T A a b^T e_j
                return make.multiplied(1, [left, right])
            return make.outer(left, right)
        if k + 1 == j and last.kind in ("ones", "basis"):
            return _summed(self.value(i, k), last, make)
        if k == i and first.kind in ("ones", "basis"):
            return _summed_first(first, self.value(k + 1, j), make)
        left, right = self.value(i, k), self.value(k + 1, j)
        if left.rank == 1 and k + 1 == j and is_symmetric(last.node, self._holds):
            left, right = right, left  # v^T S = S v
        return make.matmul(left, right)

    def _right_is_cheaper(self, i: int, j: int) -> bool:
        """Of two special factors the one that is not an inverse is applied to the other."""
        return self._chain[j].kind != "inverse" and self._chain[i].kind == "inverse"

    def _commuted(self, left: Factor, right: Factor) -> Value | None:
        """Kmat(p, m) kron(A, B) = kron(B, A) Kmat(q, n), A m x n and B p x q, written in its order at once (Magnus, Neudecker, 3.7)."""
        if left.kind == "swap" and is_kron(right.node):
            a, b = right.node.children
            fits = left.node.data == (b.shape[0], a.shape[0])
        elif right.kind == "swap" and is_kron(left.node):
            b, a = left.node.children
            fits = right.node.data == (b.shape[1], a.shape[1])
        else:
            return None
        return self._make.make("swapped_kron", self._chains.of(a), self._chains.of(b), rank=2) if fits else None

    def _is_square(self, i: int, k: int, j: int) -> bool:
        """Whether the chain reads u u^T with u = A ... v."""
        chain = self._chain
        return j - k == k - i + 1 and all(mirrors(chain[i + p], chain[j - p], self._holds) for p in range(k - i + 1))

    def _square(self, i: int, j: int) -> Value:
        """The part i to j, which reads Y^T Y or Y^T D Y."""
        middle = (i + j + 1) // 2
        if (j - i) % 2:
            return self._chains.square(self.value(middle, j), None)
        return self._chains.square(self.value(middle + 1, j), self._chain[middle])


def _summed(value: Value, last: Factor, make: Values) -> Value:
    """A 1, the row sums; A e_j, a column; of a vector, its sum, its entry."""
    if last.kind == "ones":
        return make.row_sums(value, last.values[0].operands[0])
    if value.rank == 1:
        return make.make("entry", value, last.values[1], rank=0)
    return make.make("column", value, last.values[1], rank=1)


def _summed_first(first: Factor, value: Value, make: Values) -> Value:
    """1^T A, the column sums; e_i^T A, a row."""
    if value.rank == 1:
        return _summed(value, first, make)
    if first.kind == "ones":
        return make.column_sums(value, first.values[0].operands[0])
    return make.make("row", value, first.values[1], rank=1)


def _from_left(left: Factor, value: Value, make: Values) -> Value:
    """left value, value a vector or a matrix."""
    if left.kind == "diagonal":
        if value.rank == 1:
            return make.multiplied(1, [left.values[0], value])
        return make.make("scale_rows", left.values[0], value, rank=2)
    if left.kind == "swap":
        return make.make("take", value, make.make("swap", *left.values, rank=1), rank=value.rank)
    return make.solve(left.values[0], value)


def _from_right(value: Value, right: Factor, make: Values) -> Value:
    """value right, value a row or a matrix."""
    if right.kind == "diagonal":
        if value.rank == 1:
            return make.multiplied(1, [value, right.values[0]])
        return make.make("scale_columns", value, right.values[0], rank=2)
    if right.kind == "swap":
        m, n = right.values
        places = make.make("swap", n, m, rank=1)  # v^T Kmat(m,n) = (Kmat(n,m) v)^T
        return make.make("take" if value.rank == 1 else "take_columns", value, places, rank=value.rank)
    turned = make.transposed(value)  # Y A^-1 = (A^-T Y^T)^T
    return make.transposed(make.solve(right.values[1], turned))


def _formed(one: Factor, make: Values) -> Value:
    """The factor as an array of its own."""
    if one.kind == "diagonal":
        return make.make("diagonal_matrix", *one.values, rank=2)
    if one.kind == "swap":
        eye = make.make("eye", make.multiplied(1, one.values), rank=2)
        return make.make("take", eye, make.make("swap", *one.values, rank=1), rank=2)
    if one.kind == "inverse":
        return make.inverse(one.values[0])
    return one.values[0]
