"""Products, transposes, matrix powers, scalar multiples: the normal form of a chain of matrices.

- associative: factors of a nested product are spliced in (unless it is long);
- rational coefficients and scalars stand in front: Scaled(scalar, chain), the coefficient in a Sum around it;
- a chain is cut where a dimension is 1: inner 1 x 1 pieces become scalars, so at most an outer product u v^T remains;
- neighbours with the same base merge: X X^2 = X^3, X X^-1 = I;
- a scalar chain and its transpose are one: the one with the direction last, fewest transposes, then structural order;
- a row is the Transpose of a column, or a chain or multiple that ends in one; transposes go into products and stay outside
  of functions, sums and entrywise products wherever that means fewer of them.

No recursion is deeper than HEAVIEST allows: heavier expressions keep their transpose outside.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from matcalc.algebra import calls, entrywise, frechet, sums
from matcalc.algebra.dimension import ONE as ONE_DIMENSION
from matcalc.algebra.dimension import SCALAR
from matcalc.algebra.functions import FRECHET
from matcalc.algebra.leaves import ONE, commutation, identity, is_zero, number, ones, size, zero
from matcalc.algebra.nodes import (
    Call,
    Commutation,
    Hadamard,
    Hessian,
    Identity,
    MatrixPower,
    Node,
    Number,
    Ones,
    Product,
    Rational,
    Scaled,
    Sum,
    Transpose,
    Zero,
    intern,
    memo,
)
from matcalc.errors import ShapeError

HEAVIEST = 200
LONGEST = 32  # factors of a nested product that are spliced into another

# f(X^T) = f(X)^T for these functions of a matrix; so do all entrywise ones.
COMMUTES_WITH_TRANSPOSE = frozenset(
    "pinv adj cof expm logm sqrtm sinm cosm polar sum_diagonals J_expm J_logm J_sinm J_cosm J_power"
    " J2_expm J2_logm J2_sinm J2_cosm J2_power".split()
)

# Symmetric, whatever their arguments.
SYMMETRIC = frozenset({"diag", "J_polar", "J2_polar"})


def transposes(node: Node) -> int:
    """How many transposes of vectors or matrices are seen at the top of `node`; 0 if it is too heavy to be turned."""
    kind = type(node)
    if node.weight > HEAVIEST:
        return int(kind is Transpose)
    if kind is Transpose:
        return 1 + transposes(node.children[0])
    if kind is Product:
        return sum(type(factor) is Transpose for factor in node.children)
    if kind is Scaled or (kind is Sum and len(node.children) == 1):
        return transposes(node.children[-1])
    if kind is Hadamard or kind is Sum or (kind is Call and node.data == "kron"):
        return sum(transposes(factor) for factor in node.children)
    return 0


def transpose(node: Node) -> Node:
    """The transpose: (A B)^T = B^T A^T, (A^T)^T = A, (c A)^T = c A^T.

    >>> from matcalc.algebra.leaves import symbol; from matcalc.algebra.dimension import named
    >>> A = symbol("A", (named("m"), named("n")))
    >>> transpose(transpose(A)) is A
    True
    """
    kind = type(node)
    if kind is Transpose:
        return node.children[0]
    known = _turned_before.get(node)
    if known is None:
        known = _turned_before[node] = _transposed_product(node) if kind is Product else _transposed(node, kind)
    return known


_turned_before = memo()  # without it the transposes of nested sums and products would be made over and over


def _transposed_product(node: Node) -> Node:
    """(A B)^T = B^T A^T; a long product may stand in another one, as deep as it likes."""
    waiting = [node]
    while True:
        inner = waiting[-1]
        inside = [factor for factor in inner.children if type(factor) is Product and factor not in _turned_before]
        if inside:
            waiting += inside
            continue
        waiting.pop()
        turned = inner if inner.is_scalar else product([transpose(factor) for factor in reversed(inner.children)])
        if not waiting:
            return turned
        _turned_before[inner] = turned


def _transposed(node: Node, kind: type[Node]) -> Node:
    """The transpose of what is no product."""
    if node.is_scalar or kind is Identity or kind is Hessian:
        return node
    rows, columns = node.shape
    turned = (columns, rows)
    if not node.children:
        if kind is Zero:
            return zero(turned)
        if kind is Ones:
            return ones(*turned)
        if kind is Commutation:
            return commutation(node.data[1], node.data[0])
        return intern(Transpose, (node,), None, turned)
    if kind is Scaled:
        return scaled(node.children[0], transpose(node.children[1]))
    if kind is Sum and len(node.children) == 1:
        turned_term = transpose(node.children[0])
        if type(turned_term) is Sum:
            return sums.times_number(node.data[0], turned_term)
        return intern(Sum, (turned_term,), node.data, turned)
    if node.is_matrix and node.weight <= HEAVIEST:
        if kind is Sum or kind is Hadamard:
            inside = [transpose(child) for child in node.children]
            if sum(map(transposes, inside)) <= 1 + sum(map(transposes, node.children)):
                if kind is Sum:
                    return sums.add(zip(node.data, inside, strict=True))
                return entrywise.hadamard(inside)
        elif kind is Call and node.data == "kron":
            return calls.call("kron", [transpose(child) for child in node.children])
        elif kind is Call and node.data in SYMMETRIC:
            return node
        elif kind is Call and node.data in FRECHET:
            return frechet.transposed(node)
        elif _commutes_with_transpose(node) and all(transpose(child) is child for child in node.children):
            return node
    elif kind is Call and node.data in SYMMETRIC and node.is_matrix:
        return node
    return intern(Transpose, (node,), None, turned)


def _commutes_with_transpose(node: Node) -> bool:
    """Whether f(X^T) = f(X)^T for the function that `node` is."""
    kind = type(node)
    return (
        kind is MatrixPower or entrywise.is_entrywise(node) or (kind is Call and node.data in COMMUTES_WITH_TRANSPOSE)
    )


def upright(node: Node) -> tuple[Node, bool]:
    """The better of a matrix and its transpose as the argument of a function, and whether it is the transpose.

    Better is: fewer transposes, then first in structural order.  f(X^T) = f(X)^T, tr X^T = tr X, det X^T = det X are
    stated with it, so that both spellings meet.
    """
    if not node.is_matrix:
        return (transpose(node), True) if node.is_row else (node, False)
    if type(node) is Transpose:
        return node.children[0], True
    if node.weight > HEAVIEST:
        return node, False
    turned = transpose(node)
    if turned is node or type(turned) is Transpose:
        return node, False
    # Coefficients aside: the transpose of a primitive sum may have another leading term, and so another sign.
    now, other = sums.split(node)[2], sums.split(turned)[2]
    better = type(other) is not Transpose and (transposes(other), other.key) < (transposes(now), now.key)
    return (turned, True) if better else (node, False)


def scaled(scalar: Node, body: Node) -> Node:
    """The scalar times the body, whatever the body's shape."""
    if body.is_scalar:
        return entrywise.hadamard([scalar, body])
    if is_zero(scalar) or is_zero(body):
        return zero(body.shape)
    c, inner, core = sums.split(body)
    return _in_front(c, [scalar, *inner], core)


def _in_front(c: Rational, scalars: Sequence[Node], core: Node) -> Node:
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
            left, right = _shown(rows, columns), _shown(above, beside)
            raise ShapeError(f"cannot multiply {left} by {right}: the inner dimensions differ")
        columns = beside
        if kind is Identity:
            continue
        if kind is Zero:
            nothing = True
        elif chain:
            merged = _merged(chain[-1], factor)
            if merged is not None:
                chain.pop()
                columns = merged.shape[0]
                if type(merged) is not Identity:
                    stack.append(merged)
                continue
        chain.append(factor)
    if rows is None or columns is None:
        return entrywise.hadamard([number(sums.plain(c)), *scalars]) if scalars else number(sums.plain(c))
    if nothing or c == 0:
        return zero((rows, columns))
    if not chain:
        return _in_front(sums.plain(c), scalars, identity(rows))
    body = chain
    if rows is columns is ONE_DIMENSION or any(factor.shape[0] is ONE_DIMENSION for factor in chain[1:]):
        body = []
        for piece in _pieces(chain):
            if piece[0].shape[0] is ONE_DIMENSION and piece[-1].shape[1] is ONE_DIMENSION:
                scalars.append(scalar_chain(piece))
            else:
                body += piece
    if not body:
        return entrywise.hadamard([number(sums.plain(c)), *scalars])
    core = body[0] if len(body) == 1 else intern(Product, tuple(body), None, (body[0].shape[0], body[-1].shape[1]))
    return _in_front(sums.plain(c), scalars, core)


def _shown(rows: object, columns: object) -> str:
    return f"{rows} x {columns}"


def _merged(left: Node, right: Node) -> Node | None:
    """X^a X^b = X^(a+b) for integers a, b, pinv(X)^T X^T = X pinv(X), Kronecker products and matrices of ones; None for other pairs."""
    flipped, other_flipped = type(left) is Transpose, type(right) is Transpose
    one = left.children[0] if flipped else left
    other = right.children[0] if other_flipped else right
    if type(one) is type(other) is Ones:
        # 1_mn 1_np = n 1_mp; a row and a column are a scalar chain, a column and a row an outer product
        n = left.shape[1]
        if n is ONE_DIMENSION or (left.is_row and right.is_column):
            return None
        return scaled(size(n), ones(left.shape[0], right.shape[1]))
    if type(one) is Call or type(other) is Call:
        inside = _into_kronecker(left, right)
        if inside is not None:
            return inside
        if flipped and other_flipped and _pseudo_inverses(one, other):
            return intern(Product, (other, one), None, (left.shape[0], right.shape[1]))
    if flipped is not other_flipped or not left.shape[0] is left.shape[1] is right.shape[1]:
        return None
    (base, a), (other_base, b) = _base_and_exponent(one), _base_and_exponent(other)
    if base is not other_base:
        return None
    raised = matrix_power(base, number(a + b))
    return transpose(raised) if flipped else raised


def _into_kronecker(left: Node, right: Node) -> Node | None:
    """M (b^T ⊗ N) = b^T ⊗ M N, M (N ⊗ b^T) = M N ⊗ b^T, and the transposes of both; None for other pairs."""
    if (operands := _operands(right)) is not None:
        first, second = operands
        if first.is_row:
            return calls.kronecker(first, product([left, second]))
        if second.is_row:
            return calls.kronecker(product([left, first]), second)
    if (operands := _operands(left)) is not None:
        first, second = operands
        if first.is_column:
            return calls.kronecker(first, product([second, right]))
        if second.is_column:
            return calls.kronecker(product([first, right]), second)
    return None


def _operands(node: Node) -> tuple[Node, Node] | None:
    """The operands of a Kronecker product, or of the transpose of one that is not too heavy to be turned."""
    turned = type(node) is Transpose
    body = node.children[0] if turned else node
    if type(body) is not Call or body.data != "kron" or (turned and node.weight > HEAVIEST):
        return None
    first, second = body.children
    return (transpose(first), transpose(second)) if turned else (first, second)


def _pseudo_inverses(a: Node, b: Node) -> bool:
    """Whether one is the pinv of the other: their product is a symmetric projection."""
    return any(type(x) is Call and x.data == "pinv" and x.children[0] is y for x, y in ((a, b), (b, a)))


def _base_and_exponent(factor: Node) -> tuple[Node, int]:
    """X and k of X^k for an integer k."""
    if type(factor) is MatrixPower and type(factor.children[1]) is Number and type(factor.children[1].data) is int:
        return factor.children[0], factor.children[1].data
    return factor, 1


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
    return (product(pieces[0]), transpose(product(pieces[1]))) if len(pieces) == 2 else None


def scalar_chain(factors: Sequence[Node]) -> Node:
    """The 1 x 1 chain u^T A ... v; the same node as its transpose."""
    if len(factors) == 1:
        return factors[0]
    chains: list[tuple[Rational, Sequence[Node]]] = [(1, factors)]
    other = turned_chain(factors)
    if other is not None:
        chains.append(other)
    c, best = min(chains, key=lambda chain: _chain_rank(chain[1]))
    return sums.times_number(c, intern(Product, tuple(best), None, SCALAR))


def turned_chain(factors: Sequence[Node]) -> tuple[Rational, list[Node]] | None:
    """The transpose of a chain as a coefficient, 1 or -1, and a chain of as many factors; None if a factor comes apart."""
    light = all(factor.weight <= HEAVIEST for factor in factors)
    coefficient: Rational = 1
    turned: list[Node] = []
    for factor in reversed(factors):
        c, scalars, core = sums.split(transpose(factor) if light else _turned(factor))
        if scalars or core.is_scalar or type(core) is Product:
            return None
        coefficient *= c
        turned.append(core)
    return coefficient, turned


def _turned(factor: Node) -> Node:
    return factor.children[0] if type(factor) is Transpose else transpose(factor)


def _chain_rank(chain: Sequence[Node]) -> tuple[int, int, list[object]]:
    turned = sum(map(transposes, chain))
    return (end_rank(chain[-1]), turned, [factor.key for factor in chain])


def end_rank(last: Node) -> int:
    """Which chains come first: those that end with the direction, then those that end with its transpose."""
    return (0 if type(last) is not Transpose else 1) if last.directional else 2


def matrix_power(base: Node, exponent: Node) -> Node:
    """base^exponent of a square matrix: an integer exponent, or a name that stands for one."""
    if base.is_scalar:
        return entrywise.power(base, exponent)
    if base.shape[0] is not base.shape[1]:
        raise ShapeError(f"a power needs a square matrix, not {_shown(*base.shape)}")
    k = exponent.data if type(exponent) is Number else None
    kind = type(base)
    if k == 0 or kind is Identity:
        return identity(base.shape[0])
    if k == 1 or (kind is Zero and k is not None and k > 0):
        return base
    if kind is Ones and type(k) is int and k > 0:
        return scaled(entrywise.power(size(base.shape[0]), number(k - 1)), base)
    if kind is MatrixPower and type(k) is int:
        # (X^a)^b = X^(a b) for an integer b only: (X^2)^(1/2) is not X.
        return matrix_power(base.children[0], entrywise.hadamard([base.children[1], exponent]))
    c, scalars, core = sums.split(base)
    if c != 1 or scalars:
        front = [entrywise.power(number(c), exponent), *(entrywise.power(s, exponent) for s in scalars)]
        return scaled(entrywise.hadamard(front), matrix_power(core, exponent))
    if kind is Call and base.data == "diag":
        return calls.call("diag", [entrywise.power(base.children[0], exponent)])
    if kind is Call and base.data == "kron" and k is not None:
        left, right = base.children
        if left.shape[0] is left.shape[1]:
            return calls.call("kron", [matrix_power(left, exponent), matrix_power(right, exponent)])
    if kind is Commutation and k is not None:
        m, n = base.data
        if k == -1:
            return commutation(n, m)
    if kind is Product and k is not None:
        if k > 0 and k * len(base.children) <= LONGEST:
            return product(list(base.children) * k)
        squares = _square_windows(base.children)
        if k < 0 and -k * len(squares) <= LONGEST and len(squares) > 1:
            return product([matrix_power(product(square), number(-1)) for square in reversed(squares)] * -k)
    better, flipped = upright(base)
    if flipped:
        return transpose(matrix_power(better, exponent))
    return intern(MatrixPower, (base, exponent), None, base.shape)


def _square_windows(chain: Sequence[Node]) -> list[list[Node]]:
    """A square chain as a product of as many square ones as there are: (X X^T) (A) for X X^T A."""
    windows: list[list[Node]] = []
    for factor in chain:
        if factor.shape[0] is chain[0].shape[0]:
            windows.append([])
        windows[-1].append(factor)
    return windows


def inverse(node: Node) -> Node:
    """The inverse of a square matrix, the reciprocal of a scalar."""
    return matrix_power(node, number(-1))


def inner(left: Node, right: Node) -> Node:
    """<A, B> = tr(A^T B), a^T b for columns, the product for scalars."""
    if left.is_scalar:
        return entrywise.hadamard([left, right])
    if left.is_column:
        return product([transpose(left), right])
    if left.is_row:
        return product([left, transpose(right)])
    return calls.call("tr", [product([transpose(left), right])])
