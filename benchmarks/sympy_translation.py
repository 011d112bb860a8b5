"""The text of a reference case as a SymPy expression: products, transposes, inverses, integer powers, traces, determinants, sums."""

from __future__ import annotations

import re
from typing import Any

import sympy
from sympy.matrices.expressions.matexpr import MatrixExpr

from tests.oracle import DIRECTION, Case


class Untranslatable(Exception):
    """The text is outside the subset that is put to SymPy."""


TOKEN = re.compile(r"\s*(\d+(?:\.\d+)?|[^\W\d]\w*|\^-?T\b|\^-?\d+|[-+*/()'])")

SCALAR_FUNCTIONS = {"exp": sympy.exp, "log": sympy.log, "sqrt": sympy.sqrt, "sin": sympy.sin, "cos": sympy.cos}
MATRIX_FUNCTIONS = {
    "tr":     lambda a: sympy.Trace(a),
    "det":    lambda a: sympy.Determinant(a),
    "logdet": lambda a: sympy.log(sympy.Determinant(a)),
    "inv":    lambda a: sympy.Inverse(a),
    "sum":    lambda a: sympy.OneMatrix(1, a.shape[0]) * a * sympy.OneMatrix(a.shape[1], 1),
}  # fmt: skip


class Translation:
    """The surface syntax of one case as a SymPy expression over MatrixSymbols with symbolic dimensions.

    A 1 x 1 product stays a matrix, as SymPy's users write it, until a scalar is needed: then it is its trace.
    """

    def __init__(self, case: Case) -> None:
        names = {side for shape in case.shapes.values() for side in shape if isinstance(side, str)}
        self.dimensions = {name: sympy.Symbol(name, integer=True, positive=True) for name in sorted(names)}
        self.symbols = {name: self._symbol(name, shape) for name, shape in case.shapes.items() if name != DIRECTION}
        self.tokens = self._tokens(case.f)
        self.expression = self._sum()
        if self.tokens:
            raise Untranslatable(self.tokens)

    def _symbol(self, name: str, shape: tuple[str | int, ...]) -> sympy.Basic:
        if not shape:
            return sympy.Symbol(name)
        rows, columns = (*(self.dimensions.get(side, side) for side in shape), 1)[:2]
        return sympy.MatrixSymbol(name, rows, columns)

    @staticmethod
    def _tokens(text: str) -> list[str]:
        """The tokens, last one first."""
        tokens, at = [], 0
        while at < len(text):
            match = TOKEN.match(text, at)
            if match is None:
                raise Untranslatable(text[at:])
            tokens.append(match[1])
            at = match.end()
        return tokens[::-1]

    def _next(self) -> str:
        return self.tokens[-1] if self.tokens else ""

    def _sum(self) -> Any:
        total = self._term()
        while self._next() in ("+", "-"):
            total = plus(total, self._term())
        return total

    def _term(self) -> Any:
        """A sign binds the whole term; `*`, `/` and juxtaposition go left to right."""
        sign = 1
        while self._next() in ("+", "-"):
            sign = -sign if self.tokens.pop() == "-" else sign
        value = self._factor()
        while self._next() not in ("", "+", "-", ")"):
            operator = self.tokens.pop() if self._next() in ("*", "/") else "*"
            factor = self._factor()
            value = times(value, 1 / scalar(factor) if operator == "/" else factor)
        return value if sign > 0 else times(sympy.Integer(-1), value)

    def _factor(self) -> Any:
        value = self._atom()
        while self._next() == "'" or self._next().startswith("^"):
            mark = self.tokens.pop()
            if mark in ("'", "^T", "^-T"):
                value = transposed(value)
            if mark not in ("'", "^T"):
                value = power(value, -1 if mark == "^-T" else int(mark[1:]))
        return value

    def _atom(self) -> Any:
        if not self.tokens:
            raise Untranslatable("end of text")
        token = self.tokens.pop()
        if token == "(":
            value = self._sum()
            self._close()
            return value
        if token[0].isdigit():
            return sympy.Rational(token)
        if token in self.symbols:
            return self.symbols[token]
        if token == "pi":
            return sympy.pi
        if self._next() != "(":
            raise Untranslatable(token)
        self.tokens.pop()
        if token in ("I", "ones"):
            size = self.dimensions.get(self.tokens.pop())
            self._close()
            if size is None:
                raise Untranslatable(token)
            return sympy.Identity(size) if token == "I" else sympy.OneMatrix(size, 1)
        argument = self._sum()
        self._close()
        if token in SCALAR_FUNCTIONS:
            return SCALAR_FUNCTIONS[token](scalar(argument))
        if token in MATRIX_FUNCTIONS and isinstance(argument, MatrixExpr):
            return MATRIX_FUNCTIONS[token](argument)
        raise Untranslatable(token)

    def _close(self) -> None:
        if self._next() != ")":
            raise Untranslatable(self._next())
        self.tokens.pop()


def scalar(value: Any) -> Any:
    """A 1 x 1 matrix as a scalar, which is its trace."""
    if not isinstance(value, MatrixExpr):
        return value
    if value.shape != (1, 1):
        raise Untranslatable(value)
    return sympy.Trace(value)


def plus(a: Any, b: Any) -> Any:
    """a + b; a 1 x 1 matrix plus a scalar is a scalar."""
    if isinstance(a, MatrixExpr) and isinstance(b, MatrixExpr):
        return a + b
    return scalar(a) + scalar(b)


def times(a: Any, b: Any) -> Any:
    """The matrix product where the inner dimensions agree, else a scalar multiple."""
    if isinstance(a, MatrixExpr) and isinstance(b, MatrixExpr) and a.shape[1] != b.shape[0]:
        return scalar(a) * b if a.shape == (1, 1) else a * scalar(b)
    return a * b


def transposed(a: Any) -> Any:
    """The transpose; a scalar is its own."""
    return a.T if isinstance(a, MatrixExpr) else a


def power(a: Any, exponent: int) -> Any:
    """The matrix power of a square matrix, else the power of a scalar."""
    square = isinstance(a, MatrixExpr) and a.shape != (1, 1)
    return a**exponent if square else scalar(a) ** exponent
