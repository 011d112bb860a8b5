"""Random expressions over every function, operator, shape and property, against differences of f with 50 digits.

For each question of tests/random_texts.py: f is evaluated as it was typed, at a random point with the declared properties, and every
answer (differential, gradient, Jacobian in both layouts, Hessian, D2f, mixed) as it is printed; H and K are unconstrained.

    D f(X)[H]       = (f(X + hH) - f(X - hH)) / 2h
    D2 f(X)[H, K]   = (f(X + hH + hK) - f(X + hH - hK) - f(X - hH + hK) + f(X - hH - hK)) / 4h^2

The node is evaluated by its emitted NumPy program too.  An answer is right, refused for one of REASONS, or a failure.  It is judged
where the conditions that it states hold, in the directions that they allow, and only there: no other point is excused.  Where they
hold f must have no kink and the answer a value, else the conditions are incomplete, which is a failure.  Answers whose conditions hold
at no point are `excluded`, and few: EXCLUDED.

    python -m tests.test_random --seeds 20000      # prints a summary, and every failure made as small as possible
"""

from __future__ import annotations

import argparse
import multiprocessing
import re
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

import numpy as np
import pytest

import matcalc
from matcalc.algebra.nodes import Index, postorder
from matcalc.errors import EvaluationError, MatcalcError
from matcalc.numeric.holding import directions_of, hold
from matcalc.numeric.matrices import Matrix, add, column, context, entries, inner, largest, multiply, scale, transpose
from matcalc.numeric.node_values import Point as NodePoint
from matcalc.numeric.points import draw
from matcalc.numeric.precise import precise_value
from matcalc.numeric.verification import SYMMETRIC_ONLY
from matcalc.syntax.declarations import Variable, read_declarations
from matcalc.syntax.inference import Typing
from matcalc.syntax.tree import Tree
from matcalc.syntax.tree import postorder as parts_of
from matcalc.syntax.understanding import Understood, understand
from tests.random_texts import NAMES, Question, as_text, question

SEEDS = 500
CHUNK = 20  # seeds of one test
SECONDS = 2.0  # of processor time, for one answer
SHORT, SHORT_SECONDS = 60, 1.0  # characters of a short expression, which is to be faster
DRAWS = 12  # points, until f has a value and the conditions hold at one of them
EXCLUDED, EXCLUDED_HERE = 0.05, 0.3  # of the answers of thousands of questions, and of a chunk, at most
FIRST, SECOND = 18, 13  # h = 10^-FIRST for first differences, 10^-SECOND for second ones
AGREE = 10  # digits of 50-digit arithmetic that must agree: h^2 leaves 36 and 26
LARGE = 10**4  # entries of a matrix, beyond which 50-digit arithmetic takes too long and NumPy's 16 must do
LARGEST = 10**8  # of a derivative, beyond which a point is not used: NumPy overflows soon
NUMPY_AGREE = 5  # and of NumPy's 16

# Every refusal says one of these; anything else is a failure.
REASONS = {
    "no matrix notation":         r"^the (Jacobian|gradient) through \w+ has no matrix notation here$",
    "third derivative":           r"^no derivative of (D2|J2)_(expm|logm|sinm|cosm|power|polar): it would be the (third|second) ",
    "structured Hessian":         r"^a Hessian by the entries of a structured variable is not known$",
    "division by 0":              r"^division by 0$|^the inverse of zero$",
}  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """What one answer turned out to be, and for a failure the evidence."""

    form: str
    what: str  # right; refused; nowhere: f has no value; excluded: by the stated conditions, at every point; or one of FAILURES
    said: str = ""

    @property
    def fails(self) -> bool:
        return self.what in FAILURES


FAILURES = ("wrong", "unstated", "misprint", "program", "crash", "slow", "unexplained")


# ---- a point, and the differences of f there


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


# ---- one answer


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


def _listed(names: str | list[str]) -> list[str]:
    return [names] if isinstance(names, str) else names


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


# ---- CI


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_the_derivatives_of_random_expressions_are_right(first: int) -> None:
    asked = {seed: question(seed) for seed in range(first, first + CHUNK)}
    found = {seed: outcomes(each) for seed, each in asked.items()}
    failures = [line for seed, each in asked.items() for line in _failures(seed, each, found[seed])]
    assert not failures, "\n".join(failures)
    answered = [outcome.what for each in found.values() for outcome in each if outcome.form != "extra"]
    assert answered.count("excluded") <= EXCLUDED_HERE * len(answered)


# what was wrong once, as small as it could be made, and kinks, domains and sizes where it could be
FOUND = """
min_rows(x ones(p)^T)             | x    | x: n
sum(max(X, X^T))                  | X    | X: n x n
logsumexp(vec(A^T))               | A    | A: p x n
min_cols(X + (A y) ones(m)^T)     | A    | X: p x m; A: p x p; y: p
max_rows(X)                       | X    | X: n x 1
logdet(X t)                       | X, t | X: n x n; t: scalar
sum(ones(m,n)) x                  | x    | x: m
sum(abs(t) ones(p,n))             | t    | t: scalar
mean_rows(C) x^T                  | C    | C: m x m; x: n
khatri_rao(X, X)                  | X    | X: m x n
skew(A x)                         | x    | A: 3 x 3; x: 3
I .* (X - X^3)                    | X    | X: n x n
tr(sigmoid(X).^(1/2))             | X    | X: 3 x 3, skew
expm(X X)                         | X    | X: n x n, skew
(cosh(A) / t) diag(x)             | A    | A: m x m; t: scalar; x: m
tr(X^T X)                         | X    | X: n x n, orthogonal
tr(X^T A)                         | X    | X: n x n, symmetric; A: n x n
x^T X x                           | X    | X: n x n, skew; x: n
(x^2)^(3/2)                       | x    | x: scalar
log(x^2 y^2)                      | x    | x: scalar; y: scalar
(x^T x)^(-1/2)                    | x    | x: n
log(det(X)^2)                     | X    | X: n x n
det(X X^T)                        | X    | X: 3 x 2
vec(X)^T Kmat(n,n) vec(X)         | X    | X: n x n
softmax_rows(X)                   | X    | X: n x 1
r A r^T                           | r    | r: 1 x n; A: n x n
tr(adj(x a^T))                    | x    | x: n; a: n
abs(adj(X))                       | X    | X: n x n, upper
log(softplus(-9 x))               | x    | x: n
v_max(pinv(A)^T A^T + I)          | A    | A: n x p
(max_cols(X) x^T)[i,j]            | X    | X: n x n; x: p
((A x) y^T)[1,2]                  | x    | A: m x n; x: n; y: p
cosh(max(X, X^T)^T X)             | X    | X: n x n, symmetric
||A[i,j] ones(m,m)||_*            | A    | A: p x p, lower
"""


@pytest.mark.parametrize("line", FOUND.strip().splitlines())
def test_what_was_wrong_once_is_right(line: str) -> None:
    f, wrt, where = (cell.strip() for cell in line.rsplit("|", 2))
    names = tuple(name.strip() for name in wrt.split(","))
    asked = Question(as_text(f), names, dict(declared.split(": ") for declared in where.split("; ")))
    assert not _failures(1, asked, outcomes(asked))


def _failures(seed: int, asked: Question, found: list[Outcome]) -> list[str]:
    return [f"seed {seed}: {shown(asked)}\n    {o.form} {o.what}: {o.said}" for o in found if o.fails]


def shown(asked: Question) -> str:
    """The question as one would type it."""
    where = "; ".join(f"{name}: {text}" for name, text in asked.where.items())
    structure = f" structure {asked.structure}" if asked.structure else ""
    return f"{asked.f}   by {', '.join(asked.wrt)}   where {where}{structure}"


# ---- thousands of them, from the command line


def smallest(asked: Question, failure: Outcome, tries: int = 200) -> tuple[Question, Outcome]:
    """The smallest question that fails in the same form in the same way."""
    better = True
    while better and tries > 0:
        better = False
        for less in asked.smaller():
            tries -= 1
            if tries < 0:
                break
            if len(str(less.f)) > len(str(asked.f)) or not set(less.wrt) <= less.where.keys():
                continue
            again = [o for o in outcomes(less) if (o.form, o.what) == (failure.form, failure.what)]
            if again:
                asked, failure, better = less, again[0], True
                break
    return asked, failure


def _one(seed: int) -> tuple[int, list[Outcome], float, list[str]]:
    start = time.process_time()
    asked = question(seed)
    found = outcomes(asked)
    seconds = time.process_time() - start
    reports = []
    seen = set()
    for outcome in found:
        if outcome.fails and outcome.what not in seen:
            seen.add(outcome.what)
            least, failure = (asked, outcome) if outcome.what == "slow" else smallest(asked, outcome)
            report = f"seed {seed}: {shown(asked)}\n  {failure.form} {failure.what}: {shown(least)}\n    {failure.said}"
            reports.append(report)
    return seed, found, seconds, reports


def main() -> int:
    """Run many seeds in several processes and print what became of them."""
    options = argparse.ArgumentParser()
    options.add_argument("--seeds", type=int, default=20_000)
    options.add_argument("--first", type=int, default=0)
    options.add_argument("--processes", type=int, default=2)
    given = options.parse_args()
    tally: Counter[tuple[str, str]] = Counter()
    reasons: Counter[str] = Counter()
    failing = 0
    with multiprocessing.Pool(given.processes, maxtasksperchild=200) as pool:
        for seed, found, seconds, reports in pool.imap_unordered(_one, range(given.first, given.first + given.seeds)):
            tally.update((outcome.form.split()[0], outcome.what) for outcome in found)
            reasons.update(outcome.said for outcome in found if outcome.what == "refused")
            failing += bool(reports)
            for report in reports:
                print(report, flush=True)
            if seconds > 20:
                print(f"seed {seed} took {seconds:.0f} s", flush=True)
    for (form, what), count in sorted(tally.items()):
        print(f"{form:14} {what:12} {count:7}")
    for reason, count in reasons.most_common():
        print(f"{count:7} refused: {reason}")
    answered = sum(count for (form, _), count in tally.items() if form != "extra")
    excluded = sum(count for (_, what), count in tally.items() if what == "excluded")
    print(f"{given.seeds} questions, {failing} with a failure; {excluded} of {answered} answers excluded")
    return bool(failing) or excluded > EXCLUDED * answered


if __name__ == "__main__":
    sys.exit(main())
