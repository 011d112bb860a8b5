"""Sums of products entry by entry as sums of products of two arrays, which a target takes in one pass and without an array of them.

In: the results of a program.  Out: values equal to them.

    sum(A .* B)                   <A, B>                where A .* B is needed nowhere else
    sum(A .* (u v^T))             u^T A v
    sum(M.^2 .* R.^2)             <P, P>                P = M .* R
    sum(M .* R.^2), (M .* R) V    <P, R>, P V           P is made once
    <P, P>, M .* M .* R           <P, P>, M .* P        of three factors and more, those that are multiplied elsewhere
    f(-y .* x), g(y .* x)         f(-z), g(z)           z = y .* x
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from matcalc.code.values import SPREAD, Value, Values, order

Key = tuple[int, ...]  # of a product of arrays, whatever their order


@dataclass(frozen=True, slots=True)
class _Dot:
    """coefficient * above / below * <left, right>, both products of arrays."""

    coefficient: Fraction
    above: tuple[Value, ...]
    below: tuple[Value, ...]
    left: list[Value]
    right: list[Value]


def dotted(results: Sequence[Value]) -> list[Value]:
    """Values equal to `results` in which no sum is of an array that is a product and needed nowhere else.

    >>> make = Values(); A, B = make.argument("A", 2), make.argument("B", 2)
    >>> found, = dotted([make.make("sum", make.multiplied(3, [A, B]), rank=0)])
    >>> found.operation, [operand.operation for operand in found.operands]
    ('multiply', ['dot_entries'])
    """
    values = list(order(results))
    if not any(value.rank and (value.operation == "multiply" or _is_square(value)) for value in values):
        return list(results)
    return _Dotted(results, values).all()


class _Dotted:
    """The new value of each value, made in a table of its own."""

    def __init__(self, results: Sequence[Value], values: Sequence[Value]) -> None:
        self._results, self._values = results, values
        self._uses = Counter(results)
        for value in values:
            self._uses.update(value.operands)
        self._make = Values()
        self._out: dict[Value, Value] = {}
        self._made: dict[Key, Value] = {}
        self._products = {_key(value.operands) for value in values if _is_product(value)}
        self._squares = {value.operands[0] for value in values if _is_square(value)}
        self._products |= {_key([root] * 2) for root in self._squares}
        self._dots = {value: dot for value in values if (dot := self._dot(value)) is not None}
        self._products |= {_key(half) for dot in self._dots.values() for half in (dot.left, dot.right) if len(half) > 1}

    def all(self) -> list[Value]:
        """The new results."""
        for value in self._values:
            self._out[value] = self._new(value)
        return [self._out[result] for result in self._results]

    def _new(self, value: Value) -> Value:
        make = self._make
        if value in self._dots:
            dot = self._dots[value]
            inner = self._inner(self._product(dot.left), self._product(dot.right))
            return make.multiplied(dot.coefficient, [*self._of(dot.above), inner], self._of(dot.below))
        if _is_product(value):
            return self._product(value.operands)
        operands = self._of(value.operands)
        data = value.data
        if value.operation == "multiply" and value.rank:
            coefficient, count = data
            arrays = [factor for factor in value.operands[:count] if factor.rank]
            group = arrays if len(arrays) > 1 and _key(arrays) in self._products else self._group(arrays)
            if group:
                rest = [*value.operands[:count]]
                for factor in group:
                    rest.remove(factor)
                operands = [*self._of(rest), self._product(group), *operands[count:]]
                data = (coefficient, len(rest) + 1)
        return make.make(value.operation, *operands, rank=value.rank, data=data)

    def _of(self, values: Iterable[Value]) -> list[Value]:
        return [self._out[value] for value in values]

    def _inner(self, left: Value, right: Value) -> Value:
        """<left, right>; u^T A v of A and u v^T."""
        if right.operation == "outer":
            u, v = right.operands
            return self._make.matmul(u, self._make.matmul(left, v))
        return self._make.dot_entries(left, right)

    def _product(self, factors: Sequence[Value]) -> Value:
        """The product of arrays; what is multiplied elsewhere too is one of its factors."""
        if len(factors) == 1:
            return self._out[factors[0]]
        if len(factors) == 2 and factors[0] is factors[1] and factors[0] in self._squares:
            return self._make.make("power", self._out[factors[0]], self._make.number(2), rank=factors[0].rank)
        key = _key(factors)
        found = self._made.get(key)
        if found is None:
            group = self._group(factors)
            rest = list(factors)
            for factor in group:
                rest.remove(factor)
            parts = [*self._of(rest), self._product(group)] if group else self._of(rest)
            found = self._made[key] = self._make.multiplied(1, parts)
        return found

    def _group(self, factors: Sequence[Value]) -> list[Value]:
        """Fewer of these factors than all that are multiplied elsewhere: all but one, or two; none where there are no such."""
        for count in dict.fromkeys((len(factors) - 1, 2)):
            if 1 < count < len(factors):
                for group in combinations(factors, count):
                    if _key(group) in self._products:
                        return list(group)
        return []

    def _dot(self, value: Value) -> _Dot | None:
        """The sum as a sum of products of two arrays, where one array less is made then."""
        if not (value.operation in ("sum", "dot_entries") or (value.operation == "matmul" and not value.rank)):
            return None
        coefficient, above, below, arrays = Fraction(1), list[Value](), list[Value](), list[Value]()
        for operand in value.operands:
            c, numbers, divisors, factors = self._factors(operand)
            coefficient, above, below, arrays = coefficient * c, above + numbers, below + divisors, arrays + factors
        if len(arrays) <= len(value.operands):
            return None
        halves = self._halves(arrays, is_sum=value.operation == "sum")
        if halves is None or any(_key(_parts(operand)) == _key(halves[0]) for operand in value.operands):
            return None
        return _Dot(coefficient, tuple(above), tuple(below), *halves)

    def _factors(self, array: Value) -> tuple[Fraction, list[Value], list[Value], list[Value]]:
        """An array that nothing else needs as coefficient, scalars, divisors and the arrays whose product it is."""
        if self._uses[array] > 1:
            return Fraction(1), [], [], [array]
        if array.operation != "multiply":
            return Fraction(1), [], [], list(_parts(array))
        coefficient, count = array.data
        factors, below = array.operands[:count], list(array.operands[count:])
        if any(divisor.rank for divisor in below):
            return Fraction(1), [], [], [array]
        arrays: list[Value] = []
        for factor in factors:
            if factor.rank:
                arrays += _parts(factor) if self._uses[factor] == 1 else [factor]
        return coefficient, [factor for factor in factors if not factor.rank], below, arrays

    def _halves(self, arrays: list[Value], *, is_sum: bool) -> tuple[list[Value], list[Value]] | None:
        """Two products, of which neither is of vectors that spread only."""
        whole = [array for array in arrays if array.operation not in SPREAD]
        counted = Counter(arrays)
        if whole and all(times % 2 == 0 for times in counted.values()):
            half = [array for array, times in counted.items() for _ in range(times // 2)]
            return half, half
        if len(whole) < 2:
            return None
        for right in sorted(dict.fromkeys(whole), key=lambda array: -counted[array]):
            left = _without(arrays, right)
            if len(left) > 1 and _key(left) in self._products:
                return left, [right]
        if not is_sum:
            return None
        right = next((array for array in whole if array.operation == "outer"), whole[-1])
        return _without(arrays, right), [right]


def _without(arrays: Sequence[Value], one: Value) -> list[Value]:
    rest = list(arrays)
    rest.remove(one)
    return rest


def _key(factors: Iterable[Value]) -> Key:
    return tuple(sorted(map(id, factors)))


def _parts(value: Value) -> Sequence[Value]:
    """The factors of a product of arrays or a square; of anything else, itself."""
    if _is_square(value):
        return [value.operands[0]] * 2
    return value.operands if _is_product(value) else [value]


def _is_product(value: Value) -> bool:
    """A product of arrays, without numbers and divisors."""
    return (
        value.operation == "multiply"
        and value.data == (1, len(value.operands))
        and len(value.operands) > 1
        and all(operand.rank for operand in value.operands)
    )


def _is_square(value: Value) -> bool:
    return value.operation == "power" and value.rank > 0 and value.operands[1].data == 2
