"""Random points with the declared properties, at which the stated conditions hold, and the differences of f there with 50 digits.

    D f(X)[H]       = (f(X + hH) - f(X - hH)) / 2h
    D2 f(X)[H, K]   = (f(X + hH + hK) - f(X + hH - hK) - f(X - hH + hK) + f(X - hH - hK)) / 4h^2

H and K are unconstrained, but for the directions that a condition allows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

import matcalc
from matcalc.errors import EvaluationError
from matcalc.numeric.holding import directions_of, hold
from matcalc.numeric.matrices import Matrix, add, context, largest, scale, transpose
from matcalc.numeric.node_values import Point as NodePoint
from matcalc.numeric.points import draw
from matcalc.numeric.precise import precise_value
from matcalc.numeric.verification import SYMMETRIC_ONLY
from matcalc.syntax.declarations import Variable, read_declarations
from matcalc.syntax.inference import Typing
from matcalc.syntax.tree import Tree
from matcalc.syntax.tree import postorder as parts_of
from matcalc.syntax.understanding import Understood, understand
from tests.random_texts import NAMES, Question

DRAWS = 12  # points, until f has a value and the conditions hold at one of them
FIRST, SECOND = 18, 13  # h = 10^-FIRST for first differences, 10^-SECOND for second ones
LARGEST = 10**8  # of a derivative, beyond which a point is not used: NumPy overflows soon


@dataclass
class Point:
    """Values of all names; f as it was typed."""

    f: Tree
    typing: Typing
    values: dict[str, Matrix]
    sizes: dict[str, int]
    moves: dict[str, tuple[str, str]]  # variable -> its two directions
    known: dict[Any, Matrix] = field(default_factory=dict)  # differences so far

    def at(self, steps: tuple[Any, Any], names: Iterable[str], along: dict[str, Matrix] | None = None) -> Matrix:
        """f where each of the variables has moved by steps[0] H + steps[1] K."""
        moved = dict(self.values)
        for name in names:
            for step, direction in zip(steps, self.moves[name], strict=True):
                if step:
                    v = (along or {}).get(direction, self.values[direction])
                    moved[name] = add(moved[name], scale(step, v))
        return precise_value(self.f, self.typing, moved, self.sizes)

    def value(self, read: Understood, values: dict[str, Matrix]) -> Matrix:
        """Of the text that was printed."""
        return precise_value(read.tree, read.typing, values, self.sizes)

    def first(self, names: Iterable[str]) -> Matrix:
        """D f[H], H the first directions."""
        key = tuple(names)
        if key not in self.known:
            self.known[key] = self.slope(key)
        return self.known[key]

    def slope(self, names: Iterable[str], along: dict[str, Matrix] | None = None) -> Matrix:
        """D f[H], H the first directions or those of `along`."""
        h = context().mpf(10) ** -FIRST
        return scale(1 / (2 * h), minus(self.at((h, 0), names, along), self.at((-h, 0), names, along)))

    def second(self, one: str, other: str) -> Matrix:
        """D2 f[H, K], H in `one` and K in `other`."""
        if (one, other, 2) not in self.known:
            self.known[one, other, 2] = self.curvature(one, other)
        return self.known[one, other, 2]

    def curvature(self, one: str, other: str) -> Matrix:
        """D2 f[H, K] by four values of f."""
        h = context().mpf(10) ** -SECOND
        total = None
        for a in (1, -1):
            for b in (1, -1):
                moved = dict(self.values)
                moved[one] = add(moved[one], scale(a * h, self.values[self.moves[one][0]]))
                moved[other] = add(moved[other], scale(b * h, self.values[self.moves[other][1]]))
                term = scale(a * b, precise_value(self.f, self.typing, moved, self.sizes))
                total = term if total is None else add(total, term)
        return scale(1 / (4 * h * h), total)

    def has_kink(self, *, second: bool) -> bool:
        """Whether one-sided differences differ: f, or for `second` its derivative, is not smooth here."""
        mp = context()
        h = mp.mpf(10) ** -(SECOND if second else FIRST)
        names = list(self.moves)
        here = self.at((0, 0), names)
        for name in names:
            sides = []
            for sign in (h, -h):
                if second:
                    both, left, right = (self.at(steps, [name]) for steps in ((sign, sign), (sign, 0), (0, sign)))
                    sides.append(scale(1 / h**2, add(add(both, here), scale(-1, add(left, right)))))
                else:
                    sides.append(scale(1 / sign, minus(self.at((sign, 0), [name]), here)))
            if digits(*sides) < (5 if second else 9):
                return True
        return False


def minus(a: Matrix, b: Matrix) -> Matrix:
    return add(a, scale(-1, b))


def digits(found: Matrix, truth: Matrix) -> int:
    """How many digits agree, relative to the largest entry; -1 where the shapes differ."""
    if (len(found), len(found[0])) != (len(truth), len(truth[0])):
        return -1
    mp = context()
    error = largest(minus(found, truth))
    size = max(largest(truth), largest(found), mp.mpf(10) ** -12)
    return 60 if error == 0 else max(0, int(-mp.log10(error / size)))


def points(asked: Question, d: matcalc.Derivative, seed: int) -> Iterator[Point | None]:
    """Random points where f has a value; None for one that the stated conditions exclude."""
    names = d.names
    read = understand(str(asked.f), read_declarations(asked.where), wrt=names)
    random = Random(seed)
    variables = {**read.typing.variables, **d.f.variables}
    moves = {name: (f"first {name}", f"second {name}") for name in names}
    kinds = directions_of(d.requirements)
    for name, pair in moves.items():
        for direction in pair:
            variables[direction] = Variable(direction, variables[name].shape, kinds.get(name, frozenset()))
    symmetric_only = any(part.head == "call" and part.text in SYMMETRIC_ONLY for part in parts_of(read.tree))
    symmetric = [
        name for name in names if symmetric_only and variables[name].properties & {"symmetric", "positive definite"}
    ]
    dimensions = {name for v in variables.values() for side in v.shape for name in side.names} | set(NAMES)
    for _ in range(DRAWS):
        values, sizes = draw(variables, random, dimensions=sorted(dimensions), indices=["i", "j"], exponents=["k"])
        for name in symmetric:
            for direction in moves[name]:
                values[direction] = add(values[direction], transpose(values[direction]))
        point = Point(read.tree, read.typing, values, sizes, moves)
        if not hold(d.requirements, NodePoint(values, sizes)):
            yield None
            continue
        try:
            if largest(point.first(names)) > LARGEST:
                continue
        except EvaluationError:
            continue
        yield point


class Places:
    """The points, each drawn when it is first needed and kept for the other answers."""

    def __init__(self, drawn: Iterator[Point | None]) -> None:
        self.drawn = drawn
        self.found: list[Point] = []
        self.excluded = 0

    def __iter__(self) -> Iterator[Point]:
        yield from self.found
        for point in self.drawn:
            if point is None:
                self.excluded += 1
                continue
            self.found.append(point)
            yield point
