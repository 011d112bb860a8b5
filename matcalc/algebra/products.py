"""Matrix products and scalar multiples: the normal form of a chain of matrices.

- associative: factors of a nested product are spliced in (unless it is long);
- rational coefficients and scalars stand in front: Scaled(scalar, chain), the coefficient in a Sum around it;
- a chain is cut where a dimension is 1: inner 1 x 1 pieces become scalars, so at most an outer product u v^T remains;
- neighbours with the same base merge: X X^2 = X^3, X X^-1 = I;
- a scalar chain and its transpose are one (`chains`), (A B)^T = B^T A^T (`transposes`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from matcalc.algebra import chains, entrywise, kronecker, linear, matrix_powers, sums, transposes
from matcalc.algebra.dimension import ONE as ONE_DIMENSION
from matcalc.algebra.dimension import shown
from matcalc.algebra.leaves import ONE, identity, is_zero, number, ones, size, zero
from matcalc.algebra.nodes import Call, Identity, Node, Ones, Product, Rational, Scaled, Transpose, Zero, intern
from matcalc.errors import ShapeError

LONGEST = 32  # factors of a nested product that are spliced into another


def scaled(scalar: Node, body: Node) -> Node:
    """The scalar times the body, whatever the body's shape."""
    if body.is_scalar:
        return entrywise.hadamard([scalar, body])
    if is_zero(scalar) or is_zero(body):
        return zero(body.shape)
    c, inner, core = sums.split(body)
    return in_front(c, [scalar, *inner], core)


def in_front(c: Rational, scalars: Sequence[Node], core: Node) -> Node:
    """c * product of scalars * core, core without scalar factor."""
    if c == 0:
        return zero(core.shape)
    if scalars:
        factor = entrywise.hadamard(scalars)
        if is_zero(factor):
            return zero(core.shape)
        a, _, factor = sums.split(factor)
        c = sums.plain(c * a)
        if factor is not ONE:
            core = intern(Scaled, (factor, core), None, core.shape)
    return sums.times_number(c, core)


def product(factors: Iterable[Node]) -> Node:
    """The matrix product of at least one factor; scalars among them scale."""
    given = list(factors)
    if len(given) == 1:
        return given[0]
    c: Rational = 1
    scalars: list[Node] = []
    chain: list[Node] = []
    rows = columns = None
    nothing = False
    stack = given[::-1]
    while stack:
        factor = stack.pop()
        above, beside = factor.shape
        if above is ONE_DIMENSION and beside is ONE_DIMENSION:
            if factor is not ONE:
                scalars.append(factor)
            continue
        kind = type(factor)
        if kind in sums.DIVISIBLE:
            a, inner, factor = sums.split(factor)
            c *= a
            scalars += inner
            kind = type(factor)
        if kind is Product and len(factor.children) <= LONGEST:
            stack.extend(reversed(factor.children))
            continue
        if columns is None:
            rows = above
        elif columns is not above:
            before, after = f"{rows} x {columns}", shown(factor.shape)
            raise ShapeError(f"cannot multiply {before} by {after}: the inner dimensions differ")
        columns = beside
        if kind is Identity:
            continue
        if kind is Zero:
            nothing = True
        elif chain:
            one = joined(chain[-1], factor)
            if one is not None:
                chain.pop()
                columns = one.shape[0]
                if type(one) is not Identity:
                    stack.append(one)
                continue
        chain.append(factor)
    if rows is None or columns is None:
        return entrywise.hadamard([number(sums.plain(c)), *scalars]) if scalars else number(sums.plain(c))
    if nothing or c == 0:
        return zero((rows, columns))
    if not chain:
        return in_front(sums.plain(c), scalars, identity(rows))
    body = chain
    if rows is columns is ONE_DIMENSION or any(factor.shape[0] is ONE_DIMENSION for factor in chain[1:]):
        body = []
        for piece in _pieces(chain):
            if piece[0].shape[0] is ONE_DIMENSION and piece[-1].shape[1] is ONE_DIMENSION:
                scalars.append(chains.scalar_chain(piece))
            else:
                body += piece
    if not body:
        return entrywise.hadamard([number(sums.plain(c)), *scalars])
    core = body[0] if len(body) == 1 else intern(Product, tuple(body), None, (body[0].shape[0], body[-1].shape[1]))
    return in_front(sums.plain(c), scalars, core)


def joined(left: Node, right: Node) -> Node | None:
    """The product of two neighbours where it is simpler than both, None for other pairs.

    X^a X^b = X^(a+b) for integers a, b; pinv(X)^T X^T = X pinv(X); 1_mn 1_np = n 1_mp; what goes into a Kronecker product.
    """
    flipped, other_flipped = type(left) is Transpose, type(right) is Transpose
    one = left.children[0] if flipped else left
    other = right.children[0] if other_flipped else right
    if type(one) is type(other) is Ones:
        # a row and a column are a scalar chain, a column and a row an outer product
        n = left.shape[1]
        if n is ONE_DIMENSION or (left.is_row and right.is_column):
            return None
        return scaled(size(n), ones(left.shape[0], right.shape[1]))
    if type(one) is Call or type(other) is Call:
        inside = kronecker.joined(left, right)
        if inside is not None:
            return inside
        if flipped and other_flipped and _pseudo_inverses(one, other):
            return intern(Product, (other, one), None, (left.shape[0], right.shape[1]))
    if flipped is not other_flipped or not left.shape[0] is left.shape[1] is right.shape[1]:
        return None
    (base, a), (other_base, b) = matrix_powers.base_and_exponent(one), matrix_powers.base_and_exponent(other)
    if base is not other_base:
        return None
    raised = matrix_powers.power(base, number(a + b))
    return transposes.transpose(raised) if flipped else raised


def _pseudo_inverses(a: Node, b: Node) -> bool:
    """Whether one is the pinv of the other: their product is a symmetric projection."""
    return any(type(x) is Call and x.data == "pinv" and x.children[0] is y for x, y in ((a, b), (b, a)))


def _pieces(chain: Sequence[Node]) -> list[list[Node]]:
    """The chain, cut where the dimension between two factors is 1."""
    pieces = [[chain[0]]]
    for factor in chain[1:]:
        if factor.shape[0] is ONE_DIMENSION:
            pieces.append([factor])
        else:
            pieces[-1].append(factor)
    return pieces


def outer_product(node: Node) -> tuple[Node, Node] | None:
    """a and b, where `node` is the product a b^T."""
    if type(node) is not Product or not node.is_matrix:
        return None
    pieces = _pieces(node.children)
    return (product(pieces[0]), transposes.transpose(product(pieces[1]))) if len(pieces) == 2 else None


def inner(left: Node, right: Node) -> Node:
    """<A, B> = tr(A^T B), a^T b for columns, the product for scalars."""
    if left.is_scalar:
        return entrywise.hadamard([left, right])
    if left.is_column:
        return product([transposes.transpose(left), right])
    if left.is_row:
        return product([left, transposes.transpose(right)])
    return linear.trace(product([transposes.transpose(left), right]))
