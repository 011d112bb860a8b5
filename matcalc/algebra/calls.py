"""Functions of algebra/functions.py: what holds for each of them whatever its argument, as the normal form needs it.

Linear functions (tr, sum, diag, vec) go into sums and past coefficients and scalars; a trace of a chain is the least of its
rotations and their transposes; functions that do not see a transpose, or commute with it, are given the better of X and X^T.
inv(X) is MatrixPower(X, -1), sqrt(X) is Power(X, 1/2).  Every other identity is a rule line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from typing import Any

from matcalc.algebra import declared, entrywise, frechet, products, sums
from matcalc.algebra.dimension import ONE as ONE_DIMENSION
from matcalc.algebra.dimension import SCALAR, Dimension, Shape
from matcalc.algebra.functions import FRECHET, FUNCTIONS, JACOBIAN, SECOND_JACOBIAN
from matcalc.algebra.leaves import ONE, ZERO, basis, identity, is_zero, number, ones, size, zero
from matcalc.algebra.nodes import (
    Basis,
    Call,
    Entry,
    Hadamard,
    Identity,
    Node,
    Number,
    Ones,
    Power,
    Product,
    Rational,
    Scaled,
    Slope,
    Sum,
    Transpose,
    intern,
)
from matcalc.errors import ShapeError

# f(X^T) = f(X).
BLIND_TO_TRANSPOSE = frozenset("tr det logdet sum norm norm_1 norm_2 norm_nuclear lambda_max".split())
LINEAR = frozenset("tr sum diag vec tril triu sum_diagonals skew".split())
KEEPS_SUMS = LINEAR - {"tr", "sum"}


def value_shape(name: str, arguments: Sequence[Shape]) -> Shape:
    """The shape of a function's value from those of its arguments; ShapeError if no signature fits.

    >>> from matcalc.algebra.dimension import named
    >>> value_shape("pinv", [(named("p"), named("q"))])
    (q, p)
    """
    function = FUNCTIONS[name]
    if function.entrywise:
        return arguments[0]
    for pattern, value in function.signatures:
        known: dict[str, Dimension] = {}
        if len(pattern) == len(arguments) and all(map(_fits, pattern, arguments, [known] * len(pattern))):
            return value[0].substitute(known), value[1].substitute(known)
    given = ", ".join(f"{rows} x {columns}" for rows, columns in arguments)
    raise ShapeError(f"{name} does not take {given}")


def _fits(pattern: Shape, shape: Shape, known: dict[str, Dimension]) -> bool:
    for expected, actual in zip(pattern, shape, strict=True):
        name = expected.name
        if name is None:
            if expected is not actual:
                return False
        elif known.setdefault(name, actual) is not actual:
            return False
    return True


def call(name: str, arguments: Sequence[Node]) -> Node:
    """The function `name` of these arguments, in normal form; shapes must fit its signature."""
    if name == "inv":
        return products.inverse(arguments[0])
    if name == "sqrt":
        return entrywise.power(arguments[0], number(Fraction(1, 2)))
    if name == "dot":
        return products.inner(arguments[0], arguments[1])
    if FUNCTIONS[name].entrywise:
        return _entry_by_entry(name, arguments[0])
    special = _SPECIAL.get(name)
    if special is not None:
        return special(*arguments)
    if name in FRECHET:
        return frechet.derivative(name, arguments)
    shape = value_shape(name, [argument.shape for argument in arguments])
    if len(arguments) == 1:
        argument = arguments[0]
        if name in BLIND_TO_TRANSPOSE:
            argument = products.upright(argument)[0]
        elif name in products.COMMUTES_WITH_TRANSPOSE:
            argument, flipped = products.upright(argument)
            if flipped:
                return products.transpose(intern(Call, (argument,), name, (shape[1], shape[0])))
        arguments = [argument]
    return intern(Call, tuple(arguments), name, shape)


def _entry_by_entry(name: str, argument: Node) -> Node:
    if argument.is_row or argument.is_matrix:
        argument, flipped = products.upright(argument)
        if flipped:
            return products.transpose(_entry_by_entry(name, argument))
    return intern(Call, (argument,), name, argument.shape)


def _linear(name: str, argument: Node, of_body: Callable[[Node], Node]) -> Node:
    """f(sum of c_k x_k) = sum of c_k f(x_k) and f(s X) = s f(X); `of_body` is f of what is neither.

    diag, vec, tril, triu and skew stay outside of sums: diag(a + b) is the shorter form, made by rewrite/collect.
    """
    if type(argument) is Sum and name in KEEPS_SUMS:
        c, scalars, core = sums.split(argument)
        front = entrywise.hadamard([number(c), *scalars])
        return products.scaled(front, of_body(core) if type(core) is Sum else call(name, [core]))
    if type(argument) is Sum and len(argument.children) <= sums.WIDEST:
        return sums.add([(c, call(name, [term])) for c, term in zip(argument.data, argument.children, strict=True)])
    if type(argument) is Scaled:
        return products.scaled(argument.children[0], call(name, [argument.children[1]]))
    return of_body(argument)


def trace(argument: Node) -> Node:
    """tr(X) of a square matrix; tr(u v^T) = v^T u."""
    if argument.is_scalar:
        return argument
    if argument.shape[0] is not argument.shape[1]:
        raise ShapeError(f"a trace needs a square matrix, not {argument.shape[0]} x {argument.shape[1]}")
    return _linear("tr", argument, _trace)


def _trace(argument: Node) -> Node:
    kind = type(argument)
    if kind is Transpose:
        return trace(argument.children[0])
    if kind is Identity or kind is Ones:
        return size(argument.shape[0])
    if is_zero(argument):
        return ZERO
    if kind is Call and argument.data == "diag":
        return call("sum", [argument.children[0]])
    if entrywise.is_entrywise(argument):
        return total(_on_diagonals(argument))
    if kind is Call and argument.data == "kron":
        left, right = argument.children
        if left.shape[0] is left.shape[1] and right.shape[0] is right.shape[1]:
            return entrywise.hadamard([trace(left), trace(right)])
    if kind is Slope and argument.data.kind == "analytic" and len(argument.children) == 2:
        # tr(D(g,X)[H]) = tr(g'(X) H)
        X, H = argument.children
        if type(H) is not Identity:
            return trace(products.product([declared.slope(argument.data, [X], [identity(X.shape[0])]), H]))
    if kind is Product:
        factors = argument.children
        for k, factor in enumerate(factors):
            if factor.shape[0] is ONE_DIMENSION:
                return products.product([*factors[k:], *factors[:k]])
        joined = products._merged(factors[-1], factors[0])
        if joined is not None:
            return trace(products.product([joined, *factors[1:-1]]))
        return _least_rotation(factors)
    return intern(Call, (products.upright(argument)[0],), "tr", SCALAR)


def _least_rotation(factors: tuple[Node, ...]) -> Node:
    """The trace of the chain: of its rotations and those of its transpose the one that comes first."""
    chains: list[Sequence[Node]] = [factors]
    coefficients: list[Rational] = [1]
    if sum(factor.weight for factor in factors) <= products.HEAVIEST:
        other = products.turned_chain(factors)
        if other is not None:
            coefficients.append(other[0])
            chains.append(other[1])
    places = _rotations_in_order(chains)
    turns = [sum(map(products.transposes, chain)) for chain in chains]
    *_, which, k = min(
        (products.end_rank(chain[k - 1]), turns[which], places[which][k], which, k)
        for which, chain in enumerate(chains)
        for k in range(len(chain))
    )
    best = (*chains[which][k:], *chains[which][:k])
    chain_node = intern(Product, best, None, (best[0].shape[0], best[0].shape[0]))
    return sums.times_number(coefficients[which], intern(Call, (chain_node,), "tr", SCALAR))


def _rotations_in_order(chains: Sequence[Sequence[Node]]) -> list[list[int]]:
    """For every factor of every chain, the place of the rotation that starts there among all rotations, ordered by their keys.

    What is compared doubles: the order by 2 l factors is that of pairs of places by l factors.  All chains have one length.
    """
    count, length = len(chains[0]), 1
    ranks: list[list[Any]] = [[factor.key for factor in chain] for chain in chains]
    while True:
        order = {rank: place for place, rank in enumerate(sorted({rank for row in ranks for rank in row}))}
        places = [[order[rank] for rank in row] for row in ranks]
        if length >= count or len(order) == count * len(chains):
            return places
        ranks = [[(row[k], row[(k + length) % count]) for k in range(count)] for row in places]
        length *= 2


def total(argument: Node) -> Node:
    """sum(X): the sum of all entries."""
    return argument if argument.is_scalar else _linear("sum", argument, _total)


def _total(argument: Node) -> Node:
    kind = type(argument)
    if kind is Transpose:
        return total(argument.children[0])
    if is_zero(argument):
        return ZERO
    if kind is Ones:
        return entrywise.hadamard([size(argument.shape[0]), size(argument.shape[1])])
    if kind is Identity:
        return size(argument.shape[0])
    if kind is Basis:
        return ONE
    if kind is Call and argument.data == "diag" and argument.is_matrix:
        return total(argument.children[0])
    if kind is Product and type(argument.children[0]) is Ones:
        # sum(1_mn A) = m sum(A)
        return products.scaled(size(argument.shape[0]), total(products.product(argument.children[1:])))
    if kind is Product and type(argument.children[-1]) is Ones:
        return products.scaled(size(argument.shape[1]), total(products.product(argument.children[:-1])))
    return intern(Call, (products.upright(argument)[0],), "sum", SCALAR)


def diagonal(argument: Node) -> Node:
    """diag: a column becomes a diagonal matrix, a square matrix the column of its diagonal."""
    if argument.is_scalar:
        return argument
    if argument.is_row:
        return diagonal(products.transpose(argument))
    if not argument.is_column and argument.shape[0] is not argument.shape[1]:
        rows, columns = argument.shape
        raise ShapeError(f"diag needs a vector or a square matrix, not {rows} x {columns}")
    return _linear("diag", argument, _diagonal_matrix if argument.is_column else _diagonal_vector)


def _diagonal_matrix(argument: Node) -> Node:
    n = argument.shape[0]
    if type(argument) is Ones:
        return identity(n)
    if is_zero(argument):
        return zero((n, n))
    return intern(Call, (argument,), "diag", (n, n))


def _diagonal_vector(argument: Node) -> Node:
    n = argument.shape[0]
    kind = type(argument)
    if kind is Sum:
        return _diagonal_of_sum(argument)
    if kind is Transpose:
        return diagonal(argument.children[0])
    if entrywise.is_entrywise(argument):
        return _on_diagonals(argument)
    if kind is Call and argument.data == "diag":
        return argument.children[0]
    if kind is Identity:
        return ones(n)
    if kind is Ones:
        return ones(n)
    if is_zero(argument):
        return zero((n, ONE_DIMENSION))
    if (ends := products.outer_product(argument)) is not None:
        # diag(A u v^T B) = (A u) .* (B^T v)
        return entrywise.hadamard(ends)
    return intern(Call, (products.upright(argument)[0],), "diag", (n, ONE_DIMENSION))


def _on_diagonals(argument: Node) -> Node:
    """The diagonal of an entrywise function: diag(f(A)) = f(diag(A)), diag(A .* B) = diag(A) .* diag(B)."""
    if type(argument) is Power:
        base, exponent = argument.children
        return entrywise.power(diagonal(base), exponent)
    inside = [diagonal(child) for child in argument.children]
    return entrywise.hadamard(inside) if type(argument) is Hadamard else call(argument.data, inside)


def _diagonal_of_sum(argument: Node) -> Node:
    """diag(A + diag(x) + B^T) = x + diag(A + B): what has a shorter diagonal leaves the sum, the rest are turned one by one."""
    n = argument.shape[0]
    if len(argument.children) > sums.WIDEST:
        return intern(Call, (products.upright(argument)[0],), "diag", (n, ONE_DIMENSION))
    shorter, rest = [], []
    for c, term in zip(argument.data, argument.children, strict=True):
        a, scalars, core = sums.split(diagonal(term))
        if type(core) is Call and core.data == "diag":
            rest.append((c * a, products.product([*scalars, core.children[0]])))
        else:
            shorter.append((c, diagonal(term)))
    inside = sums.add(rest) if rest else zero(argument.shape)
    if type(inside) is Transpose:
        inside = inside.children[0]
    if inside is argument:
        return intern(Call, (argument,), "diag", (n, ONE_DIMENSION))
    return sums.add([*shorter, (1, diagonal(inside))])


def vectorised(argument: Node) -> Node:
    """vec(X): the columns of X, stacked; a column is its own vec."""
    if argument.is_scalar or argument.is_column:
        return argument
    if argument.is_row:
        return products.transpose(argument)
    return _linear("vec", argument, _vectorised)


def _vectorised(argument: Node) -> Node:
    rows, columns = argument.shape
    length = rows * columns
    if is_zero(argument):
        return zero((length, ONE_DIMENSION))
    if type(argument) is Ones:
        return ones(length)
    if type(argument) is Call and argument.data == "unvec":
        return argument.children[0]
    return intern(Call, (argument,), "vec", (length, ONE_DIMENSION))


def _triangle(name: str, argument: Node) -> Node:
    is_diagonal = type(argument) is Identity or (type(argument) is Call and argument.data == "diag")
    if argument.is_scalar or is_diagonal or is_zero(argument):
        return argument
    return intern(Call, (argument,), name, argument.shape)


def _sum_diagonals(argument: Node) -> Node:
    if argument.is_scalar or is_zero(argument):
        return argument
    better, flipped = products.upright(argument)
    node = intern(Call, (better,), "sum_diagonals", better.shape)
    return products.transpose(node) if flipped else node


def _skew(argument: Node) -> Node:
    shape = (argument.shape[0], argument.shape[0])
    return zero(shape) if is_zero(argument) else intern(Call, (argument,), "skew", shape)


def unvectorised(column: Node, rows: Dimension, columns: Dimension) -> Node:
    """unvec(v, m, n): the m x n matrix with vec = v."""
    if columns is ONE_DIMENSION:
        return column
    if rows is ONE_DIMENSION:
        return products.transpose(column)
    c, scalars, core = sums.split(column)
    if c != 1 or scalars:
        front = entrywise.hadamard([number(c), *scalars])
        return products.scaled(front, unvectorised(core, rows, columns))
    if type(core) is Call and core.data == "vec" and core.children[0].shape == (rows, columns):
        return core.children[0]
    if is_zero(core):
        return zero((rows, columns))
    if type(core) is Ones:
        return ones(rows, columns)
    return intern(Call, (core, size(rows), size(columns)), "unvec", (rows, columns))


def kronecker(left: Node, right: Node) -> Node:
    """A ⊗ B, grouped from the left; a scalar operand scales."""
    if left.is_scalar or right.is_scalar:
        return products.product([left, right])
    shape = (left.shape[0] * right.shape[0], left.shape[1] * right.shape[1])
    if is_zero(left) or is_zero(right):
        return zero(shape)
    if shape[0] is ONE_DIMENSION:
        return products.transpose(kronecker(products.transpose(left), products.transpose(right)))
    a, left_scalars, left = sums.split(left)
    b, right_scalars, right = sums.split(right)
    if type(left) is Identity and type(right) is Identity:
        body = identity(shape[0])
    elif type(left) is Ones and type(right) is Ones:
        body = ones(*shape)
    elif left.is_column and right.is_row:
        body = products.product([left, right])
    elif left.is_row and right.is_column:
        body = products.product([right, left])
    elif (nested := _regrouped(left, right)) is not None:
        body = nested
    else:
        body = intern(Call, (left, right), "kron", shape)
    front = entrywise.hadamard([number(a), number(b), *left_scalars, *right_scalars])
    return products.scaled(front, body)


def _regrouped(left: Node, right: Node) -> Node | None:
    """A ⊗ (B ⊗ C) = (A ⊗ B) ⊗ C, and A ⊗ (B ⊗ C) where B ⊗ C is simpler: I ⊗ I = I, a ⊗ b^T = a b^T; None for others."""
    if type(right) is Call and right.data == "kron":
        first, second = right.children
        return kronecker(kronecker(left, first), second)
    if type(left) is Call and left.data == "kron":
        first, second = left.children
        joined = kronecker(second, right)
        if type(joined) is not Call or joined.data != "kron":
            return kronecker(first, joined)
    return None


def extreme(name: str, left: Node, right: Node) -> Node:
    """max(a, b) or min(a, b), entry by entry; the order of the operands is free."""
    if left.is_row:
        return products.transpose(extreme(name, products.transpose(left), products.transpose(right)))
    if left is right:
        return left
    if type(left) is Number and type(right) is Number:
        values = (left.data, right.data)
        return number(max(values) if name == "maximum" else min(values))
    pair = tuple(sorted((left, right), key=lambda node: node.key))
    return intern(Call, pair, name, left.shape)


_SPECIAL: dict[str, Callable[..., Node]] = {
    "tr": trace,
    "sum": total,
    "diag": diagonal,
    "vec": vectorised,
    "kron": kronecker,
    "maximum": lambda a, b: extreme("maximum", a, b),
    "minimum": lambda a, b: extreme("minimum", a, b),
    "tril": lambda a: _linear("tril", a, partial(_triangle, "tril")),
    "triu": lambda a: _linear("triu", a, partial(_triangle, "triu")),
    "sum_diagonals": lambda a: _linear("sum_diagonals", a, _sum_diagonals),
    "skew": lambda a: _linear("skew", a, _skew),
    "v_max": lambda a: ONE if a.is_scalar else intern(Call, (a,), "v_max", (a.shape[0], ONE_DIMENSION)),
    "polar": frechet.polar,
    **{name: partial(frechet.jacobian, name) for name in (*JACOBIAN.values(), "J_power")},
    **{name: partial(frechet.second_jacobian, name) for name in SECOND_JACOBIAN},
    **dict.fromkeys(("J_polar", "J2_polar"), frechet.jacobian_of_polar),
}


Place = tuple[Node, Node, Node]  # X, i, j of X[i,j]


def entry(body: Node, row: Node, column: Node) -> Node:
    """X[i,j]; x[i] of a column is entry(x, i, 1)."""
    known: dict[Place, Node] = {}
    asked = (body, row, column)
    waiting = [asked]
    while waiting:
        inner = _inside(*waiting[-1])
        missing = [place for place in inner if place not in known]
        if not missing:
            place = waiting.pop()
            known[place] = _entry(*place, [known[each] for each in inner])
        waiting += missing
    return known[asked]


def _inside(body: Node, row: Node, column: Node) -> list[Place]:
    """The entries that X[i,j] is a sum, multiple or product of: A[i,j], B[i,j] for A + B, A[j,i] for A^T, u[i], v[j] for u v^T."""
    kind = type(body)
    if body.is_scalar:
        return []
    if kind is Transpose:
        return [(body.children[0], column, row)]
    if kind is Sum and len(body.children) <= sums.WIDEST:
        return [(term, row, column) for term in body.children]
    if kind is Scaled:
        return [(body.children[1], row, column)]
    if body.is_row:
        turned = products.transpose(body)
        return [(turned, column, row)] if type(turned) is not Transpose else []
    if kind is Call and body.data == "diag" and body.is_column:  # diag(A)[i] = A[i,i]
        return [(body.children[0], row, row)]
    if row is column and _is_diagonal(body) and kind is not Identity:  # diag(x)[i,i] = x[i], (A .* I)[i,i] = A[i,i]
        return [(child, row, ONE if child.is_column else column) for child in body.children]
    ends = products.outer_product(body)
    return [] if ends is None else [(ends[0], row, ONE), (ends[1], column, ONE)]


def _entry(body: Node, row: Node, column: Node, inner: Sequence[Node]) -> Node:
    """X[i,j] from the entries inside it."""
    kind = type(body)
    if body.is_scalar:
        return body
    if inner:
        if kind is Sum:
            return sums.add(zip(body.data, inner, strict=True))
        factors = [body.children[0], *inner] if kind is Scaled else inner
        return entrywise.hadamard(factors) if len(factors) > 1 else factors[0]
    if kind is Basis and type(row) is type(body.children[0]) is Number:
        return ONE if row is body.children[0] else ZERO
    if kind is Ones:
        return ONE
    if is_zero(body):
        return ZERO
    if kind is Identity and row is column:
        return ONE
    if type(row) is type(column) is Number and row is not column and _is_diagonal(body):
        return ZERO
    return intern(Entry, (body, row, column), None, SCALAR)


def _is_diagonal(body: Node) -> bool:
    """Whether X is I, diag(x), or A .* X with one of them."""
    parts = body.children if type(body) is Hadamard else (body,)
    return any(
        type(part) is Identity or (type(part) is Call and part.data == "diag" and part.is_matrix) for part in parts
    )


def unit(i: Node, j: Node, m: Dimension, n: Dimension) -> Node:
    """unit(i,j,m,n) = e(i,m) e(j,n)^T: 1 at (i,j), 0 elsewhere."""
    return products.product([basis(i, m), products.transpose(basis(j, n))])
