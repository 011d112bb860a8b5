"""Products of matrices as array operations, in a cheap order.

A chain that ends in a vector is evaluated from that end; u v^T is an outer product; an inverse solves instead; diag(d) scales rows or
columns; Kmat permutes; a product with ones sums, with a unit vector picks.  tr(A B) and diag(A B) never form A B.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matcalc.algebra import products
from matcalc.algebra.dimension import ONE
from matcalc.algebra.nodes import Basis, Call, Commutation, MatrixPower, Node, Number, Ones, Transpose
from matcalc.code.values import Value, Values

LONGEST_POWER = 3  # A^k b is k products up to here, else the power is formed

Of = Callable[[Node], Value]


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of a chain: its `kind` (plain, diagonal, inverse, swap, ones, basis), the values it is made of, how often it stands."""

    kind: str
    values: tuple[Value, ...]
    count: int = 1


def factor(node: Node, of: Of, make: Values) -> Factor:
    """A node as a factor; `of` gives the value of what has been lowered before."""
    flipped = type(node) is Transpose
    inner = node.children[0] if flipped else node
    kind = type(inner)
    if kind is Call and inner.data == "diag" and inner.is_matrix:
        return Factor("diagonal", (of(inner.children[0]),))
    if kind is MatrixPower and type(inner.children[1]) is Number and type(inner.children[1].data) is int:
        k = inner.children[1].data
        base = of(inner.children[0])
        base = make.transposed(base) if flipped else base
        if -LONGEST_POWER <= k < 0:
            return Factor("inverse", (base, base if _is_symmetric(inner.children[0]) else make.transposed(base)), -k)
        if 0 < k <= LONGEST_POWER:
            return Factor("plain", (base,), k)
    if kind is Commutation:
        return Factor("swap", (make.size(inner.data[0]), make.size(inner.data[1])))
    if kind is Ones and inner.is_column:
        return Factor("ones", (of(inner),))
    if kind is Basis:
        return Factor("basis", (of(inner), make.place(of(inner.children[0]))))
    return Factor("plain", (of(node),))


def _is_symmetric(node: Node) -> bool:
    """Whether the node is its own transpose by construction: X^T X + c I."""
    return node.weight <= products.HEAVIEST and products.transpose(node) is node


def product(nodes: Sequence[Node], of: Of, make: Values) -> Value:
    """The product of at least two factors without scalars among them."""
    for k, node in enumerate(nodes):
        if k and node.shape[0] is ONE:
            return make.make("outer", product(nodes[:k], of, make), product(nodes[k:], of, make), rank=2)
    if len(nodes) == 1:
        return of(nodes[0])
    chain = [factor(node, of, make) for node in nodes]
    from_left = nodes[0].shape[0] is ONE
    from_right = nodes[-1].shape[1] is ONE
    if from_left and from_right:
        return _number(chain, make)
    if from_right:
        return _column(chain, make)
    if from_left:
        return _row(chain, make)
    return _matrix(chain, make)


def _number(chain: list[Factor], make: Values) -> Value:
    """u^T A ... v: from the right, but e_i^T A picks a row first."""
    left, right = chain[0], chain[-1]
    inside = chain[1:-1]
    if left.kind == "basis" and inside and inside[0].kind == "plain" and inside[0].count == 1:
        matrix = inside[0].values[0]
        if len(inside) == 1 and right.kind == "basis":
            return make.make("entry", matrix, left.values[1], right.values[1], rank=0)
        left = Factor("plain", (make.make("row", matrix, left.values[1], rank=1),))
        inside = inside[1:]
    if not inside and right.kind in ("ones", "basis"):
        left, right = right, left
    value = _column([*inside, right], make)
    if left.kind == "ones":
        return make.make("sum", value, rank=0)
    if left.kind == "basis":
        return make.make("entry", value, left.values[1], rank=0)
    return make.matmul(left.values[0], value)


def _column(chain: list[Factor], make: Values) -> Value:
    """A B ... v, from the right."""
    last = chain[-1]
    value = last.values[0]
    rest = chain[:-1]
    if rest and rest[-1].kind == "plain" and rest[-1].count == 1:
        if last.kind == "ones":
            value = make.make("row_sums", rest.pop().values[0], rank=1)
        elif last.kind == "basis":
            value = make.make("column", rest.pop().values[0], last.values[1], rank=1)
    elif rest and rest[-1].kind == "diagonal" and last.kind == "ones":
        value = rest.pop().values[0]
    for left in reversed(rest):
        value = _from_left(left, value, make)
    return value


def _row(chain: list[Factor], make: Values) -> Value:
    """u^T A B ..., from the left."""
    first = chain[0]
    value = first.values[0]
    rest = chain[1:]
    if rest[0].kind == "plain" and rest[0].count == 1:
        if first.kind == "ones":
            value = make.make("column_sums", rest.pop(0).values[0], rank=1)
        elif first.kind == "basis":
            value = make.make("row", rest.pop(0).values[0], first.values[1], rank=1)
    elif rest[0].kind == "diagonal" and first.kind == "ones":
        value = rest.pop(0).values[0]
    for right in rest:
        value = _from_right(value, right, make)
    return value


def _from_left(left: Factor, value: Value, make: Values) -> Value:
    """left value, value a vector or a matrix."""
    if left.kind == "diagonal":
        if value.rank == 1:
            return make.multiplied(1, [left.values[0], value])
        return make.make("scale_rows", left.values[0], value, rank=2)
    if left.kind == "swap":
        return make.make("take", value, make.make("swap", *left.values, rank=1), rank=value.rank)
    if left.kind == "plain" and left.count > 1 and value.rank == 2:
        return make.matmul(_formed(left, make), value)
    for _ in range(left.count):
        value = (make.solve if left.kind == "inverse" else make.matmul)(left.values[0], value)
    return value


def _from_right(value: Value, right: Factor, make: Values) -> Value:
    """value right, value a row or a matrix."""
    if right.kind == "diagonal":
        if value.rank == 1:
            return make.multiplied(1, [value, right.values[0]])
        return make.make("scale_columns", value, right.values[0], rank=2)
    if right.kind == "swap":
        m, n = right.values
        places = make.make("swap", n, m, rank=1)  # v^T Kmat(m,n) = (Kmat(n,m) v)^T
        return make.make("take" if value.rank == 1 else "take_columns", value, places, rank=value.rank)
    if right.kind == "inverse":
        turned = make.transposed(value)  # Y A^-1 = (A^-T Y^T)^T
        for _ in range(right.count):
            turned = make.solve(right.values[1], turned)
        return make.transposed(turned)
    if right.count > 1 and value.rank == 2:
        return make.matmul(value, _formed(right, make))
    for _ in range(right.count):
        value = make.matmul(value, right.values[0])
    return value


def _formed(one: Factor, make: Values) -> Value:
    """The factor as a matrix of its own."""
    if one.kind == "diagonal":
        return make.make("diagonal_matrix", *one.values, rank=2)
    if one.kind == "swap":
        eye = make.make("eye", make.multiplied(1, one.values), rank=2)
        return make.make("take", eye, make.make("swap", *one.values, rank=1), rank=2)
    return power(one.values[0], one.count if one.kind == "plain" else -one.count, make)


def power(base: Value, k: int, make: Values) -> Value:
    """The matrix power A^k, k an integer other than 0."""
    if k == 1:
        return base
    if k == -1:
        return make.inverse(base)
    return make.make("integer_power", base, make.number(k), rank=2)


def _matrix(chain: list[Factor], make: Values) -> Value:
    """A B C: an inverse solves with what stands right of it; the rest from left to right."""
    stack: list[Factor] = []
    for k in range(len(chain) - 1, -1, -1):
        one = chain[k]
        absorbs = one.kind in ("inverse", "swap") or (
            one.kind == "diagonal" and (not k or chain[k - 1].kind != "plain")
        )
        if stack and absorbs and stack[-1].kind in ("plain", "inverse"):
            value = _from_left(one, _formed(stack.pop(), make), make)
            one = Factor("plain", (value,))
        stack.append(one)
    value = _formed(stack.pop(), make)
    while stack:
        value = _from_right(value, stack.pop(), make)
    return value


def trace(nodes: Sequence[Node], of: Of, make: Values) -> Value:
    """tr of a product of square outside: sum(A .* B^T), rotated so that a diagonal, a permutation or an inverse stands first."""
    kinds = [factor(node, of, make).kind for node in nodes]
    for wanted in ("diagonal", "inverse", "swap"):
        if wanted in kinds:
            k = kinds.index(wanted)
            nodes = [*nodes[k:], *nodes[:k]]
            if wanted == "diagonal":
                return make.matmul(of(nodes[0].children[0]), diagonal(nodes[1:], of, make))
            return make.make("tr", product(nodes, of, make), rank=0)
    left, right = of(nodes[0]), product(nodes[1:], of, make)
    if left.operation == "transpose":
        left, right = right, left  # tr(A^T B) = tr(B A^T): A .* B
    return make.make("sum", make.multiplied(1, [left, make.transposed(right)]), rank=0)


def diagonal(nodes: Sequence[Node], of: Of, make: Values) -> Value:
    """The diagonal of a product: u .* v of u v^T, the row sums of A .* B^T of A B."""
    if len(nodes) == 1:
        return make.make("diagonal", of(nodes[0]), rank=1)
    for k, node in enumerate(nodes):
        if k and node.shape[0] is ONE:
            return make.multiplied(1, [product(nodes[:k], of, make), product(nodes[k:], of, make)])
    first, last = (factor(nodes[k], of, make) for k in (0, -1))
    if first.kind == "diagonal":
        return make.multiplied(1, [first.values[0], diagonal(nodes[1:], of, make)])
    if last.kind == "diagonal":
        return make.multiplied(1, [diagonal(nodes[:-1], of, make), last.values[0]])
    if {first.kind, last.kind} & {"inverse", "swap"}:
        return make.make("diagonal", product(nodes, of, make), rank=1)
    right = make.transposed(product(nodes[1:], of, make))
    return make.make("row_sums", make.multiplied(1, [of(nodes[0]), right]), rank=1)
