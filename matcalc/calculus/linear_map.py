"""Jacobians: the matrix of a linear map, read off an expression that is linear in a direction.

In: an expression L that is linear in the direction H (a differential).  Out: the matrix M with vec(L) = M vec(H); vec stacks
columns; the numerator layout.  One forward sweep: every node that depends on H has its own M, made from those of its children
by the identities below, so layered functions cost one matrix product per layer and nothing is expanded.

    vec(A M B) = (B^T ⊗ A) vec(M)                vec(M^T)   = Kmat vec(M)
    vec(A .* M) = diag(vec(A)) vec(M)            vec(s A)   = vec(A) s
    vec(A diag(u) B) = khatri_rao(B^T, A) u      diag(A M B) = khatri_rao(B, A^T)^T vec(M)
    vec(A ⊗ M) = (I ⊗ Kmat ⊗ I) (vec(A) ⊗ I) vec(M)
    vec(D_f(A, M)) = J(f, A)^T vec(M)            vec(D2_f(A, M, K)) = J2_f(A, K)^T vec(M)
    S Z + Z S = M, S = sqrtm(A): vec(Z) = (I ⊗ S + S^T ⊗ I)^-1 vec(M)
    vec(tril(M)) = diag(vec(tril(ones))) vec(M)

A scalar node is <G, H> by the reverse sweep, its row vec(G)^T.  Source: Magnus and Neudecker, Matrix Differential Calculus,
chapters 2, 3 and 9.
"""

from __future__ import annotations

from collections.abc import Callable

from matcalc.algebra import calls, declared, entrywise, kronecker, linear, products, sums, transposes
from matcalc.algebra.leaves import ONE, basis, commutation, identity, zero
from matcalc.algebra.nodes import Call, Commutation, Entry, Hadamard, Node, Product, Scaled, Slope, Sum, Transpose
from matcalc.algebra.walks import dependents
from matcalc.calculus.adjoint import pull_back
from matcalc.calculus.linear_functions import OF_CALL, Rows, around, is_sandwich, moving_slot, no_matrix


def matrix_of(root: Node, direction: Node) -> Node:
    """The M with vec(root) = M vec(direction), root linear in direction; UnsupportedError where no matrix form is known.

    >>> from matcalc.algebra.dimension import named; from matcalc.algebra.leaves import direction, symbol
    >>> m, n = named("m"), named("n")
    >>> A, H = symbol("A", (m, m)), direction("H", (m, n))
    >>> matrix_of(products.product([A, H]), H) is kronecker.product(identity(n), A)
    True
    """
    length = direction.shape[0] * direction.shape[1]
    moving = set(dependents(root, [direction]))
    if root not in moving:
        return zero((root.shape[0] * root.shape[1], length))
    rows: Rows = {direction: identity(length)}
    stack = [(root, False)]
    while stack:
        node, done = stack.pop()
        if node in rows:
            continue
        if done:
            rows[node] = _OF_CLASS[type(node)](node, rows, moving)
        elif node not in moving:  # a sum that was multiplied out, and its terms cancelled
            rows[node] = zero((node.shape[0] * node.shape[1], length))
        elif type(node) not in _OF_CLASS:
            raise no_matrix(node)
        elif node.is_scalar and not _is_chain(node, moving):
            pulled = pull_back(node, [direction], ONE)[direction]
            rows[node] = transposes.transpose(linear.vectorised(pulled))
        else:
            stack.append((node, True))
            stack.extend((child, False) for child in _needed(node, moving))
    return rows[root]


def _needed(node: Node, moving: set[Node]) -> list[Node]:
    """The nodes whose matrices that of `node` is made of."""
    kind = type(node)
    if kind is Product:
        spread = _spread(node, moving)
        if spread is not None:
            moving.update(dependents(spread, moving))
            return [spread]
        inner = node.children[moving_slot(node, moving)]
        return [inner.children[0] if linear.is_diagonal(inner) or _turns(node, inner) else inner]
    if kind is Call and node.data == "diag" and (body := node.children[0]) and is_sandwich(body, moving):
        return [body.children[moving_slot(body, moving)]]
    return [child for child in node.children if child in moving]


def _is_chain(node: Node, moving: set[Node]) -> bool:
    """Whether the row of this scalar is made from those of its children: a chain u^T A v that moves at an end, a sum."""
    kind = type(node)
    if kind is Product:
        return node.children[0] in moving or node.children[-1] in moving
    return kind in (Sum, Hadamard)


def _sum(node: Node, rows: Rows, moving: set[Node]) -> Node:
    pairs = zip(node.data, node.children, strict=True)
    return sums.add([(c, rows[term]) for c, term in pairs if term in moving])


def _product(node: Node, rows: Rows, moving: set[Node]) -> Node:
    spread = _spread(node, moving)
    if spread is not None:
        return rows[spread]
    left, inner, right = around(node, moving_slot(node, moving))
    if _turns(node, inner):
        turned = products.product([left, calls.call("skew", [right])])
        return sums.times_number(-1, products.product([turned, rows[inner.children[0]]]))
    if linear.is_diagonal(inner):
        return products.product([_khatri_rao(transposes.transpose(right), left), rows[inner.children[0]]])
    return products.product([kronecker.product(transposes.transpose(right), left), rows[inner]])


def _spread(node: Node, moving: set[Node]) -> Node | None:
    """A vector A (M + N) b with the moving sum of matrices multiplied out: its terms have shorter matrices one by one."""
    inner = node.children[moving_slot(node, moving)]
    body = inner.children[0] if type(inner) is Transpose else inner
    if node.is_matrix or not inner.is_matrix or type(body) is not Sum:
        return None
    k = node.children.index(inner)
    before, after = node.children[:k], node.children[k + 1 :]
    terms = [transposes.transpose(term) if body is not inner else term for term in body.children]
    return sums.add([(c, products.product([*before, term, *after])) for c, term in zip(body.data, terms, strict=True)])


def _turns(node: Node, inner: Node) -> bool:
    """Whether skew(a) b = -skew(b) a applies: a moves, the chain goes on to a vector."""
    return type(inner) is Call and inner.data == "skew" and node.is_column and inner is not node.children[-1]


def _khatri_rao(left: Node, right: Node) -> Node:
    if left.is_row:
        return products.product([right, linear.diagonal(transposes.transpose(left))])
    if right.is_row:
        return products.product([left, linear.diagonal(transposes.transpose(right))])
    return calls.call("khatri_rao", [left, right])


def _scaled(node: Node, rows: Rows, moving: set[Node]) -> Node:
    scalar, body = node.children
    if moving_slot(node, moving) == 0:
        return products.product([linear.vectorised(body), rows[scalar]])
    return products.scaled(scalar, rows[body])


def _hadamard(node: Node, rows: Rows, moving: set[Node]) -> Node:
    k = moving_slot(node, moving)
    others = [factor for j, factor in enumerate(node.children) if j != k]
    fixed = entrywise.hadamard(others)
    if node.is_scalar:
        return products.scaled(fixed, rows[node.children[k]])
    return products.product([linear.diagonal(linear.vectorised(fixed)), rows[node.children[k]]])


def _transpose(node: Node, rows: Rows, _: set[Node]) -> Node:
    body = node.children[0]
    if not body.is_matrix:
        return rows[body]
    K, matrix = commutation(*body.shape), rows[body]
    if type(matrix) is Sum and any(_begins_with_commutation(term) for term in matrix.children):
        return sums.add([(c, products.product([K, term])) for c, term in sums.terms_of(matrix)])  # K K = I
    return products.product([K, matrix])


def _begins_with_commutation(term: Node) -> bool:
    body = term.children[1] if type(term) is Scaled else term
    return type(body.children[0] if type(body) is Product else body) is Commutation


def _entry(node: Node, rows: Rows, _: set[Node]) -> Node:
    body, i, j = node.children
    picked = kronecker.product(basis(j, body.shape[1]), basis(i, body.shape[0]))
    return products.product([transposes.transpose(picked), rows[body]])


def _slope(node: Node, rows: Rows, moving: set[Node]) -> Node:
    k = moving_slot(node, moving)
    if len(node.children) != 2 or k != 1:
        raise no_matrix(node)
    argument = node.children[0]
    if argument.is_scalar:
        return products.product(
            [linear.vectorised(declared.slope(node.data, [argument], [ONE])), rows[node.children[1]]]
        )
    turned = transposes.transpose(declared.jacobian(node.data, [argument]))
    return products.product([turned, rows[node.children[1]]])


def _call(node: Node, rows: Rows, moving: set[Node]) -> Node:
    of_call = OF_CALL.get(node.data)
    if of_call is None:
        raise no_matrix(node)
    return of_call(node, rows, moving)


_OF_CLASS: dict[type[Node], Callable[[Node, Rows, set[Node]], Node]] = {
    Sum: _sum,
    Product: _product,
    Scaled: _scaled,
    Hadamard: _hadamard,
    Transpose: _transpose,
    Entry: _entry,
    Slope: _slope,
    Call: _call,
}
