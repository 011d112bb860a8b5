"""Entrywise products and powers; for scalars, the ordinary product and power.

Factors commute and are kept in structural order; powers of one base merge; coefficients stand in front (in a Sum), scalars of
an entrywise product of vectors or matrices too (in a Scaled).  ones is the unit.  (x^a)^b merges only for an integer b:
(x^2)^(1/2) is not x.  Of rows it is the transpose of that of columns.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from matcalc import limits
from matcalc.algebra import linear, products, sums, transposes
from matcalc.algebra.dimension import SCALAR, shown
from matcalc.algebra.functions import FUNCTIONS
from matcalc.algebra.leaves import ONE, is_zero, number, ones, zero
from matcalc.algebra.nodes import (
    Basis,
    Call,
    Hadamard,
    Identity,
    Node,
    Number,
    Ones,
    Power,
    Rational,
    Transpose,
    intern,
    memo,
)
from matcalc.errors import LimitError, ShapeError

BITS_PER_DIGIT = 3.33


def is_entrywise(node: Node) -> bool:
    """Whether `node` is an entrywise function, power or product of its children."""
    kind = type(node)
    if kind is Call:
        return FUNCTIONS[node.data].entrywise or node.data in ("maximum", "minimum")
    return kind is Power or kind is Hadamard


def hadamard(factors: Iterable[Node]) -> Node:
    """The entrywise product of factors of one shape; of scalars, the product."""
    given = list(factors)
    if len(given) == 1 and type(given[0]) is not Hadamard:
        return given[0]
    shape = given[0].shape
    if given[0].is_row:
        return transposes.transpose(hadamard([transposes.transpose(factor) for factor in given]))
    scalar = given[0].is_scalar
    c: Rational = 1
    scalars: list[Node] = []
    exponents: dict[Node, list[Node]] = {}
    stack = given[::-1]
    while stack:
        factor = stack.pop()
        if factor.shape != shape:
            raise ShapeError(f"cannot multiply {shown(shape)} and {shown(factor.shape)} entry by entry")
        if is_zero(factor):
            return zero(shape)
        a, inner, factor = sums.split(factor)
        c *= a
        scalars += inner
        kind = type(factor)
        if kind is Hadamard and (len(factor.children) <= products.LONGEST or len(given) == 1):
            stack.extend(factor.children)
        elif _is_turned_product(factor) and factor.weight <= transposes.HEAVIEST:
            stack.extend(transposes.transpose(inner) for inner in factor.children[0].children)
        elif kind is Power:
            exponents.setdefault(factor.children[0], []).append(factor.children[1])
        elif kind is Transpose and type(factor.children[0]) is Power:
            # A^T .* (A.^2)^T = (A.^3)^T
            base, exponent = factor.children[0].children
            exponents.setdefault(transposes.transpose(base), []).append(exponent)
        elif factor is not ONE and kind is not Ones:
            exponents.setdefault(factor, []).append(ONE)
    collected: list[Node] = []
    for base, powers in exponents.items():
        factor = base if powers == [ONE] else power(base, powers[0] if len(powers) == 1 else sums.plus(*powers))
        if len(powers) > 1:
            # Merging may give a number, ones, or something that meets another factor: sqrt(2 s) sqrt(2 s) = 2 s.
            a, inner, factor = sums.split(factor)
            c *= a
            scalars += inner
            if factor is ONE or type(factor) is Ones:
                continue
            if (factor.children[0] if type(factor) is Power else factor) is not base:
                return hadamard([_rebuilt(c, scalars, factor), *collected, *_rest(exponents, base)])
        collected.append(factor)
    if scalar:
        if scalars:
            return hadamard([number(sums.plain(c)), *scalars, *collected])
        return sums.times_number(sums.plain(c), _ordered(collected, shape))
    return products.in_front(sums.plain(c), scalars, _ordered(collected, shape))


def _is_turned_product(node: Node) -> bool:
    return type(node) is Transpose and type(node.children[0]) is Hadamard


def _rest(exponents: dict[Node, list[Node]], done: Node) -> list[Node]:
    """The factors after `done`, not yet collected."""
    after = list(exponents)[list(exponents).index(done) + 1 :]
    return [power(base, sums.plus(*exponents[base])) for base in after]


def _rebuilt(c: Rational, scalars: list[Node], factor: Node) -> Node:
    for scalar in scalars:
        factor = products.scaled(scalar, factor)
    return sums.times_number(sums.plain(c), factor)


def _ordered(factors: list[Node], shape: tuple[object, object]) -> Node:
    if not factors:
        return ONE if shape == SCALAR else ones(*shape)  # type: ignore[arg-type]
    if len(factors) == 1:
        return factors[0]
    factors.sort(key=lambda factor: factor.key)
    node_shape = factors[0].shape
    # e_1 .* e_2 = 0
    if len({at for each in factors if type(each) is Basis and type(at := each.children[0]) is Number}) > 1:
        return zero(node_shape)
    if factors[0].is_matrix and sum(f.weight for f in factors) <= transposes.HEAVIEST:
        now = sum(map(transposes.count, factors))
        if now >= 2:
            turned = [transposes.transpose(factor) for factor in factors]
            if 1 + sum(map(transposes.count, turned)) < now:
                return transposes.transpose(hadamard(turned))
    for k, factor in enumerate(factors):
        if linear.is_diagonal(factor):
            # diag(a) .* B = diag(a .* diag(B)), I .* B = diag(diag(B))
            others = factors[:k] + factors[k + 1 :]
            rest = others[0] if len(others) == 1 else hadamard(others)
            if type(factor) is Identity:
                return linear.diagonal(linear.diagonal(rest))
            return linear.diagonal(hadamard([factor.children[0], linear.diagonal(rest)]))
    return intern(Hadamard, tuple(factors), None, node_shape)


_powers: dict[tuple[Node, Node], Node] = memo()  # nine of ten are asked for again


def power(base: Node, exponent: Node) -> Node:
    """The entrywise power; the exponent is a scalar.  Of a scalar, the power."""
    if exponent is ONE:
        return base
    known = _powers.get((base, exponent))
    if known is None:
        known = _powers[base, exponent] = _power(base, exponent)
    return known


def _power(base: Node, exponent: Node) -> Node:
    if base.is_row:
        return transposes.transpose(power(transposes.transpose(base), exponent))
    shape = base.shape
    kind = type(base)
    p: Rational | None = exponent.data if type(exponent) is Number else None
    if p == 0:
        return ONE if base.is_scalar else ones(*shape)
    if base is ONE or kind is Ones:
        return base
    if kind is Basis and p is not None and p < 0 and p != -1:
        return power(base, number(-1))  # the entries are 1 and 0
    if (is_zero(base) or kind is Basis) and p is not None and p > 0:
        return base
    k = p if isinstance(p, int) else None  # an integer exponent
    if kind is Number:
        if k is not None and base.data != 0:
            return _number_power(base.data, k)
        if p is not None and base.data > 0:
            root = _exact_root(base.data, p)
            if root is not None:
                return number(root)
    if kind is Call and base.data == "norm" and k is not None and k % 2 == 0:
        squared = products.inner(base.children[0], base.children[0])
        return power(squared, number(k // 2))
    if kind is Power and k is not None:
        return power(base.children[0], hadamard([base.children[1], exponent]))
    if k is not None:
        c, scalars, core = sums.split(base)
        if kind is not Number and (c != 1 or scalars) and not (is_zero(base)):
            front = hadamard([_number_power(c, k), *(power(s, exponent) for s in scalars)])
            return products.scaled(front, power(core, exponent))
        if type(core) is Hadamard:
            return hadamard([power(factor, exponent) for factor in core.children])
    if base.is_matrix:
        better, flipped = transposes.upright(base)
        if flipped:
            return transposes.transpose(power(better, exponent))
    return intern(Power, (base, exponent), None, shape)


def _number_power(value: Rational, p: int) -> Node:
    if abs(p) > limits.exponent:
        raise LimitError(f"the exponent {p} is larger than matcalc.limits.exponent = {limits.exponent}")
    bits = max(value.numerator.bit_length(), value.denominator.bit_length())
    if bits > 1 and abs(p) * bits > limits.exponent * BITS_PER_DIGIT:
        raise LimitError(f"a number of more than matcalc.limits.exponent = {limits.exponent} digits")
    return number(sums.plain(Fraction(value) ** p))


def _exact_root(value: Rational, p: Rational) -> Rational | None:
    """value^p where that is rational: 4^(1/2) = 2."""
    if p > 64 or p < -64 or value.numerator > 10**18 or value.denominator > 10**18:
        return None
    roots: list[int] = []
    for part in (value.numerator, value.denominator):
        root: int = round(part ** (1 / p.denominator))
        if root**p.denominator != part:
            return None
        roots.append(root)
    return sums.plain(Fraction(roots[0], roots[1]) ** p.numerator)


def divide(left: Node, right: Node) -> Node:
    """left / right, right a scalar; entrywise ./ for equal shapes."""
    if right.is_scalar:
        return products.scaled(power(right, number(-1)), left)
    return hadamard([left, power(right, number(-1))])
