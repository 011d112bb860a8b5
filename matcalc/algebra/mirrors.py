"""What an expression and its transpose have in common: by it a sum chooses the sign of its primitive form.

In: a node.  Out: its leading name, in the order of `_standing`, and a digest, the same for X and X^T.  Few sums ask for it: it is
made when it is asked for, of every node once, iteratively.
"""

from __future__ import annotations

from zlib import crc32

from matcalc.algebra.nodes import PRIME, Commutation, Hadamard, Node, Ones, Product, Sum, Transpose, forgets
from matcalc.algebra.walks import postorder

Mirror = tuple[str, int]

_mirrors: dict[Node, Mirror] = {}
forgets(_mirrors.clear)


def mirror(node: Node) -> Mirror:
    """The leading name of `node` and a digest, both those of its transpose too.

    >>> from matcalc.algebra.dimension import named; from matcalc.algebra.leaves import symbol
    >>> from matcalc.algebra.products import product; from matcalc.algebra.transposes import transpose
    >>> m, n = named("m"), named("n"); A, B = symbol("A", (m, n)), symbol("B", (n, m))
    >>> mirror(product([A, B])) == mirror(product([transpose(B), transpose(A)]))
    True
    """
    for part in postorder(node, known=_mirrors):
        _mirrors[part] = _mirror(part)
    return _mirrors[node]


def _mirror(node: Node) -> Mirror:
    kind, data, children = type(node), node.data, node.children
    if not children:
        # ones(m,n) and Kmat(m,n) turn into ones(n,m) and Kmat(n,m).
        return _standing(node), 1 if kind is Ones or kind is Commutation else node.key[2]
    if kind is Transpose:
        return _mirrors[children[0]]
    below = [_mirrors[child] for child in children]
    first = min(name for name, _ in below)
    if kind is Sum:
        pairs = zip(data, below, strict=True)
        return first, (7 + sum((abs(c.numerator) + 3 * c.denominator) * digest for c, (_, digest) in pairs)) % PRIME
    if kind is Product or kind is Hadamard:
        return first, (len(kind.__name__) + 31 * sum(digest for _, digest in below)) % PRIME
    combined = crc32(f"{kind.__name__} {data}".encode())
    for _, digest in below:
        combined = (combined * 1000003 + digest) % PRIME
    return first, combined


def _standing(leaf: Node) -> str:
    """How a name stands in a difference: variables (u to z) before constants, Greek and long names last: x - a, s - mu."""
    name = leaf.name
    base = name.split("_")[0].rstrip("0123456789")
    if len(base) != 1:
        return f"{'8' if name else '9'}{name}"
    return f"{'0' if base.lower() >= 'u' else '1'}{name}"
