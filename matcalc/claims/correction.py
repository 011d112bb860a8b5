"""What a diagnosis is made of: a correction of the claim, and the sentence that says it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite

from matcalc.algebra.nodes import Node


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is wrong: its `kind` in one word, and the sentence."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Correction:
    """The claim corrected in one place (`node`), and what was wrong there; the sentence is made when it is wanted."""

    kind: str
    node: Node
    sentence: Callable[[], str]


def rational(value: float) -> Fraction | None:
    """The fraction with a small denominator that a ratio found in doubles is; None if there is none."""
    if not isfinite(value):
        return None
    found = Fraction(value).limit_denominator(720)
    return found if found and abs(value - found) <= 1e-9 * abs(value) else None


def factor_words(r: Fraction) -> str:
    """What is wrong where the truth is r times the claim."""
    if r == -1:
        return "the sign is wrong"
    sign = "the sign is wrong, and " if r < 0 else ""
    size = abs(r)
    if size.denominator == 1:
        return f"{sign}a factor {size} is missing"
    if size.numerator == 1:
        return f"{sign}a factor {size.denominator} is too much"
    return f"{sign}a factor {size} is missing"
