"""A B and its transpose B^T A^T are one product: the one that is met first, and its transpose, which is a view.

In: the results of a program.  Out: values equal to them.

    W (W^T X), X (X^T W)        t0 = W.T @ X; W @ t0; X @ t0.T
"""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.code.values import Value, Values, order

Key = tuple[Value, bool, Value, bool]


def joined(results: Sequence[Value], make: Values) -> list[Value]:
    """Values equal to `results` in which no product of matrices is made beside its transpose.

    >>> make = Values(); A, B = make.argument("A", 2), make.argument("B", 2)
    >>> turned = make.matmul(make.transposed(B), make.transposed(A))
    >>> first, second = joined([make.matmul(A, B), turned], make)
    >>> second.operation, second.operands[0] is first
    ('transpose', True)
    """
    values = list(order(results))
    met: dict[Key, Value] = {}
    twins: dict[Value, Value] = {}
    for value in values:
        if value.operation == "matmul" and value.rank == 2:
            (a, a_turned), (b, b_turned) = map(_plain, value.operands)
            twin = met.get((b, not b_turned, a, not a_turned))
            if twin is not None and twin is not value:
                twins[value] = twin
            else:
                met[a, a_turned, b, b_turned] = value
    if not twins:
        return list(results)
    out: dict[Value, Value] = {}
    for value in values:
        if value in twins:
            out[value] = make.transposed(out[twins[value]])
        elif all(out[operand] is operand for operand in value.operands):
            out[value] = value
        elif value.operation == "transpose":
            out[value] = make.transposed(out[value.operands[0]])
        else:
            operands = (out[operand] for operand in value.operands)
            out[value] = make.make(value.operation, *operands, rank=value.rank, data=value.data)
    return [out[result] for result in results]


def _plain(value: Value) -> tuple[Value, bool]:
    """The matrix without its transpose, and whether it had one."""
    return (value.operands[0], True) if value.operation == "transpose" else (value, False)
