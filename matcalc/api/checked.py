"""A program with its test beside it: what it is the derivative of, and a comparison by central differences at one point.

The point is one at which 50 digits confirmed the differential: the properties hold there, all dimensions are distinct, f and its
derivative have values.  Directions keep what is declared of the variable (symmetric, diagonal, ...).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from matcalc.algebra.functions import SYMMETRIC_ONLY
from matcalc.algebra.nodes import Call, Node
from matcalc.algebra.walks import postorder
from matcalc.code.difference_test import Move, difference_test
from matcalc.code.emission import language
from matcalc.errors import EvaluationError, UnsupportedError

if TYPE_CHECKING:
    from matcalc.api.derivative import Derivative
    from matcalc.api.programs import Options

DIGITS = 4  # of the numbers of the point, where a rounded number has the properties too
_EXACT = frozenset(["orthogonal", "unit", "simplex"])

# what: what it is the derivative of
_BASES = {
    "gradient":           "value",
    "value_and_gradient": "value_and_gradient",
    "jacobian":           "value",
    "derivative":         "value",
    "differential":       "value",
    "hessian":            "gradient",
    "hvp":                "gradient",
}  # fmt: skip


def checked(d: Derivative, asked: Options, name: str) -> str:
    """The text: base, derivative, check_NAME."""
    from matcalc.api.programs import written_as

    what = d.form[0] if asked.what == "result" else asked.what
    if what not in _BASES:
        raise UnsupportedError(f"{what} is no derivative to check", hint=f"choose {', '.join(_BASES)}")
    if d.structure is not None:
        raise UnsupportedError("what is checked is the gradient without structure", hint="leave the structure out")
    derivative = written_as(d, asked, name)
    below = _BASES[what]
    base = derivative
    if below != what:
        base = written_as(d, replace(asked, what=below, name=None), below if below != name else f"{below}_of")
    moves = list(_moves(d, what))
    numbers = _numbers(d, asked, [*base.signature.names, *derivative.signature.names])
    head, test = difference_test(
        asked.target, base, derivative, numbers, moves, moves[0].count if base is derivative else 1
    )
    functions = [derivative.laid] if base is derivative else [base.laid, derivative.laid]
    functions[0] = replace(functions[0], head=[*head, *functions[0].head])
    spoken = language(asked.target)
    if spoken.helpers_first:
        return spoken.file(functions, *test)
    return f"{test[0]}{spoken.gap}{spoken.file(functions)}"  # a file is called by its first function


def _moves(d: Derivative, what: str) -> Iterator[Move]:
    pairs = [(leaf, leaf.data, moving.data) for leaf, moving in zip(d.leaves, d.moving, strict=True)]
    if what in ("differential", "hvp"):
        yield Move({name: direction for _, name, direction in pairs}, "same")
        return
    first = what == "value_and_gradient"
    for k, (leaf, name, direction) in enumerate(pairs, start=first):
        yield Move({name: direction}, _kind(d, what, leaf), k, len(pairs) + first)


def _kind(d: Derivative, what: str, leaf: Node) -> str:
    """How the derivative by `leaf` applies to a direction: see code/difference_test.py."""
    if what in ("gradient", "value_and_gradient"):
        return "inner"
    if leaf.is_scalar:
        return "scaled"
    if what == "hessian":
        return "left"
    if d.f.node.is_scalar:
        return "vector" if leaf.is_matrix else "inner"
    return "left" if d.layout == "numerator" else "right"


def _numbers(d: Derivative, asked: Options, arguments: list[str]) -> dict[str, Any]:
    """The values of the arguments and directions, by name."""
    report = d.verified("differential", d.differential)
    if not report.ok:
        raise EvaluationError(f"the derivative is not confirmed: {report.digits} digits agree")
    symmetric = any(type(node) is Call and node.data in SYMMETRIC_ONLY for node in postorder(d.f.node))
    values = {**report.sizes, **report.point}
    told = {name: variable.properties for name, variable in d.f.variables.items()}
    found = {name: values.get(name, 3) for name in dict.fromkeys([*arguments, *(v.data for v in d.moving)])}
    for name, words in told.items():
        if name in found and not words & _EXACT:
            found[name] = _rounded(found[name])
    if symmetric:
        for name, variable in d.f.variables.items():
            if (
                name in found
                and not told[name]
                and variable.shape[0] is variable.shape[1]
                and isinstance(found[name], list)
            ):
                found[name] = _definite(found[name])
                told[name] = frozenset(["symmetric"])
    for leaf, moving in zip(d.leaves, d.moving, strict=True):
        direction = _rounded(found[moving.data])
        for word, kept in _TANGENT.items():
            if word in told[leaf.data] and leaf.is_matrix:
                n = len(direction)
                direction = [[kept(direction, i, j) for j in range(n)] for i in range(n)]
        found[moving.data] = direction
        if asked.flat and leaf.is_matrix:
            for name in (leaf.data, moving.data):
                found[name] = [row[j] for j in range(len(found[name][0])) for row in found[name]]
    return found


Rows = list[list[float]]

# What keeps the variable in its set: entry i, j of the direction.
_TANGENT: dict[str, Callable[[Rows, int, int], float]] = {
    "symmetric":             lambda v, i, j: round(v[i][j] + v[j][i], DIGITS),
    "positive definite":     lambda v, i, j: v[i][j] if v[i][j] == v[j][i] else round(v[i][j] + v[j][i], DIGITS),
    "positive semidefinite": lambda v, i, j: v[i][j] if v[i][j] == v[j][i] else round(v[i][j] + v[j][i], DIGITS),
    "skew":                  lambda v, i, j: round(v[i][j] - v[j][i], DIGITS),
    "diagonal":              lambda v, i, j: v[i][j] if i == j else 0.0,
    "lower":                 lambda v, i, j: v[i][j] if i >= j else 0.0,
    "upper":                 lambda v, i, j: v[i][j] if i <= j else 0.0,
}  # fmt: skip


def _rounded(value: Any) -> Any:
    if isinstance(value, list):
        return [_rounded(entry) for entry in value]
    return round(value, DIGITS) if isinstance(value, float) else value


def _definite(x: Rows) -> Rows:
    """X X^T / n + I / 2."""
    n = len(x)
    return [
        [round(sum(a * b for a, b in zip(x[i], x[j], strict=True)) / n + (i == j) / 2, DIGITS) for j in range(n)]
        for i in range(n)
    ]
