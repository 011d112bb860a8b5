"""The smallest integers at which a claim fails: small sizes first, small entries of these, the declared properties kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

from matcalc.algebra.dimension import Shape
from matcalc.algebra.walks import postorder
from matcalc.calculus.conditions import Condition, kinks_of
from matcalc.claims.comparison import is_kinked
from matcalc.claims.points import LARGEST, constants
from matcalc.claims.question import Question
from matcalc.errors import EvaluationError
from matcalc.numeric.holding import hold
from matcalc.numeric.matrices import Matrix, add, context, doubles, entries, largest, multiply, scale, transpose
from matcalc.numeric.node_values import Point
from matcalc.syntax.declarations import Variable

SIZES = (1, 2, 3)
MOST_SIZES = 24  # choices of sizes
DRAWS = 10  # for each
SMALL = (0, 1, -1, 2)

Value = Any  # an integer, a Fraction or a float; a list of them; a list of rows


@dataclass(frozen=True, slots=True)
class Counterexample:
    """`values` of the names, and there the `claimed` and the `true` value; rational numbers exactly."""

    values: Mapping[str, Value]
    claimed: Value
    true: Value

    def as_dict(self) -> dict[str, Any]:
        """All of it in what JSON knows: fractions as texts such as "1/2"."""
        values = {name: _known_to_json(value) for name, value in self.values.items()}
        return {"values": values, "claimed": _known_to_json(self.claimed), "true": _known_to_json(self.true)}

    def __str__(self) -> str:
        where = ", ".join(f"{name} = {written(value)}" for name, value in self.values.items())
        return f"{where}: claimed {written(self.claimed)}, true {written(self.true)}"


def counterexample(question: Question) -> Counterexample | None:
    """A smallest one; None if claim and truth have different shapes, or none is found among small integers."""
    claim, truth = question.claim, question.truth
    if claim.shape != truth.shape:
        return None
    random = Random(0)
    kinks = [condition for node in postorder(question.f, question.truth) for condition in kinks_of(node)]
    shapes = [v.shape for v in question.variables.values()]
    shapes += [node.shape for node in postorder(question.f, claim, truth)]
    names = sorted({name for shape in shapes for side in shape for name in side.names})
    for pool, sizes in product(_pools(question), _sizes(question, names)):
        found: list[tuple[Any, int, Point]] = []
        with doubles():
            for number in range(DRAWS):
                values = integers(question.variables, sizes, random, pool)
                last = min(sizes.values(), default=1)
                values |= {name: [[context().mpf(random.randint(1, last))]] for name in sorted(question.indices)}
                point = Point(values, sizes)
                if _differ(question, point, kinks):
                    size = sum(abs(x) + (x < 0) / 2 for value in values.values() for x in entries(value))
                    found.append((size, number, point))
        for *_, point in sorted(found, key=lambda each: each[:2]):
            with suppress(EvaluationError):  # what doubles take for a matrix with eigenvectors may have too few
                return _shown(question, point)
    return None


def _pools(question: Question) -> list[Sequence[int]]:
    """Small integers; then, where f has a kink or a root, some beyond every constant: 1 + x is negative for x = -2."""
    roots = (question.f, question.claim, question.truth)
    if not any(map(is_kinked, postorder(*roots))):
        return [SMALL]
    beyond = max([1, *(int(size) for size in constants(roots) if size <= LARGEST)]) + 1
    return [SMALL, (0, beyond, -beyond)]


def _sizes(question: Question, names: Sequence[str]) -> list[dict[str, int]]:
    """Choices of sizes, those with the fewest entries first; in these, dimensions that differ."""
    few = names[:4]
    choices = [dict(zip(few, chosen, strict=True)) for chosen in product(SIZES, repeat=len(few))]
    choices = [{**dict.fromkeys(names, 2), **sizes} for sizes in choices]

    def number_of_entries(sizes: dict[str, int]) -> tuple[int, int]:
        count = sum(v.shape[0].evaluate(sizes) * v.shape[1].evaluate(sizes) for v in question.variables.values())
        return count, max(sizes.values(), default=1)

    return sorted(choices, key=number_of_entries)[:MOST_SIZES]


def _differ(question: Question, point: Point, kinks: Sequence[Condition]) -> bool:
    """Whether claim and truth differ here, at none of the kinks."""
    try:
        for root in (question.f, question.truth):
            point.value(root)
        claimed, true = point.value(question.claim), point.value(question.truth)
        error = largest(add(claimed, scale(-1, true)))
        if not hold(kinks, point):
            return False
    except EvaluationError:
        return False
    return bool(error > 1e-6 * max(1, largest(true)))


def _shown(question: Question, point: Point) -> Counterexample:
    values = {name: [[context().mpf(x) for x in row] for row in value] for name, value in point.values.items()}
    exact = Point(values, point.sizes)
    used = {leaf.data for leaf in postorder(question.f, question.claim, question.truth) if not leaf.children}
    shapes = {name: variable.shape for name, variable in question.variables.items()}
    return Counterexample(
        {name: _plain(value, shapes.get(name)) for name, value in values.items() if name in used},
        _plain(exact.value(question.claim), question.claim.shape),
        _plain(exact.value(question.truth), question.truth.shape),
    )


def integers(
    variables: Mapping[str, Variable], sizes: Mapping[str, int], random: Random, pool: Sequence[int] = SMALL
) -> dict[str, Matrix]:
    """A matrix of integers of `pool` for every variable, with the declared properties (of a simplex: a corner or the middle)."""
    return {
        name: [[context().mpf(sizes[name])]] if name in sizes else _drawn(variable, sizes, random, pool)
        for name, variable in variables.items()
    }


def _drawn(variable: Variable, sizes: Mapping[str, int], random: Random, pool: Sequence[int]) -> Matrix:
    rows, columns = (side.evaluate(dict(sizes)) for side in variable.shape)
    told = variable.properties
    if "positive" in told or "positive definite" in told or "positive semidefinite" in told:
        pool = [x for x in pool if x > 0]
    elif "nonzero" in told:
        pool = [x for x in pool if x != 0]
    elif "nonnegative" in told:
        pool = [x for x in pool if x >= 0]
    made = [[context().mpf(random.choice(pool)) for _ in range(columns)] for _ in range(rows)]
    if "simplex" in told:
        total = rows * columns
        return [[context().mpf(1) / total for _ in row] for row in made]
    if "unit" in told or ("orthogonal" in told and rows != columns):
        at = random.randrange(rows * columns)
        return [[context().mpf(int(i * columns + j == at)) for j in range(columns)] for i in range(rows)]
    return _square(made, told, random) if rows == columns else made


def _square(made: Matrix, told: frozenset[str], random: Random) -> Matrix:
    n = len(made)
    mp = context()
    if "orthogonal" in told:
        order = list(range(n))
        if not told & {"symmetric", "diagonal", "lower", "upper"}:
            random.shuffle(order)
        return [[mp.mpf(random.choice((1, -1)) * int(order[i] == j)) for j in range(n)] for i in range(n)]
    if "skew" in told:
        return [[made[i][j] if i < j else -made[j][i] if j < i else mp.mpf(0) for j in range(n)] for i in range(n)]
    if told & {"positive definite", "positive semidefinite"} and "diagonal" not in told and n > 1:
        made = multiply(made, transpose(made))
        return [[x + (i == j) for j, x in enumerate(row)] for i, row in enumerate(made)]
    if "symmetric" in told:
        made = [[made[min(i, j)][max(i, j)] for j in range(n)] for i in range(n)]
    kept = {"diagonal": (0, 0), "lower": (-n, 0), "upper": (0, n)}
    for word, (low, high) in kept.items():
        if word in told:
            made = [[x if low <= j - i <= high else mp.mpf(0) for j, x in enumerate(row)] for i, row in enumerate(made)]
    return made


def _plain(value: Matrix, shape: Shape | None) -> Value:
    """A number for a scalar, a list for a vector or row, else a list of rows; exactly where it is rational."""
    rows = [[_number(x) for x in row] for row in value]
    single = [side.value == 1 for side in shape] if shape is not None else [True]
    if all(single):
        return rows[0][0]
    if any(single):
        return [x for row in rows for x in row]
    return rows


def _number(x: Any) -> int | Fraction | float:
    if x == int(x):
        return int(x)
    near = Fraction(float(x)).limit_denominator(1000)
    return near if abs(context().mpf(near.numerator) / near.denominator - x) < 1e-30 else float(x)


def _known_to_json(value: Value) -> Any:
    if isinstance(value, list):
        return [_known_to_json(x) for x in value]
    return str(value) if isinstance(value, Fraction) else value


def written(value: Value) -> str:
    """`2`, `1/2`, `0.693147`, `[1, 0]`, `[[1, 0], [0, 1]]`."""
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
