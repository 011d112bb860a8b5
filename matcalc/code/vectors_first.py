"""A^T x as x A, for libraries that multiply a vector by a matrix as it lies in memory, and turn a transpose round first: JAX.

In: the results of a program.  Out: values equal to them.  XLA's A^T x takes 2 to 4 times as long as its x A (n = 200, 1000).

    A^T (A x - b)       (A @ x - b) @ A
"""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.code.values import Value, Values, order


def vectors_first(results: Sequence[Value]) -> list[Value]:
    """Values equal to `results` in which no vector meets the transpose of a matrix.

    >>> make = Values(); A, x = make.argument("A", 2), make.argument("x", 1)
    >>> found, = vectors_first([make.matmul(make.transposed(A), x)])
    >>> [operand.data for operand in found.operands]
    ['x', 'A']
    """
    make = Values()
    out: dict[Value, Value] = {}
    for value in order(results):
        operands = [out[operand] for operand in value.operands]
        if value.operation == "matmul" and value.rank == 1:
            left, right = operands
            if left.operation == "transpose":
                operands = [right, left.operands[0]]
            elif right.operation == "transpose":
                operands = [right.operands[0], left]
        out[value] = make.make(value.operation, *operands, rank=value.rank, data=value.data)
    return [out[result] for result in results]
