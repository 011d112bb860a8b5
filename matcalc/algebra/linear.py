"""The linear functions tr, sum, diag, vec, unvec, tril, triu, sum_diagonals, skew, unskew: the normal form of their values.

They go into sums (tr, sum) or past their coefficients only (the others), and past scalars.  Of a chain X Y ... tr takes the least
rotation (`chains`); diag of an entrywise function is that function of diagonals.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from matcalc.algebra import calls, chains, cross_product, declared, entrywise, products, sums, transposes
from matcalc.algebra.by_terms import by_terms
from matcalc.algebra.dimension import ONE as ONE_DIMENSION
from matcalc.algebra.dimension import SCALAR, Dimension, shown
from matcalc.algebra.leaves import ONE, ZERO, identity, is_zero, number, ones, size, zero
from matcalc.algebra.nodes import (
    Basis,
    Call,
    Hadamard,
    Identity,
    Node,
    Ones,
    Power,
    Product,
    Scaled,
    Slope,
    Sum,
    Transpose,
    intern,
)
from matcalc.errors import ShapeError


def is_diagonal(node: Node) -> bool:
    """Whether this is I or diag(x)."""
    return type(node) is Identity or (type(node) is Call and node.data == "diag" and node.is_matrix)


def _linear(name: str, argument: Node, of_body: Callable[[Node], Node]) -> Node:
    """f(sum of c_k x_k) = sum of c_k f(x_k) and f(s X) = s f(X); `of_body` is f of what is neither.

    All but tr and sum stay outside of sums: diag(a + b) is the shorter form, made by rewrite/collect.
    """
    f = LINEAR[name]
    if type(argument) is Sum and name not in ("tr", "sum"):
        c, scalars, core = sums.split(argument)
        front = entrywise.hadamard([number(c), *scalars])
        return products.scaled(front, of_body(core) if type(core) is Sum else f(core))
    if type(argument) is Sum and len(argument.children) <= sums.WIDEST:
        return sums.add([(c, f(term)) for c, term in zip(argument.data, argument.children, strict=True)])
    if type(argument) is Scaled:
        return products.scaled(argument.children[0], f(argument.children[1]))
    return of_body(argument)


def trace(argument: Node) -> Node:
    """tr(X) of a square matrix; tr(u v^T) = v^T u, tr(A B) = tr(B A).  ShapeError for one that is not square.

    >>> from matcalc.algebra.dimension import named; from matcalc.algebra.leaves import symbol
    >>> n = named("n"); A, B = symbol("A", (n, n)), symbol("B", (n, n))
    >>> trace(products.product([A, B])) is trace(products.product([B, A]))
    True
    """
    if argument.is_scalar:
        return argument
    if argument.shape[0] is not argument.shape[1]:
        raise ShapeError(f"a trace needs a square matrix, not {shown(argument.shape)}")
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
        return total(argument.children[0])
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
        joined = products.joined(factors[-1], factors[0])
        if joined is not None:
            return trace(products.product([joined, *factors[1:-1]]))
        return chains.least_rotation(factors)
    return intern(Call, (transposes.upright(argument)[0],), "tr", SCALAR)


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
    return intern(Call, (transposes.upright(argument)[0],), "sum", SCALAR)


def diagonal(argument: Node) -> Node:
    """diag: a column becomes a diagonal matrix, a square matrix the column of its diagonal."""
    if argument.is_scalar:
        return argument
    if argument.is_row:
        return diagonal(transposes.transpose(argument))
    if not argument.is_column and argument.shape[0] is not argument.shape[1]:
        raise ShapeError(f"diag needs a vector or a square matrix, not {shown(argument.shape)}")
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
    if kind is Identity or kind is Ones:
        return ones(n)
    if is_zero(argument):
        return zero((n, ONE_DIMENSION))
    if (ends := products.outer_product(argument)) is not None:
        # diag(A u v^T B) = (A u) .* (B^T v)
        return entrywise.hadamard(ends)
    return intern(Call, (transposes.upright(argument)[0],), "diag", (n, ONE_DIMENSION))


def _on_diagonals(argument: Node) -> Node:
    """The diagonal of an entrywise function: diag(f(A)) = f(diag(A)), diag(A .* B) = diag(A) .* diag(B)."""
    if type(argument) is Power:
        base, exponent = argument.children
        return entrywise.power(diagonal(base), exponent)
    inside = [diagonal(child) for child in argument.children]
    return entrywise.hadamard(inside) if type(argument) is Hadamard else calls.call(argument.data, inside)


def _diagonal_of_sum(argument: Node) -> Node:
    """diag(A + diag(x) + B^T) = x + diag(A + B): what has a shorter diagonal leaves the sum, the rest are turned one by one."""
    n = argument.shape[0]
    if len(argument.children) > sums.WIDEST:
        return intern(Call, (transposes.upright(argument)[0],), "diag", (n, ONE_DIMENSION))
    shorter, rest = [], []
    for c, term in zip(argument.data, argument.children, strict=True):
        of_term = diagonal(term)
        a, scalars, core = sums.split(of_term)
        if type(core) is Call and core.data == "diag":
            rest.append((c * a, products.product([*scalars, core.children[0]])))
        else:
            shorter.append((c, of_term))
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
        return transposes.transpose(argument)
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


def unvectorised(column: Node, rows: Dimension, columns: Dimension) -> Node:
    """unvec(v, m, n): the m x n matrix with vec = v."""
    if columns is ONE_DIMENSION:
        return column
    if rows is ONE_DIMENSION:
        return transposes.transpose(column)
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


def triangle(name: str, argument: Node) -> Node:
    """tril(X) or triu(X): the entries on and below, or above, the diagonal."""
    return _linear(name, argument, partial(_triangle, name))


def _triangle(name: str, argument: Node) -> Node:
    if argument.is_scalar or is_diagonal(argument) or is_zero(argument):
        return argument
    return intern(Call, (argument,), name, argument.shape)


def sum_diagonals(argument: Node) -> Node:
    """sum_diagonals(X): entry (i, j) is the sum along the diagonal through it; of X^T it is the transpose."""
    return _linear("sum_diagonals", argument, _sum_diagonals)


def _sum_diagonals(argument: Node) -> Node:
    if argument.is_scalar or is_zero(argument):
        return argument
    better, flipped = transposes.upright(argument)
    node = intern(Call, (better,), "sum_diagonals", better.shape)
    return transposes.transpose(node) if flipped else node


def skew(argument: Node) -> Node:
    """skew(w): the matrix with skew(w) x = w x x (cross product)."""
    return _linear("skew", argument, _skew)


def _skew(argument: Node) -> Node:
    shape = (argument.shape[0], argument.shape[0])
    return zero(shape) if is_zero(argument) else intern(Call, (argument,), "skew", shape)


def unskew(argument: Node) -> Node:
    """unskew(A): the w with skew(w) = (A - A^T)/2; of A^T it is -w."""
    return _linear("unskew", argument, _unskew)


def _unskew(argument: Node) -> Node:
    return by_terms(argument, cross_product.axis, _axis)


def _axis(argument: Node) -> Node:
    # of the terms the better of A and A^T: unskew(A + A^T + B^T) = -unskew(B)
    turned = [(c, *transposes.upright(term)) for c, term in sums.terms_of(argument)]
    better = sums.add([(-c if flipped else c, term) for c, term, flipped in turned])
    if better is not argument:
        return unskew(better)
    return intern(Call, (argument,), "unskew", (argument.shape[0], ONE_DIMENSION))


LINEAR: dict[str, Callable[[Node], Node]] = {
    "tr": trace,
    "sum": total,
    "diag": diagonal,
    "vec": vectorised,
    "tril": partial(triangle, "tril"),
    "triu": partial(triangle, "triu"),
    "sum_diagonals": sum_diagonals,
    "skew": skew,
    "unskew": unskew,
}
