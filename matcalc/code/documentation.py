"""What stands at the head of an emitted function: the formula, the shapes of arguments and result, the command that makes it.

In: what the caller knows (formulas as they are printed, a command) and the signature.  Out: lines of text without markup; each
target writes them as its comments are written.  Deterministic: the same function has the same lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

from matcalc.algebra.dimension import ONE, Shape
from matcalc.code.signature import Signature

WIDTH = 88  # characters of a line
LONGEST = 1000  # characters of a formula; the rest of a longer one is left out


@dataclass(frozen=True, slots=True)
class About:
    """What an emitted function is: its results as printed, and the command that makes it."""

    formulas: Sequence[str]
    command: str = ""


def documentation(about: About, signature: Signature, results: Sequence[Shape], *, flat_rows: bool) -> list[str]:
    """The lines: the formulas; `A: m x n` for each argument and the results; the command.

    `flat_rows`: whether a row is an array with one axis, as a column is.  A line holds no control character, so that it stays one.
    """

    lines = [line for formula in about.formulas for line in wrapped(formula)]
    lines.append("")
    for name, safe in signature.names.items():
        called = safe if safe == name else f"{safe} ({name})"
        shape = written(signature.shapes[name], flat_rows) if name in signature.shapes else "integer"
        lines.append(f"{called}: {shape}")
    lines.append(f"returns: {', '.join(written(shape, flat_rows) for shape in results)}")
    if about.command:
        lines += ["", about.command]
    return ["".join(c if c.isprintable() else "?" for c in line) for line in lines]


def wrapped(formula: str) -> list[str]:
    """The formula on lines of WIDTH characters."""
    if len(formula) > LONGEST:
        formula = f"{formula[:LONGEST]} ... ({len(formula)} characters)"
    return wrap(formula, WIDTH, break_long_words=False, break_on_hyphens=False) or [""]


def written(shape: Shape, flat_rows: bool = False) -> str:
    """scalar, n, m x n; a row is 1 x n, or n (a row)."""
    rows, columns = shape
    if columns is ONE:
        return "scalar" if rows is ONE else str(rows)
    return f"{columns} (a row)" if rows is ONE and flat_rows else f"{rows} x {columns}"
