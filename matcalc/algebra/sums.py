"""Sums and multiples: linear combinations with rational coefficients, like terms collected.

`add` is the one place where rational coefficients live: a multiple c x is a Sum of one term.  A sum of rows is the transpose of
a sum of columns.  A matrix sum in which most terms are transposed is the transpose of the other sum, so that A^T + B^T and
(A + B)^T meet.  A nested sum is flattened unless it is long (WIDEST terms): flattening through long shared sums is quadratic.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import gcd, lcm

from matcalc.algebra import transposes
from matcalc.algebra.dimension import shown
from matcalc.algebra.leaves import ONE, ZERO, number, zero
from matcalc.algebra.mirrors import mirror
from matcalc.algebra.nodes import Node, Number, Rational, Scaled, Sum, Transpose, Zero, intern
from matcalc.errors import ShapeError

WIDEST = 32
LARGE = 100


def plain(value: Rational) -> Rational:
    """The same rational, an int where it is integral."""
    return value.numerator if type(value) is not int and value.denominator == 1 else value


def divide(a: Rational, b: Rational) -> Rational:
    """a / b, exactly."""
    if type(a) is int and type(b) is int and a % b == 0:
        return a // b
    return plain(Fraction(a) / Fraction(b))


def coefficient_and_term(node: Node) -> tuple[Rational, Node]:
    """c and x of a multiple c x; 1 and the node itself of anything else; c and ONE of a number."""
    if type(node) is Number:
        return node.data, ONE
    if type(node) is Sum and len(node.children) == 1:
        return node.data[0], node.children[0]
    return 1, node


def terms_of(node: Node) -> list[tuple[Rational, Node]]:
    """The (coefficient, term) pairs that `node` is the sum of."""
    if type(node) is Sum:
        return list(zip(node.data, node.children, strict=True))
    return [coefficient_and_term(node)]


def add(terms: Iterable[tuple[Rational, Node]]) -> Node:
    """The sum of coefficient * term; all terms of one shape, at least one term.

    >>> from matcalc.algebra.leaves import ZERO, symbol; from matcalc.algebra.dimension import SCALAR
    >>> t = symbol("t", SCALAR)
    >>> add([(2, t), (1, add([(-2, t)]))]) is ZERO
    True
    """
    given = list(terms)
    first, leading = given[0]
    if first == 1 and len(given) == 1:
        return leading
    shape = leading.shape
    if leading.is_row:
        return transposes.transpose(add([(c, transposes.transpose(node)) for c, node in given]))
    collected: dict[Node, Rational] = {}
    for c, node in given:
        if node.shape != shape:
            raise ShapeError(f"cannot add {shown(shape)} and {shown(node.shape)}")
        kind = type(node)
        if c == 0 or kind is Zero or node is ZERO:
            continue
        if kind is Transpose and type(node.children[0]) is Sum and node.is_matrix:
            inner = node.children[0]
            if len(inner.children) <= WIDEST and len(given) > 1:
                for a, term in zip(inner.data, inner.children, strict=True):
                    turned = transposes.transpose(term)
                    b, turned = coefficient_and_term(turned)
                    collected[turned] = collected.get(turned, 0) + c * a * b
                continue
        if kind is Sum and (len(node.children) <= WIDEST or len(given) == 1):
            for a, term in zip(node.data, node.children, strict=True):
                collected[term] = collected.get(term, 0) + c * a
        elif kind is Number:
            collected[ONE] = collected.get(ONE, 0) + c * node.data
        else:
            collected[node] = collected.get(node, 0) + c
    pairs = [(term, plain(c)) for term, c in collected.items() if c != 0]
    if not pairs:
        return zero(shape)
    if len(pairs) == 1:
        term, c = pairs[0]
        if term is ONE:
            return number(c)
        return term if c == 1 else intern(Sum, (term,), (c,), shape)
    pairs.sort(key=lambda pair: pair[0].key)
    if pairs[0][0].is_matrix and len(pairs) <= WIDEST:
        turned_pairs = _fewer_transposes(pairs)
        if turned_pairs is not None:
            return intern(Transpose, (add(turned_pairs),), None, shape)
    return intern(Sum, tuple(term for term, _ in pairs), tuple(c for _, c in pairs), shape)


def _fewer_transposes(pairs: list[tuple[Node, Rational]]) -> list[tuple[Rational, Node]] | None:
    """The transposed terms, if a transpose outside and these inside are fewer transposes than now."""
    now = sum(transposes.count(term) for term, _ in pairs)
    if now < 2 or any(term.weight > transposes.HEAVIEST for term, _ in pairs):
        return None
    turned = [(c, transposes.transpose(term)) for term, c in pairs]
    return turned if 1 + sum(transposes.count(term) for _, term in turned) < now else None


def plus(*nodes: Node) -> Node:
    """The sum of expressions of one shape."""
    return nodes[0] if len(nodes) == 1 else add([(1, node) for node in nodes])


def minus(left: Node, right: Node) -> Node:
    """left - right."""
    return add([(1, left), (-1, right)])


def times_number(c: Rational, node: Node) -> Node:
    """The multiple c x."""
    return node if c == 1 else add([(c, node)])


def content(node: Node) -> Rational:
    """The rational that makes a sum primitive: integer coefficients without common divisor, the leading one positive.

    Integers that are all LARGE come of decimals, and are made decimals again, the largest between 1 and 10: 0.001 x - 0.000333 y is a
    multiple of x - 0.333 y, not of 1000 x - 333 y.

    The leading term is the one of highest degree, then the one whose name stands first: A x - b and b - A x meet, and so do
    x - a and a - x, of A and A^T the one with the larger coefficient: 3 A - A^T.  The order is the same for a sum and its transpose;
    where it leaves a tie of opposite signs, the sign stays.
    """
    coefficients = node.data
    g = gcd(*(c.numerator for c in coefficients))
    below = lcm(*(c.denominator for c in coefficients))
    common = g if below == 1 else plain(Fraction(g, below))
    if not -LARGE * common < coefficients[0] < LARGE * common:
        sizes = [abs(Fraction(c) / common) for c in coefficients]
        if min(sizes) >= LARGE:
            common = plain(Fraction(common) * 10 ** (len(str(int(max(sizes)))) - 1))
    highest = max([term.degree for term in node.children])
    leading = [(c, term) for c, term in zip(coefficients, node.children, strict=True) if term.degree == highest]
    if len(leading) > 1:
        mirrors = [mirror(term) for _, term in leading]
        first = min(mirrors)
        leading = [pair for pair, name in zip(leading, mirrors, strict=True) if name == first]
        largest = max(abs(c) for c, _ in leading)
        leading = [pair for pair in leading if abs(pair[0]) == largest]
    return -common if all(c < 0 for c, _ in leading) else common


def primitive(node: Node) -> Node:
    """The sum divided by its content: of all its multiples the same; what is no sum stays.

    >>> from matcalc.algebra.dimension import SCALAR; from matcalc.algebra.leaves import symbol
    >>> c, d = symbol("c", SCALAR), symbol("d", SCALAR)
    >>> primitive(add([(2, d), (-2, c)])) is add([(1, c), (-1, d)])
    True
    """
    return times_number(divide(1, content(node)), node) if type(node) is Sum else node


DIVISIBLE = frozenset({Scaled, Number, Sum, Transpose})  # what `split` may take apart


def split(node: Node) -> tuple[Rational, list[Node], Node]:
    """c, scalars and body with node = c * product of scalars * body, the body primitive and without scalar factor.

    The body of a number is ONE.  The scalars are not split further.
    """
    c: Rational = 1
    scalars: list[Node] = []
    if type(node) not in DIVISIBLE:
        return c, scalars, node
    while True:
        kind = type(node)
        if kind is Scaled:
            scalars.append(node.children[0])
            node = node.children[1]
        elif kind is Number:
            return (c * node.data, scalars, ONE)
        elif kind is Sum and len(node.children) == 1:
            c *= node.data[0]
            node = node.children[0]
        elif kind is Sum:
            inner = content(node)
            if inner != 1:
                c *= inner
                node = intern(Sum, node.children, tuple(divide(a, inner) for a in node.data), node.shape)
            return plain(c), scalars, node
        elif kind is Transpose and type(node.children[0]) is Sum:
            # The transpose of a sum carries its content inside.
            inner_c, inner_scalars, body = split(node.children[0])
            if body is node.children[0]:
                return plain(c), scalars, node
            return plain(c * inner_c), scalars + inner_scalars, transposes.transpose(body)
        else:
            return plain(c), scalars, node
