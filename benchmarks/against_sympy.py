"""matcalc beside SymPy 1.14's matrix `.diff` on the public reference cases.

    python benchmarks/against_sympy.py [--repeat 5] [--show]

matcalc   text -> derivative -> text, the median of the repetitions, after `matcalc.clear()` each time
SymPy     `.diff` alone on an expression that is already built, its cache cleared each time; what it returns is evaluated
          and counts only if it is the true derivative: an unevaluated Derivative, an exception or a wrong matrix does not

SymPy is asked for what this file can translate: products, transposes, inverses, integer powers, traces, determinants, sums,
and functions of scalars.  It has no differential, so those cases are matcalc's alone, and scalar calculus is left out.
Judged: matcalc's median over all cases it answers, at most 5 ms; the median ratio on the cases that both do, at least 20.
"""

from __future__ import annotations

import argparse
import re
import resource
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import sympy
from sympy.core.cache import clear_cache
from sympy.matrices.expressions.matexpr import MatrixExpr

import matcalc

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from oracle import DIRECTION, TABLES, Array, Case, derivative, load

ALLOWED_MS = 5.0
NEEDED_RATIO = 20.0


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


def sympy_derivative(case: Case, translation: Translation) -> Any:
    """SymPy's `.diff`, twice for a Hessian."""
    wrt = translation.symbols[case.wrt]
    once = translation.expression.diff(wrt)
    return once.diff(wrt) if case.form == "hessian" else once


def sympy_is_right(case: Case, translation: Translation, found: Any) -> bool:
    """Whether SymPy's result, evaluated by its NumPy printer, is the truth, in either layout.

    The printer knows no trace or determinant, and the identity only with a size in numbers: both are given to it.
    """
    values = {name: value[:, None] if value.ndim == 1 else value for name, value in case.values.items()}
    sizes = {
        translation.dimensions[side]: sympy.Integer(size)
        for name, shape in case.shapes.items()
        for side, size in zip(shape, case.values[name].shape, strict=True)
        if isinstance(side, str)
    }
    symbols = {name: symbol.xreplace(sizes) for name, symbol in translation.symbols.items()}
    program = sympy.lambdify(
        list(symbols.values()), found.xreplace(sizes), [{"Trace": np.trace, "Determinant": np.linalg.det}, "numpy"]
    )
    value = np.asarray(program(*(values[name] for name in symbols)), float)
    return any(close(value, layout, case.scale) for layout in layouts(case))


def layouts(case: Case) -> list[Array]:
    """The truth with the axes of f first, and with those of the variable first."""
    count = case.truth.ndim - case.values[case.wrt].ndim
    axes = [*range(count, case.truth.ndim), *range(count)]
    return [case.truth, case.truth.transpose(axes) if case.form == "jacobian" else case.truth]


def close(value: Array, truth: Array, scale: float) -> bool:
    """Equal to 1e-6 of the largest entry, axes of length 1 aside."""
    value, truth = np.squeeze(value), np.squeeze(truth)
    return value.shape == truth.shape and bool(np.all(np.abs(value - truth) < 1e-6 * scale))


def milliseconds(clear: Callable[[], object], work: Callable[[], object], repeat: int) -> float:
    """The median CPU time of `work`, each time after `clear`."""
    times_taken = []
    for _ in range(repeat):
        clear()
        start = time.process_time()
        work()
        times_taken.append(1e3 * (time.process_time() - start))
    return median(times_taken)


def by_sympy(case: Case, repeat: int) -> tuple[str, float]:
    """What became of the case in SymPy, and its time in ms if it is right."""
    if case.form == "differential":
        return "no differential", 0.0
    if all(not shape for shape in case.shapes.values()):
        return "scalars only", 0.0
    try:
        translation = Translation(case)
    except Untranslatable:
        return "not translated", 0.0
    try:
        found = sympy_derivative(case, translation)
    except Exception as error:
        return f"raised {type(error).__name__}", 0.0
    if found.has(sympy.Derivative):
        return "left as Derivative", 0.0
    try:
        right = sympy_is_right(case, translation, found)
    except Exception as error:
        return f"not evaluable ({type(error).__name__})", 0.0
    if not right:
        return "wrong", 0.0
    return "right", milliseconds(clear_cache, lambda: sympy_derivative(case, translation), repeat)


def by_matcalc(case: Case, repeat: int) -> tuple[str, float]:
    """What became of the case in matcalc, and its time in ms if it is right."""
    try:
        right = case.agrees(np.asarray(derivative(case).evaluate(case.values), float), 1e-6)
    except matcalc.MatcalcError:
        return "refused", 0.0
    if not right:
        return "wrong", 0.0
    return "right", milliseconds(matcalc.clear, lambda: str(derivative(case)), repeat)


def main() -> None:
    """Print what both engines do with the tables, the medians, and the two figures that are judged."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--show", action="store_true", help="one line per case")
    options = parser.parse_args()
    warnings.simplefilter("ignore", sympy.utilities.exceptions.SymPyDeprecationWarning)

    outcomes: dict[str, Counter[str]] = {"matcalc": Counter(), "SymPy": Counter()}
    ours: list[float] = []
    common: list[tuple[float, float]] = []
    for case in (case for table in TABLES for case in load(table)):
        us, ms = by_matcalc(case, options.repeat)
        them, sympy_ms = by_sympy(case, options.repeat)
        outcomes["matcalc"][us] += 1
        outcomes["SymPy"][them] += 1
        if us == "right":
            ours.append(ms)
        if us == them == "right":
            common.append((ms, sympy_ms))
        if options.show:
            print(
                f"{case.id:16s} {us:8s} {ms:8.2f} ms   {them:26s} {sympy_ms:9.2f} ms   d({case.f})/d{case.wrt} [{case.form}]"
            )

    print(f"SymPy {sympy.__version__}, {outcomes['matcalc'].total()} cases, n = {options.repeat}")
    for engine, count in outcomes.items():
        print(f"{engine:8s} " + ", ".join(f"{what} {n}" for what, n in count.most_common()))
    if not common:
        raise SystemExit("no case that both do")
    ratio = median(theirs / mine for mine, theirs in common)
    print(
        f"matcalc, {len(ours)} cases: median {median(ours):.2f} ms, slowest {max(ours):.1f} ms (allowed median {ALLOWED_MS})"
    )
    print(
        f"both, {len(common)} cases: matcalc {median(m for m, _ in common):.2f} ms, SymPy {median(s for _, s in common):.2f} ms"
    )
    print(f"SymPy / matcalc, median of the ratios = {ratio:.1f} (needed {NEEDED_RATIO})")
    print(f"peak memory, both engines: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    sys.exit(median(ours) > ALLOWED_MS or ratio < NEEDED_RATIO)


if __name__ == "__main__":
    main()
