"""Where in an expression an identity applies, and what the expression is after it.

A rule about a product is found in a window of a longer product and around the corner of a trace: tr(B C ... A) holds A B.  One
about an entrywise product or a sum is found among the factors or terms, one about a power in its whole powers: (x^T x)^(3/2) is
sqrt(x^T x)^3.  All others are found at the top.  `keys` and `parts_looked_up` say under which two words a rule is filed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from matcalc.algebra import entrywise, linear, products, sums, transposes
from matcalc.algebra.leaves import number
from matcalc.algebra.nodes import Call, Hadamard, Node, Number, Ones, Power, Product, Rational, Scaled, Sum, Transpose
from matcalc.algebra.traversal import instantiate
from matcalc.rulebook.commuting import among, factors_of, pairs_of, power_of, terms_among
from matcalc.rulebook.matching import matches
from matcalc.rulebook.rule import NOWHERE, Found, IdentityRule, is_letter
from matcalc.rulebook.windows import anchor, window

Holds = Callable[[Node, str], bool]  # whether an expression has a property
Place = Callable[[Node], Node]  # puts the right side where the left side was


def rewritten(rule: IdentityRule, node: Node, holds: Holds) -> Node | None:
    """`node` with the left side of `rule` replaced by the right side, once, where the conditions hold; None if it is not there."""
    for found, place in _places(rule, node):
        if all(holds(_said_of(what, found), word) for what, word in rule.conditions):
            return place(_said_of(rule.right, found))
    return None


def _said_of(template: Node, found: Found) -> Node:
    value = found.values.get(template)
    return instantiate(template, found.values, found.dimensions) if value is None else value


def _places(rule: IdentityRule, node: Node) -> Iterator[tuple[Found, Place]]:
    pattern = rule.left
    kind = type(node)
    if rule.factors is not None:
        if kind is Product:
            yield from _windows(rule.factors, node, turned=pattern.is_scalar)
        elif kind is Call and node.data == "tr":
            yield from _corners(rule.factors, node.children[0].children)
    elif type(pattern) is not kind:
        return
    elif kind is Hadamard:
        for found, rest in among(pattern.children, list(node.children), NOWHERE, whole=False):
            yield found, _beside(rest)
    elif kind is Sum and len(pattern.children) > 1:
        if len(pattern.children) > len(node.children):
            return
        for found, others, ratio in terms_among(pairs_of(pattern), pairs_of(node), NOWHERE, None):
            yield found, _plus(others, ratio)
    elif kind is Scaled:
        yield from _multiples(pattern, node)
    elif kind is Power and (times := _how_often(pattern.children[1], node.children[1])) is not None:
        for found in matches(pattern.children[0], node.children[0], NOWHERE):
            yield found, _raised(times)
    else:
        for found in matches(pattern, node, NOWHERE):
            yield found, lambda right: right


def _how_often(wanted: Node, given: Node) -> Node | None:
    """The k, not 1, for which (X^wanted)^k is X^given whatever X is: a whole number; below 0 of roots only."""
    if type(wanted) is not Number or type(given) is not Number:
        return None
    k = sums.divide(given.data, wanted.data)
    return number(k) if type(k) is int and k != 1 and (k > 1 or type(wanted.data) is not int) else None


def _windows(factors: Sequence[Node], node: Node, *, turned: bool) -> Iterator[tuple[Found, Place]]:
    chains = [node.children]
    if turned and node.is_scalar:
        chains.append(tuple(transposes.transpose(factor) for factor in reversed(node.children)))
    for chain in chains:
        for found, start, end in window(factors, chain):
            yield found, _between(chain[:start], chain[end:])


def _corners(factors: Sequence[Node], chain: tuple[Node, ...]) -> Iterator[tuple[Found, Place]]:
    """Windows of the chain under a trace that begin before its end and go on at its beginning."""
    for corner in range(1, len(chain)):
        turned = chain[corner:] + chain[:corner]
        for found, start, end in window(factors, turned):
            if start < len(chain) - corner < end:
                yield found, _traced(turned[end:] + turned[:start])


def _multiples(pattern: Node, node: Node) -> Iterator[tuple[Found, Place]]:
    """s X in t s X: the scalar factors of s among those of the node, X its body, a factor of it, or an end of a product."""
    scalar, body = pattern.children
    front, core = node.children
    for found, rest in among(factors_of(scalar), list(factors_of(front)), NOWHERE, whole=False):
        put = _multiplied(rest)
        for inner in matches(body, core, found):
            yield inner, put
        if type(core) is Hadamard:
            for inner, others in among((body,), list(core.children), found, whole=False):
                yield inner, _then(_beside(others), put)
        elif type(core) is Product:
            first, *after = core.children
            *before, last = core.children
            for inner in matches(body, first, found):
                yield inner, _then(_between((), after), put)
            for inner in matches(body, last, found):
                yield inner, _then(_between(before, ()), put)
            for inner in matches(body, transposes.transpose(last), found):
                yield inner, _then(transposes.transpose, _between(before, ()), put)


# ---- putting the right side in place


def _between(before: Sequence[Node], after: Sequence[Node]) -> Place:
    return lambda right: products.product([*before, right, *after])


def _traced(others: Sequence[Node]) -> Place:
    return lambda right: linear.trace(products.product([right, *others]))


def _beside(others: Sequence[Node]) -> Place:
    return lambda right: entrywise.hadamard([right, *others])


def _plus(others: Sequence[tuple[Rational, Node]], ratio: Rational) -> Place:
    return lambda right: sums.add([(ratio, right), *others])


def _raised(times: Node) -> Place:
    return lambda right: entrywise.power(right, times)


def _multiplied(scalars: Sequence[Node]) -> Place:
    return lambda right: products.scaled(entrywise.hadamard(scalars), right) if scalars else right


def _then(*steps: Place) -> Place:
    def place(right: Node) -> Node:
        for step in steps:
            right = step(right)
        return right

    return place


# ---- where to look


def head(node: Node) -> str:
    """The name of a function, with ' for a transpose; of everything else the name of its class."""
    kind = type(node)
    if kind is Call:
        name: str = node.data
        return name
    if kind is Transpose:
        return head(node.children[0]) + "'"
    return kind.__name__


ANY = "*"


def keys(rule: IdentityRule) -> list[tuple[str, str]]:
    """Where a rule is looked up: the head of its left side, and that of a part which is no letter (`*` if there is none).

    >>> from matcalc.algebra import calls; from matcalc.algebra.dimension import named
    >>> from matcalc.algebra.leaves import symbol
    >>> X = symbol("X", (named("m"), named("n")))
    >>> keys(IdentityRule(calls.call("log", [calls.call("exp", [X])]), None, X, (), "", "", False))
    [('log', 'exp')]
    """
    left = rule.left
    if rule.factors is not None:
        fixed = anchor(rule.factors)
        if fixed is None:
            return [("Product", ANY)]
        part = rule.factors[fixed]
        both = [head(part), head(transposes.transpose(part))] if left.is_scalar else [head(part)]
        return [("Product", one) for one in dict.fromkeys(both)]
    kind = type(left)
    parts: Sequence[Node] = left.children
    if kind is Scaled:
        parts = factors_of(left.children[0])
    if kind in (Hadamard, Sum, Scaled):
        fixed_part = next(
            (power_of(p)[0] for p in parts if not is_letter(power_of(p)[0]) and type(p) not in (Number, Ones)), None
        )
        return [(kind.__name__, ANY if fixed_part is None else head(fixed_part))]
    inside = parts[0] if parts else left
    first = head(left).rstrip("'") if kind is not Transpose else "Transpose"
    # c X may be 2 c X, a Sum of one term, and -c X may be anything
    opposite = type(inside) is Sum and len(inside.children) == 1 and type(inside.children[0]) is Scaled
    loose = opposite or is_letter(inside)
    seconds = ["Scaled", "Sum"] if type(inside) is Scaled else [ANY if loose else head(inside)]
    return [(first, second) for second in seconds]


def parts_looked_up(node: Node) -> Sequence[Node]:
    """The parts of an expression whose heads say which rules may apply to it; see `keys`."""
    kind = type(node)
    if kind is Product:
        return node.children
    if kind is Hadamard or kind is Sum:
        return [power_of(part)[0] for part in node.children]
    if kind is Scaled:
        return [power_of(part)[0] for part in factors_of(node.children[0])]
    return node.children[:1]


def by_keys(rules: Iterable[IdentityRule]) -> dict[tuple[str, str], list[IdentityRule]]:
    """The rules under each of their keys."""
    found: dict[tuple[str, str], list[IdentityRule]] = {}
    for rule in rules:
        for key in keys(rule):
            found.setdefault(key, []).append(rule)
    return found
