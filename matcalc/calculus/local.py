"""Df of one node: how it moves when one of its children moves.  Both sweeps, forward and reverse, rest on this file alone.

`forward(node, k, h)` is the part of the node's change that is linear in the change h of child k; `backward(node, k, y)` is its
adjoint, <y, forward(h)> = <backward(y), h>.  Sums, products, entrywise products, scaling, transposes are (multi)linear: the
lecture's linear and bilinear rules.  Functions have a line in rules/chain.rules; their adjoint is derived from that line, once,
by a reverse sweep over its right side with the direction as the variable.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from matcalc.algebra import calls, entries, entrywise, linear, matrix_powers, products, sums, transposes
from matcalc.algebra.by_terms import by_terms
from matcalc.algebra.frechet import is_symmetric
from matcalc.algebra.leaves import is_zero, number, symbol, zero
from matcalc.algebra.nodes import (
    Apply,
    Call,
    Defined,
    Entry,
    Gradient,
    Hadamard,
    Hessian,
    Jacobian,
    MatrixPower,
    Node,
    Number,
    Power,
    Product,
    Scaled,
    Slope,
    Sum,
    Transpose,
    forgets,
    keep,
)
from matcalc.algebra.traversal import substitute
from matcalc.algebra.walks import postorder
from matcalc.calculus import declared, defined, kronecker
from matcalc.errors import UnsupportedError
from matcalc.rulebook.in_force import book
from matcalc.rulebook.rule import AdjointRule, DerivativeRule, nodes_of


def replaced(node: Node, k: int, child: Node) -> list[Node]:
    """The children of `node`, child k replaced."""
    children = list(node.children)
    children[k] = child
    return children


# ---- the multilinear classes: slot k holds h, all else is held fixed


def _sum(node: Node, k: int, h: Node) -> Node:
    return sums.times_number(node.data[k], h)


def _product(node: Node, k: int, h: Node) -> Node:
    return products.product(replaced(node, k, h))


def _hadamard(node: Node, k: int, h: Node) -> Node:
    return entrywise.hadamard(replaced(node, k, h))


def _scaled(node: Node, k: int, h: Node) -> Node:
    return products.scaled(*replaced(node, k, h))


def _transpose(_: Node, __: int, h: Node) -> Node:
    return transposes.transpose(h)


def _entry(node: Node, k: int, h: Node) -> Node:
    return entries.entry(h, node.children[1], node.children[2])


# ---- the rest: functions by their rule line, powers by the product rule


def _call(node: Node, k: int, h: Node) -> Node:
    if k in book().linear_slots(node):
        if node.data == "unvec":
            return linear.unvectorised(h, *node.shape)
        return calls.call(node.data, replaced(node, k, h))
    return _by_rule(node, k, h)


def _by_rule(node: Node, k: int, h: Node) -> Node:
    rule = _rule_of(node, k)
    return rule.at(node, [h if j == k else zero(node.children[j].shape) for j in range(len(rule.directions))])


def _power(node: Node, k: int, h: Node) -> Node:
    # 0^c has a value where c > 0 alone, and is 0 there
    return zero(node.shape) if k == 1 and is_zero(node.children[0]) else _by_rule(node, k, h)


def rule_about(node: Node, slots: Sequence[int]) -> DerivativeRule | None:
    """The rule for the change of a function in some of its arguments: a line of the book, or what its definition gives.

    None of what is linear, and of what is no function.
    """
    rule = book().derivative(node, slots)
    return defined.rule(node.data, tuple(slots)) if rule is None and type(node) is Defined else rule


def _rule_of(node: Node, k: int) -> DerivativeRule:
    rule = rule_about(node, (k,))
    if rule is None:
        raise UnsupportedError(
            f"no rule gives the derivative of {node.data or type(node).__name__}",
            hint="add a line 'D f(X)[H] = ...' to a rule file and load it with --rules",
        )
    return rule


def _matrix_power(node: Node, k: int, h: Node) -> Node:
    base, exponent = node.children
    if k != 0:
        raise _moving_exponent()
    if type(exponent) is not Number or exponent.data == -1:
        return _by_rule(node, 0, h)
    return sums.plus(*(products.product([left, h, right]) for left, right in sides(base, exponent.data)))


def _moving_exponent() -> UnsupportedError:
    return UnsupportedError(
        "the exponent of a matrix power stands for an integer: it cannot move", hint="write expm(k logm(X))"
    )


def sides(base: Node, n: int) -> list[tuple[Node, Node]]:
    """D X^n[H] = sum over the pairs of left H right; for n < 0 of -left H right, the sign in the left."""
    if n > 0:
        return [(_raised(base, i), _raised(base, n - 1 - i)) for i in range(n)]
    return [(sums.times_number(-1, _raised(base, -i)), _raised(base, n - 1 + i)) for i in range(1, -n + 1)]


def _raised(base: Node, n: int) -> Node:
    return matrix_powers.power(base, number(n))


_FORWARD: dict[type[Node], Callable[[Node, int, Node], Node]] = {
    Sum: _sum,
    Product: _product,
    Hadamard: _hadamard,
    Scaled: _scaled,
    Transpose: _transpose,
    Entry: _entry,
    Call: _call,
    Power: _power,
    MatrixPower: _matrix_power,
    Apply: lambda node, k, h: declared.value(node, {k: h}),
    Defined: _by_rule,
    Slope: lambda node, k, h: declared.slope(node, {k: h}),
    Gradient: declared.gradient,
    Hessian: declared.hessian,
    Jacobian: declared.jacobian,
}


def forward(node: Node, k: int, h: Node) -> Node:
    """The change of `node`, linear in the change h of its child k."""
    return _FORWARD[type(node)](node, k, h)


# D(g,x,y)[h,k] is one thing, not D(g,x,y)[h,0] + D(g,x,y)[0,k].
_JOINTLY: dict[type[Node], Callable[[Node, Mapping[int, Node]], Node]] = {
    Apply: declared.value,
    Slope: declared.slope,
}


def total_change(node: Node, moves: Mapping[int, Node]) -> Node:
    """The change of `node` where its children move, child k by moves[k]."""
    jointly = _JOINTLY.get(type(node))
    if jointly is not None:
        return jointly(node, moves)
    return sums.plus(*(forward(node, k, h) for k, h in moves.items()))


# ---- adjoints: of the multilinear classes by rules/adjoint.rules, of functions derived from their rule line


def _product_adjoint(node: Node, k: int, y: Node) -> Node:
    before, after = node.children[:k], node.children[k + 1 :]
    arguments = [products.product(before)] if before else []
    arguments.append(node.children[k])
    arguments += [products.product(after)] if after else []
    key = ("A " if before else "") + "H" + (" B" if after else "")
    return book().adjoint(key).at(arguments, y)


def _hadamard_adjoint(node: Node, k: int, y: Node) -> Node:
    others = [*node.children[:k], *node.children[k + 1 :]]
    return book().adjoint("A .* H").at([entrywise.hadamard(others), node.children[k]], y)


def _scaled_adjoint(node: Node, k: int, y: Node) -> Node:
    scalar, body = node.children
    return book().adjoint("h A").at([scalar, body], y) if k == 0 else book().adjoint("c H").at([scalar, body], y)


def _transpose_adjoint(node: Node, _: int, y: Node) -> Node:
    return book().adjoint("H^T").at([node.children[0]], y)


def _entry_adjoint(node: Node, _: int, y: Node) -> Node:
    body, i, j = node.children
    return products.scaled(y, entries.unit(i, j, *body.shape))


def _call_adjoint(node: Node, k: int, y: Node) -> Node:
    if k not in book().linear_slots(node):
        return _derived_adjoint(node, k, y)
    children = node.children
    if is_symmetric(node):  # in its last two arguments: the one that moves is taken last
        last = len(children) - 1
        children, k = (*children[: last - 1], children[2 * last - 1 - k], children[k]), last
    rule = book().adjoint(node.data, k, node)
    if node.data == "kron":
        return by_terms(y, lambda core: kronecker.factor(node, k, core), lambda rest: rule.at(children, rest))
    return rule.at(children, y)


_templates: dict[tuple[DerivativeRule, int], AdjointRule] = {}


@forgets
def _forget() -> None:
    """Forget the derived adjoints of users' functions; those of rule lines stay."""
    for rule, k in [key for key in _templates if key[0].about is not None]:
        del _templates[rule, k]


def _derived_adjoint(node: Node, k: int, y: Node) -> Node:
    """The adjoint of a function's rule line: a reverse sweep over its right side, kept as a template."""
    rule = _rule_of(node, k)
    known = _templates.get((rule, k))
    if known is None:
        known = _templates[rule, k] = _template(rule, k)
        if rule.about is None:
            keep(postorder(*nodes_of(known)))
    return known.at([*node.children[: len(rule.arguments)]], y)


def _template(rule: DerivativeRule, k: int) -> AdjointRule:
    from matcalc.calculus.adjoint import pull_back  # the sweep is made of these adjoints

    cotangent = symbol("Y'", rule.right.shape)
    held = {h: zero(h.shape) for j, h in enumerate(rule.directions) if j != k}
    h = rule.directions[k]
    # A line may say that a defined function is linear, D f(X)[H] = f(H): then its definition gives the adjoint.
    right = pull_back(defined.opened(substitute(rule.right, held)), [h], cotangent)[h]
    return AdjointRule(rule.function, k, rule.arguments, h, cotangent, right, rule.text, rule.place)


def _power_adjoint(node: Node, k: int, y: Node) -> Node:
    if k == 1 and is_zero(node.children[0]):
        return zero(node.children[1].shape)
    return _derived_adjoint(node, k, y)


def _matrix_power_adjoint(node: Node, k: int, y: Node) -> Node:
    base, exponent = node.children
    if k != 0:
        raise _moving_exponent()
    if type(exponent) is not Number or exponent.data == -1:
        return _derived_adjoint(node, 0, y)
    turn = transposes.transpose
    return sums.plus(*(products.product([turn(a), y, turn(b)]) for a, b in sides(base, exponent.data)))


_BACKWARD: dict[type[Node], Callable[[Node, int, Node], Node]] = {
    Sum: _sum,
    Product: _product_adjoint,
    Hadamard: _hadamard_adjoint,
    Scaled: _scaled_adjoint,
    Transpose: _transpose_adjoint,
    Entry: _entry_adjoint,
    Call: _call_adjoint,
    Power: _power_adjoint,
    MatrixPower: _matrix_power_adjoint,
    Apply: declared.pull_value,
    Defined: _derived_adjoint,
    Slope: declared.pull_slope,
    Gradient: declared.pull_gradient,
    Hessian: declared.pull_hessian,
    Jacobian: declared.pull_jacobian,
}


def backward(node: Node, k: int, y: Node) -> Node:
    """What the cotangent y of `node` sends to its child k."""
    return _BACKWARD[type(node)](node, k, y)
