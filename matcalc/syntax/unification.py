"""Equations between dimensions, solved by unification.

A dimension that nobody has named yet is an unknown; unifying it with another dimension binds it.  Declared names are rigid:
two different ones are never equal, and no unknown ever becomes 1.  Equations between products are solved only where every
solution is the same one (equal factors on both sides are cancelled: p q = p n gives q = n); the others wait until more is known,
and one that is still not an identity at the end is refused: m n = p q is no solution for any of its names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count
from typing import TypeVar

from matcalc import limits
from matcalc.algebra.dimension import ONE, SCALAR, Dimension, Shape, constant, named
from matcalc.errors import LimitError, MatcalcError

PREFERRED = "n m p q r k l s d a b c".split()

Part = TypeVar("Part")
Refusal = Callable[[Dimension, Dimension], MatcalcError]


class Dimensions:
    """The unknown dimensions of one expression, and what is known about them.

    >>> known = Dimensions()
    >>> k = known.unknown()
    >>> known.unify(k, named("n")), known.found(k), known.unify(k, named("m"))
    (True, n, False)
    """

    __slots__ = ("_bound", "_composite", "_count", "_waiting")

    def __init__(self) -> None:
        self._bound: dict[Dimension, Dimension | None] = {}  # an unknown, and what it is
        self._composite: set[Dimension] = set()  # products with unknowns in them
        self._waiting: list[tuple[Dimension, Dimension, Refusal]] = []
        self._count = 0

    def unknown(self) -> Dimension:
        """A new unknown dimension; not 1."""
        self._count += 1
        fresh = named(f"?{self._count}")
        self._bound[fresh] = None
        return fresh

    def any_unknown(self) -> bool:
        """Whether any unknown was made."""
        return bool(self._bound)

    def found(self, dimension: Dimension) -> Dimension:
        """What is known of `dimension` by now."""
        if dimension in self._bound:
            path = []
            step = self._bound[dimension]
            while step is not None:
                path.append(dimension)
                dimension = step
                step = self._bound.get(dimension)
            for passed in path:
                self._bound[passed] = dimension
        if dimension in self._composite:
            values = {name: self.found(named(name)) for name in dimension.names if name[0] == "?"}
            dimension = self._noted(dimension.substitute(values), *values.values())
        return dimension

    def shape(self, shape: Shape) -> Shape:
        """What is known of both dimensions of `shape` by now."""
        return SCALAR if shape is SCALAR else (self.found(shape[0]), self.found(shape[1]))

    def shapes(self, of: Mapping[Part, Shape]) -> Mapping[Part, Shape]:
        """What is known of the shapes of all these parts by now."""
        return {part: self.shape(shape) for part, shape in of.items()} if self.any_unknown() else of

    def is_open(self, dimension: Dimension) -> bool:
        """Whether an unknown is left in `dimension`."""
        dimension = self.found(dimension)
        return dimension in self._bound or dimension in self._composite

    def times(self, left: Dimension, right: Dimension) -> Dimension:
        """The product of two dimensions; LimitError when it has too many terms."""
        if len(left.terms) * len(right.terms) > limits.terms:
            raise LimitError(f"a dimension of more than matcalc.limits.terms = {limits.terms} terms")
        return self._noted(left * right, left, right)

    def _noted(self, product: Dimension, *factors: Dimension) -> Dimension:
        is_open = product not in self._bound and any(f in self._bound or f in self._composite for f in factors)
        if is_open and any(name[0] == "?" for name in product.names):
            self._composite.add(product)
        return product

    def unify(self, left: Dimension, right: Dimension, refusal: Refusal | None = None) -> bool:
        """Make the two equal, or say that they are not; where it cannot be told yet, `refusal` makes the error of `settle`."""
        if left is right:
            return True
        left, right = self.found(left), self.found(right)
        if left is right:
            return True
        if left is ONE or right is ONE:
            return False
        if left in self._bound or right in self._bound:
            if left not in self._bound or (right in self._bound and right.terms < left.terms):
                left, right = right, left
            return self._bind(left, right)
        if left not in self._composite and right not in self._composite:
            return False
        reduced = _cancelled(left, right)
        if reduced is not None:
            left, right = self._noted(reduced[0], left, right), self._noted(reduced[1], left, right)
            if left is right:
                return True
            if left in self._bound or right in self._bound:
                return self.unify(left, right, refusal)
            if left is ONE or right is ONE or (left not in self._composite and right not in self._composite):
                return False
        if refusal is not None:
            self._waiting.append((left, right, refusal))
        return refusal is not None

    def _bind(self, unknown: Dimension, value: Dimension) -> bool:
        if value in self._composite and unknown.terms[0][0][0] in value.names:
            return False  # n = n m would make m 1
        self._bound[unknown] = value
        return True

    def settle(self) -> None:
        """Try the equations that were put off again until nothing changes; raise the refusal of one that stays open."""
        while self._waiting:
            waiting, self._waiting = self._waiting[::-1], []
            for left, right, refusal in waiting:
                if not self.unify(left, right, refusal):
                    raise refusal(self.found(left), self.found(right))
            if len(self._waiting) == len(waiting) and all(
                self.found(left) is left and self.found(right) is right for left, right, _ in self._waiting
            ):
                left, right, refusal = self._waiting[-1]
                raise refusal(left, right)

    def name(self, shapes: Iterable[Shape], taken: Iterable[str], *, inside: bool = False) -> None:
        """Give names to the unknowns of `shapes` in order of appearance: n, m, p ..., a first matrix m x n; none in `taken`.

        Only unknowns that stand alone get a name, unless `inside` products too.
        """
        used = set(taken)
        free = (name for name in _names() if name not in used)
        for shape in shapes:
            rows, columns = self.found(shape[0]), self.found(shape[1])
            unnamed = [d for d in (rows, columns) if d in self._bound]
            if len(unnamed) == 2 and rows is not columns and not used & {"m", "n"}:
                unnamed.reverse()  # m x n: columns take the n
            if inside:
                composite = [d for d in (rows, columns) if d in self._composite]
                unnamed += [named(name) for d in composite for name in sorted(d.names) if name[0] == "?"]
            for dimension in unnamed:
                if self._bound[dimension] is None:
                    chosen = next(free)
                    used.add(chosen)
                    self._bound[dimension] = named(chosen)


def _names() -> Iterator[str]:
    yield from PREFERRED
    yield from (f"n_{k}" for k in count(1))


def _cancelled(left: Dimension, right: Dimension) -> tuple[Dimension, Dimension] | None:
    """Both sides of an equation between single products without their common factors; None for sums."""
    if len(left.terms) > 1 or len(right.terms) > 1:
        return None
    (first, a), (second, b) = left.terms[0], right.terms[0]
    rest = list(second)
    kept = []
    for name in first:
        if name in rest:
            rest.remove(name)
        else:
            kept.append(name)
    if a % b == 0:
        a, b = a // b, 1
    elif b % a == 0:
        a, b = 1, b // a
    return _product(a, kept), _product(b, rest)


def _product(coefficient: int, names: Iterable[str]) -> Dimension:
    product = constant(coefficient)
    for name in names:
        product = product * named(name)
    return product
