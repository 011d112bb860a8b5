"""Matrices on vec(X) that are made of few numbers: kron(C, I), kron(I, C), blocks on a diagonal, and kron(C, D).

In: an expression whose rows and columns count pairs (column of X, row of X), as the Hessian by a matrix does.  Out: its form, with the
matrix that holds its numbers, or nothing where it has no such form.  Source: Laue, Mitterreiter, Giesen, A Simple and Efficient Tensor
Calculus, AAAI 2020 (compression).

| kind         | matrix                                | cores                                             |
|--------------|---------------------------------------|---------------------------------------------------|
| kron_eye     | kron(C, I)                            | C                                                 |
| eye_kron     | kron(I, C)                            | C                                                 |
| blocks_inner | sum over i of kron(B_i, e_i e_i^T)    | a matrix, row i is vec(B_i)^T                     |
| blocks_outer | sum over i of kron(e_i e_i^T, B_i)    | a matrix, row i is vec(B_i)^T                     |
| kron         | kron(C, D)                            | C, D                                              |

It rests on kron(A, B) kron(C, D) = kron(A C, B D), on kron(u, kron(v^T, C)) = kron(u v^T, C), and on this: with V_i the row i of V
as a column, kron(A, I) diag(vec(V)) kron(B, I) = sum over i of kron(A diag(V_i) B, e_i e_i^T), where
vec(A diag(V_i) B) = khatri_rao(B^T, A) V_i (Magnus and Neudecker, chapters 2 and 3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from matcalc.algebra import calls, entrywise, products, sums
from matcalc.algebra.dimension import ONE as ONE_DIMENSION
from matcalc.algebra.dimension import Dimension
from matcalc.algebra.entrywise import is_entrywise
from matcalc.algebra.nodes import (
    ONE,
    Call,
    Identity,
    Node,
    Product,
    Scaled,
    Sum,
    Transpose,
    identity,
    number,
    ones,
    postorder,
)
from matcalc.algebra.traversal import rebuild
from matcalc.code.factors import is_kron

INNER, OUTER = 1, 0  # the factor of kron that numbers the blocks


@dataclass(frozen=True, slots=True)
class Blocks:
    """One of the forms of the table: its `kind`, the expressions that hold its numbers, how many blocks, their rows and columns."""

    kind: str
    cores: tuple[Node, ...]
    count: Dimension
    rows: Dimension
    columns: Dimension


@dataclass(frozen=True, slots=True)
class _Plain:
    """Any matrix."""

    node: Node


@dataclass(frozen=True, slots=True)
class _Stacked:
    """vec(V)."""

    matrix: Node


@dataclass(frozen=True, slots=True)
class _Diagonal:
    """diag(vec(V))."""

    matrix: Node


@dataclass(frozen=True, slots=True)
class _Pair:
    """kron(left, right)."""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class _Between:
    """front * sum over i of the block left diag(V_i) right at place i of the factor `axis`; V_i is row i of `rows`."""

    left: Node
    rows: Node
    right: Node
    axis: int
    front: Node = ONE


@dataclass(frozen=True, slots=True)
class _Listed:
    """The sum of blocks whose vecs are the rows of `core`; their shape is rows x columns."""

    core: Node
    axis: int
    rows: Dimension
    columns: Dimension


_Form = _Plain | _Stacked | _Diagonal | _Pair | _Between | _Listed


def blocks(root: Node) -> Blocks | None:
    """The form of `root`, or None where it has none.

    >>> from matcalc.algebra.dimension import named; from matcalc.algebra.nodes import symbol
    >>> C = symbol("C", (named("k"), named("k")))
    >>> blocks(sums.times_number(2, calls.kronecker(C, identity(named("m"))))).kind
    'kron_eye'
    """
    return block_forms([root]).get(root)


def block_forms(roots: Sequence[Node]) -> dict[Node, Blocks]:
    """The form of each part of `roots` that has one and is needed as a matrix: by what has none, or as a root."""
    nodes = list(postorder(*roots))
    if not any(type(node) is Call and node.data == "kron" for node in nodes):
        return {}
    forms: dict[Node, _Form] = {}
    for node in nodes:
        if not node.is_scalar:
            form = _form(node, forms)
            forms[node] = _Plain(node) if form is None else form
    wanted = dict.fromkeys(roots)
    for node in nodes:
        if not isinstance(forms.get(node, _Stacked(node)), _Pair | _Between | _Listed):
            wanted.update(dict.fromkeys(node.children))
    found = {node: _as_blocks(forms[node]) for node in wanted if node in forms}
    return {node: made for node, made in found.items() if made is not None}


def below(node: Node, forms: Mapping[Node, Blocks]) -> Sequence[Node]:
    """What a node is made of: its children; of what has a form its numbers, and the factors of a Kronecker product, which may commute."""
    form = forms.get(node)
    if form is None:
        return node.children
    return form.cores if not is_kron(node) else (*form.cores, *node.children)


def needed(roots: Sequence[Node], forms: Mapping[Node, Blocks]) -> Iterator[Node]:
    """The nodes that `roots` are made of, each once, children first."""
    seen: set[Node] = set()
    stack = [(root, False) for root in reversed(roots)]
    while stack:
        node, done = stack.pop()
        if done:
            yield node
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(below(node, forms)) if child not in seen)


def _as_blocks(form: _Form) -> Blocks | None:
    if isinstance(form, _Between):
        form = _listed(form)
    if isinstance(form, _Listed):
        if ONE_DIMENSION in (form.rows, form.columns):
            return None
        kind = "blocks_inner" if form.axis == INNER else "blocks_outer"
        return Blocks(kind, (form.core,), form.core.shape[0], form.rows, form.columns)
    if not isinstance(form, _Pair) or not (form.left.is_matrix and form.right.is_matrix):
        return None
    left, right = form.left, form.right
    if type(right) is Identity:
        return Blocks("kron_eye", (left,), right.shape[0], *left.shape)
    if type(left) is Identity:
        return Blocks("eye_kron", (right,), left.shape[0], *right.shape)
    return Blocks("kron", (left, right), ONE_DIMENSION, *right.shape)


def _form(node: Node, forms: dict[Node, _Form]) -> _Form | None:
    """The form of one node from those of its children; None where it is just a matrix."""
    kind = type(node)
    if kind is Call and node.data == "vec":
        return _Stacked(node.children[0])
    if kind is Call and node.data == "kron":
        left, right = node.children
        within = forms[right] if not right.is_scalar else None
        if left.is_column and isinstance(within, _Pair) and within.left.is_row:
            return _Pair(products.product([left, within.left]), within.right)  # kron(u, kron(v^T, C)) = kron(u v^T, C)
        return _Pair(left, right)
    inside = [forms[child] for child in node.children if not child.is_scalar]
    if kind is Call and node.data == "diag" and node.is_matrix and isinstance(inside[0], _Stacked):
        return _Diagonal(inside[0].matrix)
    if kind is Transpose and isinstance(inside[0], _Pair):
        return _Pair(products.transpose(inside[0].left), products.transpose(inside[0].right))
    if kind is Scaled:
        return _scaled(node.children[0], inside[0])
    if kind is Sum and node.is_matrix:
        return _sum([(_scaled(number(c), form)) for c, form in zip(node.data, inside, strict=True)])
    if kind is Product and node.is_matrix:
        return _product(inside)
    if node.is_column and (kind is Sum or is_entrywise(node)):
        matrices = [form.matrix for form in inside if isinstance(form, _Stacked)]
        if len(matrices) == len(inside) and len({matrix.shape for matrix in matrices}) == 1:
            unstacked = iter(matrices)
            return _Stacked(rebuild(node, [c if c.is_scalar else next(unstacked) for c in node.children]))
    return None


def _scaled(scalar: Node, form: _Form) -> _Form:
    if scalar is ONE:
        return form
    if isinstance(form, _Pair):
        if type(form.right) is Identity:
            return _Pair(products.scaled(scalar, form.left), form.right)
        return _Pair(form.left, products.scaled(scalar, form.right))
    if isinstance(form, _Between):
        front = entrywise.hadamard([scalar, form.front])
        return _Between(form.left, form.rows, form.right, form.axis, front)
    if isinstance(form, _Listed):
        return _Listed(products.scaled(scalar, form.core), form.axis, form.rows, form.columns)
    return type(form)(products.scaled(scalar, form.node if isinstance(form, _Plain) else form.matrix))


# ---- products


def _product(inside: Sequence[_Form]) -> _Form | None:
    found: _Form | None = inside[0]
    for form in inside[1:]:
        rule = _PRODUCTS.get((type(found), type(form)))
        found = rule(found, form) if rule is not None else None
        if found is None:
            return None
    return found


def _pairs(a: _Pair, b: _Pair) -> _Form | None:
    if a.left.shape[1] is not b.left.shape[0] or a.right.shape[1] is not b.right.shape[0]:
        return None
    return _Pair(products.product([a.left, b.left]), products.product([a.right, b.right]))


def _pair_and_plain(a: _Pair, b: _Plain) -> _Form | None:
    """kron(u, B) M = kron(u, B M)."""
    if a.left.shape[1] is ONE_DIMENSION:
        return _Pair(a.left, products.product([a.right, b.node]))
    if a.right.shape[1] is ONE_DIMENSION:
        return _Pair(products.product([a.left, b.node]), a.right)
    return None


def _plain_and_pair(a: _Plain, b: _Pair) -> _Form | None:
    if b.left.shape[0] is ONE_DIMENSION:
        return _Pair(b.left, products.product([a.node, b.right]))
    if b.right.shape[0] is ONE_DIMENSION:
        return _Pair(products.product([a.node, b.left]), b.right)
    return None


def _spread(form: _Form, axis: int) -> _Between | None:
    """A diagonal as blocks along this axis."""
    if not isinstance(form, _Diagonal):
        return None
    rows = form.matrix if axis == INNER else products.transpose(form.matrix)
    n = identity(rows.shape[1])
    return _Between(n, rows, n, axis)


def _acting(form: _Pair) -> Iterable[tuple[int, Node]]:
    """The axes that it leaves alone, and what it does on the other one."""
    if type(form.right) is Identity:
        yield INNER, form.left
    if type(form.left) is Identity:
        yield OUTER, form.right


def _pair_and_blocks(a: _Pair, b: _Diagonal | _Between) -> _Form | None:
    for axis, matrix in _acting(a):
        between = b if isinstance(b, _Between) else _spread(b, axis)
        if between is not None and between.axis == axis and matrix.shape[1] is between.left.shape[0]:
            left = products.product([matrix, between.left])
            return _Between(left, between.rows, between.right, axis, between.front)
    return None


def _blocks_and_pair(a: _Diagonal | _Between, b: _Pair) -> _Form | None:
    for axis, matrix in _acting(b):
        between = a if isinstance(a, _Between) else _spread(a, axis)
        if between is not None and between.axis == axis and between.right.shape[1] is matrix.shape[0]:
            right = products.product([between.right, matrix])
            return _Between(between.left, between.rows, right, axis, between.front)
    return None


def _diagonals(a: _Diagonal, b: _Diagonal) -> _Form | None:
    if a.matrix.shape != b.matrix.shape:
        return None
    return _Diagonal(entrywise.hadamard([a.matrix, b.matrix]))


def _between_and_diagonal(a: _Between, b: _Diagonal) -> _Form | None:
    """A diag(V_i) diag(W_i)."""
    if type(a.right) is not Identity:
        return None
    other = b.matrix if a.axis == INNER else products.transpose(b.matrix)
    if other.shape != a.rows.shape:
        return None
    return _Between(a.left, entrywise.hadamard([a.rows, other]), a.right, a.axis, a.front)


_PRODUCTS: dict[tuple[type, type], Callable[..., _Form | None]] = {
    (_Plain, _Plain):      lambda a, b: _Plain(products.product([a.node, b.node])),
    (_Pair, _Pair):        _pairs,
    (_Pair, _Plain):       _pair_and_plain,
    (_Plain, _Pair):       _plain_and_pair,
    (_Pair, _Diagonal):    _pair_and_blocks,
    (_Pair, _Between):     _pair_and_blocks,
    (_Diagonal, _Pair):    _blocks_and_pair,
    (_Between, _Pair):     _blocks_and_pair,
    (_Diagonal, _Diagonal): _diagonals,
    (_Between, _Diagonal): _between_and_diagonal,
}  # fmt: skip


# ---- sums


def _sum(terms: Sequence[_Form]) -> _Form | None:
    inside = _with_identities(terms)
    if all(isinstance(form, _Plain) for form in inside):
        return None
    diagonals = [form.matrix for form in inside if isinstance(form, _Diagonal)]
    if len(diagonals) == len(inside) and len({matrix.shape for matrix in diagonals}) == 1:
        return _Diagonal(_total(diagonals))
    pairs = [form for form in inside if isinstance(form, _Pair)]
    if len(pairs) == len(inside):
        if len({pair.right for pair in pairs}) == 1:
            return _Pair(_total(pair.left for pair in pairs), pairs[0].right)
        if len({pair.left for pair in pairs}) == 1:
            return _Pair(pairs[0].left, _total(pair.right for pair in pairs))
    for axis in (INNER, OUTER):
        listed = [_along(form, axis) for form in inside]
        found = [one for one in listed if one is not None]
        if len(found) == len(inside) and len({(one.rows, one.columns) for one in found}) == 1:
            return _Listed(_total(one.core for one in found), axis, found[0].rows, found[0].columns)
    return None


def _with_identities(inside: Sequence[_Form]) -> Sequence[_Form]:
    """Multiples of I among the terms as kron(c I, I), sized as another term is."""
    like = next((form for form in inside if isinstance(form, _Pair | _Between | _Listed)), None)
    if isinstance(like, _Pair):
        axis, block = next(iter(_acting(like)), (INNER, ONE))
        (rows, columns), count = block.shape, (like.right if axis == INNER else like.left).shape[0]
    elif isinstance(like, _Between):
        axis, count = like.axis, like.rows.shape[0]
        rows, columns = like.left.shape[0], like.right.shape[1]
    elif isinstance(like, _Listed):
        axis, count, rows, columns = like.axis, like.core.shape[0], like.rows, like.columns
    else:
        return inside
    if rows is not columns:
        return inside
    made: list[_Form] = []
    for form in inside:
        c, scalars, core = sums.split(form.node) if isinstance(form, _Plain) else (1, [], ONE)
        if type(core) is Identity and rows is not ONE_DIMENSION:
            several = products.product([number(c), *scalars, identity(rows)])
            one = identity(count)
            made.append(_Pair(several, one) if axis == INNER else _Pair(one, several))
        else:
            made.append(form)
    return made


def _along(form: _Form, axis: int) -> _Listed | None:
    """A form as blocks along the axis, where it is that."""
    if isinstance(form, _Listed):
        return form if form.axis == axis else None
    if isinstance(form, _Diagonal):
        spread = _spread(form, axis)
        return _listed(spread) if spread is not None else None
    if isinstance(form, _Between):
        return _listed(form) if form.axis == axis else None
    if isinstance(form, _Pair):
        for kept, matrix in _acting(form):
            if kept == axis:
                count = (form.right if axis == INNER else form.left).shape[0]
                core = products.product([ones(count), products.transpose(calls.vectorised(matrix))])
                return _Listed(core, axis, *matrix.shape)
    return None


def _listed(form: _Between) -> _Listed:
    """vec(A diag(v) B) = khatri_rao(B^T, A) v for each row v."""
    rows, columns = form.left.shape[0], form.right.shape[1]
    if type(form.left) is type(form.right) is Identity:
        n = identity(rows)
        turned = products.transpose(calls.call("khatri_rao", [n, n]))
    else:
        turned = products.transpose(calls.call("khatri_rao", [products.transpose(form.right), form.left]))
    core = products.scaled(form.front, products.product([form.rows, turned]))
    return _Listed(core, form.axis, rows, columns)


def _total(nodes: Iterable[Node]) -> Node:
    return sums.plus(*nodes)
