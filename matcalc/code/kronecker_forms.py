"""What a matrix on vec(X) is made of, found from what its parts are made of: the algebra behind code/blocks.py.

In: a node, and the forms of its children.  Out: its form: a Kronecker product, a diagonal, blocks on a diagonal, or nothing special.

It rests on kron(A, B) kron(C, D) = kron(A C, B D), on kron(u, kron(v^T, C)) = kron(u v^T, C), and on this: with V_i the row i of V
as a column, kron(A, I) diag(vec(V)) kron(B, I) = sum over i of kron(A diag(V_i) B, e_i e_i^T), where
vec(A diag(V_i) B) = khatri_rao(B^T, A) V_i (Magnus and Neudecker, chapters 2 and 3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from matcalc.algebra import calls, entrywise, linear, products, sums, transposes
from matcalc.algebra.dimension import ONE as ONE_DIMENSION
from matcalc.algebra.dimension import Dimension
from matcalc.algebra.entrywise import is_entrywise
from matcalc.algebra.leaves import ONE, identity, number, ones
from matcalc.algebra.nodes import Call, Identity, Node, Product, Scaled, Sum, Transpose
from matcalc.algebra.traversal import rebuild

INNER, OUTER = 1, 0  # the factor of kron that numbers the blocks


@dataclass(frozen=True, slots=True)
class Plain:
    """Any matrix."""

    node: Node


@dataclass(frozen=True, slots=True)
class Stacked:
    """vec(V)."""

    matrix: Node


@dataclass(frozen=True, slots=True)
class Diagonal:
    """diag(vec(V))."""

    matrix: Node


@dataclass(frozen=True, slots=True)
class Pair:
    """kron(left, right)."""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between:
    """front * sum over i of the block left diag(V_i) right at place i of the factor `axis`; V_i is row i of `rows`."""

    left: Node
    rows: Node
    right: Node
    axis: int
    front: Node = ONE


@dataclass(frozen=True, slots=True)
class Listed:
    """The sum of blocks whose vecs are the rows of `core`; their shape is rows x columns."""

    core: Node
    axis: int
    rows: Dimension
    columns: Dimension


Form = Plain | Stacked | Diagonal | Pair | Between | Listed


def form_of(node: Node, forms: dict[Node, Form]) -> Form | None:
    """The form of one node from those of its children; None where it is just a matrix."""
    kind = type(node)
    if kind is Call and node.data == "vec":
        return Stacked(node.children[0])
    if kind is Call and node.data == "kron":
        left, right = node.children
        within = forms[right] if not right.is_scalar else None
        if left.is_column and isinstance(within, Pair) and within.left.is_row:
            return Pair(products.product([left, within.left]), within.right)  # kron(u, kron(v^T, C)) = kron(u v^T, C)
        return Pair(left, right)
    inside = [forms[child] for child in node.children if not child.is_scalar]
    if kind is Call and node.data == "diag" and node.is_matrix and isinstance(inside[0], Stacked):
        return Diagonal(inside[0].matrix)
    if kind is Transpose and isinstance(inside[0], Pair):
        return Pair(transposes.transpose(inside[0].left), transposes.transpose(inside[0].right))
    if kind is Scaled:
        return _scaled(node.children[0], inside[0])
    if kind is Sum and node.is_matrix:
        return _sum([(_scaled(number(c), form)) for c, form in zip(node.data, inside, strict=True)])
    if kind is Product and node.is_matrix:
        return _product(inside)
    if node.is_column and (kind is Sum or is_entrywise(node)):
        matrices = [form.matrix for form in inside if isinstance(form, Stacked)]
        if len(matrices) == len(inside) and len({matrix.shape for matrix in matrices}) == 1:
            unstacked = iter(matrices)
            return Stacked(rebuild(node, [c if c.is_scalar else next(unstacked) for c in node.children]))
    return None


def _scaled(scalar: Node, form: Form) -> Form:
    if scalar is ONE:
        return form
    if isinstance(form, Pair):
        if type(form.right) is Identity:
            return Pair(products.scaled(scalar, form.left), form.right)
        return Pair(form.left, products.scaled(scalar, form.right))
    if isinstance(form, Between):
        front = entrywise.hadamard([scalar, form.front])
        return Between(form.left, form.rows, form.right, form.axis, front)
    if isinstance(form, Listed):
        return Listed(products.scaled(scalar, form.core), form.axis, form.rows, form.columns)
    return type(form)(products.scaled(scalar, form.node if isinstance(form, Plain) else form.matrix))


# ---- products


def _product(inside: Sequence[Form]) -> Form | None:
    found: Form | None = inside[0]
    for form in inside[1:]:
        rule = _PRODUCTS.get((type(found), type(form)))
        found = rule(found, form) if rule is not None else None
        if found is None:
            return None
    return found


def _pairs(a: Pair, b: Pair) -> Form | None:
    if a.left.shape[1] is not b.left.shape[0] or a.right.shape[1] is not b.right.shape[0]:
        return None
    return Pair(products.product([a.left, b.left]), products.product([a.right, b.right]))


def _pair_and_plain(a: Pair, b: Plain) -> Form | None:
    """kron(u, B) M = kron(u, B M)."""
    if a.left.shape[1] is ONE_DIMENSION:
        return Pair(a.left, products.product([a.right, b.node]))
    if a.right.shape[1] is ONE_DIMENSION:
        return Pair(products.product([a.left, b.node]), a.right)
    return None


def _plain_and_pair(a: Plain, b: Pair) -> Form | None:
    if b.left.shape[0] is ONE_DIMENSION:
        return Pair(b.left, products.product([a.node, b.right]))
    if b.right.shape[0] is ONE_DIMENSION:
        return Pair(products.product([a.node, b.left]), b.right)
    return None


def _spread(form: Form, axis: int) -> Between | None:
    """A diagonal as blocks along this axis."""
    if not isinstance(form, Diagonal):
        return None
    rows = form.matrix if axis == INNER else transposes.transpose(form.matrix)
    n = identity(rows.shape[1])
    return Between(n, rows, n, axis)


def _acting(form: Pair) -> Iterable[tuple[int, Node]]:
    """The axes that it leaves alone, and what it does on the other one."""
    if type(form.right) is Identity:
        yield INNER, form.left
    if type(form.left) is Identity:
        yield OUTER, form.right


def _pair_and_blocks(a: Pair, b: Diagonal | Between) -> Form | None:
    for axis, matrix in _acting(a):
        between = b if isinstance(b, Between) else _spread(b, axis)
        if between is not None and between.axis == axis and matrix.shape[1] is between.left.shape[0]:
            left = products.product([matrix, between.left])
            return Between(left, between.rows, between.right, axis, between.front)
    return None


def _blocks_and_pair(a: Diagonal | Between, b: Pair) -> Form | None:
    for axis, matrix in _acting(b):
        between = a if isinstance(a, Between) else _spread(a, axis)
        if between is not None and between.axis == axis and between.right.shape[1] is matrix.shape[0]:
            right = products.product([between.right, matrix])
            return Between(between.left, between.rows, right, axis, between.front)
    return None


def _diagonals(a: Diagonal, b: Diagonal) -> Form | None:
    if a.matrix.shape != b.matrix.shape:
        return None
    return Diagonal(entrywise.hadamard([a.matrix, b.matrix]))


def _between_and_diagonal(a: Between, b: Diagonal) -> Form | None:
    """A diag(V_i) diag(W_i)."""
    if type(a.right) is not Identity:
        return None
    other = b.matrix if a.axis == INNER else transposes.transpose(b.matrix)
    if other.shape != a.rows.shape:
        return None
    return Between(a.left, entrywise.hadamard([a.rows, other]), a.right, a.axis, a.front)


_PRODUCTS: dict[tuple[type, type], Callable[..., Form | None]] = {
    (Plain, Plain):      lambda a, b: Plain(products.product([a.node, b.node])),
    (Pair, Pair):        _pairs,
    (Pair, Plain):       _pair_and_plain,
    (Plain, Pair):       _plain_and_pair,
    (Pair, Diagonal):    _pair_and_blocks,
    (Pair, Between):     _pair_and_blocks,
    (Diagonal, Pair):    _blocks_and_pair,
    (Between, Pair):     _blocks_and_pair,
    (Diagonal, Diagonal): _diagonals,
    (Between, Diagonal): _between_and_diagonal,
}  # fmt: skip


# ---- sums


def _sum(terms: Sequence[Form]) -> Form | None:
    inside = _with_identities(terms)
    if all(isinstance(form, Plain) for form in inside):
        return None
    diagonals = [form.matrix for form in inside if isinstance(form, Diagonal)]
    if len(diagonals) == len(inside) and len({matrix.shape for matrix in diagonals}) == 1:
        return Diagonal(_total(diagonals))
    pairs = [form for form in inside if isinstance(form, Pair)]
    if len(pairs) == len(inside):
        if len({pair.right for pair in pairs}) == 1:
            return Pair(_total(pair.left for pair in pairs), pairs[0].right)
        if len({pair.left for pair in pairs}) == 1:
            return Pair(pairs[0].left, _total(pair.right for pair in pairs))
    for axis in (INNER, OUTER):
        listed = [_along(form, axis) for form in inside]
        found = [one for one in listed if one is not None]
        if len(found) == len(inside) and len({(one.rows, one.columns) for one in found}) == 1:
            return Listed(_total(one.core for one in found), axis, found[0].rows, found[0].columns)
    return None


def _with_identities(inside: Sequence[Form]) -> Sequence[Form]:
    """Multiples of I among the terms as kron(c I, I), sized as another term is."""
    like = next((form for form in inside if isinstance(form, Pair | Between | Listed)), None)
    if isinstance(like, Pair):
        axis, block = next(iter(_acting(like)), (INNER, ONE))
        (rows, columns), count = block.shape, (like.right if axis == INNER else like.left).shape[0]
    elif isinstance(like, Between):
        axis, count = like.axis, like.rows.shape[0]
        rows, columns = like.left.shape[0], like.right.shape[1]
    elif isinstance(like, Listed):
        axis, count, rows, columns = like.axis, like.core.shape[0], like.rows, like.columns
    else:
        return inside
    if rows is not columns:
        return inside
    made: list[Form] = []
    for form in inside:
        c, scalars, core = sums.split(form.node) if isinstance(form, Plain) else (1, [], ONE)
        if type(core) is Identity and rows is not ONE_DIMENSION:
            several = products.product([number(c), *scalars, identity(rows)])
            one = identity(count)
            made.append(Pair(several, one) if axis == INNER else Pair(one, several))
        else:
            made.append(form)
    return made


def _along(form: Form, axis: int) -> Listed | None:
    """A form as blocks along the axis, where it is that."""
    if isinstance(form, Listed):
        return form if form.axis == axis else None
    if isinstance(form, Diagonal):
        spread = _spread(form, axis)
        return listed(spread) if spread is not None else None
    if isinstance(form, Between):
        return listed(form) if form.axis == axis else None
    if isinstance(form, Pair):
        for kept, matrix in _acting(form):
            if kept == axis:
                count = (form.right if axis == INNER else form.left).shape[0]
                core = products.product([ones(count), transposes.transpose(linear.vectorised(matrix))])
                return Listed(core, axis, *matrix.shape)
    return None


def listed(form: Between) -> Listed:
    """vec(A diag(v) B) = khatri_rao(B^T, A) v for each row v."""
    rows, columns = form.left.shape[0], form.right.shape[1]
    if type(form.left) is type(form.right) is Identity:
        n = identity(rows)
        turned = transposes.transpose(calls.call("khatri_rao", [n, n]))
    else:
        turned = transposes.transpose(calls.call("khatri_rao", [transposes.transpose(form.right), form.left]))
    core = products.scaled(form.front, products.product([form.rows, turned]))
    return Listed(core, form.axis, rows, columns)


def _total(nodes: Iterable[Node]) -> Node:
    return sums.plus(*nodes)
