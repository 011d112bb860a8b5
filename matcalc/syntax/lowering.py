"""From the typed syntax tree to the expression it means, by the constructors of algebra/.

Every part has its shape, so nothing is decided here but how it is said: a run of products is one product, a scalar beside a
vector is spread by `ones`, a row is taken as its column where a function wants a vector.  A value of `where` is made once.
Iterative, and linear in the number of parts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from matcalc.algebra import calls, entrywise, products, sums
from matcalc.algebra.dimension import ONE as ONE_DIMENSION
from matcalc.algebra.dimension import Shape, named
from matcalc.algebra.functions import FUNCTIONS
from matcalc.algebra.nodes import (
    ONE,
    Abstract,
    Node,
    basis,
    commutation,
    constant,
    direction,
    identity,
    index,
    is_zero,
    number,
    ones,
    row_symbol,
    size,
    symbol,
    zero,
)
from matcalc.errors import EvaluationError, MatcalcError
from matcalc.syntax.declarations import NOTHING
from matcalc.syntax.inference import Typing
from matcalc.syntax.literals import decimal, fraction
from matcalc.syntax.roles import Role, dimension
from matcalc.syntax.tree import Tree

_RUNS = frozenset({"times", "hadamard"})
_NORMS = {"": "norm", "F": "norm", "1": "norm_1", "inf": "norm_inf", "2": "norm_2", "*": "norm_nuclear"}

# of a 1 x 1 argument
_OF_A_SCALAR: dict[str, Callable[[Node], Node]] = {
    **dict.fromkeys(("max", "min", "mean", "logsumexp"), lambda argument: argument),
    **dict.fromkeys(("softmax", "onehot_max"), lambda argument: ONE),
}


def lower(tree: Tree, typing: Typing, directions: frozenset[str] = frozenset()) -> Node:
    """The expression that `tree` means; the names in `directions` are directions.

    >>> from matcalc.syntax.inference import infer
    >>> from matcalc.syntax.reading import read
    >>> tree = read("x^T A x - x^T A^T x")
    >>> lower(tree, infer(tree, NOTHING)).data
    0
    """
    lowering = _Lowering(typing, directions)
    nodes, rules = lowering.nodes, _RULES
    for part in _order(tree):
        try:
            nodes[part] = rules[part.head](lowering, part)
        except MatcalcError as error:
            raise error.placed("", part.span) from None
    return nodes[tree]


def _order(root: Tree) -> list[Tree]:
    """The parts in the order in which they are made; inside a run of products only its operands."""
    order: list[Tree] = []
    stack: list[tuple[Tree, bool]] = [(root, False)]
    while stack:
        tree, done = stack.pop()
        children = tree.children
        if done or not children:
            order.append(tree)
            continue
        stack.append((tree, True))
        if tree.head in _RUNS:
            stack.extend([(operand, False) for operand in run(tree)[0]])
        elif tree.head == "where":
            stack.append((children[0], False))
            stack.extend([(child, False) for child in reversed(children[1:])])
        else:
            stack.extend([(child, False) for child in reversed(children)])
    return order


def run(tree: Tree) -> tuple[list[Tree], list[Tree]]:
    """The operands of a left-deep run of one operator, last first, and the trees that end at each of them but the first."""
    head = tree.head
    operands, ends = [], []
    while tree.head == head:
        operands.append(tree.children[1])
        ends.append(tree)
        tree = tree.children[0]
    operands.append(tree)
    return operands, ends


class _Lowering:
    """The `nodes` made so far, and the shapes that they have."""

    __slots__ = ("directions", "nodes", "shapes", "symbols", "typing")

    def __init__(self, typing: Typing, directions: frozenset[str]) -> None:
        self.typing = typing
        self.directions = directions
        self.shapes = typing.shapes
        self.nodes: dict[Tree, Node] = {}
        self.symbols: dict[str, Node] = {}

    def below(self, tree: Tree) -> list[Node]:
        return [self.nodes[child] for child in tree.children]


# ---- leaves


def _number(self: _Lowering, tree: Tree) -> Node:
    return number(decimal(tree.text))


def _name(self: _Lowering, tree: Tree) -> Node:
    value = self.typing.given.get(tree)
    if value is not None:
        return self.nodes[value]
    name = tree.text
    node = self.symbols.get(name)
    if node is None:
        node = self.symbols[name] = _symbol(self, name)
    return node


def _symbol(self: _Lowering, name: str) -> Node:
    role = self.typing.roles[name]
    if role is Role.SIZE:
        return size(named(name))
    if role is Role.INDEX:
        return index(name)
    if role is Role.PI:
        return constant(name)
    return variable(name, self.typing.variables[name].shape, is_direction=name in self.directions)


def variable(name: str, shape: Shape, *, is_direction: bool = False) -> Node:
    """The variable or direction `name`; of a row, the transpose of its column.

    >>> variable("r", (ONE_DIMENSION, named("n"))).shape
    (1, n)
    """
    if shape[0] is ONE_DIMENSION and shape[1] is not ONE_DIMENSION:
        return row_symbol(name, shape[1], is_direction=is_direction)
    return direction(name, shape) if is_direction else symbol(name, shape)


# ---- operators


def _sum(self: _Lowering, tree: Tree) -> Node:
    shape = self.shapes[tree]
    terms = []
    for child in tree.children:
        sign, body = (-1, child.children[0]) if child.head == "neg" else (1, child)
        terms.append((sign, _spread(self.nodes[body], shape)))
    return sums.add(terms)


def _spread(node: Node, shape: Shape) -> Node:
    """c as c ones(m, n), anything else as it is."""
    if node.is_scalar and not (shape[0] is ONE_DIMENSION and shape[1] is ONE_DIMENSION):
        return products.scaled(node, ones(*shape))
    return node


def _neg(self: _Lowering, tree: Tree) -> Node:
    return sums.add([(-1, self.nodes[tree.children[0]])])


def _times(self: _Lowering, tree: Tree) -> Node:
    operands, ends = run(tree)
    nodes, shapes = self.nodes, self.shapes
    # Left to right; a piece that has become 1 x 1 is a scalar factor of what follows: x^T y A.
    chain = [nodes[operands[-1]]]
    scalars: list[Node] = []
    for operand, end in zip(reversed(operands[:-1]), reversed(ends), strict=True):
        rows, columns = shapes[end]
        chain.append(nodes[operand])
        if rows is ONE_DIMENSION and columns is ONE_DIMENSION:
            scalars.append(chain[0] if len(chain) == 1 else products.product(chain))
            chain = []
    return products.product([*scalars, *chain])


def _over(self: _Lowering, tree: Tree) -> Node:
    left, right = self.below(tree)
    if is_zero(right):
        raise EvaluationError("division by 0", span=tree.children[1].span)
    return entrywise.divide(left, right)


def _hadamard(self: _Lowering, tree: Tree) -> Node:
    nodes = [self.nodes[operand] for operand in run(tree)[0]]
    scalars = [node for node in nodes if node.is_scalar]
    others = [node for node in nodes if not node.is_scalar]
    if not others:
        return entrywise.hadamard(scalars)
    body = entrywise.hadamard(others)
    return products.product([*scalars, body]) if scalars else body


def _entrydiv(self: _Lowering, tree: Tree) -> Node:
    left, right = self.below(tree)
    if is_zero(right):
        raise EvaluationError("division by 0", span=tree.children[1].span)
    return entrywise.divide(_spread(left, right.shape), right)


def _kron(self: _Lowering, tree: Tree) -> Node:
    return calls.call("kron", self.below(tree))


def _power(self: _Lowering, tree: Tree) -> Node:
    base, exponent = self.below(tree)
    if base.is_scalar:
        return _scalar_power(base, exponent, tree)
    value = fraction(tree.children[1])
    if type(value) is Fraction:
        root = calls.call("sqrtm", [base])
        return root if value > 0 else products.inverse(root)
    return products.matrix_power(base, exponent)


def _scalar_power(base: Node, exponent: Node, tree: Tree) -> Node:
    if is_zero(base):
        value = fraction(tree.children[1])
        if value is not None and value < 0:
            raise EvaluationError("division by 0", span=tree.children[0].span)
    return entrywise.power(base, exponent)


def _entrypow(self: _Lowering, tree: Tree) -> Node:
    base, exponent = self.below(tree)
    return _scalar_power(base, exponent, tree)


def _transpose(self: _Lowering, tree: Tree) -> Node:
    return products.transpose(self.nodes[tree.children[0]])


def _inverse(self: _Lowering, tree: Tree) -> Node:
    body = self.nodes[tree.children[0]]
    if is_zero(body):
        raise EvaluationError("division by 0" if body.is_scalar else "the inverse of zero", span=tree.span)
    return products.inverse(body)


def _norm(self: _Lowering, tree: Tree) -> Node:
    body = self.nodes[tree.children[0]]
    if body.is_scalar:
        return calls.call("abs", [body])
    if body.is_matrix:
        return calls.call(_NORMS[tree.text], [body])
    column = _upright(body)
    return calls.call(_NORMS[tree.text] if tree.text in ("1", "inf") else "norm", [column])


def _upright(node: Node) -> Node:
    return products.transpose(node) if node.is_row else node


def _index(self: _Lowering, tree: Tree) -> Node:
    body, *places = self.below(tree)
    if body.is_row:
        return calls.entry(body, index(1), places[0])
    return calls.entry(body, places[0], places[1] if len(places) > 1 else index(1))


def _where(self: _Lowering, tree: Tree) -> Node:
    return self.nodes[tree.children[0]]


# ---- calls


def _call(self: _Lowering, tree: Tree) -> Node:
    name = tree.text
    arguments = self.below(tree)
    declared = self.typing.functions.get(name)
    if declared is not None:
        return calls.apply(_abstract(self, name), arguments)
    make = _CONSTANTS.get(name)
    if make is not None:
        return make(arguments, self.shapes[tree], tree)
    if name in ("maximum", "minimum"):
        shape = self.shapes[tree]
        return calls.call(name, [_spread(argument, shape) for argument in arguments])
    function = FUNCTIONS[name]
    if function.entrywise:
        return calls.call(name, arguments)
    if len(arguments) == 1 and arguments[0].is_scalar and name in _OF_A_SCALAR:
        return _OF_A_SCALAR[name](arguments[0])
    wanted = function.signatures[0][0]
    given = [_upright(a) if w[1] is ONE_DIMENSION else a for a, w in zip(arguments, wanted, strict=True)]
    value = calls.call(name, given)
    return products.transpose(value) if value.shape != self.shapes[tree] else value


def _commutation(arguments: Sequence[Node], shape: Shape, tree: Tree) -> Node:
    m, n = (dimension(child, NOTHING) for child in tree.children)
    return commutation(m, n)


_CONSTANTS: dict[str, Callable[[Sequence[Node], Shape, Tree], Node]] = {
    "I":     lambda arguments, shape, tree: identity(shape[0]),
    "ones":  lambda arguments, shape, tree: ones(*shape),
    "zeros": lambda arguments, shape, tree: zero(shape),
    "e":     lambda arguments, shape, tree: basis(arguments[0], shape[0]),
    "unit":  lambda arguments, shape, tree: calls.unit(arguments[0], arguments[1], *shape),
    "Kmat":  _commutation,
    "unvec": lambda arguments, shape, tree: calls.unvectorised(_upright(arguments[0]), *shape),
}  # fmt: skip


# ---- declared functions


def _abstract(self: _Lowering, name: str) -> Abstract:
    function = self.typing.functions[name]
    return Abstract(name, function.arguments, function.result, function.kind)


def _slope(self: _Lowering, tree: Tree) -> Node:
    nodes = self.below(tree)
    half = len(nodes) // 2
    return calls.slope(_abstract(self, tree.text), nodes[:half], nodes[half:])


def _jacobian(self: _Lowering, tree: Tree) -> Node:
    """J(g, x); of an entrywise phi it is diag(vec(phi'(x)))."""
    function, (argument,) = _abstract(self, tree.text), self.below(tree)
    if function.kind != "elementwise":
        return calls.jacobian(function, [argument])
    slope = calls.slope(function, [argument], [ones(*argument.shape)])
    return calls.call("diag", [calls.call("vec", [slope])])


def _gradient(self: _Lowering, tree: Tree) -> Node:
    """grad(g, x); of a number t and an entrywise phi it is phi'(t)."""
    function, (argument,) = _abstract(self, tree.text), self.below(tree)
    if function.kind != "elementwise":
        return calls.gradient(function, [argument])
    return calls.slope(function, [argument], [ONE])


_RULES: dict[str, Callable[[_Lowering, Tree], Node]] = {
    "number":    _number,
    "name":      _name,
    "sum":       _sum,
    "neg":       _neg,
    "times":     _times,
    "over":      _over,
    "hadamard":  _hadamard,
    "entrydiv":  _entrydiv,
    "kron":      _kron,
    "power":     _power,
    "entrypow":  _entrypow,
    "transpose": _transpose,
    "inverse":   _inverse,
    "norm":      _norm,
    "call":      _call,
    "index":     _index,
    "D":         _slope,
    "J":         _jacobian,
    "grad":      _gradient,
    "where":     _where,
}  # fmt: skip
