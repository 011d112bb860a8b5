"""Arrays used again: where the result of an operation may take the place of an operand that nothing else needs.

In: a value, which operands are used for the last time, the texts of the operands.  Out: the operand to take, and the lines that change
it.  Only what an operation made anew is changed, never an argument or a view; entries are of one floating type, as `out=` asks.

    A @ x - b            t0 = A @ x; t0 -= b
    2 * (A.T @ A)        t0 = A.T @ A; t0 *= 2
    M**2 * (U @ V.T)     t0 = U @ V.T; t0 *= M; t0 *= M
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from matcalc.algebra.functions import FUNCTIONS
from matcalc.code.arithmetic import Signs, Text, literal, multiplied
from matcalc.code.language import Row
from matcalc.code.temporaries import ANEW
from matcalc.code.values import Value


def taken(value: Value, is_last: Callable[[Value], bool]) -> Value | None:
    """The operand whose array the result may take: made anew, of its shape, and needed by nothing else from here on."""
    if not value.rank:
        return None
    places: Sequence[int] = ()
    if value.operation == "multiply":
        places = range(value.data[1])
    elif value.operation == "add":
        places = [k for k, sign in enumerate(value.data) if sign > 0 or len(value.data) == 2]
    elif value.operation in _PLACES or value.operation in _ENTRYWISE:
        places = [_PLACES.get(value.operation, 0)]
    found = [
        operand
        for operand in (value.operands[k] for k in places)
        if operand.operation in ANEW and operand.rank == value.rank and is_last(operand)
    ]
    # what costs most to make stays, a square is multiplied in
    return min(found, key=lambda operand: operand.operation == "power", default=None)


def copied(value: Value, uses: Mapping[Value, int]) -> Value | None:
    """The copy that is made for this sum alone, of the type of what is added to it (code/accumulation.py)."""
    if value.operation != "add":
        return None
    return next((operand for operand in value.operands if operand.operation == "copy" and uses[operand] == 1), None)


_PLACES = {"scale_rows": 1, "scale_columns": 0, "add_diagonal": 0, "add_kron": 0, "add_swapped_kron": 0}
_COPIED = "{0:6}.copy()"
_ENTRYWISE = frozenset(name for name, function in FUNCTIONS.items() if function.entrywise)


def is_negated(value: Value) -> bool:
    """Whether what `changes` makes is -value: the sign of a vector is left to what it is used in, where two may cancel."""
    if value.operation != "multiply" or value.rank > 1 or value.data[0] != -1:
        return False
    return all(operand.rank for operand in value.operands)


def changes(
    value: Value, name: str, held: Value, texts: Mapping[Value, Text], row: Row | None, signs: Signs
) -> list[str] | None:
    """The lines that make `value` of its operand `held`, which is called `name`; None where there are none."""
    if value.operation in _CHANGES:
        return _CHANGES[value.operation](value, name, held, texts, signs)
    if row is None:
        return None
    if _COPIED in row.template:
        # a helper that changes a copy of its first operand
        return [row.template.replace(_COPIED, name).format(*(texts[operand] for operand in value.operands))]
    # an entrywise function of NumPy's takes out=
    ufunc = re.fullmatch(r"(np\.\w+)\(\{0\}\)", row.template)
    return [f"{ufunc[1]}({name}, out={name})"] if ufunc else None


def _multiplied(value: Value, name: str, held: Value, texts: Mapping[Value, Text], signs: Signs) -> list[str]:
    coefficient, count = value.data
    factors, divisors = list(value.operands[:count]), value.operands[count:]
    factors.remove(held)
    lines = []
    for operand in factors:
        if operand.rank:
            base = operand.operands[0] if _is_square(operand) and texts[operand] != name else operand
            lines += [f"{name} *= {texts[base]}"] * (2 if base is not operand else 1)
    lines += [f"{name} /= {texts[operand]}" for operand in divisors if operand.rank]
    above = [operand for operand in factors if not operand.rank]
    below = [operand for operand in divisors if not operand.rank]
    if coefficient == -1 and not above and not below:
        return lines if is_negated(value) else [*lines, f"np.negative({name}, out={name})"]
    if not above and abs(coefficient.numerator) == 1 and (below or coefficient.denominator > 1):
        under = Value("multiply", tuple(below), (1 / coefficient, len(below)), 0)
        return [
            *lines,
            f"{name} /= {multiplied(under, [texts[o] for o in below], signs) if below else literal(1 / coefficient, signs)}",
        ]
    if above or below:
        scalar = Value("multiply", (*above, *below), (coefficient, len(above)), 0)
        return [*lines, f"{name} *= {multiplied(scalar, [texts[o] for o in (*above, *below)], signs)}"]
    return lines if coefficient == 1 else [*lines, f"{name} *= {literal(coefficient, signs)}"]


def _is_square(operand: Value) -> bool:
    """x**2 of an x that has a name."""
    if operand.operation != "power" or operand.operands[0].operation not in ("argument", "transpose"):
        return False
    exponent = operand.operands[1]
    return exponent.operation == "number" and exponent.data == 2


def _added(value: Value, name: str, held: Value, texts: Mapping[Value, Text], signs: Signs) -> list[str]:
    place = value.operands.index(held)
    others = [
        (sign, operand) for k, (sign, operand) in enumerate(zip(value.data, value.operands, strict=True)) if k != place
    ]
    if value.data[place] < 0:
        ((sign, operand),) = others
        if sign < 0:
            return [f"{name} += {texts[operand]}", f"np.negative({name}, out={name})"]
        return [f"np.subtract({texts[operand]}, {name}, out={name})"]
    return [f"{name} {'+' if sign > 0 else '-'}= {texts[operand]}" for sign, operand in others]


_CHANGES: dict[str, Callable[[Value, str, Value, Mapping[Value, Text], Signs], list[str]]] = {
    "multiply":      _multiplied,
    "add":           _added,
    "scale_rows":    lambda value, name, _, texts, __: [f"{name} *= {texts[value.operands[0]]:6}[:, None]"],
    "scale_columns": lambda value, name, _, texts, __: [f"{name} *= {texts[value.operands[1]]}"],
    "add_diagonal":  lambda value, name, _, texts, __: [f"{name}.flat[:: len({name}) + 1] += {texts[value.operands[1]]}"],
}  # fmt: skip
