"""Every form of a derivative: how it is asked for, and how many digits of its value are right, by differences of f."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import matcalc
from matcalc.numeric.matrices import Matrix, add, column, context, entries, inner, multiply, scale, transpose
from tests.differences import Point, digits
from tests.random_texts import Question


@dataclass
class Answer:
    """A form of the derivative: how it is asked for, and what its value must be."""

    form: str
    ask: Callable[[], matcalc.Expr]
    agrees: Callable[[Point, Matrix], int]  # of the value: how many digits are right
    second: bool = False


def answers(asked: Question, d: matcalc.Derivative) -> list[Answer]:
    """All forms that there are of this derivative."""
    found = [Answer("differential", lambda: d.differential, lambda p, v: digits(v, p.first(d.names)))]
    if d.several:
        x, y = d.names
        if d.f.shape == ():
            for name in d.names:
                found.append(
                    Answer(f"gradient {name}", lambda name=name: d.gradient[name], partial(_gradient, name=name))
                )
            found.append(Answer("mixed", lambda: d.mixed(x, y), partial(_mixed, x=x, y=y), second=True))
        found += [Answer(f"jacobian {x}", lambda: d.jacobian()[x], partial(_jacobian, name=x, layout="denominator"))]
        return found
    (name,) = d.names
    if d.f.shape == ():
        check = partial(_gradient, name=name, structure=asked.structure)
        found.append(Answer("gradient", lambda: d.gradient, check))
        found.append(Answer("hessian", lambda: d.hessian, partial(_mixed, x=name, y=name), second=True))
    for layout in ("denominator", "numerator"):
        found.append(
            Answer(layout, lambda layout=layout: d.jacobian(layout), partial(_jacobian, name=name, layout=layout))
        )
    found.append(Answer("D2", lambda: d.second_differential, lambda p, v: digits(v, p.second(name, name)), second=True))
    return found


def _gradient(point: Point, value: Matrix, name: str, structure: str | None = None) -> int:
    """<G, H> = D f[H]; a structured gradient is the one of the symmetric directions that H stands for."""
    direction = point.moves[name][0]
    h = point.values[direction]
    if (len(value), len(value[0])) != (len(h), len(h[0])):
        return -1
    along = h
    if structure == "projected":
        along = scale(context().mpf(1) / 2, add(h, transpose(h)))
    elif structure == "independent":
        along = [[h[i][j] + h[j][i] if i != j else h[i][i] for j in range(len(h))] for i in range(len(h))]
    return digits([[inner(value, h)]], point.slope([name], {direction: along}) if structure else point.first([name]))


def _mixed(point: Point, value: Matrix, x: str, y: str) -> int:
    """vec(H)^T M vec(K) = D2 f[H, K]."""
    h, k = point.values[point.moves[x][0]], point.values[point.moves[y][1]]
    left, right = [entries(h)], column(entries(k))
    if (len(value), len(value[0])) != (len(left[0]), len(right)):
        return -1
    return digits(multiply(left, multiply(value, right)), point.second(x, y))


def _jacobian(point: Point, value: Matrix, name: str, layout: str) -> int:
    """J vec(H) = vec(D f[H]), J the numerator layout; by a scalar, of a matrix, in the matrix's shape."""
    h = point.values[point.moves[name][0]]
    change = point.first([name])
    if len(h) == len(h[0]) == 1 and min(len(change), len(change[0])) > 1:
        return digits(scale(h[0][0], value), change)
    j = value if layout == "numerator" else transpose(value)
    if (len(j), len(j[0])) != (len(entries(change)), len(entries(h))):
        return -1
    return digits(multiply(j, column(entries(h))), column(entries(change)))
