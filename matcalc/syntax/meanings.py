"""What names, norms, constants and calls stand for, given their arguments as nodes: the expressions that lowering puts together.

A row is taken as its column where a function wants a vector, and its vector value laid back; a scalar is a vector of length 1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from matcalc.algebra import calls, entries, linear, products, transposes
from matcalc.algebra.defined import apply as apply_defined
from matcalc.algebra.dimension import ONE as ONE_DIMENSION
from matcalc.algebra.dimension import Shape
from matcalc.algebra.functions import FUNCTIONS
from matcalc.algebra.leaves import ONE, basis, commutation, direction, identity, ones, row_symbol, symbol, zero
from matcalc.algebra.nodes import Definition, Node
from matcalc.syntax.declarations import NOTHING
from matcalc.syntax.roles import dimension
from matcalc.syntax.tree import Tree

_NORMS = {"": "norm", "F": "norm", "1": "norm_1", "inf": "norm_inf", "2": "norm_2", "*": "norm_nuclear"}

# of a 1 x 1 argument
_OF_A_SCALAR: dict[str, Callable[[Node], Node]] = {
    **dict.fromkeys(("max", "min", "mean", "logsumexp"), lambda argument: argument),
    **dict.fromkeys(("softmax", "onehot_max"), lambda argument: ONE),
}


def variable(name: str, shape: Shape, *, is_direction: bool = False) -> Node:
    """The variable or direction `name`; of a row, the transpose of its column.

    >>> from matcalc.algebra.dimension import named
    >>> variable("r", (ONE_DIMENSION, named("n"))).shape
    (1, n)
    """
    if shape[0] is ONE_DIMENSION and shape[1] is not ONE_DIMENSION:
        return row_symbol(name, shape[1], is_direction=is_direction)
    return direction(name, shape) if is_direction else symbol(name, shape)


def spread(node: Node, shape: Shape) -> Node:
    """c as c ones(m, n), anything else as it is."""
    if node.is_scalar and not (shape[0] is ONE_DIMENSION and shape[1] is ONE_DIMENSION):
        return products.scaled(node, ones(*shape))
    return node


def upright(node: Node) -> Node:
    """A row as its column, anything else as it is."""
    return transposes.transpose(node) if node.is_row else node


def norm(subscript: str, body: Node) -> Node:
    """The norm of a vector or matrix, the absolute value of a scalar."""
    if body.is_scalar:
        return calls.call("abs", [body])
    if body.is_matrix or subscript in ("1", "inf"):
        return calls.call(_NORMS[subscript], [upright(body)])
    return calls.call("norm", [upright(body)])


def called(tree: Tree, arguments: Sequence[Node], shape: Shape) -> Node:
    """The value, of the given shape, of the built-in function or constant that `tree` calls."""
    name = tree.text
    make = _CONSTANTS.get(name)
    if make is not None:
        return make(arguments, shape, tree)
    if name in ("maximum", "minimum"):
        return calls.call(name, [spread(argument, shape) for argument in arguments])
    function = FUNCTIONS[name]
    if function.entrywise:
        return calls.call(name, arguments)
    if name in _OF_A_SCALAR and arguments[0].is_scalar:
        return _OF_A_SCALAR[name](arguments[0])
    wanted = function.signatures[0][0]
    given = [upright(a) if w[1] is ONE_DIMENSION else a for a, w in zip(arguments, wanted, strict=True)]
    value = calls.call(name, given)
    return transposes.transpose(value) if value.shape != shape else value


def defined(function: Definition, arguments: Sequence[Node], shape: Shape) -> Node:
    """The value, of the given shape, of a function that a user has defined."""
    if function.entrywise:
        return apply_defined(function, arguments)
    given = [
        upright(a) if letter.shape[1] is ONE_DIMENSION else a
        for a, letter in zip(arguments, function.letters, strict=True)
    ]
    value = apply_defined(function, given)
    return transposes.transpose(value) if value.shape != shape else value


def _commutation(arguments: Sequence[Node], shape: Shape, tree: Tree) -> Node:
    m, n = (dimension(child, NOTHING) for child in tree.children)
    return commutation(m, n)


_CONSTANTS: dict[str, Callable[[Sequence[Node], Shape, Tree], Node]] = {
    "I":     lambda arguments, shape, tree: identity(shape[0]),
    "ones":  lambda arguments, shape, tree: ones(*shape),
    "zeros": lambda arguments, shape, tree: zero(shape),
    "e":     lambda arguments, shape, tree: basis(arguments[0], shape[0]),
    "unit":  lambda arguments, shape, tree: entries.unit(arguments[0], arguments[1], *shape),
    "Kmat":  _commutation,
    "unvec": lambda arguments, shape, tree: linear.unvectorised(upright(arguments[0]), *shape),
}  # fmt: skip
