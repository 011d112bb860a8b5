"""Sums one term at a time, for a target that changes arrays in place: a term is added when it is made, and its array is free again.

In: the results of a program.  Out: values equal to them, each sum of several arrays as sums of two.  Of terms that are made of each
other's matrices the simplest comes first: in H = Y_1^T D_1 Y_1 + Y_2^T D_2 Y_2 + ..., Y_2 made of Y_1, so that one Y after the other dies.

    A B + x y^T + C        t0 = A @ B; t0 += C; t0 += np.outer(x, y)
    A + A^T                t0 = A.T.copy(); t0 += A
    kron(A, B) + kron(C, D)      t0 = np.kron(A, B); _add_kron(t0, C, D), which makes no second array of this size

The second because NumPy adds arrays that lie in memory in different orders more slowly than it copies one and adds (n = 100: 4.3
and 3.9 us, n = 500: 121 and 101, n = 10: 0.84 and 0.61; equal from n = 1000 on).  Of an argument A and A^T alone it is said where
arguments may have several types too, since theirs is one (`mirrors_accumulated`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matcalc.code.temporaries import ANEW
from matcalc.code.values import SPREAD, Value, Values, is_kron, order


@dataclass(frozen=True, slots=True, eq=False)
class _Term:
    """sign * value; whether the array is of this sum alone, and may be changed."""

    sign: int
    value: Value
    is_own: bool


def accumulated(results: Sequence[Value]) -> list[Value]:
    """Values equal to `results` whose sums of arrays have two terms.

    >>> make = Values(); A, x, y = make.argument("A", 2), make.argument("x", 1), make.argument("y", 1)
    >>> found, = accumulated([make.added([(1, A), (-1, make.transposed(A)), (1, make.outer(x, y))])])
    >>> found.operation, [operand.operation for operand in found.operands]
    ('add', ['add', 'transpose'])
    """
    make = Values()
    values = list(order(results))
    uses = dict.fromkeys(results, 1)
    for value in values:
        for operand in value.operands:
            uses[operand] = uses.get(operand, 0) + 1
    depths: dict[Value, int] = {}  # on the longest way to the value, matrices that are made for more than it
    out: dict[Value, Value] = {}
    for value in values:
        depths[value] = max((depths[o] + _is_shared(o, uses) for o in value.operands), default=0)
        if value.operation == "add" and value.rank:
            places = sorted(range(len(value.data)), key=lambda k: _place(value.operands[k], depths))
            terms = [
                _Term(value.data[k], out[o := value.operands[k]], o.operation in ANEW and uses[o] == 1) for k in places
            ]
            out[value] = _sum(_turned_first(terms, make), make)
        else:
            operands = (out[operand] for operand in value.operands)
            out[value] = make.make(value.operation, *operands, rank=value.rank, data=value.data)
    return [out[result] for result in results]


def mirrors_accumulated(results: Sequence[Value]) -> list[Value]:
    """Values equal to `results` whose sums of an argument A and A^T alone are a copy of A^T and A.

    >>> make = Values(); A, B = make.argument("A", 2), make.argument("B", 2)
    >>> mirror, sum = mirrors_accumulated([make.added([(1, A), (1, make.transposed(A))]), make.added([(1, A), (1, make.transposed(B))])])
    >>> [operand.operation for operand in mirror.operands], [operand.operation for operand in sum.operands]
    (['copy', 'argument'], ['argument', 'transpose'])
    """
    make = Values()
    out: dict[Value, Value] = {}
    for value in order(results):
        operands = [out[operand] for operand in value.operands]
        if value.operation == "add" and value.rank == 2 and len(operands) == 2 and _is_mirror(*operands):
            terms = [_Term(sign, operand, False) for sign, operand in zip(value.data, operands, strict=True)]
            out[value] = _sum(_turned_first(terms, make), make)
        else:
            out[value] = make.make(value.operation, *operands, rank=value.rank, data=value.data)
    return [out[result] for result in results]


def _is_mirror(value: Value, other: Value) -> bool:
    """A and A^T of an argument A, in either order."""
    pairs = ((value, other), (other, value))
    return any(a.operation == "transpose" and a.operands[0] is b and b.operation == "argument" for a, b in pairs)


def _is_shared(value: Value, uses: Mapping[Value, int]) -> bool:
    return value.rank == 2 and value.operation in ANEW and uses[value] > 1


def _place(term: Value, depths: Mapping[Value, int]) -> tuple[bool, bool, int]:
    """Numbers last, before them what spreads over the others; those in their order, made of few shared matrices, then made of more."""
    return not term.rank, term.operation in SPREAD, depths[term]


def _turned_first(terms: Sequence[_Term], make: Values) -> Sequence[_Term]:
    """Where matrices that are needed elsewhere meet transposes, a copy of a transpose first, to which the others are added."""
    turned = next((term for term in terms if term.value.operation == "transpose"), None)
    straight = next((term for term in terms if term.value.rank == 2 and term.value.operation != "transpose"), None)
    if turned is None or straight is None or any(term.is_own for term in terms):
        return terms
    copy = _Term(turned.sign, make.make("copy", turned.value, rank=2), True)
    return [copy, straight, *(term for term in terms if term not in (turned, straight))]


def _sum(terms: Sequence[_Term], make: Values) -> Value:
    """The terms from first to last; while all have been negative, their sum stands for its negative."""
    first, *rest = terms
    sign, total, is_own = first.sign, first.value, first.is_own
    for term in rest:
        if is_own and term.is_own and is_kron(term.value):
            a, b = term.value.operands
            a = a if term.sign == sign else make.negated(a)
            total = make.make(f"add_{term.value.operation}", total, a, b, rank=2)
            continue
        if term.sign == sign:
            pair = [(1, total), (1, term.value)]
        elif sign > 0:
            pair = [(1, total), (-1, term.value)]
        else:
            sign = 1
            pair = [(-1, total), (1, term.value)] if is_own else [(1, term.value), (-1, total)]
        is_own = True
        total = make.make("add", *(value for _, value in pair), data=tuple(s for s, _ in pair), rank=first.value.rank)
    return total if sign > 0 else make.negated(total)
