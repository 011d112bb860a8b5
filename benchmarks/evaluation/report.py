"""Rows as tables: medians in microseconds, then ratios; the machine by its cores and the versions of its libraries."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from importlib import metadata

from .autodiff import Library
from .comparison import HAND_COLUMN, JAX, NUMPY, Row
from .emitted import RECOMMENDED

TITLES = {"gradient": "Gradients", "hessian": "Hessians", "compressed_hessian": "Compressed Hessians"}


def machine(cores: int, libraries: Sequence[Library]) -> str:
    """Cores and library versions; nothing else about the machine."""
    packages = ["numpy", *(["scipy"] if _installed("scipy") else [])]
    versions = [f"{name} {metadata.version(name)}" for name in packages]
    versions += [f"{one.column.split('.')[0]} {one.version}" for one in libraries]
    return f"{cores} of {os.cpu_count()} cores, Python {platform.python_version()}, {', '.join(versions)}, float64"


def _installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def table(rows: Sequence[Row], libraries: Sequence[Library]) -> str:
    """All rows of one kind; an empty cell or column was not measured, `*` marks the target that matcalc recommends."""
    other = [one.column for one in libraries]
    times = [HAND_COLUMN, NUMPY, *([JAX] if "jax.jit" in other else []), *other]
    ratios = ["numpy / hand", "memory", *(f"{column} / best" for column in other)]
    lines = [["problem", "n", *(f"{column} us" for column in times), *ratios]]
    lines += [[*_cells(row, times), *_ratios(row, other)] for row in rows]
    filled = [k for k in range(len(lines[0])) if any(line[k] for line in lines[1:])]
    return aligned([[line[k] for k in filled] for line in lines])


def _cells(row: Row, columns: Sequence[str]) -> list[str]:
    cells = [row.problem.name, str(row.n)]
    for column in columns:
        seconds = row.seconds.get(column)
        text = "WRONG" if column in row.wrong else "refused" if column in row.refused else ""
        if seconds is not None:
            text = f"{1e6 * seconds:.1f}" if seconds < 1e-3 else f"{1e6 * seconds:.0f}"
        cells.append(text + "*" if column == RECOMMENDED and seconds is not None else text)
    return cells


def _ratios(row: Row, others: Sequence[str]) -> list[str]:
    return [
        number(row.ratio(NUMPY, HAND_COLUMN)),
        number(row.memory),
        *(number(row.ratio(one, RECOMMENDED)) for one in others),
    ]


def number(value: float | None) -> str:
    """Three figures at most; an empty text for None."""
    if value is None:
        return ""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table whose columns stand below each other; numbers to the right."""
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    lines = [_line(row, widths) for row in rows]
    rule = "|".join("-" * (width + 1) + ("-" if k == 0 else ":") for k, width in enumerate(widths))
    return "\n".join([lines[0], f"|{rule}|", *lines[1:]])


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
    return f"| {' | '.join(cells)} |"


def troubles(rows: Iterable[Row]) -> list[str]:
    """One line for each column that is wrong or refused."""
    lines = [
        f"WRONG: {row.problem.name}, {row.what}, n = {row.n}, {column}: {trouble}"
        for row in rows
        for column, trouble in row.wrong.items()
    ]
    refusals = {
        f"refused: {row.problem.name}, {row.what}, {column}: {reason}"
        for row in rows
        for column, reason in row.refused.items()
    }
    return lines + sorted(refusals)
