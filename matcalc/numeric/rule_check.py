"""Every rule line is its own test: is it true at random points, and is it said of all shapes it is true for?

In: a line of a rule file.  Out: why it is false, or nothing.  Evaluated with 50 digits on the trees as they are written, at points
with sizes that all differ, which have the properties that the line asks for and no others, and at wide ones, with large entries of
either sign (sqrt(c^2) is c for positive c only, arcsin(sin(c)) for small c), where the left side has a value:

    linear f(X)                 f(2 U - 3 V) = 2 f(U) - 3 f(V)
    bilinear f(A, B)            the same in each of the two
    D f(X)[H] = R               (f(X + e H) - f(X - e H)) / 2e = R
    adjoint L(H) = M            <Y, L(H)> = <M, H>
    left = right                left = right; `law` and `expand` alike
    define f(X) = R                       R has a value

A line is refused too if its letters are declared with shapes that are more special than both sides need: a line that is tested on
square matrices only may be wrong for all others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import combinations
from os import PathLike
from random import Random

from matcalc.algebra.dimension import ONE, Dimension, Shape, named
from matcalc.errors import EvaluationError, MatcalcError
from matcalc.numeric.matrices import Matrix, add, context, inner, largest, scale
from matcalc.numeric.points import SCALABLE, draw
from matcalc.numeric.precise import precise_value
from matcalc.rulebook import lines, loading
from matcalc.rulebook.in_force import install, read_file
from matcalc.rulebook.rule import Line
from matcalc.syntax.declarations import Declarations, Variable, read_declarations
from matcalc.syntax.inference import infer
from matcalc.syntax.properties import IMPLIED
from matcalc.syntax.roles import Role
from matcalc.syntax.tree import Tree
from matcalc.syntax.tree import postorder as parts

POINTS = 2
OTHER = "other"  # a dimension that no line has
DRAWS = 80  # in all, until POINTS of them have a real value
WIDER = (4, 4, 16, 16)  # further points with entries so many times as large, the letters of either sign in turn
AGREE = 20  # digits
STEP = 18  # e = 10^-STEP

Values = dict[str, Matrix]

# Of every other matrix property a matrix must be square to have it.
_OF_ANY_SHAPE = frozenset(
    {"full rank", "positive", "nonnegative", "nonzero", "integer", "simplex", "unit", *lines.SINGLE}
) - {"with a simple largest eigenvalue"}


def load_checked(path: str | PathLike[str]) -> list[Line]:
    """Read a user's rule file, check every line, and use it from now on; RuleError names the first line that is wrong."""
    lines = read_file(path)
    for line in lines:
        why = failure(line)
        if why:
            hint = "say where it is defined: where X: positive" if line.kind == "define" and not line.conditions else ""
            raise line.error(why, hint)
    install(lines, path)
    return lines


def failure(line: Line, *, points: int = POINTS, seed: int = 1) -> str:
    """Why the line is refused; empty if it is true.

    >>> from matcalc.rulebook.lines import lines
    >>> let = "let X, H: n x n\\n"
    >>> [failure(*lines(let + line, "")) for line in ("linear tr(X)", "linear det(X)")]
    ['', 'it is false: its two sides differ at a random point']
    """
    if line.kind == "unsupported":
        return ""
    return _false(line, points, Random(seed)) or ("" if line.kind == "define" else narrow(line))


# ---- truth


def _false(line: Line, points: int, random: Random) -> str:
    setting = _Setting(line)
    good = 0
    trouble = ""
    for _ in range(DRAWS):
        # Exponents are whole numbers at every other point: (-2)^2 has a value, (-2)^0.3 has none.
        try:
            why = _false_at(setting, setting.drawn(random, whole=good % 2 == 0), random)
        except EvaluationError as error:
            trouble = error.message
            continue
        if why:
            return why
        good += 1
        if good == points:
            break
    else:
        return f"it has no value at any random point: {trouble}"
    for k in range(len(WIDER) if line.kind in _NOT_LINEAR else 0):
        with suppress(EvaluationError):
            why = _false_at(setting, setting.widely_drawn(random, k), random)
            if why:
                return why
    return ""


def _false_at(setting: _Setting, point: tuple[Values, dict[str, int]], random: Random) -> str:
    """Why the line is false at a point; EvaluationError where its left side has no value."""
    try:
        sides = list(_SIDES[setting.line.kind](setting, *point, random))
    except _NoRightSide as error:
        return f"it is false: its right side has no value where its left side has one ({error.message})"
    if all(_agree(left, right) for left, right in sides):
        return ""
    return "it is false: its two sides differ at a random point"


class _NoRightSide(EvaluationError):
    """The right side has no value at this point, the left side has one."""


class _Setting:
    """The trees of a line with their typings, and what has to be drawn for them."""

    def __init__(self, line: Line) -> None:
        declarations = loading.declared(line)
        self.line = line
        self.left, self.right = loading.typings(line, declarations)
        typings = [self.left] if self.right is None else [self.left, self.right]
        told: dict[str, frozenset[str]] = {}
        for tree, word in line.conditions:
            if tree.head == "name":
                told[tree.text] = told.get(tree.text, frozenset()) | {word} | IMPLIED.get(word, frozenset())
        used = {name for typing in typings for name in typing.roles} | set(line.directions)
        self.variables = {
            name: replace(variable, properties=variable.properties | told.get(name, frozenset()))
            for name, variable in declarations.variables.items()
            if name in used
        }
        self.integers = {name for name, words in told.items() if "integer" in words}
        self.exponents = {name for tree in (line.left, line.right) if tree for name in _exponents(tree)} & set(used)
        roles = [(name, role) for typing in typings for name, role in typing.roles.items()]
        self.indices = {name for name, role in roles if role is Role.INDEX}
        shapes = [shape for typing in typings for shape in typing.shapes.values()]
        names = {name for shape in shapes for dimension in shape for name in dimension.names}
        self.dimensions = sorted(names.union(name for name, role in roles if role is Role.SIZE))

    def drawn(self, random: Random, *, whole: bool) -> tuple[dict[str, Matrix], dict[str, int]]:
        """A point; the letters in exponents are whole numbers if `whole`, and if the line says so."""
        integers = self.integers | (self.exponents & set(self.variables) if whole else set())
        variables = {name: variable for name, variable in self.variables.items() if name not in integers}
        return draw(variables, random, dimensions=self.dimensions, indices=self.indices, exponents=integers)

    def widely_drawn(self, random: Random, k: int) -> tuple[dict[str, Matrix], dict[str, int]]:
        """The k-th point with large entries: letters without properties get either sign in turn, what others say stays true."""
        values, sizes = self.drawn(random, whole=True)
        letters = [name for name in self.variables if name not in self.integers | self.exponents | sizes.keys()]
        for place, name in enumerate(letters):
            told = self.variables[name].properties
            if told <= SCALABLE:
                values[name] = scale(WIDER[k] if told or not k + place & 1 else -WIDER[k], values[name])
        return values, sizes

    def letter(self, name: str, sizes: Mapping[str, int], random: Random) -> Matrix:
        """Another value of a letter, for the same sizes and without its properties."""
        rows, columns = (d.evaluate(dict(sizes)) for d in self.variables[name].shape)
        mp = context()
        return [[mp.mpf(random.uniform(-1, 1)) for _ in range(columns)] for _ in range(rows)]

    def of_left(self, values: Mapping[str, Matrix], sizes: Mapping[str, int]) -> Matrix:
        return precise_value(self.line.left, self.left, values, sizes)

    def of_right(self, values: Mapping[str, Matrix], sizes: Mapping[str, int]) -> Matrix:
        assert self.line.right is not None
        assert self.right is not None
        try:
            return precise_value(self.line.right, self.right, values, sizes)
        except EvaluationError as error:
            raise _NoRightSide(error.message) from None


def _exponents(tree: Tree) -> Iterable[str]:
    for power in parts(tree):
        if power.head in ("power", "entrypow"):
            yield from (part.text for part in parts(power.children[1]) if part.head == "name")


Sides = Iterable[tuple[Matrix, Matrix]]


def _linear(setting: _Setting, values: Values, sizes: dict[str, int], random: Random) -> Sides:
    letters = [child.text for child in setting.line.left.children if child.text in setting.variables]
    slots = loading.slots(setting.line)[1]
    for name in [
        child.text for k, child in enumerate(setting.line.left.children) if k in slots and child.text in letters
    ]:
        u, v = (setting.letter(name, sizes, random) for _ in range(2))
        at_u, at_v, at_both = (
            setting.of_left({**values, name: x}, sizes) for x in (u, v, add(scale(2, u), scale(-3, v)))
        )
        yield at_both, add(scale(2, at_u), scale(-3, at_v))


def _derivative(setting: _Setting, values: Values, sizes: dict[str, int], random: Random) -> Sides:
    # The arguments in order, each with its direction.
    names = [child.text for child in setting.line.left.children if child.text in setting.variables]
    e = context().mpf(10) ** -STEP
    sides = []
    for sign in (e, -e):
        moved = {
            name: add(values[name], scale(sign, values[h]))
            for name, h in zip(names, setting.line.directions, strict=False)
        }
        sides.append(setting.of_left({**values, **moved}, sizes))
    yield scale(1 / (2 * e), add(sides[0], scale(-1, sides[1]))), setting.of_right(values, sizes)


def _adjoint(setting: _Setting, values: Values, sizes: dict[str, int], random: Random) -> Sides:
    (name,) = loading.direction_names(setting.line)
    left = inner(values[loading.COTANGENT], setting.of_left(values, sizes))
    yield [[left]], [[inner(setting.of_right(values, sizes), values[name])]]


def _identity(setting: _Setting, values: Values, sizes: dict[str, int], random: Random) -> Sides:
    yield setting.of_left(values, sizes), setting.of_right(values, sizes)


_SIDES = {
    "linear":   _linear,
    "bilinear": _linear,
    "D":        _derivative,
    "adjoint":  _adjoint,
    "identity": _identity,
    "expand":   _identity,
    "law":      _identity,
    "define":   _identity,
}  # fmt: skip


_NOT_LINEAR = frozenset({"D", "identity", "expand", "law", "define"})  # others are scaled as it is


def _agree(left: Matrix, right: Matrix) -> bool:
    if (len(left), len(left[0])) != (len(right), len(right[0])):
        return False
    mp = context()
    size = max(largest(left), largest(right), mp.mpf(1))
    return bool(largest(add(left, scale(-1, right))) <= size * mp.mpf(10) ** -AGREE)


# ---- shapes


def narrow(line: Line) -> str:
    """Why the declared shapes are more special than the line needs; empty if they are not.

    Where a dimension stands at several places, some of them are given another name: if both sides still have one shape, the line
    says too little.  A direction keeps the shape of its letter.
    """
    let = read_declarations(line.let)
    names = {part.text for tree in (line.left, line.right) if tree for part in parts(tree) if part.head == "name"}
    letters = {name: variable.shape for name, variable in let.variables.items() if name in names - {*line.directions}}
    places: dict[Dimension, list[tuple[str, int]]] = {}
    for name, shape in letters.items():
        for k, dimension in enumerate(shape):
            if dimension is not ONE:
                places.setdefault(dimension, []).append((name, k))
    for dimension, all_places in places.items():
        most = len(all_places) - (dimension.name is not None)
        for count in range(1, most + 1):
            for some in combinations(all_places, count):
                if _fits(line, let, letters, some):
                    where = " and ".join(f"{name}'s {('rows', 'columns')[k]}" for name, k in some)
                    return f"it is declared too narrowly: {where} need not be {dimension}"
    return ""


def _fits(line: Line, let: Declarations, letters: Mapping[str, Shape], some: Sequence[tuple[str, int]]) -> bool:
    """Whether both sides have one shape when the dimension at these places is another one."""
    other = named(OTHER)
    shapes = {
        name: (other if (name, 0) in some else shape[0], other if (name, 1) in some else shape[1])
        for name, shape in letters.items()
    }
    arguments = [child.text for child in line.left.children if child.text in shapes]
    shapes |= {h: shapes[name] for name, h in zip(arguments, line.directions, strict=False)}
    for tree, word in line.conditions:
        shape = shapes.get(tree.text)
        if shape is not None and word not in _OF_ANY_SHAPE and shape[0] is not shape[1]:
            return False
    variables = {**let.variables, **{name: Variable(name, shape) for name, shape in shapes.items()}}
    try:
        declarations = loading.declared(line, Declarations(variables, {}, let.dimensions | {OTHER}))
        loading.typings(line, declarations)
        for tree, _ in line.conditions:
            infer(tree, declarations)
    except MatcalcError:
        return False
    return True
