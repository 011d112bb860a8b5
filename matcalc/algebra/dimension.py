"""Dimensions of vectors and matrices: polynomials in names with positive integer coefficients, such as `n`, `3`, `m n`, `n + 1`.

A Dimension is interned: two that are equal as polynomials are one object, so shapes are compared with `is` or `==` at the
cost of a pointer.  Products and sums commute.  Nothing here ever sets a dimension to 1 or solves an equation.
"""

from __future__ import annotations

Monomial = tuple[str, ...]  # sorted names, with repetition: ("m", "n"); () for the constant


class Dimension:
    """A polynomial in dimension names: `terms` is a sorted tuple of (monomial, positive coefficient).

    `name` is the name that this dimension is, or None if it is anything else; `value` the integer that it is, or None if it
    has a name in it; `names` are all names in it.  They are asked for all the time, and made once.

    >>> n, m = named("n"), named("m")
    >>> str(n * m + constant(1)), n * m is m * n
    ('m*n + 1', True)
    """

    __slots__ = ("name", "names", "terms", "value")
    terms: tuple[tuple[Monomial, int], ...]
    name: str | None
    value: int | None
    names: frozenset[str]

    def __mul__(self, other: Dimension) -> Dimension:
        if self is ONE:
            return other
        if other is ONE:
            return self
        product: dict[Monomial, int] = {}
        for left, a in self.terms:
            for right, b in other.terms:
                monomial = tuple(sorted(left + right))
                product[monomial] = product.get(monomial, 0) + a * b
        return _interned(product)

    def __add__(self, other: Dimension) -> Dimension:
        total = dict(self.terms)
        for monomial, a in other.terms:
            total[monomial] = total.get(monomial, 0) + a
        return _interned(total)

    def __str__(self) -> str:
        parts = []
        for monomial, a in self.terms:
            names = "*".join(monomial)
            parts.append(f"{a}*{names}" if a > 1 and names else names or str(a))
        return " + ".join(parts)

    __repr__ = __str__

    def __reduce__(self) -> tuple[object, ...]:
        return _interned, (dict(self.terms),)

    def substitute(self, values: dict[str, Dimension]) -> Dimension:
        """This dimension with names replaced by dimensions."""
        if self.names.isdisjoint(values):
            return self
        total: Dimension | None = None
        for monomial, a in self.terms:
            product = constant(a)
            for name in monomial:
                product = product * (values[name] if name in values else named(name))
            total = product if total is None else total + product
        assert total is not None
        return total

    def evaluate(self, sizes: dict[str, int]) -> int:
        """The integer value for given sizes of the names; KeyError for a name that has none."""
        total = 0
        for monomial, a in self.terms:
            for name in monomial:
                a *= sizes[name]
            total += a
        return total


_table: dict[tuple[tuple[Monomial, int], ...], Dimension] = {}


def _interned(terms: dict[Monomial, int]) -> Dimension:
    # Highest degree first, then alphabetical: m*n + 1.
    key = tuple(sorted(terms.items(), key=lambda item: (-len(item[0]), item[0])))
    found = _table.get(key)
    if found is None:
        found = _table[key] = Dimension()
        found.terms = key
        first, a = key[0]
        found.name = first[0] if len(key) == a == len(first) == 1 else None
        found.value = a if not first else None
        found.names = frozenset(name for monomial, _ in key for name in monomial)
    return found


def constant(value: int) -> Dimension:
    """The dimension that is the integer `value` >= 1; ValueError below 1."""
    if value < 1:
        raise ValueError(f"a dimension is at least 1, not {value}")
    return _interned({(): value})


_names: dict[str, Dimension] = {}


def named(name: str) -> Dimension:
    """The dimension called `name`."""
    found = _names.get(name)
    if found is None:
        found = _names[name] = _interned({(name,): 1})
    return found


ONE = constant(1)
Shape = tuple[Dimension, Dimension]
SCALAR: Shape = (ONE, ONE)


def shown(shape: Shape) -> str:
    """A shape as messages write it: m x n."""
    return f"{shape[0]} x {shape[1]}"
