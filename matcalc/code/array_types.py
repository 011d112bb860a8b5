"""Which argument a new array takes its type from, and its device where the library has devices: float32 in, float32 out.

In: the values of a program, operands first.  Out: an argument for each value that has one.  A value that is computed of arrays has the
first of them below it; a constant, ones or I, that of what it is used with first.  A constant that meets no array has none.
"""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.code.values import Value


def sources(values: Sequence[Value]) -> dict[Value, str]:
    """The name of the argument, an array, that each value takes its type from.

    >>> from matcalc.code.values import Values
    >>> make = Values(); A, d, n = make.argument("A", 2), make.argument("d", 1), make.number(3)
    >>> eye, root = make.make("eye", n, rank=2), make.make("sqrt", d, rank=1)
    >>> found = sources([A, d, n, eye, root, make.make("add_diagonal", eye, root, rank=2)])
    >>> found[root], found[eye], n in found
    ('d', 'd', True)
    """
    found: dict[Value, str] = {}
    constants = set[Value]()
    for value in values:
        name = next((found[operand] for operand in value.operands if operand in found), None)
        if value.operation == "argument" and value.rank:
            name = value.data
        if name is not None:
            found[value] = name
        else:
            constants.add(value)
    for value in reversed(values):
        for operand in value.operands:
            if operand in constants and value in found:
                found[operand] = found[value]
    return found
