"""Columns, rows and numbers that spread: x 1^T beside another matrix is the column x, 1 y^T the row y, and neither is made.

In: the results of a program.  Out: values equal to them, in which v with n ones is one matrix, and only where nothing spreads it.

    A - x 1^T + c 1 1^T        A - (x - c)[:, None]
    x 1^T + 1 y^T - A          x[:, None] + y - A
    (x 1^T) .* A               x[:, None] * A
    exp(x 1^T) A               np.outer(np.exp(x), np.sum(A, axis=0))
    (x 1^T) 1                  n * x
    x 1^T                      np.repeat(x[:, None], n, axis=1)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import prod

from matcalc.algebra.functions import FUNCTIONS
from matcalc.algebra.nodes import Rational
from matcalc.code.values import Value, Values, order

COLUMN, ROW, NUMBER = "column", "row", "number"
_TURNED = {COLUMN: ROW, ROW: COLUMN, NUMBER: NUMBER}


@dataclass(frozen=True, slots=True)
class _Spread:
    """A matrix with equal columns (`kind` column: v 1^T), rows (row: 1 v^T), entries (number: c 1 1^T); how many, the number rows first."""

    kind: str
    part: Value
    counts: tuple[Value, ...]


def spread(results: Sequence[Value]) -> list[Value]:
    """Values equal to `results` whose sums and products of entries make no matrix of equal columns or rows.

    >>> make = Values(); A, x, n = make.argument("A", 2), make.argument("x", 1), make.number(3)
    >>> found, = spread([make.added([(1, A), (-1, make.outer(x, make.make("ones", n, rank=1)))])])
    >>> [operand.operation for operand in found.operands]
    ['argument', 'spread_column']
    """
    values = list(order(results))
    if not any(value.operation == "outer" and any(map(_ones_of, value.operands)) for value in values):
        return list(results)
    spreading = _Spreading()
    for value in values:
        spreading.add(value)
    return [spreading.whole(result) for result in results]


def _ones_of(vector: Value) -> Value | None:
    """The ones of a multiple of ones."""
    while vector.operation == "multiply":
        arrays = [operand for operand in vector.operands if operand.rank]
        if len(arrays) > 1 or arrays[0] not in vector.operands[: vector.data[1]]:
            return None
        vector = arrays[0]
    return vector if vector.operation == "ones" else None


class _Spreading:
    """The new values, by the old ones; of those that spread, what they are made of."""

    def __init__(self) -> None:
        self.make = Values()
        self.held: dict[Value, _Spread] = {}
        self._out: dict[Value, Value] = {}

    def add(self, value: Value) -> None:
        """Find the new form of `value`, whose operands have theirs."""
        rule = _RULES.get(value.operation)
        found = rule(self, value) if rule is not None else None
        if isinstance(found, _Spread):
            self.held[value] = found
        else:
            self._out[value] = found if found is not None else self.same(value, *map(self.whole, value.operands))

    def same(self, value: Value, *operands: Value) -> Value:
        """The operation of `value` of other operands."""
        rank = value.rank if value.operation not in _ENTRYWISE else operands[0].rank
        return self.make.make(value.operation, *operands, rank=rank, data=value.data)

    def whole(self, value: Value) -> Value:
        """The new value as an array of its own."""
        found = self._out.get(value)
        if found is None:
            held = self.held[value]
            if held.kind == NUMBER:
                found = self.times(1, [held.part, self.make.make("ones", *held.counts, rank=2)])
            else:
                found = self.make.make(f"repeat_{held.kind}", held.part, *held.counts, rank=2)
            self._out[value] = found
        return found

    def beside(self, kind: str, part: Value) -> Value:
        """An operand that spreads over the others."""
        return part if kind == NUMBER else self.make.make(f"spread_{kind}", part, rank=2)

    def kind(self, value: Value) -> str | None:
        """How an operand spreads: a number does, a matrix of its own does not."""
        return self.held[value].kind if value in self.held else None if value.rank else NUMBER

    def part(self, value: Value) -> Value:
        """What an operand that spreads is made of."""
        return self.held[value].part if value in self.held else self.whole(value)

    def times(self, coefficient: Rational, factors: Sequence[Value], divisors: Sequence[Value] = ()) -> Value:
        """The product, literals in its coefficient."""
        for side, power in ((factors, 1), (divisors, -1)):
            coefficient = Fraction(coefficient) * prod(v.data**power for v in side if v.operation == "number")
        rest = ([value for value in side if value.operation != "number"] for side in (factors, divisors))
        return self.make.multiplied(coefficient, *rest)

    def scaled(self, ones: Value, part: Value) -> Value:
        """c v for the vector c 1."""
        coefficient, above, below = Fraction(1), [part], list[Value]()
        while ones.operation == "multiply":
            coefficient *= ones.data[0]
            count = ones.data[1]
            above += [self.whole(operand) for operand in ones.operands[:count] if not operand.rank]
            below += [self.whole(operand) for operand in ones.operands[count:]]
            ones = next(operand for operand in ones.operands if operand.rank)
        return self.times(coefficient, above, below)


def _outer(to: _Spreading, value: Value) -> _Spread | None:
    u, v = value.operands
    rows, columns = _ones_of(u), _ones_of(v)
    if rows is not None and columns is not None:
        counts = [to.whole(ones.operands[0]) for ones in (rows, columns)]
        return _Spread(NUMBER, to.scaled(u, to.scaled(v, to.make.number(1))), tuple(counts))
    if columns is not None:
        return _Spread(COLUMN, to.scaled(v, to.whole(u)), (to.whole(columns.operands[0]),))
    if rows is not None:
        return _Spread(ROW, to.scaled(u, to.whole(v)), (to.whole(rows.operands[0]),))
    return None


def _transposed(to: _Spreading, value: Value) -> _Spread | None:
    held = to.held.get(value.operands[0])
    return None if held is None else replace(held, kind=_TURNED[held.kind], counts=held.counts[::-1])


def _of_entries(to: _Spreading, value: Value) -> Value | _Spread | None:
    """f(x 1^T) = f(x) 1^T; max(A, x 1^T) spreads x."""
    held = [operand for operand in value.operands if operand in to.held]
    if not held:
        return None
    if all(to.kind(operand) in (to.kind(held[0]), NUMBER) for operand in value.operands) and value.operands[0] in held:
        return replace(to.held[held[0]], part=to.same(value, *map(to.part, value.operands)))
    if value.operation not in ("maximum", "minimum") or len(held) == 2:
        return None
    operands = [to.beside(k, to.part(o)) if (k := to.kind(o)) is not None else to.whole(o) for o in value.operands]
    return to.make.make(value.operation, *operands, rank=2)


def _added(to: _Spreading, value: Value) -> Value | _Spread | None:
    """Numbers are added to a vector where there is one, so that they are not added to a matrix."""
    held = [operand for operand in value.operands if operand in to.held]
    if not held:
        return None
    terms = list(zip(value.data, value.operands, strict=True))
    whole = [(sign, to.whole(term)) for sign, term in terms if to.kind(term) is None]
    parts = {kind: [(sign, to.part(o)) for sign, o in terms if to.kind(o) == kind] for kind in (COLUMN, ROW, NUMBER)}
    into = next((kind for kind in (COLUMN, ROW) if parts[kind]), NUMBER)
    if into != NUMBER:
        parts[into] += parts.pop(NUMBER)
    kinds = [kind for kind in parts if parts[kind]]
    if not whole and len(kinds) == 1:
        of_kind = next(operand for operand in held if to.kind(operand) == into)
        return replace(to.held[of_kind], part=to.make.added(parts[into]))
    for kind in kinds:
        turned = all(sign < 0 for sign, _ in parts[kind])
        part = to.make.added([(1 if turned else sign, term) for sign, term in parts[kind]])
        whole.append((-1 if turned else 1, to.beside(kind, part)))
    return to.make.added(whole)


def _multiplied(to: _Spreading, value: Value) -> Value | _Spread | None:
    """Numbers are multiplied into a vector where there is one, but for the sign, which may meet another one."""
    held = [operand for operand in value.operands if operand in to.held]
    if not held:
        return None
    make, (coefficient, count) = to.make, value.data
    size, sign = abs(Fraction(coefficient)), 1 if coefficient > 0 else -1

    def quotient(kind: str | None) -> list[list[Value]]:
        sides = value.operands[:count], value.operands[count:]
        return [[to.part(o) if kind else to.whole(o) for o in side if to.kind(o) == kind] for side in sides]

    parts = {kind: quotient(kind) for kind in (COLUMN, ROW, NUMBER)}
    into = next((kind for kind in (COLUMN, ROW) if any(parts[kind])), NUMBER)
    if into != NUMBER:
        parts[into] = [[*numbers, *side] for numbers, side in zip(parts.pop(NUMBER), parts[into], strict=True)]
    whole, kinds = quotient(None), [kind for kind in parts if any(parts[kind])]
    vectors = {kind: to.times(size if kind == into else 1, *parts[kind]) for kind in kinds}
    if not any(whole) and len(kinds) == 1:
        of_kind = next(operand for operand in held if to.kind(operand) == into)
        return replace(to.held[of_kind], part=to.times(sign, [vectors[into]]))
    if not any(whole):
        return to.times(sign, [make.outer(vectors[COLUMN], vectors[ROW])])
    if into == NUMBER:
        return to.times(coefficient, [*parts[NUMBER][0], *whole[0]], [*parts[NUMBER][1], *whole[1]])
    found = to.times(1, *whole)
    for kind in kinds:
        above, below = parts[kind]
        if not above and len(below) == 1 and (size == 1 or kind != into):
            found = to.times(1, [found], [to.beside(kind, *below)])  # A / (x 1^T), a quotient as it was
        elif kind == COLUMN:
            found = make.make("scale_rows", vectors[kind], found, rank=2)
        else:
            found = make.make("scale_columns", found, vectors[kind], rank=2)
    return to.times(sign, [found])


def _scaled(to: _Spreading, value: Value) -> Value | _Spread | None:
    """diag(d) x 1^T = (d .* x) 1^T, diag(d) 1 y^T = d y^T."""
    rows = value.operation == "scale_rows"
    vector, matrix = value.operands if rows else value.operands[::-1]
    held = to.held.get(matrix)
    if held is None or held.kind == NUMBER:
        return None
    if held.kind == (COLUMN if rows else ROW):
        return replace(held, part=to.times(1, [to.whole(vector), held.part]))
    sides = to.whole(vector), held.part
    return to.make.outer(*(sides if rows else sides[::-1]))


def _matmul(to: _Spreading, value: Value) -> Value | None:
    """x 1^T B = x (1^T B), A 1 y^T = (A 1) y^T."""
    make, (left, right) = to.make, value.operands
    first, last = to.held.get(left), to.held.get(right)
    if first is not None and first.kind == COLUMN:
        sums = to.whole(right)
        if right.rank == 1:
            return to.times(1, [make.row_sums(sums, *first.counts), first.part])
        return make.outer(first.part, make.column_sums(sums, *first.counts))
    if last is not None and last.kind == ROW:
        sums = to.whole(left)
        if left.rank == 1:
            return to.times(1, [make.row_sums(sums, *last.counts), last.part])
        return make.outer(make.row_sums(sums, *last.counts), last.part)
    return None


def _row_sums(to: _Spreading, value: Value) -> Value | None:
    """(x 1^T) 1 = n x."""
    held = to.held.get(value.operands[0])
    along = COLUMN if value.operation == "row_sums" else ROW
    return to.times(1, [*held.counts, held.part]) if held is not None and held.kind == along else None


def _summed(to: _Spreading, value: Value) -> Value | None:
    held = to.held.get(value.operands[0])
    if held is None:
        return None
    total = held.part if held.kind == NUMBER else to.make.make("sum", held.part, rank=0)
    return to.times(1, [*held.counts, total])


_ENTRYWISE = frozenset(
    [*(name for name, function in FUNCTIONS.items() if function.entrywise), "power", "maximum", "minimum"]
)

_RULES: dict[str, Callable[[_Spreading, Value], Value | _Spread | None]] = {
    **dict.fromkeys(_ENTRYWISE, _of_entries),
    "outer":         _outer,
    "transpose":     _transposed,
    "add":           _added,
    "multiply":      _multiplied,
    "scale_rows":    _scaled,
    "scale_columns": _scaled,
    "matmul":        _matmul,
    "row_sums":      _row_sums,
    "column_sums":   _row_sums,
    "sum":           _summed,
}  # fmt: skip
