"""Expressions as SymPy objects, and scalars simplified by SymPy.

`to_sympy`: a node goes in, SymPy's matrix expression or scalar of the same meaning comes out.  A scalar chain u^T A v, which SymPy
has only as a 1 x 1 matrix, is the trace of that.  Names become symbols of that name whatever they are (I, E, S, pi); no text is
parsed.  What SymPy cannot hold is an UnsupportedError that names it.

`simplify_scalar`: a scalar node goes in, an equal and shorter one comes out, or the same.  SymPy sees the scalar operations only;
whatever is made of vectors and matrices is a real number to it.  It is never told a sign that is not declared or certain, and never
shown a log, a root or an arcsin that may be undefined: exp(log(t)) is not t where t may be negative.  Its answer is taken only
if it is made of functions that matcalc has, and has the same value at sample points wherever the given expression has one.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from matcalc.algebra import calls, entrywise, sums
from matcalc.algebra.expansion import expanded
from matcalc.algebra.leaves import ONE, constant, number
from matcalc.algebra.nodes import Call, Constant, Hadamard, Index, Node, Number, Power, Size, Sum, Symbol
from matcalc.algebra.walks import postorder
from matcalc.errors import UnsupportedError
from matcalc.rewrite.sympy_matrices import OF_CLASS, Parts, unsupported
from matcalc.rewrite.sympy_words import SAME, dimension_names, of_number, rational, refuse_deep

HEAVIEST = 120  # weight of a scalar that SymPy is asked to simplify; more takes it seconds
SAMPLES = 12
DEFINED = 3  # sample points at which the expression must have a value


def to_sympy(node: Node) -> Any:
    """The SymPy object of the same meaning: a MatrixExpr for a vector or matrix, an Expr for a scalar.

    >>> from matcalc.algebra.dimension import ONE as one, named; from matcalc.algebra.leaves import symbol
    >>> from matcalc.algebra.matrix_powers import inverse; from matcalc.algebra.products import product
    >>> n = named("n"); A, x = symbol("A", (n, n)), symbol("x", (n, one))
    >>> to_sympy(product([inverse(A), x]))
    A**(-1)*x
    """
    import sympy
    from sympy.matrices.exceptions import ShapeError

    node = expanded(node)
    refuse_deep(node)
    dimensions = dimension_names(node)
    out: dict[Node, Any] = {}
    for each in postorder(node):
        rule = OF_CLASS.get(type(each), unsupported)
        try:
            out[each] = rule(sympy, each, [out[child] for child in each.children], dimensions)
        except ShapeError as error:
            raise UnsupportedError(f"SymPy does not see that the shapes fit: {error}") from None
    return out[node]


# ---- scalars simplified


def simplify_scalar(node: Node, positive: frozenset[str]) -> Node:
    """An equal scalar of smaller weight, found by SymPy, or `node`; `positive` are the names of variables declared positive.

    >>> from matcalc.algebra.dimension import SCALAR; from matcalc.algebra.leaves import symbol
    >>> t = symbol("t", SCALAR)
    >>> sine, cosine = (entrywise.power(calls.call(name, [t]), number(2)) for name in ("sin", "cos"))
    >>> simplify_scalar(sums.plus(sine, cosine), frozenset())
    Number(1)
    """
    if not node.is_scalar or not node.children or node.weight > HEAVIEST:
        return node
    import sympy

    shown, meanings = _opened(sympy, node, positive)
    shorter = sympy.simplify(shown)
    simple = from_sympy(shorter, meanings)
    if simple is None or simple.weight >= node.weight or not _same_values(sympy, shown, shorter, list(meanings)):
        return node
    return simple


# ---- to SymPy: the scalar operations, all else a real Dummy


# of these the sign is certain
_NONNEGATIVE = frozenset({"norm", "norm_1", "norm_inf", "norm_2", "norm_nuclear", "relu", "step"})
_POSITIVE = frozenset({"sigmoid", "softplus"})

# defined for every real argument; a log is shown where its argument is certainly positive
_TOTAL = frozenset("exp abs sign".split())
# SymPy takes half a minute to expand cosh((2 s + t)^3) by addition theorems: more than 2 t is shown as one number
_EXPANDED = frozenset("sin cos tan sinh cosh tanh arctan".split())
_EXTREMES = {"maximum": "Max", "minimum": "Min"}


def _opened(sympy: Any, root: Node, positive: frozenset[str]) -> tuple[Any, dict[Any, Node]]:
    """The scalar in SymPy, and what its Dummies mean."""
    out: dict[Node, Any] = {}
    numbers: dict[Node, Any] = {}

    def number_for(node: Node) -> Any:
        if node not in numbers:
            numbers[node] = sympy.Dummy(f"x{len(numbers)}", **_certain(node, positive))
        return numbers[node]

    for node in postorder(root):
        if not node.is_scalar:
            continue
        parts = [out[child] for child in node.children if child in out]
        if type(node) is Call and node.data in _EXPANDED and not _is_short(parts[0]):
            parts = [number_for(node.children[0])]
        value = _operation(sympy, node, parts) if len(parts) == len(node.children) else None
        if value is None or value.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo):
            value = number_for(node)
        out[node] = value
    shown = out[root]
    return shown, {dummy: node for node, dummy in numbers.items() if shown.has(dummy)}


def _is_short(argument: Any) -> bool:
    c, core = argument.as_coeff_Mul()
    return bool(abs(c) <= 2 and (core.is_Symbol or core.is_Rational))


def _operation(sympy: Any, node: Node, parts: Parts) -> Any:
    kind = type(node)
    if kind is Number:
        return rational(node.data)
    if kind is Constant:
        return sympy.pi
    if kind is Sum:
        return sympy.Add(*(rational(c) * part for c, part in zip(node.data, parts, strict=True)))
    if kind is Hadamard:
        return sympy.Mul(*parts)
    if kind is Power:
        base, exponent = parts
        # t^p of a negative t is a real number only for an integer p
        certain = exponent.is_integer or base.is_positive or (base.is_nonnegative and exponent.is_Rational)
        return base**exponent if certain else None
    if kind is Call and (node.data in _TOTAL | _EXPANDED or (node.data == "log" and parts[0].is_positive)):
        return of_number(node.data, parts[0])
    if kind is Call and node.data in _EXTREMES:
        return getattr(sympy, _EXTREMES[node.data])(*parts)
    return None


def _certain(node: Node, positive: frozenset[str]) -> dict[str, bool]:
    """What is known of a number whatever the values."""
    kind = type(node)
    if kind is Size or kind is Index:
        return {"integer": True, "positive": True}
    if (isinstance(node, Symbol) and node.data in positive) or (kind is Call and node.data in _POSITIVE):
        return {"positive": True}
    if kind is Call and node.data in _NONNEGATIVE:
        return {"nonnegative": True}
    return {"real": True}


# ---- and back


_OURS = {theirs: ours for ours, theirs in (SAME | _EXTREMES).items()}


def from_sympy(root: Any, meanings: Mapping[Any, Node]) -> Node | None:
    """The node of a SymPy scalar whose symbols mean these nodes; None if it is made of anything that matcalc has no word for."""
    import sympy

    out: dict[Any, Node] = {}
    for term in sympy.postorder_traversal(root):
        if term not in out:
            found = meanings.get(term) or _node(sympy, term, [out[part] for part in term.args])
            if found is None:
                return None
            out[term] = found
    return out[root]


def _node(sympy: Any, term: Any, parts: list[Node]) -> Node | None:
    if term.is_Rational:
        return number(sums.divide(int(term.p), int(term.q)))
    if term is sympy.pi:
        return constant("pi")
    if term is sympy.E:
        return calls.call("exp", [ONE])
    if term.is_Add:
        return sums.plus(*parts)
    if term.is_Mul:
        return entrywise.hadamard(parts)
    if term.is_Pow:
        return entrywise.power(*parts)
    name = _OURS.get(type(term).__name__)
    return calls.call(name, parts) if name is not None and len(parts) == (2 if name in _EXTREMES else 1) else None


def _same_values(sympy: Any, before: Any, after: Any, dummies: Sequence[Any]) -> bool:
    """Whether `after` has the value of `before` at sample points, zeros and negative numbers among them."""
    functions = [sympy.lambdify(list(dummies), form, "math") for form in (before, after)]
    draw = random.Random(0)
    defined = 0
    for _ in range(SAMPLES):
        point = [_drawn(draw, dummy) for dummy in dummies]
        value, other = (_value(function, point) for function in functions)
        if value is not None:
            defined += 1
            if other is None or abs(value - other) > 1e-8 * max(1.0, abs(value)):
                return False
    return defined >= DEFINED


def _drawn(draw: random.Random, dummy: Any) -> float:
    if dummy.is_integer:
        return draw.randint(1, 7)
    value = draw.choice([draw.uniform(-2, 2), draw.uniform(-2, 2), 0.0, 1.0, -1.0])
    if dummy.is_positive:
        return abs(value) + 0.25
    return abs(value) if dummy.is_nonnegative else value


def _value(function: Callable[..., Any], point: Sequence[float]) -> float | None:
    """The value at a point; None where it is undefined, not real or not finite."""
    try:
        value = float(function(*point))
    except (ArithmeticError, ValueError, TypeError):
        return None
    return value if abs(value) < float("inf") else None
