"""Arithmetic as a target writes it: numbers, sums, products and quotients with no more brackets than needed.

In: a value, the texts of its operands, the signs of the language.  Out: its text, which knows how tightly it binds.  The order of
the levels is the same in Python, Julia and MATLAB; what differs are the signs between arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from matcalc.code.values import SPREAD, Value

# How tightly a text binds, weakest first: a + b, a * b, A @ B, -a, a**b, names and calls, names alone.
SUM, TERM, MATMUL, NEGATED, RAISED, ATOM, NAME = range(1, 8)


@dataclass(frozen=True, slots=True)
class Signs:
    """What stands between an array and a scalar in a sum (`spread`), between two arrays entry by entry, and for infinity."""

    plus_spread: str
    minus_spread: str
    times_entries: str
    over_entries: str
    infinity: str


class Text(str):
    """A piece of the program that knows how tightly it binds.

    "{0:4}" in a template asks for brackets below level 4, "{0:-}" for the negative.
    """

    __slots__ = ("level",)
    level: int

    def __new__(cls, text: str, level: int) -> Text:
        """The text with its level."""
        made = super().__new__(cls, text)
        made.level = level
        return made

    def __format__(self, least: str) -> str:
        if least == "-":
            return negated(self)
        return f"({self!s})" if least and self.level < min(int(least), ATOM) else str(self)


def literal(value: Fraction, signs: Signs) -> Text:
    """A rational as it is written: 3, 0.5, 1 / 3; a float where the integers are too long for one."""
    if value < 0:
        return Text(f"-{literal(-value, signs):4}", NEGATED)
    if max(value.numerator, value.denominator) >= 2**53:
        return Text(_long(value, signs), ATOM)
    if value.denominator == 1:
        return Text(str(value.numerator), ATOM)
    if 10**6 % value.denominator == 0 and value < 1000:
        return Text(repr(float(value)), ATOM)
    return Text(f"{value.numerator} / {value.denominator}", TERM)


def _long(value: Fraction, signs: Signs) -> str:
    try:
        return repr(float(value))
    except OverflowError:
        return signs.infinity


def added(value: Value, operands: Sequence[Text], signs: Signs) -> Text:
    """a + b - c; where a scalar and an array meet, the scalar spreads."""
    text, form = "", ""
    for sign, term, operand in zip(value.data, value.operands, operands, strict=True):
        if not text:
            text = f"{operand:1}" if sign > 0 else f"{negated(operand):1}"
        else:
            plain = form == _form(term)
            plus, minus = ("+", "-") if plain else (signs.plus_spread, signs.minus_spread)
            text += f" {plus if sign > 0 else minus} {operand:2}"
        form = _form(term) if form in ("", _form(term)) else "array"
    return Text(text, SUM)


def _form(value: Value) -> str:
    """What spreads in a sum with what is not of its form: a number, a column, a row; any other array is as large as the sum."""
    if value.operation in SPREAD:
        return value.operation
    return "array" if value.rank else "number"


def negated(operand: Text) -> Text:
    """-a; of -a, a.  The brackets of -(A @ x) keep Python from negating A."""
    if operand.startswith("-") and operand.level == TERM:
        return Text(operand[1:], TERM)
    if operand.startswith("-(") and operand.level == NEGATED and _is_one_group(operand[1:]):
        return Text(operand[2:-1], SUM)
    if operand.startswith("-") and operand.level == NEGATED and not operand.startswith("-("):
        return Text(operand[1:], RAISED)
    return Text(f"-{operand:5}", NEGATED)


def _is_one_group(text: str) -> bool:
    """Whether the bracket that opens `text` is closed by its last character."""
    depth = 0
    for character in text[:-1]:
        depth += (character == "(") - (character == ")")
        if not depth:
            return False
    return text.endswith(")")


def multiplied(value: Value, operands: Sequence[Text], signs: Signs) -> Text:
    """p * s / (q * r) * x * y / z: the scalars first, so that arrays are passed over once."""
    coefficient, count = value.data
    if coefficient < 0 and len(operands) == count == 1 and coefficient == -1:
        return negated(operands[0])
    pairs = list(zip(value.operands, operands, strict=True))
    numbers = [text for operand, text in pairs[:count] if not operand.rank]
    arrays = [text for operand, text in pairs[:count] if operand.rank]
    under = [text for operand, text in pairs[count:] if not operand.rank]
    under_arrays = [text for operand, text in pairs[count:] if operand.rank]
    top, bottom = Fraction(abs(coefficient.numerator)), Fraction(coefficient.denominator)
    if top != 1:
        numbers.insert(0, literal(top, signs))
    if bottom != 1:
        under.insert(0, literal(bottom, signs))
    times = "*"
    if not numbers and arrays:
        numbers, arrays, times = arrays, [], signs.times_entries  # A @ x / c, not 1 / c * (A @ x)
    single = bool(under or under_arrays) and not arrays and coefficient > 0
    text = _over(_joined(numbers, times, single=single) or "1", "/", under, "*")
    if arrays:
        text = f"{text} * {_joined(arrays, signs.times_entries)}"
    text = _over(text, signs.over_entries, under_arrays, signs.times_entries)
    return Text(f"-{text}" if coefficient < 0 else text, TERM)


def _joined(factors: Sequence[Text], times: str, *, single: bool = False) -> str:
    if single and len(factors) == 1:
        return f"{factors[0]:2}"
    return f" {times} ".join(f"{factor:4}" for factor in factors)


def _over(text: str, over: str, divisors: Sequence[Text], times: str) -> str:
    if not divisors:
        return text
    return f"{text} {over} {divisors[0]:4}" if len(divisors) == 1 else f"{text} {over} ({_joined(divisors, times)})"
