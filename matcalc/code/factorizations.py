"""One factorization for all that needs it: systems, inverse and determinant of the same matrix.

In: the values of a program, which matrices are positive definite, which symmetric.  Out: values that are equal to them.

    A positive definite: A = L L^T once; A^-1 B from L, or from A^-1 where A^-1 is needed itself; logdet(A) = 2 sum(log(diag(L)))
    tr(A^-1 B) = <A^-T, B>, and A^-1 is cheaper than A^-1 B; for one system alone the target chooses how
    A symmetric: A^-1 where it is needed itself, and logdet(A) beside it, by Cholesky if A turns out to be definite
    any A: where A^-1 is needed itself, or three systems are solved (an inverse costs as much as three, see code/costs.py), or one and
    a trace, A^-1 once
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from matcalc.code.values import Value, Values, order

SYSTEMS = 3  # of general matrices: from here on one inverse is cheaper


@dataclass(slots=True)
class _Uses:
    """What is done with one matrix: how many systems, traces of systems, inverses, determinants."""

    systems: list[Value] = field(default_factory=list)
    traces: list[Value] = field(default_factory=list)
    inverses: list[Value] = field(default_factory=list)
    logdets: list[Value] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.systems) + len(self.traces) + len(self.inverses) + len(self.logdets)


@dataclass(frozen=True, slots=True)
class _Matrices:
    """The matrices that are factorized: their `uses`, and which are positive definite, which symmetric."""

    uses: dict[Value, _Uses]
    definite: Collection[Value]
    symmetric: Collection[Value]


def factored(
    results: Sequence[Value], definite: Collection[Value], make: Values, symmetric: Collection[Value] = ()
) -> list[Value]:
    """Values equal to `results` in which no matrix is factorized twice.

    >>> make = Values(); A, x, y = make.argument("A", 2), make.argument("x", 1), make.argument("y", 1)
    >>> found = factored([make.solve(A, x), make.solve(A, y)], {A}, make)
    >>> [value.operation for value in found], found[0].operands[0] is found[1].operands[0]
    (['cho_solve', 'cho_solve'], True)
    """
    uses = _uses(results)
    if not uses:
        return list(results)
    matrices = _Matrices(uses, definite, symmetric)
    out: dict[Value, Value] = {}
    for value in order(results):
        operands = [out[operand] for operand in value.operands]
        rule = _RULES.get(value.operation)
        made = rule(value, operands, matrices, make) if rule is not None else None
        if value.operation == "multiply" and operands != list(value.operands):
            made = _multiplied(value, operands, make)
        if made is None and value.operation == "tr":
            made = _trace(value.operands[0], operands[0], symmetric, make)
        if made is None:
            same = all(new is old for new, old in zip(operands, value.operands, strict=True))
            made = value if same else make.make(value.operation, *operands, rank=value.rank, data=value.data)
        out[value] = made
    return [out[result] for result in results]


def _base(matrix: Value) -> Value:
    return matrix.operands[0] if matrix.operation == "transpose" else matrix


def _uses(results: Sequence[Value]) -> dict[Value, _Uses]:
    uses: dict[Value, _Uses] = {}
    values = list(order(results))
    under_trace = {value.operands[0] for value in values if value.operation == "tr"}
    elsewhere = {operand for value in values if value.operation != "tr" for operand in value.operands} | set(results)
    for value in values:
        if value.operation in _RULES:
            found = uses.setdefault(_base(value.operands[0]), _Uses())
            if value.operation == "solve":
                traced = value in under_trace and value not in elsewhere
                (found.traces if traced else found.systems).append(value)
            else:
                (found.inverses if value.operation == "inv" else found.logdets).append(value)
    return uses


Rule = Callable[[Value, Sequence[Value], _Matrices, Values], Value | None]


def _wants_inverse(found: _Uses, definite: bool) -> bool:
    if found.inverses:
        return True
    if definite:
        return bool(found.traces)
    # the system under a trace has as many right sides as an inverse
    return len(found.systems) + (SYSTEMS - 1) * len(found.traces) >= SYSTEMS


def _inverse(matrix: Value, now: Value, matrices: _Matrices, make: Values) -> Value:
    """The inverse of the matrix, `now` its value: by Cholesky where a factorization is shared."""
    if matrix in matrices.definite and len(matrices.uses[matrix]) > 1:
        return make.make("cho_inverse", make.make("chol", now, rank=2), rank=2)
    if matrix in matrices.symmetric and matrices.uses[matrix].logdets:
        return _by_factor("inverse_by", _base(now), make, rank=2)
    if matrix in matrices.symmetric:
        return make.make("symmetric_inverse", _base(now), rank=2)
    return make.inverse(now)


def _by_factor(operation: str, now: Value, make: Values, rank: int) -> Value:
    """What a factorization by Cholesky gives of a symmetric matrix, and the matrix itself where it has none."""
    return make.make(operation, make.make("chol_if_definite", now, rank=2), now, rank=rank)


def _solve(value: Value, operands: Sequence[Value], matrices: _Matrices, make: Values) -> Value | None:
    matrix = _base(value.operands[0])
    found, now, right = matrices.uses[matrix], _base(operands[0]), operands[1]
    if _wants_inverse(found, matrix in matrices.definite):
        inverse = _inverse(matrix, now, matrices, make)
        turned = matrix is not value.operands[0] and matrix not in matrices.symmetric
        return make.matmul(make.transposed(inverse) if turned else inverse, right)
    if matrix not in matrices.definite:
        return None
    if len(found) == 1:
        return make.make("definite_solve", now, right, rank=right.rank)
    return make.make("cho_solve", make.make("chol", now, rank=2), right, rank=right.rank)


def _inv(value: Value, operands: Sequence[Value], matrices: _Matrices, make: Values) -> Value | None:
    return _inverse(_base(value.operands[0]), operands[0], matrices, make)


def _logdet(value: Value, operands: Sequence[Value], matrices: _Matrices, make: Values) -> Value | None:
    matrix = _base(value.operands[0])
    if matrix not in matrices.definite:
        if matrix in matrices.symmetric and _wants_inverse(matrices.uses[matrix], definite=False):
            return _by_factor(f"{value.operation}_by", _base(operands[0]), make, rank=0)
        return None
    entries = make.make("diagonal", make.make("chol", _base(operands[0]), rank=2), rank=1)
    return make.multiplied(2, [make.make("sum", make.make("log", entries, rank=1), rank=0)])


def _multiplied(value: Value, operands: Sequence[Value], make: Values) -> Value:
    """The product with its new factors, the coefficient of a number among them in its own: 1/2 logdet(A) = sum(log(diag(L)))."""
    coefficient, count = value.data
    above: list[Value] = []
    below = list(operands[count:])
    for factor in operands[:count]:
        if factor.operation == "multiply" and not factor.rank:
            c, k = factor.data
            coefficient *= c
            above += factor.operands[:k]
            below += factor.operands[k:]
        else:
            above.append(factor)
    return make.multiplied(coefficient, above, below)


def _trace(system: Value, now: Value, symmetric: Collection[Value], make: Values) -> Value | None:
    """tr(A^-1 B) = <A^-T, B>."""
    if system.operation != "solve" or now.operation != "matmul":
        return None
    inverse, right = now.operands
    return make.dot_entries(inverse if _base(system.operands[0]) in symmetric else make.transposed(inverse), right)


_RULES: dict[str, Rule] = {"solve": _solve, "inv": _inv, "logdet": _logdet, "log_det": _logdet}
