"""Arithmetic as Python writes it: numbers, sums, products and quotients with no more brackets than needed.

In: a value and the texts of its operands.  Out: its text, which knows how tightly it binds.  Nothing here knows NumPy: any target
that is a Python library writes its arithmetic so.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from matcalc.code.values import Value

# How tightly a text binds, weakest first: a + b, a * b, A @ B, -a, a**b, names and calls.
SUM, TERM, MATMUL, NEGATED, RAISED, ATOM = range(1, 7)


class Text(str):
    """A piece of the program that knows how tightly it binds: "{0:4}" in a template asks for brackets below level 4."""

    __slots__ = ("level",)
    level: int

    def __new__(cls, text: str, level: int) -> Text:
        """The text with its level."""
        made = super().__new__(cls, text)
        made.level = level
        return made

    def __format__(self, least: str) -> str:
        return f"({self!s})" if least and self.level < int(least) else str(self)


def literal(value: Fraction) -> Text:
    """A rational as Python writes it: 3, 0.5, 1 / 3; a float where the integers are too long for one."""
    if value < 0:
        return Text(f"-{literal(-value):4}", NEGATED)
    if max(value.numerator, value.denominator) >= 2**53:
        return Text(_long(value), ATOM)
    if value.denominator == 1:
        return Text(str(value.numerator), ATOM)
    if 10**6 % value.denominator == 0 and value < 1000:
        return Text(repr(float(value)), ATOM)
    return Text(f"{value.numerator} / {value.denominator}", TERM)


def _long(value: Fraction) -> str:
    try:
        return repr(float(value))
    except OverflowError:
        return "np.inf"


def added(value: Value, operands: Sequence[Text]) -> Text:
    """a + b - c."""
    text = ""
    for sign, operand in zip(value.data, operands, strict=True):
        if not text:
            text = f"{operand:1}" if sign > 0 else f"{negated(operand):1}"
        else:
            text += f" + {operand:2}" if sign > 0 else f" - {operand:2}"
    return Text(text, SUM)


def negated(operand: Text) -> Text:
    """-a; of -a, a.  The brackets of -(A @ x) keep Python from negating A."""
    if operand.startswith("-") and operand.level == TERM:
        return Text(operand[1:], TERM)
    if operand.startswith("-(") and operand.level == NEGATED and _is_one_group(operand[1:]):
        return Text(operand[2:-1], SUM)
    return Text(f"-{operand:5}", NEGATED)


def _is_one_group(text: str) -> bool:
    """Whether the bracket that opens `text` is closed by its last character."""
    depth = 0
    for character in text[:-1]:
        depth += (character == "(") - (character == ")")
        if not depth:
            return False
    return text.endswith(")")


def multiplied(value: Value, operands: Sequence[Text]) -> Text:
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
        numbers.insert(0, literal(top))
    if bottom != 1:
        under.insert(0, literal(bottom))
    if not numbers and arrays:
        numbers, arrays = arrays, []  # A @ x / c, not 1 / c * (A @ x)
    text = _over(_joined(numbers, single=bool(under or under_arrays) and not arrays and coefficient > 0) or "1", under)
    if arrays:
        text = f"{text} * {_joined(arrays)}"
    text = _over(text, under_arrays)
    return Text(f"-{text}" if coefficient < 0 else text, TERM)


def _joined(factors: Sequence[Text], *, single: bool = False) -> str:
    if single and len(factors) == 1:
        return f"{factors[0]:2}"
    return " * ".join(f"{factor:4}" for factor in factors)


def _over(text: str, divisors: Sequence[Text]) -> str:
    if not divisors:
        return text
    return f"{text} / {divisors[0]:4}" if len(divisors) == 1 else f"{text} / ({_joined(divisors)})"


def place(value: Value, operands: Sequence[Text]) -> Text:
    """An index counted from 0; one that is computed is made an integer."""
    if value.operands[0].operation == "number":
        return literal(value.operands[0].data - 1)
    exact = value.operands[0].operation in ("index", "size")
    return Text(f"{operands[0]:1} - 1" if exact else f"int({operands[0]}) - 1", SUM)
