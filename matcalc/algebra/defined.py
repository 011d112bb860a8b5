"""Functions that a user has defined by an expression: f(x), in normal form, and what an entrywise f is on matrices.

f(x) stays one node, so that it is printed by its name.  What it is, is said by its Definition: `expansion.expanded` puts that in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from matcalc.algebra import calls, entrywise, products, sums, transposes
from matcalc.algebra.dimension import Dimension
from matcalc.algebra.functions import FUNCTIONS
from matcalc.algebra.leaves import ONE, ones
from matcalc.algebra.nodes import Call, Defined, Definition, Hadamard, Node, Power, Sum, intern
from matcalc.algebra.walks import dependents
from matcalc.errors import ShapeError, UnsupportedError


def apply(function: Definition, arguments: Sequence[Node]) -> Node:
    """f(x) of a defined function; ShapeError if the arguments do not fit its letters.

    An entrywise f has the shape of its first argument, and f(X^T) = f(X)^T.
    """
    known = sizes(function, arguments)
    if not function.entrywise:
        rows, columns = function.body.shape
        return intern(Defined, tuple(arguments), function, (rows.substitute(known), columns.substitute(known)))
    argument, *others = arguments
    if argument.is_row or argument.is_matrix:
        argument, flipped = transposes.upright(argument)
        if flipped:
            return transposes.transpose(apply(function, [argument, *others]))
    return intern(Defined, (argument, *others), function, argument.shape)


def sizes(function: Definition, arguments: Sequence[Node]) -> dict[str, Dimension]:
    """What the dimensions of the letters are for these arguments."""
    known: dict[str, Dimension] = {}
    for letter, argument in zip(function.letters, arguments, strict=True):
        for expected, actual in zip(letter.shape, argument.shape, strict=True):
            wanted = expected if expected.name is None else known.setdefault(expected.name, actual)
            if wanted is not actual:
                rows, columns = argument.shape
                raise ShapeError(f"{function} does not take {rows} x {columns} as its {letter.data}")
    return known


# ---- a scalar function, entry by entry


def lifted(body: Node, letter: Node, matrix: Node) -> Node:
    """The scalar expression `body` in the scalar `letter`, as a function of the entries of `matrix`; of its shape.

    >>> from matcalc.algebra.dimension import SCALAR, named; from matcalc.algebra.leaves import symbol
    >>> t, X = symbol("t", SCALAR), symbol("X", (named("m"), named("n")))
    >>> square_plus_one = sums.plus(entrywise.hadamard([t, t]), ONE)
    >>> lifted(square_plus_one, t, X) is sums.plus(entrywise.hadamard([X, X]), ones(*X.shape))
    True
    """
    out: dict[Node, Node] = {letter: matrix}
    for node in dependents(body, [letter]):
        if node not in out:
            rule = _LIFTED.get(type(node))
            if rule is None:
                raise _not_entrywise(node, letter)
            out[node] = rule(node, [out.get(child, child) for child in node.children], matrix)
    return _spread(out.get(body, body), matrix)


def _not_entrywise(node: Node, letter: Node) -> UnsupportedError:
    name = node.data if type(node) is Call else type(node).__name__
    return UnsupportedError(f"{name} of {letter.data} is not a function of each entry alone")


def _spread(node: Node, matrix: Node) -> Node:
    return products.scaled(node, ones(*matrix.shape)) if node.is_scalar else node


def _sum(node: Node, terms: Sequence[Node], matrix: Node) -> Node:
    return sums.add([(c, _spread(term, matrix)) for c, term in zip(node.data, terms, strict=True)])


def _hadamard(_: Node, factors: Sequence[Node], __: Node) -> Node:
    scalars = [factor for factor in factors if factor.is_scalar]
    return products.scaled(
        entrywise.hadamard(scalars or [ONE]), entrywise.hadamard([factor for factor in factors if not factor.is_scalar])
    )


def _power(node: Node, parts: Sequence[Node], matrix: Node) -> Node:
    base, exponent = parts
    if exponent.is_scalar:
        return entrywise.power(base, exponent)
    # c^t = exp(t log(c)); of c = 2 the logarithm is a number, of another c it must be positive
    if not base.is_scalar:
        raise UnsupportedError("a power whose base and exponent both move", hint="write exp(t log(t)) for t^t")
    return calls.call("exp", [products.scaled(calls.call("log", [base]), exponent)])


def _call(node: Node, arguments: Sequence[Node], matrix: Node) -> Node:
    if node.data in ("maximum", "minimum"):
        return calls.call(node.data, [_spread(argument, matrix) for argument in arguments])
    if FUNCTIONS[node.data].entrywise:
        return calls.call(node.data, arguments)
    raise _not_entrywise(node, matrix)


def _defined(node: Node, arguments: Sequence[Node], matrix: Node) -> Node:
    first, *others = arguments
    if not node.data.entrywise or not all(other.is_scalar for other in others):
        raise UnsupportedError(f"{node.data} does not act on each entry alone here")
    return apply(node.data, [_spread(first, matrix), *others])


_LIFTED: dict[type[Node], Callable[[Node, Sequence[Node], Node], Node]] = {
    Sum:      _sum,
    Hadamard: _hadamard,
    Power:    _power,
    Call:     _call,
    Defined:  _defined,
}  # fmt: skip
