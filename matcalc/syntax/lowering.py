"""From the typed syntax tree to the expression it means, by the constructors of algebra/.

Every part has its shape, so nothing is decided here but how it is said: a run of products is one product, a scalar beside a
vector is spread by `ones`, a row is taken as its column where a function wants a vector.  A value of `where` is made once.
Iterative, and linear in the number of parts.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from matcalc.algebra import calls, declared, entries, entrywise, kronecker, matrix_powers, products, sums, transposes
from matcalc.algebra.dimension import ONE as ONE_DIMENSION
from matcalc.algebra.dimension import named
from matcalc.algebra.functions import JACOBIAN
from matcalc.algebra.leaves import ONE, constant, index, is_zero, number, ones, size
from matcalc.algebra.nodes import Abstract, Node
from matcalc.errors import EvaluationError, MatcalcError
from matcalc.syntax import meanings
from matcalc.syntax.inference import Typing
from matcalc.syntax.literals import decimal, fraction
from matcalc.syntax.roles import Role
from matcalc.syntax.tree import Tree, point_and_directions

# heads that stand together in one run, left to right
_PRODUCTS = frozenset({"times", "over"})
_RUNS = {"times": _PRODUCTS, "over": _PRODUCTS, "hadamard": frozenset({"hadamard"})}


def lower(tree: Tree, typing: Typing, directions: frozenset[str] = frozenset()) -> Node:
    """The expression that `tree` means; the names in `directions` are directions.

    >>> from matcalc.syntax.declarations import NOTHING
    >>> from matcalc.syntax.inference import infer
    >>> from matcalc.syntax.reading import read
    >>> tree = read("x^T A x - x^T A^T x")
    >>> lower(tree, infer(tree, NOTHING)).data
    0
    """
    return lowered_parts(tree, typing, directions)[tree]


def lowered_parts(tree: Tree, typing: Typing, directions: frozenset[str] = frozenset()) -> dict[Tree, Node]:
    """What `tree` and each of its parts mean; of a run of products the operands and the whole."""
    lowering = _Lowering(typing, directions)
    nodes, rules = lowering.nodes, _RULES
    for part in _order(tree):
        try:
            nodes[part] = rules[part.head](lowering, part)
        except MatcalcError as error:
            raise error.placed("", part.span) from None
    return nodes


def _order(root: Tree) -> list[Tree]:
    """The parts in the order in which they are made; inside a run of products only its operands."""
    order: list[Tree] = []
    seen: set[Tree] = set()
    stack: list[tuple[Tree, bool]] = [(root, False)]
    while stack:
        tree, done = stack.pop()
        children = tree.children
        if done or not children:
            order.append(tree)
            continue
        if tree in seen:
            continue
        seen.add(tree)
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
    """The operands of a left-deep run of operators, last first, and the trees that end at each of them but the first."""
    heads = _RUNS[tree.head]
    operands, ends = [], []
    while tree.head in heads:
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
    return meanings.variable(name, self.typing.variables[name].shape, is_direction=name in self.directions)


# ---- operators


def _sum(self: _Lowering, tree: Tree) -> Node:
    shape = self.shapes[tree]
    terms = []
    for child in tree.children:
        sign, body = (-1, child.children[0]) if child.head == "neg" else (1, child)
        terms.append((sign, meanings.spread(self.nodes[body], shape)))
    return sums.add(terms)


def _product(self: _Lowering, tree: Tree) -> Node:
    operands, ends = run(tree)
    nodes, shapes = self.nodes, self.shapes
    # Left to right; a piece that has become 1 x 1 is a scalar factor of what follows: x^T y A.
    chain = [nodes[operands[-1]]]
    scalars: list[Node] = []
    for operand, end in zip(reversed(operands[:-1]), reversed(ends), strict=True):
        factor = nodes[operand]
        chain.append(factor if end.head == "times" else _reciprocal(factor, operand))
        rows, columns = shapes[end]
        if rows is ONE_DIMENSION and columns is ONE_DIMENSION:
            scalars.append(chain[0] if len(chain) == 1 else products.product(chain))
            chain = []
    return products.product([*scalars, *chain])


def _reciprocal(node: Node, tree: Tree) -> Node:
    if is_zero(node):
        raise EvaluationError("division by 0", span=tree.span)
    return entrywise.power(node, number(-1))


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
    below = _reciprocal(right, tree.children[1])
    if right.is_scalar:
        return products.product([below, left])
    return entrywise.hadamard([meanings.spread(left, right.shape), below])


def _power(self: _Lowering, tree: Tree) -> Node:
    base, exponent = self.below(tree)
    if base.is_scalar:
        return _entrywise_power(tree, base, exponent)
    value = fraction(tree.children[1])
    if type(value) is Fraction:
        root = calls.call("sqrtm", [base])
        return root if value > 0 else matrix_powers.inverse(root)
    return matrix_powers.power(base, exponent)


def _entrywise_power(tree: Tree, base: Node, exponent: Node) -> Node:
    if is_zero(base):
        value = fraction(tree.children[1])
        if value is not None and value < 0:
            raise EvaluationError("division by 0", span=tree.children[0].span)
    return entrywise.power(base, exponent)


def _inverse(self: _Lowering, tree: Tree) -> Node:
    body = self.nodes[tree.children[0]]
    if is_zero(body):
        raise EvaluationError("division by 0" if body.is_scalar else "the inverse of zero", span=tree.span)
    return matrix_powers.inverse(body)


def _index(self: _Lowering, tree: Tree) -> Node:
    body, *places = self.below(tree)
    if body.is_row:
        return entries.entry(body, index(1), places[0])
    return entries.entry(body, places[0], places[1] if len(places) > 1 else index(1))


def _call(self: _Lowering, tree: Tree) -> Node:
    function = self.typing.functions.get(tree.text)
    if function is not None and function.definition is not None:
        return meanings.defined(function.definition, self.below(tree), self.shapes[tree])
    if function is not None:
        return declared.apply(_abstract(self, tree.text), self.below(tree))
    return meanings.called(tree, self.below(tree), self.shapes[tree])


# ---- declared functions


def _abstract(self: _Lowering, name: str) -> Abstract:
    function = self.typing.functions[name]
    return Abstract(name, function.arguments, function.result, function.kind)


def _slope(self: _Lowering, tree: Tree) -> Node:
    point, directions = ([self.nodes[child] for child in trees] for trees in point_and_directions(tree))
    count = len(point)
    groups = (directions[k : k + count] for k in range(0, len(directions), count))
    return declared.slope(_abstract(self, tree.text), point, *groups)


def _jacobian(self: _Lowering, tree: Tree) -> Node:
    """J(g, x); of an entrywise phi it is diag(vec(phi'(x)))."""
    if tree.text not in self.typing.functions:
        return calls.call(JACOBIAN[tree.text], self.below(tree))
    function, (argument,) = _abstract(self, tree.text), self.below(tree)
    if function.kind != "elementwise":
        return declared.jacobian(function, [argument])
    slope = declared.slope(function, [argument], [ones(*argument.shape)])
    return calls.call("diag", [calls.call("vec", [slope])])


def _gradient(self: _Lowering, tree: Tree) -> Node:
    """grad(g, x); of a number t and an entrywise phi it is phi'(t)."""
    function, (argument,) = _abstract(self, tree.text), self.below(tree)
    if function.kind != "elementwise":
        return declared.gradient(function, [argument])
    return declared.slope(function, [argument], [ONE])


def _hessian(self: _Lowering, tree: Tree) -> Node:
    """hess(g, x); of a number t and an entrywise phi it is phi''(t)."""
    function, (argument,) = _abstract(self, tree.text), self.below(tree)
    if function.kind != "elementwise":
        return declared.hessian(function, [argument])
    return declared.slope(function, [argument], [ONE], [ONE])


_RULES: dict[str, Callable[[_Lowering, Tree], Node]] = {
    "number":    lambda self, tree: number(decimal(tree.text)),
    "name":      _name,
    "sum":       _sum,
    "neg":       lambda self, tree: sums.times_number(-1, self.nodes[tree.children[0]]),
    "times":     _product,
    "over":      _product,
    "hadamard":  _hadamard,
    "entrydiv":  _entrydiv,
    "kron":      lambda self, tree: kronecker.product(*self.below(tree)),
    "power":     _power,
    "entrypow":  lambda self, tree: _entrywise_power(tree, *self.below(tree)),
    "transpose": lambda self, tree: transposes.transpose(self.nodes[tree.children[0]]),
    "inverse":   _inverse,
    "norm":      lambda self, tree: meanings.norm(tree.text, self.nodes[tree.children[0]]),
    "call":      _call,
    "index":     _index,
    "D":         _slope,
    "D2":        _slope,
    "D3":        _slope,
    "J":         _jacobian,
    "grad":      _gradient,
    "hess":      _hessian,
    "where":     lambda self, tree: self.nodes[tree.children[0]],
}  # fmt: skip
