"""Which array fixes which dimension: `n` is the length of x, `m` the length of v divided by n.

In: names and shapes, in order.  Out: bindings in an order in which each can be solved from those before it.  A dimension that
stands only in a polynomial such as m*n with both unknown is not fixed; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from matcalc.algebra.dimension import ONE, Dimension, Shape, constant, named


@dataclass(frozen=True, slots=True)
class Binding:
    """`name` is solved from scale * name^power + offset = length of `axis` of the array `argument`; an offset of None is 0."""

    name: str
    argument: str
    axis: int
    scale: Dimension
    power: int
    offset: Dimension | None

    def solve(self, length: int, sizes: Mapping[str, int]) -> int | None:
        """The size of `name` where the axis has this length; None if that is no integer of at least 1.

        >>> binding, = bindings([("v", (named("n") * constant(2) + ONE, ONE))])
        >>> binding.solve(7, {}), binding.solve(8, {})
        (3, None)
        """
        known = dict(sizes)
        rest = length - (self.offset.evaluate(known) if self.offset is not None else 0)
        quotient, remainder = divmod(rest, self.scale.evaluate(known))
        if remainder or quotient < 1:
            return None
        root = round(quotient ** (1 / self.power))
        return root if root**self.power == quotient else None


def axes(shape: Shape) -> tuple[Dimension, ...]:
    """The lengths of the axes of the array that stands for this shape: () for a scalar, one for a vector or row, else two."""
    return tuple(dimension for dimension in shape if dimension is not ONE)


def bindings(arguments: Iterable[tuple[str, Shape]], given: Iterable[str] = ()) -> list[Binding]:
    """Every dimension name that the arrays fix, once, solvable in this order; `given` names are known already.

    >>> m, n = named("m"), named("n")
    >>> [(b.name, b.argument, b.axis) for b in bindings([("v", (m * n, ONE)), ("A", (m, m))])]
    [('m', 'A', 0), ('n', 'v', 0)]
    """
    open_axes = [
        (name, axis, length)
        for name, shape in arguments
        for axis, length in enumerate(axes(shape))
        if length.value is None
    ]
    known = set(given)
    found: list[Binding] = []
    # Plain names first: A.shape[0] is better read than a quotient.
    open_axes.sort(key=lambda entry: entry[2].name is None)
    progress = True
    while progress:
        progress = False
        waiting = []
        for argument, axis, length in open_axes:
            unknown = length.names - known
            binding = _solved(argument, axis, length, *unknown) if len(unknown) == 1 else None
            if binding is not None:
                found.append(binding)
                known.add(binding.name)
                progress = True
            elif unknown:
                waiting.append((argument, axis, length))
        open_axes = waiting
    return found


def _solved(argument: str, axis: int, length: Dimension, name: str) -> Binding | None:
    """The binding of the one unknown name, or None where it stands in two different powers."""
    scale: list[Dimension] = []
    offset: list[Dimension] = []
    powers = set()
    for monomial, coefficient in length.terms:
        rest = constant(coefficient)
        for factor in monomial:
            if factor != name:
                rest = rest * named(factor)
        count = monomial.count(name)
        if count:
            powers.add(count)
        (scale if count else offset).append(rest)
    if len(powers) != 1:
        return None
    return Binding(name, argument, axis, _total(scale), powers.pop(), _total(offset) if offset else None)


def _total(parts: Sequence[Dimension]) -> Dimension:
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total
