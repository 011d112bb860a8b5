"""Is this the derivative?  Both sides, as they are printed, evaluated with 50 digits at random points.

(f(X + h H) - f(X - h H)) / 2h differs from Df(X)[H] by a multiple of h^2; with h = 1e-18 and 65 digits of work 30 agree.  The
directions are unconstrained, whatever X is declared to be: a gradient is that of f as written.  Only what a condition says of them
holds (max(X, X^T) moves in symmetric directions from a symmetric X), and where f has functions that are defined on symmetric matrices
alone (chol, lambda_max, v_max), every other point and its directions are symmetric.  A point where a condition of the answer fails,
or f has no real value, is drawn again; a derivative that has no value where all conditions hold is not confirmed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from types import MappingProxyType
from typing import Any

from matcalc.algebra.functions import SYMMETRIC_ONLY
from matcalc.algebra.nodes import Node
from matcalc.calculus.conditions import Condition
from matcalc.errors import EvaluationError
from matcalc.numeric.holding import directions_of, hold
from matcalc.numeric.matrices import Matrix, add, column, context, entries, inner, largest, multiply, scale, transpose
from matcalc.numeric.node_values import Point
from matcalc.numeric.points import draw
from matcalc.numeric.precise import precise_value
from matcalc.syntax.declarations import Variable
from matcalc.syntax.inference import Typing
from matcalc.syntax.roles import Role
from matcalc.syntax.tree import Tree, postorder

ENOUGH = 20  # digits that must agree
MOST = 30  # digits that a central difference can have
POINTS = 3
DRAWS = 60  # in all, until POINTS of them have a real value
STEP = 18  # h = 10^-STEP


NO_MOVES: Mapping[str, Node] = MappingProxyType({})
_DEFINITE = frozenset({"positive definite", "symmetric"})


@dataclass(frozen=True, slots=True)
class Report:
    """What verification found: `ok`, how many `digits` agree, the `point` where fewest do (name -> number or nested lists), its `sizes`."""

    ok: bool
    digits: int
    point: dict[str, Any] = field(repr=False)
    sizes: dict[str, int] = field(repr=False, default_factory=dict)

    def __bool__(self) -> bool:
        return self.ok


def verify(
    f: Tree,
    f_typing: Typing,
    wrt: str | Sequence[str],
    derivative: Tree,
    derivative_typing: Typing,
    direction: str | Sequence[str] = (),
    *,
    form: str = "differential",
    layout: str = "denominator",
    conditions: Sequence[Condition] = (),
    moves: Mapping[str, Node] = NO_MOVES,
    seed: int = 1,
) -> Report:
    """Whether `derivative` is the differential, gradient or Jacobian (`form`) of `f` by `wrt`.

    `direction` names what the differential is linear in; lists of variables and directions go together.  The gradient G stands for
    <G, H>, the Jacobian for J vec(H) (numerator layout) or J^T vec(H).  It is to hold where the `conditions` do.  What `moves` has for
    X is how it moves, in X for H: (X + X^T)/2 where it is to stay symmetric.  EvaluationError if the conditions, or f,
    leave almost no point.

    >>> from matcalc.syntax.declarations import read_declarations; from matcalc.syntax.inference import infer
    >>> from matcalc.syntax.reading import read
    >>> where = read_declarations("x: n; A: n x n")
    >>> f, right, wrong = read("x^T A x"), read("(A + A^T) x"), read("2 A x")
    >>> [verify(f, infer(f, where), "x", g, infer(g, where), form="gradient").ok for g in (right, wrong)]
    [True, False]
    """
    by = [wrt] if isinstance(wrt, str) else list(wrt)
    along = [direction] if isinstance(direction, str) else list(direction) or [f"d {name}" for name in by]
    setting = _Setting(f, f_typing, dict(zip(by, along, strict=True)), derivative, derivative_typing, conditions, moves)
    random = Random(seed)
    found: list[Report] = []
    nowhere: Report | None = None
    trouble = EvaluationError("f has no value")
    excluded = 0
    for count in range(DRAWS):
        values, sizes = setting.drawn(random, symmetric=setting.symmetric and count % 2 == 0)
        if not hold(conditions, Point(values, sizes)):
            excluded += 1
            continue
        try:
            quotient, size = setting.difference_quotient(values, sizes)
        except EvaluationError as error:
            trouble = error
            continue
        point = {name: _plain(value) for name, value in values.items()}
        try:
            digits = _digits(setting.claimed(values, sizes, form, layout), quotient, size)
        except EvaluationError:
            # det(A X B) has a derivative where A X B is singular, det(A X B) tr(B (A X B)^-1 A H) does not say it there.
            nowhere = nowhere or Report(False, 0, point, sizes)
            continue
        found.append(Report(digits >= ENOUGH, digits, point, sizes))
        if len(found) == POINTS or not found[-1].ok:
            break
    if found:
        return min(found, key=lambda report: report.digits)
    if nowhere is not None:
        return nowhere
    hint = "declare where f is defined: positive, invertible"
    why = "no point that was drawn meets the conditions" if excluded == DRAWS else trouble.message
    raise EvaluationError(f"no point to verify at: {why}", hint=hint)


@dataclass(slots=True)
class _Setting:
    """f, its derivative and the direction of each variable; what has to be drawn for them."""

    f: Tree
    f_typing: Typing
    directions: dict[str, str]
    derivative: Tree
    typing: Typing
    conditions: Sequence[Condition]
    moves: Mapping[str, Node]
    variables: dict[str, Variable] = field(init=False)
    dimensions: list[str] = field(init=False)
    indices: set[str] = field(init=False)
    exponents: set[str] = field(init=False)
    symmetric: bool = field(init=False)

    def __post_init__(self) -> None:
        self.variables = {**self.typing.variables, **self.f_typing.variables}
        kinds = directions_of(self.conditions)
        for name, direction in self.directions.items():
            self.variables[direction] = Variable(direction, self.variables[name].shape, kinds.get(name, frozenset()))
        both = (self.f_typing, self.typing)
        shapes = [shape for typing in both for shape in typing.shapes.values()]
        shapes += [shape for typing in both for g in typing.functions.values() for shape in (*g.arguments, g.result)]
        roles = [(name, role) for typing in both for name, role in typing.roles.items()]
        names = {name for shape in shapes for dimension in shape for name in dimension.names}
        self.dimensions = sorted(names.union(name for name, role in roles if role is Role.SIZE))
        self.indices = {name for name, role in roles if role is Role.INDEX}
        self.exponents = _exponents(self.f, self.f_typing) | _exponents(self.derivative, self.typing)
        self.symmetric = any(part.head == "call" and part.text in SYMMETRIC_ONLY for part in postorder(self.f))

    def drawn(self, random: Random, *, symmetric: bool) -> tuple[dict[str, Matrix], dict[str, int]]:
        """A point with its directions; if `symmetric`, matrices of which nothing is declared and all directions are symmetric."""
        undeclared = {
            name
            for name, variable in self.variables.items()
            if variable.shape[0] is variable.shape[1]
            and not variable.properties
            and name not in self.directions.values()
        }
        variables = {
            name: replace(variable, properties=_DEFINITE) if symmetric and name in undeclared else variable
            for name, variable in self.variables.items()
        }
        values, sizes = draw(
            variables, random, dimensions=self.dimensions, indices=self.indices, exponents=self.exponents
        )
        for name, direction in self.directions.items():
            if symmetric and variables[name].properties & {"symmetric", "positive definite"}:
                values[direction] = add(values[direction], transpose(values[direction]))
        return values, sizes

    def difference_quotient(self, values: dict[str, Matrix], sizes: dict[str, int]) -> tuple[Matrix, Any]:
        """(f(X + h H) - f(X - h H)) / 2h, and how large f is."""
        mp = context()
        h = mp.mpf(10) ** -STEP
        change = {name: values[direction] for name, direction in self.directions.items()}
        change |= {name: Point({name: change[name]}, sizes).value(move) for name, move in self.moves.items()}
        sides = []
        for sign in (1, -1):
            moved = {name: add(values[name], scale(sign * h, step)) for name, step in change.items()}
            sides.append(precise_value(self.f, self.f_typing, {**values, **moved}, sizes))
        return scale(1 / (2 * h), add(sides[0], scale(-1, sides[1]))), largest(sides[0])

    def claimed(self, values: dict[str, Matrix], sizes: dict[str, int], form: str, layout: str) -> Matrix:
        """What the derivative says that the difference quotient is, as a matrix of the shape of f, or its vec."""
        value = precise_value(self.derivative, self.typing, values, sizes)
        if form == "differential":
            return value
        (direction,) = self.directions.values()
        if form == "gradient":
            return [[inner(value, values[direction])]]
        jacobian = value if layout == "numerator" else transpose(value)
        return multiply(jacobian, column(entries(values[direction])))


def _exponents(tree: Tree, typing: Typing) -> set[str]:
    """The names in the exponents of matrix powers: they stand for integers."""
    return {
        part.text
        for power in postorder(tree)
        if power.head == "power" and typing.shapes[power.children[0]][0].value != 1
        for part in postorder(power.children[1])
        if part.head == "name" and part.text in typing.variables
    }


def _digits(claimed: Matrix, quotient: Matrix, size: Any) -> int:
    """How many digits agree, relative to the largest entry; a quotient that is 0 to rounding agrees with 0."""
    mp = context()
    if (len(claimed), len(claimed[0])) != (len(quotient), len(quotient[0])):
        if len(entries(claimed)) != len(entries(quotient)):
            return 0
        claimed, quotient = column(entries(claimed)), column(entries(quotient))
    error = largest(add(claimed, scale(-1, quotient)))
    scale_ = max(largest(claimed), largest(quotient), size * mp.mpf(10) ** -6, mp.mpf(10) ** -9)
    if error == 0:
        return MOST
    return max(0, min(MOST, int(-mp.log10(error / scale_))))


def _plain(value: Matrix) -> Any:
    """A matrix as Python floats: a number, a list or a list of rows."""
    if len(value) == len(value[0]) == 1:
        return float(value[0][0])
    if 1 in (len(value), len(value[0])):
        return [float(entry) for entry in entries(value)]
    return [[float(entry) for entry in row] for row in value]
