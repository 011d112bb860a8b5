"""Numbers as they are written, exactly: `0.1` is 1/10, `1e3` is 1000, `(-1/2)` is -1/2."""

from __future__ import annotations

from fractions import Fraction

from matcalc import limits
from matcalc.algebra.nodes import Rational
from matcalc.errors import LimitError
from matcalc.syntax.tree import Tree

_DIGITS = 4000  # Python refuses to read an integer of more than 4300 digits at once
_DEEPEST = 8  # levels of an exponent such as -(1/2) that are looked into


def decimal(text: str) -> Rational:
    """The number that `text` is; LimitError when it has more than `limits.exponent` digits.

    >>> decimal("0.1"), decimal("2e3")
    (Fraction(1, 10), 2000)
    """
    mantissa, _, power = text.lower().partition("e")
    whole, _, decimals = mantissa.partition(".")
    shift = int(power or 0) if len(power) < 10 else limits.exponent + 1
    digits = whole + decimals
    if len(digits) > limits.exponent or abs(shift) > limits.exponent:
        raise LimitError(f"a number of more than matcalc.limits.exponent = {limits.exponent} digits")
    value = 0
    for start in range(0, len(digits), _DIGITS):
        group = digits[start : start + _DIGITS]
        value = value * 10 ** len(group) + int(group)
    shift -= len(decimals)
    if shift >= 0:
        return value * 10**shift if shift else value
    found = Fraction(value, 10**-shift)
    return found.numerator if found.denominator == 1 else found


def fraction(tree: Tree) -> Rational | None:
    """The rational number that a small tree of numbers, signs and quotients is; None for anything else.

    >>> half = Tree("over", (Tree("number", text="1"), Tree("number", text="2")))
    >>> fraction(Tree("neg", (half,)))
    Fraction(-1, 2)
    """
    return _fraction(tree, _DEEPEST)


def _fraction(tree: Tree, depth: int) -> Rational | None:
    if tree.head == "number":
        return decimal(tree.text)
    if depth == 0 or tree.head not in ("neg", "over"):
        return None
    above = _fraction(tree.children[0], depth - 1)
    if tree.head == "neg":
        return None if above is None else -above
    below = _fraction(tree.children[1], depth - 1)
    if above is None or below is None or below == 0:
        return None
    found = Fraction(above) / Fraction(below)
    return found.numerator if found.denominator == 1 else found
