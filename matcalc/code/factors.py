"""The factors of a product as a program sees them: plain arrays, and those that are applied without being formed.

| kind     | factor            | applied to Y                                    |
|----------|-------------------|-------------------------------------------------|
| plain    | any array         | a product                                       |
| diagonal | diag(d)           | rows or columns scaled                          |
| inverse  | A^-1              | a system solved                                 |
| swap     | Kmat(m, n)        | rows or columns permuted                        |
| ones     | ones(n)           | rows or columns summed; ones(m,n) is two        |
| basis    | e(i, n)           | a row, a column or an entry picked              |
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

from matcalc.algebra.dimension import ONE
from matcalc.algebra.leaves import ones
from matcalc.algebra.matrix_powers import inverse as inverse_of
from matcalc.algebra.nodes import (
    Basis,
    Call,
    Commutation,
    Hadamard,
    MatrixPower,
    Node,
    Number,
    Ones,
    Product,
    Scaled,
    Sum,
    Transpose,
)
from matcalc.algebra.sums import times_number
from matcalc.algebra.transposes import HEAVIEST, transpose
from matcalc.algebra.walks import postorder
from matcalc.code.values import Value, Values

DEEPEST = 12  # products and sums within each other whose sign is looked for
LONGEST_POWER = 3  # A^k stands for k factors up to here, else the power is formed

Of = Callable[[Node], Value]
Holds = Callable[[Node, str], bool]  # whether a node certainly has a property


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor: the `node`, its `kind`, the values that it is made of."""

    node: Node
    kind: str
    values: tuple[Value, ...]


def factors(node: Node, of: Of, make: Values, holds: Holds) -> list[Factor]:
    """A node as factors, A^2 as two; `of` gives the value of what has been lowered before."""
    flipped = type(node) is Transpose
    inner = node.children[0] if flipped else node
    kind = type(inner)
    if kind is Call and inner.data == "diag" and inner.is_matrix:
        return [Factor(inner, "diagonal", (of(inner.children[0]),))]
    if kind is MatrixPower and type(inner.children[1]) is Number and type(inner.children[1].data) is int:
        k, body = inner.children[1].data, inner.children[0]
        if -LONGEST_POWER <= k <= LONGEST_POWER:
            once = transpose(body) if flipped else body
            base = make.transposed(of(body)) if flipped else of(body)
            if k > 0:
                return [Factor(once, "plain", (base,))] * k
            return [inverse(once, base, make, holds)] * -k
    if kind is Commutation:
        return [Factor(inner, "swap", (make.size(inner.data[0]), make.size(inner.data[1])))]
    if kind is Ones and inner.is_matrix:  # ones(m,n) = 1 1^T: a product with it is a sum
        sides = (ones(inner.shape[0], ONE), ones(ONE, inner.shape[1]))
        return [Factor(side, "ones", (make.filled("ones", side.shape),)) for side in sides]
    if kind is Ones:
        return [Factor(node, "ones", (make.filled("ones", inner.shape),))]
    if kind is Basis:
        return [Factor(node, "basis", (of(inner), make.place(of(inner.children[0]))))]
    return [Factor(node, "plain", (of(node),))]


def inverse(body: Node, base: Value, make: Values, holds: Holds) -> Factor:
    """The inverse of `body`: its value and that of its transpose, which are one where it is symmetric."""
    if is_symmetric(body, holds):
        base = base.operands[0] if base.operation == "transpose" else base
        return Factor(body, "inverse", (base, base))
    return Factor(body, "inverse", (base, make.transposed(base)))


def as_node(factor: Factor) -> Node:
    """The factor as it stands in a product: of an inverse, A^-1."""
    return inverse_of(factor.node) if factor.kind == "inverse" else factor.node


def is_kron(node: Node) -> bool:
    """Whether the node is a Kronecker product of matrices."""
    return type(node) is Call and node.data == "kron" and all(child.is_matrix for child in node.children)


def is_symmetric(node: Node, holds: Holds) -> bool:
    """Whether the node is its own transpose: by construction, X^T X + c I, or because it is declared."""
    return (node.weight <= HEAVIEST and transpose(node) is node) or holds(node, "symmetric")


def _is_computed_exactly_signed(node: Node) -> bool:
    """False of x^T A x and tr(A), A positive semidefinite: rounding may leave less than 0, and a root of that is nan."""
    if type(node) is Product and node.is_scalar:
        return len(node.children) == 2 and transpose(node.children[0]) is node.children[1]
    return not (type(node) is Call and node.data == "tr")


def sign(node: Node, holds: Holds) -> int:
    """1 where no entry is certainly negative, -1 where none is positive, 0 where that is not known, or may fail by rounding.

    A sum has the sign of its terms, and 1 - f(x) that of the range of f; 1 - tanh(x)^2 has none, for rounding may leave less than 0.
    """
    return _sign(node, holds, DEEPEST) if all(map(_is_computed_exactly_signed, postorder(node))) else 0


def _sign(node: Node, holds: Holds, depth: int) -> int:
    if type(node) not in (Hadamard, Scaled, Sum):
        return 1 if holds(node, "nonnegative") else 0
    signs = [_sign(child, holds, depth - 1) for child in node.children] if depth else [0] * len(node.children)
    if type(node) is not Sum:
        return prod(signs)
    of_terms = {found if c > 0 else -found for c, found in zip(node.data, signs, strict=True)}
    return of_terms.pop() if len(of_terms) == 1 else _sign_of_difference(node, holds)


def _sign_of_difference(node: Node, holds: Holds) -> int:
    """The sign of 1 - f(x) or f(x) - 1 where no value of f is computed as more than 1."""
    if any(type(term) not in (Call, Ones, Number) for term in node.children):
        return 0
    return int(holds(node, "nonnegative")) - int(holds(times_number(-1, node), "nonnegative"))


def mirrors(left: Factor, right: Factor, holds: Holds) -> bool:
    """Whether one factor is the transpose of the other."""
    if left.kind != right.kind:
        return False
    if left.kind == "inverse":
        return left.values == right.values[::-1]
    if left.kind == "diagonal":
        return left.values == right.values
    if left.kind == "swap":
        return left.values == right.values[::-1]
    return transpose(left.node) is right.node or (
        left.node is right.node and left.node.is_matrix and is_symmetric(left.node, holds)
    )
