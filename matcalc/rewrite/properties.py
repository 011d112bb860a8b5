"""What is known of an expression from what is declared of its names: symmetric, positive, invertible ...

`Known(declared).holds(node, "symmetric")` is True only where it is certain.  A property is looked for when it is asked for, along the
table below, each once.  Positive, nonnegative and nonzero are said of every entry; of a scalar they are what they say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from matcalc.algebra.entrywise import is_entrywise
from matcalc.algebra.functions import FRECHET, JACOBIAN, SECOND_JACOBIAN
from matcalc.algebra.nodes import (
    Call,
    Commutation,
    Constant,
    Hadamard,
    Identity,
    MatrixPower,
    Node,
    Number,
    Ones,
    Power,
    Product,
    Scaled,
    Size,
    Sum,
    Symbol,
    Transpose,
    Zero,
)
from matcalc.algebra.products import product, scaled
from matcalc.algebra.sums import times_number
from matcalc.algebra.transposes import HEAVIEST, transpose
from matcalc.syntax.properties import IMPLIED

DEEPEST = 60  # levels of an expression that a property is looked for in

# property               follows from
_FOLLOWS = {
    "symmetric":             ("diagonal", "positive definite", "positive semidefinite"),
    "invertible":            ("orthogonal", "positive definite"),
    "lower":                 ("diagonal",),
    "upper":                 ("diagonal",),
    "full rank":             ("invertible",),
    "positive semidefinite": ("positive definite",),
    "nonnegative":           ("positive", "simplex"),
    "nonzero":               ("positive",),
}  # fmt: skip

_POSITIVE = frozenset("exp sigmoid softplus softmax softmax_rows softmax_cols cosh".split())
_NONNEGATIVE = frozenset(
    "abs relu step norm norm_1 norm_inf norm_2 norm_nuclear onehot_max onehot_max_rows onehot_max_cols".split()
)
_AT_MOST_ONE = frozenset("sigmoid softmax softmax_rows softmax_cols".split())  # and not negative
_MONOTONE = frozenset("sum mean max min tr diag vec mean_rows mean_cols".split())  # positive of positive entries
_FUNCTIONS_OF_SYMMETRIC = frozenset("expm logm sqrtm sinm cosm adj cof pinv polar sum_diagonals".split()).union(
    FRECHET, JACOBIAN.values(), SECOND_JACOBIAN
)


ZERO_AT_ZERO = frozenset("sin tan sinh tanh arcsin arctan abs sign relu step".split())  # entry by entry

# f(A) is diagonal, lower, upper where A is: limits of polynomials in A, and parts of it
_SERIES = frozenset("expm logm sqrtm sinm cosm adj tril triu".split())


class Known:
    """The properties declared by name, and what follows from them.

    >>> from matcalc.algebra.leaves import symbol; from matcalc.algebra.dimension import named
    >>> A = symbol("A", (named("n"), named("n")))
    >>> Known({"A": frozenset({"positive definite"})}).holds(transpose(A), "symmetric")
    True
    """

    __slots__ = ("_declared", "_depth", "_found")

    def __init__(self, declared: Mapping[str, frozenset[str]]) -> None:
        self._declared = declared
        self._found: dict[tuple[Node, str], bool] = {}
        self._depth = 0

    def holds(self, node: Node, word: str) -> bool:
        """Whether `node` certainly has the property."""
        key = (node, word)
        known = self._found.get(key)
        if known is None:
            if self._depth >= DEEPEST:
                return False
            self._depth += 1
            known = (
                any(self.holds(node, stronger) for stronger in _FOLLOWS.get(word, ())) or _RULES[word](self, node)
                if word in _RULES
                else self._is_declared(node, word)
            )
            self._depth -= 1
            self._found[key] = known
        return known

    def _is_declared(self, node: Node, word: str) -> bool:
        if not isinstance(node, Symbol):
            return False
        said = self._declared.get(node.data, frozenset())
        return word in said or any(word in IMPLIED.get(other, ()) for other in said)

    def _all(self, nodes: tuple[Node, ...], word: str) -> bool:
        return all(self.holds(node, word) for node in nodes)


# ---- one function per property


def _symmetric(known: Known, node: Node) -> bool:
    kind = type(node)
    if node.shape[0] is not node.shape[1]:
        return False
    if kind is Transpose:
        return known.holds(node.children[0], "symmetric")
    if node.is_scalar or kind in (Identity, Ones, Zero) or known._is_declared(node, "symmetric"):
        return True
    if kind is Product:
        return _is_palindrome(known, node.children)
    if kind is Sum:
        return known._all(node.children, "symmetric") or (node.weight <= HEAVIEST and _is_sum_of_pairs(known, node))
    if kind is Scaled:
        return known.holds(node.children[1], "symmetric")
    if kind is MatrixPower:
        return known.holds(node.children[0], "symmetric") or (_is_even(node) and known.holds(node.children[0], "skew"))
    if is_entrywise(node) or (kind is Call and node.data in _FUNCTIONS_OF_SYMMETRIC) or _is_kron(node):
        return all(child.is_scalar or known.holds(child, "symmetric") for child in node.children)
    return False


def _is_sum_of_pairs(known: Known, node: Node) -> bool:
    """Whether each term is symmetric, or its transpose is a term too: A + A^T, A S + S A^T with S symmetric."""
    times = dict(zip(node.children, node.data, strict=True))
    return transpose(node) is node or all(
        known.holds(term, "symmetric") or times.get(_turned(known, term)) == c for term, c in times.items()
    )


def _turned(known: Known, node: Node) -> Node:
    """The transpose, what is symmetric as it is."""
    if known.holds(node, "symmetric"):
        return node
    if type(node) is Scaled:
        return scaled(node.children[0], _turned(known, node.children[1]))
    if type(node) is Product:
        return product([_turned(known, factor) for factor in reversed(node.children)])
    return transpose(node)


def _is_palindrome(known: Known, factors: tuple[Node, ...]) -> bool:
    """Whether a chain is its own transpose: B^T A B with A symmetric."""
    middle = factors[len(factors) // 2]
    return _is_mirrored(known, factors) and (len(factors) % 2 == 0 or known.holds(middle, "symmetric"))


def _is_mirrored(known: Known, factors: tuple[Node, ...]) -> bool:
    """Whether a chain is B^T B, or B^T A B with any A."""
    if sum(factor.weight for factor in factors) > HEAVIEST:
        return False
    for left, right in zip(factors[: len(factors) // 2], reversed(factors), strict=False):
        turned = right if right.is_matrix and known.holds(right, "symmetric") else transpose(right)
        if turned is not left:
            return False
    return True


def _is_even(node: Node) -> bool:
    """Whether a matrix power has an even exponent."""
    exponent = node.children[1]
    return type(exponent) is Number and exponent.data % 2 == 0


def _is_kron(node: Node) -> bool:
    return type(node) is Call and node.data == "kron"


def _skew(known: Known, node: Node) -> bool:
    kind = type(node)
    if known._is_declared(node, "skew") or (kind is Call and node.data == "skew"):
        return True
    if kind is Sum:
        return known._all(node.children, "skew") or (
            node.weight <= HEAVIEST and transpose(node) is times_number(-1, node)
        )
    if kind is Product and len(node.children) % 2 == 1:  # B^T S B
        return _is_mirrored(known, node.children) and known.holds(node.children[len(node.children) // 2], "skew")
    if kind is MatrixPower:
        exponent = node.children[1]
        return type(exponent) is Number and exponent.data % 2 == 1 and known.holds(node.children[0], "skew")
    return kind in (Scaled, Transpose) and known.holds(node.children[kind is Scaled], "skew")


def _orthogonal(known: Known, node: Node) -> bool:
    kind = type(node)
    if kind in (Identity, Commutation) or known._is_declared(node, "orthogonal"):
        return True
    if kind in (Product, Transpose) or _is_kron(node):
        return known._all(node.children, "orthogonal")
    if kind is Sum:
        return len(node.children) == 1 and abs(node.data[0]) == 1 and known.holds(node.children[0], "orthogonal")
    if kind is Call and node.data == "expm":
        return known.holds(node.children[0], "skew")
    return kind is MatrixPower and known.holds(node.children[0], "orthogonal")


def _diagonal(known: Known, node: Node) -> bool:
    kind = type(node)
    if (
        kind is Identity
        or known._is_declared(node, "diagonal")
        or (kind is Call and node.data == "diag" and node.is_matrix)
    ):
        return True
    if kind in (Sum, Product, Transpose) or _is_kron(node):
        return known._all(node.children, "diagonal")
    if kind is Hadamard:
        return any(known.holds(child, "diagonal") for child in node.children)
    if kind is Call and node.data in _SERIES:
        return known.holds(node.children[0], "diagonal")
    if _keeps_zeros(node):
        return known._all(_matrices(node), "diagonal")
    return kind in (Scaled, MatrixPower) and known.holds(node.children[kind is Scaled], "diagonal")


def _keeps_zeros(node: Node) -> bool:
    """Whether an entry is 0 where those of all arguments are: abs(X), X.^2, max(A, B)."""
    if type(node) is Power:
        exponent = node.children[1]
        return type(exponent) is Number and exponent.data > 0
    return type(node) is Call and (node.data in ZERO_AT_ZERO or node.data in ("maximum", "minimum"))


def _matrices(node: Node) -> tuple[Node, ...]:
    """The arguments of an entrywise function: of a power its base."""
    return node.children[:1] if type(node) is Power else node.children


def _triangular(word: str, other: str, made: frozenset[str]) -> Callable[[Known, Node], bool]:
    """Lower or upper; the transpose of the `other`; the functions whose values are."""

    def holds(known: Known, node: Node) -> bool:
        kind = type(node)
        if known._is_declared(node, word) or (kind is Call and node.data in made):
            return True
        if kind is Transpose:
            return known.holds(node.children[0], other)
        if kind in (Sum, Product) or _is_kron(node):
            return known._all(node.children, word)
        if kind is Hadamard:
            return any(known.holds(child, word) for child in node.children)
        if kind is Call and node.data in _SERIES:
            return known.holds(node.children[0], word)
        if _keeps_zeros(node):
            return known._all(_matrices(node), word)
        return kind in (Scaled, MatrixPower) and known.holds(node.children[kind is Scaled], word)

    return holds


def _invertible(known: Known, node: Node) -> bool:
    kind = type(node)
    if known._is_declared(node, "invertible") or (kind is Call and node.data in ("expm", "chol")):
        return True
    if kind is MatrixPower:
        exponent = node.children[1]
        return (type(exponent) is Number and exponent.data < 0) or known.holds(node.children[0], "invertible")
    if kind in (Product, Transpose) or _is_kron(node):
        return known._all(node.children, "invertible")
    if kind is Scaled:
        return known.holds(node.children[0], "nonzero") and known.holds(node.children[1], "invertible")
    if kind is Sum and len(node.children) == 1:
        return known.holds(node.children[0], "invertible")
    return kind is Call and node.data == "diag" and node.is_matrix and known.holds(node.children[0], "nonzero")


def _full_rank(known: Known, node: Node) -> bool:
    kind = type(node)
    if known._is_declared(node, "full rank"):
        return True
    if kind is Product:
        others = [factor for factor in node.children if not known.holds(factor, "invertible")]
        return len(others) == 1 and known.holds(others[0], "full rank")
    if kind is Scaled:
        return known.holds(node.children[0], "nonzero") and known.holds(node.children[1], "full rank")
    if kind is Transpose or (kind is Call and node.data in ("pinv", "polar")):
        return known._all(node.children, "full rank")
    return kind is Sum and len(node.children) == 1 and known.holds(node.children[0], "full rank")


def _positive_definite(known: Known, node: Node) -> bool:
    kind = type(node)
    if kind is Identity or known._is_declared(node, "positive definite"):
        return True
    if kind is Transpose:
        return known.holds(node.children[0], "positive definite")
    if kind is Sum:
        return all(c > 0 for c in node.data) and _one_and_rest(
            known, node, "positive definite", "positive semidefinite"
        )
    if kind is MatrixPower:
        base = node.children[0]
        return known.holds(base, "positive definite") or (
            _is_even(node) and known.holds(base, "symmetric") and known.holds(node, "invertible")
        )
    if kind is Product:  # B^T B, B^T A B, B square
        middle = node.children[len(node.children) // 2 :][: len(node.children) % 2]
        return (
            _is_mirrored(known, node.children)
            and known._all(middle, "positive definite")
            and known._all(node.children[: len(node.children) // 2], "invertible")
        )
    if kind is Hadamard:  # Schur
        return known._all(node.children, "positive definite")
    if kind is Scaled:
        return known.holds(node.children[0], "positive") and known.holds(node.children[1], "positive definite")
    if kind is Call and node.data == "diag" and node.is_matrix:
        return known.holds(node.children[0], "positive")
    if kind is Call and node.data in ("expm", "sqrtm"):
        return known.holds(node.children[0], "symmetric" if node.data == "expm" else "positive definite")
    return _is_kron(node) and known._all(node.children, "positive definite")


def _one_and_rest(known: Known, node: Node, strong: str, weak: str) -> bool:
    return known._all(node.children, weak) and any(known.holds(child, strong) for child in node.children)


def _positive_semidefinite(known: Known, node: Node) -> bool:
    kind = type(node)
    if known._is_declared(node, "positive semidefinite"):
        return True
    if kind is Sum:
        return all(c > 0 for c in node.data) and known._all(node.children, "positive semidefinite")
    if kind is Scaled:
        return known.holds(node.children[0], "nonnegative") and known.holds(node.children[1], "positive semidefinite")
    if kind is MatrixPower:
        base = node.children[0]
        if _is_even(node) and known.holds(base, "symmetric"):
            return True
        return known.holds(base, "positive semidefinite")
    if kind in (Transpose, Hadamard) or _is_kron(node) or (kind is Call and node.data in ("sqrtm", "pinv")):
        return known._all(node.children, "positive semidefinite")
    if kind is Call and node.data == "diag" and node.is_matrix:
        return known.holds(node.children[0], "nonnegative")
    return kind is Product and not node.is_scalar and _is_square(known, node)


def _is_square(known: Known, node: Node) -> bool:
    """Whether a chain is B^T B or B^T A B with A positive semidefinite; of vectors, x^T x or x^T A x."""
    factors = node.children
    if not _is_palindrome(known, factors):
        return False
    return len(factors) % 2 == 0 or known.holds(factors[len(factors) // 2], "positive semidefinite")


def _positive(known: Known, node: Node) -> bool:
    kind = type(node)
    if kind is Number:
        return bool(node.data > 0)
    if kind in (Constant, Size, Ones) or known._is_declared(node, "positive"):
        return True
    if kind in (Hadamard, Scaled, Product, Transpose):
        return known._all(node.children, "positive")
    if kind is Power:
        return known.holds(node.children[0], "positive")
    if kind is Sum:
        return all(c > 0 for c in node.data) and _one_and_rest(known, node, "positive", "nonnegative")
    if kind is Call:
        name, inside = node.data, node.children[0]
        if name == "det" or (name == "tr" and node.is_scalar):
            return known.holds(inside, "positive definite") or (name == "tr" and known.holds(inside, "positive"))
        return name in _POSITIVE or (
            name in _MONOTONE and not (name == "diag" and node.is_matrix) and known.holds(inside, "positive")
        )
    return False


def _nonnegative(known: Known, node: Node) -> bool:
    kind = type(node)
    if kind is Number:
        return bool(node.data >= 0)
    if kind is Zero or known._is_declared(node, "nonnegative") or known._is_declared(node, "simplex"):
        return True
    if kind is Product and node.is_scalar and _is_square(known, node):
        return True
    if kind in (Hadamard, Scaled, Product, Transpose):
        return known._all(node.children, "nonnegative")
    if kind is Power:
        exponent = node.children[1]
        even = type(exponent) is Number and exponent.data % 2 == 0
        return even or known.holds(node.children[0], "nonnegative")
    if kind is Sum:
        return _is_rest_of_one(node) or (all(c > 0 for c in node.data) and known._all(node.children, "nonnegative"))
    if kind is Call:
        inside = node.children[0]
        if node.data == "tr" and known.holds(inside, "positive semidefinite"):
            return True
        return node.data in _NONNEGATIVE or (node.data in _MONOTONE and known.holds(inside, "nonnegative"))
    return False


def _is_rest_of_one(node: Node) -> bool:
    """1 - sigmoid(x): 1 less a function between 0 and 1, in rounded numbers too."""
    if sorted(node.data) != [-1, 1]:
        return False
    less, one = sorted(node.children, key=lambda child: type(child) in (Ones, Number))
    return (
        node.data[node.children.index(less)] == -1
        and type(less) is Call
        and less.data in _AT_MOST_ONE
        and (type(one) is Ones or (type(one) is Number and one.data == 1))
    )


def _nonzero(known: Known, node: Node) -> bool:
    kind = type(node)
    if kind is Number:
        return bool(node.data != 0)
    if known._is_declared(node, "nonzero"):
        return True
    if kind in (Hadamard, Scaled, Transpose):
        return known._all(node.children, "nonzero")
    if kind is Power:
        return known.holds(node.children[0], "nonzero")
    return kind is Call and node.data == "det" and known.holds(node.children[0], "invertible")


def _integer(known: Known, node: Node) -> bool:
    return type(node) is Size or (type(node) is Number and type(node.data) is int)


_RULES: dict[str, Callable[[Known, Node], bool]] = {
    "symmetric":             _symmetric,
    "skew":                  _skew,
    "orthogonal":            _orthogonal,
    "diagonal":              _diagonal,
    "lower":                 _triangular("lower", "upper", frozenset({"tril", "chol"})),
    "upper":                 _triangular("upper", "lower", frozenset({"triu"})),
    "invertible":            _invertible,
    "full rank":             _full_rank,
    "positive definite":     _positive_definite,
    "positive semidefinite": _positive_semidefinite,
    "positive":              _positive,
    "nonnegative":           _nonnegative,
    "nonzero":               _nonzero,
    "integer":               _integer,
}  # fmt: skip
