"""Which sums in a product are written divided by one of their coefficients: 3/4 (2 c - 1)^2 is 3 (c - 1/2)^2.

In the normal form a sum that is a factor has integers without common divisor, and a number in front makes up for it.  Written is what
has the fewest characters in all numbers of the term, those of its sums included; of equal ones what has the smaller number in front
by numerator and denominator, then the normal form: 10000 (100 K + I)^-1 becomes (K + 0.01 I)^-1, and 6 (2 c - 1)^2 stays.

A sum is divided by the coefficient that leaves the fewest characters in it, the largest of those, and everywhere in its term.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from fractions import Fraction
from itertools import chain, combinations
from math import prod
from typing import NamedTuple

from matcalc.algebra.leaves import ONE
from matcalc.algebra.nodes import (
    PLUS,
    Call,
    MatrixPower,
    Node,
    Number,
    Ones,
    Power,
    Rational,
    Sum,
    Symbol,
    Transpose,
)
from matcalc.algebra.sums import divide, plain
from matcalc.syntax import pieces
from matcalc.syntax.apart import LINEAR, base_within, differences, factors_apart
from matcalc.syntax.manner import Manner
from matcalc.syntax.rows import in_rows
from matcalc.syntax.signs import DEEP

MOST = 3  # sums of a term that are tried both ways
WIDEST = 16  # terms of a sum that is divided: its coefficients are tried one by one


class Scaling(NamedTuple):
    """A way to write a term: the characters of all its numbers, the number in front, the sums that are divided."""

    characters: int
    coefficient: Rational
    divided: Collection[Node]


def is_open(factors: Sequence[Node]) -> bool:
    """Whether there is a choice: a factor that is a sum in which a number stands."""
    return any(_has_numbers(base_within(factor)) for factor in factors if factor.heads & PLUS)


def _has_numbers(base: Node) -> bool:
    return type(base) is Sum and len(base.data) <= WIDEST and any(c != 1 and c != -1 for c in base.data)


def scaling(names: Manner, coefficient: Rational, factors: Sequence[Node], deep: int = DEEP) -> Scaling:
    """The way to write coefficient * product of the factors.

    >>> from matcalc.algebra import entrywise, sums; from matcalc.algebra.dimension import SCALAR
    >>> from matcalc.algebra.leaves import ONE, number, symbol
    >>> c = symbol("c", SCALAR)
    >>> square = entrywise.power(sums.add([(2, c), (-1, ONE)]), number(2))
    >>> scaling(Manner(), sums.divide(3, 4), [square]).coefficient
    3
    """
    exponents: Counter[Node] = Counter()
    times: Counter[Node] = Counter()
    below = 0
    for factor in factors:
        below += type(factor) is Power and _integer(factor.children[1]) < 0
        base, exponent = _base_and_exponent(factor)
        if type(base) is Sum and base not in names:
            exponents[base] += exponent
            times[base] += 1
    tried = [each for each in exponents if _has_numbers(each)][:MOST]
    if tried:
        everywhere = Counter(differences(names, factors, DEEP))
        tried = [each for each in tried if everywhere[each] == times[each]]
    ways = []
    for chosen in chain.from_iterable(combinations(tried, count) for count in range(len(tried) + 1)):
        sizes = {each: divisor(names, each, deep) for each in chosen}
        taken = plain(coefficient * prod(Fraction(size) ** exponents[each] for each, size in sizes.items()))
        front = _in_front(names, pieces.magnitude(taken), below, len(factors))
        inside = sum(_inside(names, each, sizes.get(each, 1), deep) for each in exponents)
        ways.append(Scaling(front + inside, taken, chosen))
    return min(ways, key=lambda way: (way.characters, abs(way.coefficient.numerator) + way.coefficient.denominator))


def divisor(names: Manner, node: Node, deep: int = DEEP) -> Rational:
    """The number by which a sum is divided if it is: a coefficient, as it is or before sums that are divided themselves."""
    sizes = {pieces.magnitude(c) for c in node.data}
    if deep:
        pairs = zip(node.data, node.children, strict=True)
        sizes |= {_drawn_out(names, pieces.magnitude(c), term, deep - 1) for c, term in pairs if term.heads & PLUS}
    return min(sorted(sizes - {1}, reverse=True), key=lambda size: _inside(names, node, size, deep))


def _drawn_out(names: Manner, size: Rational, term: Node, deep: int) -> Rational:
    """The number before a term in which every sum is divided: 4 of (2 c - 1)^2."""
    number = Fraction(size)
    for factor in factors_apart(names, 1, term).factors:
        base, exponent = _base_and_exponent(factor)
        if base not in names and _has_numbers(base):
            number *= Fraction(divisor(names, base, deep)) ** exponent
    return plain(number)


def _base_and_exponent(factor: Node) -> tuple[Node, int]:
    """The sum whose integer power `factor` is, transposed or not; any other factor with some exponent."""
    exponent = 1
    while True:
        kind = type(factor)
        if kind is Power or kind is MatrixPower:
            p = _integer(factor.children[1])
            if p == 0:
                return factor, 1
            exponent *= p
        elif kind is Transpose:
            if factor.is_row and in_rows(factor.children[0]) is not None:
                return factor, 1
        elif not (kind is Call and factor.data in LINEAR):
            return factor, exponent
        factor = factor.children[0]


def _integer(exponent: Node) -> int:
    """The exponent; 0 if it is no integer."""
    return exponent.data if type(exponent) is Number and type(exponent.data) is int else 0


def _in_front(names: Manner, size: Rational, below: int, count: int) -> int:
    """The characters of a positive number before `count` factors of which some are `below` the line."""
    if below and not pieces.is_decimal(size, point=names.point):
        above = 0 if size.numerator == 1 and below < count else pieces.characters(size.numerator)
        return above + (0 if size.denominator == 1 else pieces.characters(size.denominator))
    return 0 if size == 1 and below < count else pieces.characters(size, point=names.point)


def _inside(names: Manner, node: Node, size: Rational, deep: int) -> int:
    """The characters of the numbers in a sum divided by `size`."""
    found = names.characters.get((node, size, deep))
    if found is None:
        coefficients = [pieces.magnitude(c if size == 1 else divide(c, size)) for c in node.data]
        found = sum(_of_term(names, c, term, deep) for c, term in zip(coefficients, node.children, strict=True))
        names.characters[node, size, deep] = found
    return found


def _of_term(names: Manner, coefficient: Rational, term: Node, deep: int) -> int:
    point = names.point
    if term is ONE or type(term) is Ones:
        return pieces.characters(coefficient, point=point)
    if term.heads & PLUS and deep:
        apart = factors_apart(names, coefficient, term)
        return scaling(names, apart.coefficient, apart.factors, deep - 1).characters
    if coefficient == 1:
        return 0
    if coefficient.numerator == 1 and term.is_scalar and isinstance(term, Symbol) and not point:
        return 1 + pieces.characters(coefficient.denominator)  # c/2
    return pieces.characters(coefficient, point=point)
