"""Sums, multiples, entrywise products and powers: each as coefficient * factors / divisors, so that a product around it is one product."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import prod

from matcalc.algebra import linear, sums
from matcalc.algebra.leaves import ONE
from matcalc.algebra.nodes import Identity, Node, Number, Ones, Rational, Scaled
from matcalc.code.values import Value, Values
from matcalc.records import record

LARGEST_POWER = 64  # entrywise powers up to here are products
MOST_PARTS = 8  # factors of a scalar that are written into the product around it


@record
class Parts:
    """A node as coefficient * factors / divisors, entry by entry."""

    coefficient: Rational
    factors: tuple[Value, ...]
    divisors: tuple[Value, ...] = ()

    def times(self, other: Parts) -> Parts:
        """The product of the two."""
        return Parts(self.coefficient * other.coefficient, self.factors + other.factors, self.divisors + other.divisors)


class Entrywise:
    """The values of such nodes: `of` gives those of their children, `uses` says how often each node is needed."""

    def __init__(self, of: Callable[[Node], Value], make: Values, uses: Mapping[Node, int]) -> None:
        self._of = of
        self._make = make
        self._uses = uses
        self._parts: dict[Node, Parts] = {}

    def parts(self, node: Node) -> Parts:
        """The factors that a product around `node` may write out: none of a part that is long, or is shared and no 2 / n."""
        found = self._parts.get(node)
        if found is None or len(found.factors) + len(found.divisors) > MOST_PARTS:
            return Parts(1, (self._of(node),))
        plain = all(value.operation == "size" for value in (*found.factors, *found.divisors))
        return found if plain or self._uses[node] == 1 else Parts(1, (self._of(node),))

    def multiplied(self, node: Node, parts: Parts) -> Value:
        """The value of a node that is made of these parts, which a product around it may write out."""
        self._parts[node] = parts
        return self._make.multiplied(parts.coefficient, parts.factors, parts.divisors)

    def sum(self, node: Node) -> Value:
        """A sum; scalars spread beside arrays, diagonals are added to the diagonal of what is none."""
        if len(node.children) == 1:
            return self.multiplied(node, Parts(node.data[0], ()).times(self.parts(node.children[0])))
        terms: list[tuple[Rational, Parts]] = []
        diagonals: list[tuple[Rational, Parts]] = []
        beside = node.is_matrix and any(type(sums.split(child)[2]) is not Identity for child in node.children)
        spread = not all(_is_spread(child) or (beside and _is_diagonal(child)) for child in node.children)
        for c, child in zip(node.data, node.children, strict=True):
            into = terms
            if spread and _is_spread(child):
                # x + c ones(n): the scalar c spreads
                inner = self.parts(child.children[0]) if type(child) is Scaled else Parts(1, ())
            elif beside and _is_diagonal(child):
                # A + s diag(d): s d goes to the diagonal, s of s I
                into, inner = diagonals, self._on_diagonal(child)
            elif type(child) is Number:
                inner = Parts(child.data, ())
            else:
                inner = self.parts(child)
            into.append((c * inner.coefficient, inner))
        if not diagonals:
            return self._added(terms, node)
        diagonal = self._added(diagonals)
        if not terms:
            return self._make.make("diagonal_matrix", diagonal, rank=2)
        return self._make.make("add_diagonal", self._added(terms), diagonal, rank=2)

    def _added(self, terms: Sequence[tuple[Rational, Parts]], node: Node | None = None) -> Value:
        """The sum of c * parts; where all c of arrays are the same but for their signs, c times the sum: one array less is written."""
        sizes: set[Fraction] = {abs(Fraction(c)) for c, _ in terms}
        arrays = len(terms) > 1 and node is not None and not node.is_scalar
        common = sizes.pop() if len(sizes) == 1 and arrays else Fraction(1)
        total = self._make.added(
            [
                (1 if c > 0 else -1, self._make.multiplied(abs(Fraction(c)) / common, p.factors, p.divisors))
                for c, p in terms
            ]
        )
        return self.multiplied(node, Parts(common, (total,))) if node is not None and common != 1 else total

    def _on_diagonal(self, node: Node) -> Parts:
        """The entries of a diagonal, or the scalar of a multiple of I."""
        scalar, body = node.children if type(node) is Scaled else (ONE, node)
        front = self.parts(scalar) if scalar is not ONE else Parts(1, ())
        return front if type(body) is Identity else front.times(Parts(1, (self._of(body.children[0]),)))

    def scaled(self, node: Node) -> Value:
        """A scalar times a vector or matrix."""
        return self.multiplied(node, self.parts(node.children[0]).times(self.parts(node.children[1])))

    def hadamard(self, node: Node) -> Value:
        """An entrywise product."""
        parts = [self.parts(child) for child in node.children]
        whole = Parts(
            prod(part.coefficient for part in parts),
            tuple(factor for part in parts for factor in part.factors),
            tuple(divisor for part in parts for divisor in part.divisors),
        )
        return self.multiplied(node, whole)

    def power(self, node: Node) -> Value:
        """An entrywise power; of a negative exponent a divisor."""
        base, exponent = map(self._of, node.children)
        if exponent.operation != "number":
            return self._make.make("power", base, exponent, rank=base.rank)
        if exponent.data < 0:
            return self.multiplied(node, Parts(1, (), (self._raised(base, -exponent.data),)))
        return self._raised(base, exponent.data)

    def _raised(self, base: Value, p: Fraction) -> Value:
        if p == 1:
            return base
        if p == Fraction(1, 2):
            return self._make.make("sqrt", base, rank=base.rank)
        if base.rank and p.denominator == 1 and 2 < p <= LARGEST_POWER:
            # x^7 = x^3 x^3 x: NumPy's power of an array is fifty times slower than a product
            half = self._raised(base, Fraction(p.numerator // 2))
            return self._make.multiplied(1, [half, half, base] if p.numerator % 2 else [half, half])
        return self._make.make("power", base, self._make.number(p), rank=base.rank)


def _is_spread(node: Node) -> bool:
    """ones, or a multiple of it: in a sum with anything else, a scalar."""
    return type(node.children[1] if type(node) is Scaled else node) is Ones


def _is_diagonal(node: Node) -> bool:
    """I or diag(d), or a multiple of it by a scalar."""
    return linear.is_diagonal(node.children[1] if type(node) is Scaled else node)
