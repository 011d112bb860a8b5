"""SymPy's object for each class of nodes and each function: the table behind `sympy_bridge.to_sympy`.

In: SymPy, the node, SymPy's objects for its children, and the names that are dimensions.  Out: a MatrixExpr for a vector or matrix, an
Expr for a scalar; UnsupportedError where SymPy has none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from matcalc.algebra.functions import FUNCTIONS
from matcalc.algebra.nodes import (
    Apply,
    Basis,
    Call,
    Constant,
    Direction,
    Entry,
    Hadamard,
    Identity,
    Index,
    MatrixPower,
    Node,
    Number,
    Ones,
    Power,
    Product,
    RowDirection,
    RowSymbol,
    Scaled,
    Size,
    Sum,
    Symbol,
    Transpose,
    Zero,
)
from matcalc.errors import UnsupportedError
from matcalc.rewrite.sympy_words import dimension, index, of_number, rational, scalar

Parts = Sequence[Any]  # SymPy's objects for the children


def unsupported(sympy: Any, node: Node, parts: Parts, dimensions: frozenset[str]) -> Any:
    """UnsupportedError: SymPy has nothing for this class or function."""
    name = node.data if type(node) is Call else node.data.name if type(node) is Apply else type(node).__name__
    raise UnsupportedError(f"SymPy has no expression for {name}", hint="ask for the code or the LaTeX of it")


def _symbol(sympy: Any, node: Node, parts: Parts, dimensions: frozenset[str]) -> Any:
    if node.is_scalar:
        return scalar(node.data, dimensions)
    return sympy.MatrixSymbol(node.data, *map(dimension, node.shape))


def _row_symbol(sympy: Any, node: Node, parts: Parts, dimensions: frozenset[str]) -> Any:
    return sympy.MatrixSymbol(node.data, 1, dimension(node.shape[0])).T


def _basis(sympy: Any, node: Node, parts: Parts, dimensions: frozenset[str]) -> Any:
    # SymPy counts entries from 0
    row, column = sympy.symbols("row column", integer=True)
    of_entry = sympy.Lambda((row, column), sympy.KroneckerDelta(row, parts[0] - 1))
    return sympy.FunctionMatrix(dimension(node.shape[0]), 1, of_entry)


def _sum(sympy: Any, node: Node, parts: Parts, dimensions: frozenset[str]) -> Any:
    terms = [rational(c) * part for c, part in zip(node.data, parts, strict=True)]
    if len(terms) == 1:
        return terms[0]
    return sympy.Add(*terms) if node.is_scalar else sympy.MatAdd(*terms)


def _product(sympy: Any, node: Node, parts: Parts, dimensions: frozenset[str]) -> Any:
    chain = sympy.MatMul(*parts)
    return sympy.Trace(chain) if node.is_scalar else chain


def _hadamard(sympy: Any, node: Node, parts: Parts, dimensions: frozenset[str]) -> Any:
    return sympy.Mul(*parts) if node.is_scalar else sympy.HadamardProduct(*parts)


def _power(sympy: Any, node: Node, parts: Parts, dimensions: frozenset[str]) -> Any:
    base, exponent = parts
    return base**exponent if node.is_scalar else sympy.HadamardPower(base, exponent)


def _matrix_power(sympy: Any, node: Node, parts: Parts, dimensions: frozenset[str]) -> Any:
    base, exponent = parts
    return sympy.Inverse(base) if exponent == -1 else sympy.MatPow(base, exponent)


def _entry(sympy: Any, node: Node, parts: Parts, dimensions: frozenset[str]) -> Any:
    from sympy.matrices.expressions.matexpr import MatrixElement

    body, row, column = parts
    return MatrixElement(body, row - 1, column - 1)


def _apply(sympy: Any, node: Node, parts: Parts, dimensions: frozenset[str]) -> Any:
    if node.is_scalar and all(child.is_scalar for child in node.children):
        return sympy.Function(node.data.name)(*parts)
    if node.data.kind == "elementwise":
        t = sympy.Symbol("t")
        return parts[0].applyfunc(sympy.Lambda(t, sympy.Function(node.data.name)(t)))
    return unsupported(sympy, node, parts, dimensions)


def _call(sympy: Any, node: Node, parts: Parts, dimensions: frozenset[str]) -> Any:
    if FUNCTIONS[node.data].entrywise:
        return of_number(node.data, parts[0]) if node.is_scalar else _entry_by_entry(sympy, node.data, parts[0])
    rule = _OF_CALL.get(node.data)
    if rule is None or (node.data in ("maximum", "minimum") and not node.is_scalar):
        return unsupported(sympy, node, parts, dimensions)
    return rule(sympy, *parts)


def _entry_by_entry(sympy: Any, name: str, body: Any) -> Any:
    t = sympy.Symbol("t")  # bound; SymPy's own choice is a Dummy, and no two of those are equal
    return body.applyfunc(sympy.Lambda(t, of_number(name, t)))


def _total(sympy: Any, body: Any) -> Any:
    # sum(X) = 1^T X 1
    rows, columns = body.shape
    ones = (
        [sympy.OneMatrix(1, rows), body]
        if columns == 1
        else [sympy.OneMatrix(1, rows), body, sympy.OneMatrix(columns, 1)]
    )
    return sympy.Trace(sympy.MatMul(*ones))


def _exponentials(sympy: Any, body: Any) -> tuple[Any, Any]:
    entries = _entry_by_entry(sympy, "exp", body)
    return entries, _total(sympy, entries)


def _softmax(sympy: Any, body: Any) -> Any:
    entries, total = _exponentials(sympy, body)
    return entries / total


def _diag(sympy: Any, body: Any) -> Any:
    from sympy.matrices.expressions.diagonal import DiagonalOf

    return sympy.DiagMatrix(body) if body.shape[1] == 1 else DiagonalOf(body)


OF_CLASS: dict[type[Node], Callable[[Any, Node, Parts, frozenset[str]], Any]] = {
    Number:       lambda sympy, node, parts, dimensions: rational(node.data),
    Constant:     lambda sympy, node, parts, dimensions: sympy.pi,
    Size:         lambda sympy, node, parts, dimensions: dimension(node.data),
    Index:        lambda sympy, node, parts, dimensions: index(node.data, dimensions),
    Symbol:       _symbol,
    Direction:    _symbol,
    RowSymbol:    _row_symbol,
    RowDirection: _row_symbol,
    Identity:     lambda sympy, node, parts, dimensions: sympy.Identity(dimension(node.shape[0])),
    Ones:         lambda sympy, node, parts, dimensions: sympy.OneMatrix(*map(dimension, node.shape)),
    Zero:         lambda sympy, node, parts, dimensions: sympy.ZeroMatrix(*map(dimension, node.shape)),
    Basis:        _basis,
    Sum:          _sum,
    Product:      _product,
    Scaled:       lambda sympy, node, parts, dimensions: parts[0] * parts[1],
    Hadamard:     _hadamard,
    Power:        _power,
    MatrixPower:  _matrix_power,
    Transpose:    lambda sympy, node, parts, dimensions: parts[0].T,
    Entry:        _entry,
    Apply:        _apply,
    Call:         _call,
}  # fmt: skip

_OF_CALL: dict[str, Callable[..., Any]] = {
    "tr":        lambda sympy, X: sympy.Trace(X),
    "det":       lambda sympy, X: sympy.Determinant(X),
    "logdet":    lambda sympy, X: sympy.log(sympy.Abs(sympy.Determinant(X))),
    "sum":       _total,
    "mean":      lambda sympy, x: _total(sympy, x) / x.shape[0],
    "logsumexp": lambda sympy, x: sympy.log(_exponentials(sympy, x)[1]),
    "softmax":   _softmax,
    "norm":      lambda sympy, X: sympy.sqrt(sympy.Trace(X.T * X)),
    "norm_1":    lambda sympy, X: _total(sympy, _entry_by_entry(sympy, "abs", X)),
    "diag":      _diag,
    "kron":      lambda sympy, A, B: sympy.KroneckerProduct(A, B),
    "maximum":   lambda sympy, a, b: sympy.Max(a, b),
    "minimum":   lambda sympy, a, b: sympy.Min(a, b),
}  # fmt: skip
