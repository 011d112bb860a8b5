"""The value of expressions at one point, in the arithmetic of `matrices.context()`: 50 digits, or doubles.

In: values by name and sizes of the dimensions.  Out: a matrix (lists of rows; a scalar is 1 x 1).  Every node is evaluated once per
point, so that many expressions with common parts (a claim and its corrections) cost little more than one.  EvaluationError where an
expression is singular, not finite or not real.  Without recursion.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

from matcalc.algebra import declared, nodes
from matcalc.algebra.expansion import value_of
from matcalc.algebra.nodes import Node
from matcalc.errors import EvaluationError
from matcalc.numeric import standins
from matcalc.numeric.decompositions import library
from matcalc.numeric.matrices import (
    Matrix,
    Real,
    add,
    context,
    entrywise,
    filled,
    identity,
    multiply,
    power,
    scalar,
    scale,
    transpose,
)
from matcalc.numeric.precise_functions import call

_NOWHERE = (ArithmeticError, ValueError)  # what doubles raise for log(0)


class Point:
    """Where expressions are evaluated: `values` by name, `sizes` of the dimensions.

    >>> from matcalc.algebra.dimension import ONE, named; from matcalc.algebra.leaves import symbol
    >>> from matcalc.algebra.products import inner
    >>> x = symbol("x", (named("n"), ONE))
    >>> int(Point({"x": [[3], [4]]}, {"n": 2}).value(inner(x, x))[0][0])
    25
    """

    def __init__(self, values: Mapping[str, Matrix], sizes: Mapping[str, int]) -> None:
        self.values = values
        self.sizes = dict(sizes)
        self._done: dict[Node, Matrix | EvaluationError] = {}

    def value(self, root: Node) -> Matrix:
        """The matrix that `root` is here."""
        done = self._done
        stack = [root]
        while stack:
            node = stack[-1]
            if node in done:
                stack.pop()
                continue
            waiting = [child for child in node.children if child not in done]
            if waiting:
                stack += waiting
                continue
            stack.pop()
            done[node] = self._evaluated(node)
        found = done[root]
        if isinstance(found, EvaluationError):
            raise found
        return found

    def _evaluated(self, node: Node) -> Matrix | EvaluationError:
        for child in node.children:
            trouble = self._done[child]
            if isinstance(trouble, EvaluationError):
                return trouble
        try:
            return _VALUE[type(node)](self, node)
        except EvaluationError as error:
            return error
        except KeyError as name:
            return EvaluationError(f"no size for {name.args[0]}")
        except OverflowError:
            return EvaluationError("it is too large there")
        except _NOWHERE:
            return EvaluationError("it has no value there")

    def children(self, node: Node) -> list[Any]:
        """The values of the children, which are known."""
        return [self._done[child] for child in node.children]

    def shape(self, node: Node) -> tuple[int, int]:
        """The numbers of rows and columns here."""
        return node.shape[0].evaluate(self.sizes), node.shape[1].evaluate(self.sizes)

    def named(self, name: str) -> Matrix:
        """The value of a name."""
        if name not in self.values:
            raise EvaluationError(f"no value for {name}")
        return self.values[name]


def _rational(value: Any) -> Real:
    return context().mpf(value.numerator) / value.denominator


def _sum(point: Point, node: Node) -> Matrix:
    terms = [
        term if c == 1 else scale(_rational(c), term) for c, term in zip(node.data, point.children(node), strict=True)
    ]
    return reduce(add, terms)


def _power(point: Point, node: Node) -> Matrix:
    base, exponent = point.children(node)
    ((p,),) = exponent
    if p == int(p):
        return entrywise(lambda t: t ** int(p), base)
    return entrywise(lambda t: t**p, base)


def _matrix_power(point: Point, node: Node) -> Matrix:
    base, exponent = point.children(node)
    ((p,),) = exponent
    if p == int(p):
        return power(base, int(p))
    if 2 * p == int(2 * p):
        return power(library("sqrtm", base), int(2 * p))
    raise EvaluationError("a matrix power needs an integer exponent")


def _commutation(point: Point, node: Node) -> Matrix:
    """Row j + n i, column i + m j is 1: vec(X^T) from vec(X), X m x n."""
    m, n = (side.evaluate(point.sizes) for side in node.data)
    return filled(m * n, m * n, lambda k, at: context().mpf(int(k // n == at % m and k % n == at // m)))


def _basis(point: Point, node: Node) -> Matrix:
    ((place,),) = point.children(node)[0]
    return filled(*point.shape(node), lambda i, j: context().mpf(int(i == place - 1)))


def _entry(point: Point, node: Node) -> Matrix:
    body, row, column = point.children(node)
    i, j = int(row[0][0]) - 1, int(column[0][0]) - 1
    if not (0 <= i < len(body) and 0 <= j < len(body[0])):
        raise EvaluationError("an index is outside of the matrix")
    return [[body[i][j]]]


def _slope(point: Point, node: Node) -> Matrix:
    arguments, directions = declared.parts(node)
    at, *along = ([point.value(part) for part in group] for group in (arguments, *directions))
    return standins.slope(node.data, at, along, point.sizes)


def _constant(value: float) -> Callable[[Point, Node], Matrix]:
    return lambda point, node: filled(*point.shape(node), lambda i, j: context().mpf(value))


_VALUE: dict[type[Node], Callable[[Point, Node], Matrix]] = {
    nodes.Number:       lambda point, node: scalar(_rational(node.data)),
    nodes.Constant:     lambda point, node: scalar(context().pi),
    nodes.Size:         lambda point, node: scalar(node.data.evaluate(point.sizes)),
    nodes.Index:        lambda point, node: point.named(node.data),
    nodes.Symbol:       lambda point, node: point.named(node.data),
    nodes.Direction:    lambda point, node: point.named(node.data),
    nodes.RowSymbol:    lambda point, node: transpose(point.named(node.data)),
    nodes.RowDirection: lambda point, node: transpose(point.named(node.data)),
    nodes.Identity:     lambda point, node: identity(point.shape(node)[0]),
    nodes.Ones:         _constant(1),
    nodes.Zero:         _constant(0),
    nodes.Commutation:  _commutation,
    nodes.Basis:        _basis,
    nodes.Sum:          _sum,
    nodes.Product:      lambda point, node: reduce(multiply, point.children(node)),
    nodes.Scaled:       lambda point, node: scale(point.children(node)[0][0][0], point.children(node)[1]),
    nodes.Hadamard:     lambda point, node: entrywise(_product, *point.children(node)),
    nodes.Power:        _power,
    nodes.MatrixPower:  _matrix_power,
    nodes.Transpose:    lambda point, node: transpose(point.children(node)[0]),
    nodes.Call:         lambda point, node: call(node.data, point.children(node)),
    nodes.Entry:        _entry,
    nodes.Apply:        lambda point, node: standins.value(node.data, point.children(node), point.sizes),
    nodes.Defined:      lambda point, node: point.value(value_of(node)),
    nodes.Slope:        _slope,
    nodes.Jacobian:     lambda point, node: standins.jacobian(node.data, point.children(node), point.sizes),
    nodes.Gradient:     lambda point, node: standins.gradient(node.data, point.children(node), point.sizes),
    nodes.Hessian:      lambda point, node: standins.hessian(node.data, point.children(node), point.sizes),
}  # fmt: skip


def _product(*factors: Real) -> Real:
    return reduce(lambda a, b: a * b, factors)
