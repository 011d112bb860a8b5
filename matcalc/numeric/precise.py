"""The value of a typed syntax tree with 50 digits: what is printed, evaluated as it stands.

In: a tree, its Typing, a matrix for every variable, an integer for every dimension.  Out: a matrix (lists of rows; a scalar is
1 x 1).  Independent of the nodes and of the emitted programs, so that it can check both.  EvaluationError where the expression is
singular or not real.  Without recursion; every part once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial, reduce

from matcalc.algebra.dimension import Shape
from matcalc.algebra.nodes import Definition
from matcalc.errors import EvaluationError
from matcalc.numeric import standins
from matcalc.numeric.decompositions import library
from matcalc.numeric.matrices import (
    Matrix,
    Real,
    add,
    context,
    entries,
    entrywise,
    filled,
    identity,
    inverse,
    kron,
    multiply,
    power,
    scalar,
    scale,
    spread,
    transpose,
)
from matcalc.numeric.precise_functions import call
from matcalc.syntax.definitions import Source
from matcalc.syntax.inference import Typing
from matcalc.syntax.tree import Tree, point_and_directions


def precise_value(tree: Tree, typing: Typing, values: Mapping[str, Matrix], sizes: Mapping[str, int]) -> Matrix:
    """The matrix that `tree` is at these values.

    >>> from matcalc.syntax.declarations import Declarations; from matcalc.syntax.inference import infer
    >>> from matcalc.syntax.reading import read
    >>> tree = read("x^T x")
    >>> int(precise_value(tree, infer(tree, Declarations()), {"x": [[3], [4]]}, {"n": 2})[0][0])
    25
    """
    point = _Point(typing, values, sizes)
    stack = [tree]
    while stack:
        part = stack[-1]
        waiting = [other for other in _before(part, typing) if other not in point.done]
        if waiting:
            stack += waiting
        elif stack.pop() not in point.done:
            point.done[part] = _HEADS[part.head](point, part)
    return point.done[tree]


def _before(tree: Tree, typing: Typing) -> tuple[Tree, ...]:
    """The parts whose values are needed first; a `where` needs its body, whose names need their own."""
    if tree.head == "where":
        return tree.children[:1]
    given = typing.given.get(tree)
    return tree.children if given is None else (given,)


class _Point:
    """Where the tree is evaluated, and the values of its parts so far."""

    def __init__(self, typing: Typing, values: Mapping[str, Matrix], sizes: Mapping[str, int]) -> None:
        self.typing = typing
        self.values = values
        self.sizes = dict(sizes)
        self.done: dict[Tree, Matrix] = {}

    def children(self, tree: Tree) -> list[Matrix]:
        return [self.done[child] for child in tree.children]

    def is_scalar(self, tree: Tree) -> bool:
        rows, columns = self.typing.shapes[tree]
        return rows.value == columns.value == 1

    def size(self, shape: Shape) -> tuple[int, int]:
        return shape[0].evaluate(self.sizes), shape[1].evaluate(self.sizes)

    def name(self, tree: Tree) -> Matrix:
        given = self.typing.given.get(tree)
        if given is not None:
            return self.done[given]
        name = tree.text
        if name in self.values:
            return self.values[name]
        if name in self.sizes:
            return scalar(self.sizes[name])
        if name == "pi":
            return scalar(context().pi)
        raise EvaluationError(f"no value for {name}", span=tree.span)

    def sum(self, tree: Tree) -> Matrix:
        rows, columns = self.size(self.typing.shapes[tree])
        scalar_sum = self.is_scalar(tree)
        terms = []
        for child, term in zip(tree.children, self.children(tree), strict=True):
            terms.append(spread(term, rows, columns) if not scalar_sum and self.is_scalar(child) else term)
        return reduce(add, terms)

    def times(self, tree: Tree) -> Matrix:
        return _times(self, tree, multiply)

    def kron(self, tree: Tree) -> Matrix:
        return _times(self, tree, kron)

    def power(self, tree: Tree) -> Matrix:
        base, exponent = self.children(tree)
        ((p,),) = exponent
        if self.is_scalar(tree.children[0]):
            return entrywise(_power, base, exponent)
        if p == int(p):
            return power(base, int(p))
        if 2 * p == int(2 * p):
            return power(library("sqrtm", base), int(2 * p))
        raise EvaluationError("a matrix power needs an integer exponent", span=tree.span)

    def norm(self, tree: Tree) -> Matrix:
        (body,) = self.children(tree)
        flat = 1 in (len(body), len(body[0]))
        name = {"1": "norm_1", "inf": "norm_inf"}.get(tree.text, "norm")
        if not flat and tree.text in ("2", "*"):
            name = "norm_2" if tree.text == "2" else "norm_nuclear"
        return call(name, [body])

    def index(self, tree: Tree) -> Matrix:
        body, *places = self.children(tree)
        at = [int(place[0][0]) - 1 for place in places]
        lines = body if len(at) == 2 else [entries(body)]
        i, j = at if len(at) == 2 else (0, at[0])
        if not (0 <= i < len(lines) and 0 <= j < len(lines[0])):
            raise EvaluationError("an index is outside of the matrix", span=tree.span)
        return [[lines[i][j]]]

    def call(self, tree: Tree) -> Matrix:
        name, arguments = tree.text, self.children(tree)
        function = self.typing.functions.get(name)
        definition = None if function is None else function.definition
        if function is not None and definition is None:
            return standins.value(function, arguments, self.sizes)
        if name in _CONSTANTS:
            return _CONSTANTS[name](*self.size(self.typing.shapes[tree]), [int(a[0][0]) for a in arguments])
        if name in ("max", "min") and len(arguments) == 2:
            name += "imum"
        value = call(name, arguments) if definition is None else _defined(definition, arguments)
        rows, columns = self.size(self.typing.shapes[tree])
        return value if len(value) == rows and len(value[0]) == columns else transpose(value)

    def slope(self, tree: Tree) -> Matrix:
        point, parts = ([self.done[child] for child in trees] for trees in point_and_directions(tree))
        directions = [parts[k : k + len(point)] for k in range(0, len(parts), len(point))]
        return standins.slope(self.typing.functions[tree.text], point, directions, self.sizes)

    def jacobian(self, tree: Tree) -> Matrix:
        if tree.text not in self.typing.functions:
            return call(f"J_{tree.text}", self.children(tree))
        return standins.jacobian(self.typing.functions[tree.text], self.children(tree), self.sizes)

    def gradient(self, tree: Tree) -> Matrix:
        return standins.gradient(self.typing.functions[tree.text], self.children(tree), self.sizes)

    def hessian(self, tree: Tree) -> Matrix:
        return standins.hessian(self.typing.functions[tree.text], self.children(tree), self.sizes)


def _defined(function: Definition, arguments: list[Matrix]) -> Matrix:
    """f(x) of a function that a user has defined: its definition, as it was written, at these arguments."""
    source: Source = function.source
    if function.entrywise:
        first, *others = source.letters
        fixed = dict(zip(others, arguments[1:], strict=True))
        of_number = partial(precise_value, source.tree, source.typing)
        return entrywise(lambda t: of_number({first: [[t]], **fixed}, {})[0][0], arguments[0])
    values: dict[str, Matrix] = {}
    sizes: dict[str, int] = {}
    for name, letter, argument in zip(source.letters, function.letters, arguments, strict=True):
        is_row = letter.is_column and len(argument) == 1
        values[name] = transpose(argument) if is_row else argument
        for dimension, size in zip(letter.shape, (len(values[name]), len(values[name][0])), strict=True):
            if dimension.name is not None:
                sizes[dimension.name] = size
    return precise_value(source.tree, source.typing, values, sizes)


def _times(point: _Point, tree: Tree, product: Callable[[Matrix, Matrix], Matrix]) -> Matrix:
    (left, right), (a, b) = tree.children, point.children(tree)
    if point.is_scalar(left):
        return scale(a[0][0], b)
    return scale(b[0][0], a) if point.is_scalar(right) else product(a, b)


def _power(base: Real, p: Real) -> Real:
    return base ** int(p) if p == int(p) else base**p


def _over(a: Matrix, b: Matrix) -> Matrix:
    return entrywise(lambda x, y: x / y, a, b)


def _unit(rows: int, columns: int, places: list[int]) -> Matrix:
    i, j = places[0] - 1, (places[1] - 1 if len(places) == 4 else 0)
    return filled(rows, columns, lambda k, l: context().mpf(int(k == i and l == j)))  # noqa: E741


def _commutation(rows: int, columns: int, sizes: list[int]) -> Matrix:
    """Row j + n i, column i + m j is 1: vec(X^T) from vec(X), X m x n."""
    m, n = sizes
    return filled(rows, columns, lambda k, at: context().mpf(int(k // n == at % m and k % n == at // m)))


# of the shape of the whole and the integer arguments
_CONSTANTS: dict[str, Callable[[int, int, list[int]], Matrix]] = {
    "I":     lambda rows, columns, _: identity(rows),
    "ones":  lambda rows, columns, _: filled(rows, columns, lambda i, j: context().mpf(1)),
    "zeros": lambda rows, columns, _: filled(rows, columns, lambda i, j: context().mpf(0)),
    "e":     _unit,
    "unit":  _unit,
    "Kmat":  _commutation,
}  # fmt: skip


_HEADS: dict[str, Callable[[_Point, Tree], Matrix]] = {
    "number":    lambda point, tree: scalar(tree.text),
    "name":      _Point.name,
    "sum":       _Point.sum,
    "neg":       lambda point, tree: scale(-1, point.done[tree.children[0]]),
    "times":     _Point.times,
    "over":      lambda point, tree: _over(*point.children(tree)),
    "hadamard":  lambda point, tree: entrywise(lambda x, y: x * y, *point.children(tree)),
    "entrydiv":  lambda point, tree: _over(*point.children(tree)),
    "kron":      _Point.kron,
    "power":     _Point.power,
    "entrypow":  lambda point, tree: entrywise(_power, *point.children(tree)),
    "transpose": lambda point, tree: transpose(point.done[tree.children[0]]),
    "inverse":   lambda point, tree: inverse(point.done[tree.children[0]]),
    "norm":      _Point.norm,
    "index":     _Point.index,
    "call":      _Point.call,
    "D":         _Point.slope,
    "D2":        _Point.slope,
    "D3":        _Point.slope,
    "J":         _Point.jacobian,
    "grad":      _Point.gradient,
    "hess":      _Point.hessian,
    "where":     lambda point, tree: point.done[tree.children[0]],
}  # fmt: skip
