"""Every form of the answer to a question, as it is printed and as its program computes it, against differences of f.

An answer is right, refused for one of REASONS, or a failure.  It is judged where the conditions that it states hold, in the directions
that they allow, and only there: no other point is excused.  Where they hold f must have no kink and the answer a value, else the
conditions are incomplete, which is a failure.
"""

from __future__ import annotations

import re
import signal
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

import matcalc
from matcalc.algebra.nodes import Index
from matcalc.algebra.walks import postorder
from matcalc.errors import EvaluationError, MatcalcError
from matcalc.numeric.holding import directions_of
from matcalc.numeric.matrices import Matrix, context, largest
from matcalc.syntax.understanding import understand
from tests.answers import Answer, answers
from tests.differences import DRAWS, Places, Point, digits, minus, points
from tests.random_texts import Question

SECONDS = 2.0  # of processor time, for one answer
SHORT, SHORT_SECONDS = 60, 1.0  # characters of a short expression, which is to be faster
AGREE = 10  # digits of 50-digit arithmetic that must agree: h^2 leaves 36 and 26
LARGE = 10**4  # entries of a matrix, beyond which 50-digit arithmetic takes too long and NumPy's 16 must do
NUMPY_AGREE = 5  # and of NumPy's 16

# Every refusal says one of these; anything else is a failure.
REASONS = {
    "no matrix notation":         r"^the (Jacobian|gradient) through \w+ has no matrix notation here$",
    "third derivative":           r"^no derivative of (D2|J2)_(expm|logm|sinm|cosm|power|polar): it would be the (third|second) ",
    "structured Hessian":         r"^a Hessian by the entries of a structured variable is not known$",
    "division by 0":              r"^division by 0$|^the inverse of zero$",
}  # fmt: skip


FAILURES = ("wrong", "unstated", "misprint", "program", "crash", "slow", "unexplained")


@dataclass(frozen=True)
class Outcome:
    """What one answer turned out to be, and for a failure the evidence."""

    form: str
    what: str  # right; refused; nowhere: f has no value; excluded: by the stated conditions, at every point; or one of FAILURES
    said: str = ""

    @property
    def fails(self) -> bool:
        return self.what in FAILURES


def shown(asked: Question) -> str:
    """The question as one would type it."""
    where = "; ".join(f"{name}: {text}" for name, text in asked.where.items())
    structure = f" structure {asked.structure}" if asked.structure else ""
    return f"{asked.f}   by {', '.join(asked.wrt)}   where {where}{structure}"


def failures(seed: int, asked: Question, found: list[Outcome]) -> list[str]:
    """A report of each failure."""
    return [f"seed {seed}: {shown(asked)}\n    {o.form} {o.what}: {o.said}" for o in found if o.fails]


def _listed(names: str | list[str]) -> list[str]:
    return [names] if isinstance(names, str) else names


class _Slow(Exception):
    pass


def _alarm(*_: object) -> None:
    raise _Slow


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """The value and the seconds of processor time it took; _Slow after fifteen times what is allowed."""
    signal.signal(signal.SIGPROF, _alarm)
    signal.setitimer(signal.ITIMER_PROF, 15 * SECONDS)  # of processor time too: the machine may be busy
    start = time.process_time()
    try:
        return work(), time.process_time() - start
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def outcomes(asked: Question, seed: int = 1) -> list[Outcome]:
    """What becomes of every form of the answer to this question."""
    wrt: Any = asked.wrt[0] if len(asked.wrt) == 1 else list(asked.wrt)
    try:
        d, _ = _timed(lambda: matcalc.diff(str(asked.f), wrt, where=asked.where, structure=asked.structure))
    except _Slow:
        return [Outcome("diff", "slow", "no answer")]
    except MatcalcError as error:
        return [refused("diff", error)]
    except Exception:
        return [Outcome("diff", "crash", traceback.format_exc())]
    places = Places(points(asked, d, seed))
    found = [_guarded(answer.form, partial(_outcome, asked, d, answer, places)) for answer in answers(asked, d)]
    for extra in (lambda: d.conditions, lambda: d.warnings, lambda: d.several or str(d.steps), lambda: d.form):
        found.append(_guarded("extra", partial(_asked, extra)))
    return found


def _asked(extra: Callable[[], Any]) -> Outcome:
    _timed(extra)
    return Outcome("extra", "right")


def _guarded(form: str, work: Callable[[], Outcome]) -> Outcome:
    """What `work` finds, or the way in which it ends."""
    try:
        return work()
    except _Slow:
        return Outcome(form, "slow", "no answer")
    except MatcalcError as error:
        return refused(form, error)
    except Exception:
        return Outcome(form, "crash", traceback.format_exc())


def refused(form: str, error: MatcalcError) -> Outcome:
    """A refusal, by the name of its reason."""
    for reason, pattern in REASONS.items():
        if re.search(pattern, error.message):
            return Outcome(form, "refused", reason)
    return Outcome(form, "unexplained", f"{type(error).__name__}: {error.message} ({error.hint})")


def _outcome(asked: Question, d: matcalc.Derivative, answer: Answer, places: Places) -> Outcome:
    shown, seconds = _timed(lambda: (made := answer.ask(), str(made)))
    expr, text = shown
    if seconds > (SHORT_SECONDS if len(str(asked.f)) <= SHORT else SECONDS):
        return Outcome(answer.form, "slow", f"{seconds:.1f} s for {text[:200]}")
    names = [leaf.data for leaf in expr.directions]
    read = understand(text, expr.declarations, directions=names)
    if understand(expr.unicode(), expr.declarations, directions=names).node is not read.node:
        return Outcome(answer.form, "misprint", f"Unicode {expr.unicode()} differs from {text}")
    expr.latex()
    wrong_by_rounding: Outcome | None = None  # perhaps: what is wrong is wrong everywhere
    for point in places:
        values = dict(point.values)
        for at, directions in enumerate(_by_name(d, names)):
            for name, direction in directions.items():
                values[direction] = point.values[point.moves[name][at]]
        large = _size(expr, point) > LARGE
        if large and read.node is not expr.node:
            return Outcome(answer.form, "misprint", f"{text} reads back as another expression")
        try:
            value = _numpy_value(expr, values, point) if large else point.value(read, values)
        except EvaluationError as error:
            if large:
                continue
            return Outcome(answer.form, "unstated", f"{error.message}: {text}")
        try:
            right = answer.agrees(point, value)
        except EvaluationError:
            continue
        if large and right >= NUMPY_AGREE:
            return Outcome(answer.form, "right")
        if large and right >= 0:
            wrong_by_rounding = Outcome(answer.form, "wrong", f"{text}   ({right} digits of NumPy's)")
            continue
        if right >= AGREE:
            program = _program(answer, expr, text, value, values, point, some=bool(directions_of(d.requirements)))
            if not program.fails:
                return program
            wrong_by_rounding = program
            continue
        if _has_kink(answer, point):
            return Outcome(answer.form, "unstated", f"f has a kink: {text}")
        by_numpy = answer.agrees(point, _numpy_value(expr, values, point)) if right >= 0 else -1
        what = "misprint" if by_numpy >= NUMPY_AGREE else "wrong"
        return Outcome(answer.form, what, f"{text}   ({right} digits)")
    if wrong_by_rounding is not None:
        return wrong_by_rounding
    return Outcome(answer.form, "excluded" if places.excluded == DRAWS else "nowhere")


def _has_kink(answer: Answer, point: Point) -> bool:
    """Whether f is not smooth at the point."""
    try:
        if point.has_kink(second=answer.second):
            return True
    except EvaluationError:
        return True
    # a second difference over a jump of D f grows as h falls
    names = list(point.moves)
    return answer.second and largest(point.second(names[0], names[-1])) > context().mpf(10) ** 10


def _size(expr: matcalc.Expr, point: Point) -> int:
    """The entries of the largest matrix in an expression."""
    shapes = {node.shape for node in postorder(expr.node)}
    return max(rows.evaluate(point.sizes) * columns.evaluate(point.sizes) for rows, columns in shapes)


def _by_name(d: matcalc.Derivative, names: list[str]) -> list[dict[str, str]]:
    """For the first and the second direction: variable -> its name there."""
    first = _listed(d.direction)
    second = [name for name in names if name not in first]
    return [dict(zip(d.names, first, strict=True)), dict(zip(d.names, second, strict=False))]


def _numpy_value(expr: matcalc.Expr, values: dict[str, Matrix], point: Point) -> Matrix:
    """The value of the emitted program, as a matrix."""
    known = expr.known()
    given = {name: np.array([[float(t) for t in row] for row in values[name]]) for name in known}
    for name, shape in known.items():
        if shape[0].value == 1 or shape[1].value == 1:
            given[name] = given[name].reshape(-1) if shape[0] is not shape[1] else given[name].reshape(())
    for node in postorder(expr.node):
        if type(node) is Index:
            given[node.data] = values[node.data][0][0]
    given |= {name: point.sizes[name] for name in expr.declarations.dimensions}
    value = expr.evaluate(given)
    if not np.isfinite(value).all():
        raise EvaluationError("it is not finite there")
    if expr.node.is_row:
        value = value.reshape(1, -1)
    value = value.reshape(-1, 1) if value.ndim < 2 else value
    return [[context().mpf(float(t)) for t in row] for row in value]


def _program(
    answer: Answer,
    expr: matcalc.Expr,
    text: str,
    value: Matrix,
    values: dict[str, Matrix],
    point: Point,
    *,
    some: bool,
) -> Outcome:
    """The emitted program against the printed text, which is right; if only in `some` directions, against the difference in them.

    (In others sign(0) stands in the text, and in the program sign of what is 0 but for rounding.)
    """
    try:
        found = _numpy_value(expr, values, point)
    except EvaluationError as error:
        # what is singular with 50 digits at its limit is singular with 16
        if "singular" in error.message or "finite" in error.message:
            return Outcome(answer.form, "right")
        return Outcome(answer.form, "program", f"{error.message}: {text}")
    if some and answer.agrees(point, found) >= NUMPY_AGREE:
        return Outcome(answer.form, "right")
    if digits(found, value) >= NUMPY_AGREE or largest(minus(found, value)) < 1e-7 * max(1, float(largest(value))):
        return Outcome(answer.form, "right")
    return Outcome(answer.form, "program", f"{text} is not\n{expr.code()}")
