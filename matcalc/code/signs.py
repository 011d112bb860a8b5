"""-x (y - z) is x (z - y): a sign is taken into a difference that nothing else needs, so that no array is negated.

In: the results of a program.  Out: values equal to them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from matcalc.code.values import Value, Values, order


def turned(results: Sequence[Value], make: Values) -> list[Value]:
    """Values equal to `results` in which no product with a difference is negative.

    >>> make = Values(); x, y, z = (make.argument(name, 1) for name in "xyz")
    >>> found, = turned([make.multiplied(-2, [x, make.added([(1, y), (-1, z)])])], make)
    >>> found.data[0], found.operands[1].operands == (z, y)
    (Fraction(2, 1), True)
    """
    values = list(order(results))
    uses = Counter(results)
    for value in values:
        uses.update(value.operands)
    differences = {
        value: difference
        for value in values
        if value.operation == "multiply" and value.data[0] < 0
        for difference in value.operands[: value.data[1]]
        if difference.operation == "add" and difference.rank and -1 in difference.data and uses[difference] == 1
    }
    if not differences:
        return list(results)
    out: dict[Value, Value] = {}
    for value in values:
        operands = [out[operand] for operand in value.operands]
        if value in differences:
            (coefficient, count), place = value.data, value.operands.index(differences[value])
            terms = zip(operands[place].data, operands[place].operands, strict=True)
            operands[place] = make.added([(-sign, term) for sign, term in terms])
            out[value] = make.multiplied(-coefficient, operands[:count], operands[count:])
        elif all(new is old for new, old in zip(operands, value.operands, strict=True)):
            out[value] = value
        else:
            out[value] = make.make(value.operation, *operands, rank=value.rank, data=value.data)
    return [out[result] for result in results]
