"""matcalc beside SymPy 1.14's matrix `.diff` on the public reference cases.

    python benchmarks/against_sympy.py [--repeat 5] [--show]

matcalc   text -> derivative -> text, the median of the repetitions, after `matcalc.clear()` each time
SymPy     `.diff` alone on an expression that is already built, its cache cleared each time; what it returns is evaluated
          and counts only if it is the true derivative: an unevaluated Derivative, an exception or a wrong matrix does not

SymPy is asked for what `sympy_translation.py` can translate: products, transposes, inverses, integer powers, traces, determinants, sums,
and functions of scalars.  It has no differential, so those cases are matcalc's alone, and scalar calculus is left out.
Judged: matcalc's median over all cases it answers, at most 5 ms; the median ratio on the cases that both do, at least 20.
"""

from __future__ import annotations

import argparse
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

import matcalc

sys.path.insert(0, str(Path(__file__).parent.parent))
from benchmarks.sympy_translation import Translation, Untranslatable
from tests.oracle import TABLES, Array, Case, derivative, load

ALLOWED_MS = 5.0
NEEDED_RATIO = 20.0


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
