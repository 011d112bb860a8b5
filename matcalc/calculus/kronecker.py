"""The adjoint of H -> A kron H and of H -> H kron B, in small matrices where the cotangent shows some.

| Y        | of A kron H, H p x q          | of H kron B, H m x n          | as                                       |
|----------|-------------------------------|-------------------------------|------------------------------------------|
| a b^T    | unvec(a) A unvec(b)^T         | unvec(a)^T B unvec(b)         | (A kron B) vec(Z) = vec(B Z A^T)         |
| C kron D | tr(C^T A) D                   | tr(D^T B) C                   | <C kron D, A kron B> = <C, A> <D, B>     |

unvec(a) is p x m, unvec(b) is q x n.  Of anything else the rule of rules/adjoint.rules, with a commutation matrix.
"""

from __future__ import annotations

from matcalc.algebra import calls, linear, products, transposes
from matcalc.algebra.nodes import Call, Node


def factor(node: Node, k: int, core: Node) -> Node | None:
    """The line of the table that is about Y = `core`, for factor k of the Kronecker product `node`."""
    left, right = node.children
    outer = products.outer_product(core)
    if outer is not None:
        a = linear.unvectorised(outer[0], right.shape[0], left.shape[0])
        b = linear.unvectorised(outer[1], right.shape[1], left.shape[1])
        return products.product([transposes.transpose(a), right, b] if k == 0 else [a, left, transposes.transpose(b)])
    if type(core) is Call and core.data == "kron" and core.children[k].shape == node.children[k].shape:
        fixed = products.product([transposes.transpose(core.children[1 - k]), node.children[1 - k]])
        return products.scaled(calls.call("tr", [fixed]), core.children[k])
    return None
