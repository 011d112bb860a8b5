"""A program against the truth: its values at random points of distinct sizes, and those of the text itself with 50 digits."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

import numpy as np

from matcalc.code.emission import compiled, emit
from matcalc.numeric.points import draw
from matcalc.numeric.precise import precise_value
from matcalc.syntax.declarations import Declarations
from matcalc.syntax.understanding import understand

TOLERANCE = 1e-10  # of the largest entry
INDICES = ("i", "j")


def lines(text: str, where: Declarations, sizes: Mapping[str, int] | None = None) -> list[str]:
    """The body of the emitted NumPy function, without the lines that read sizes off the arrays."""
    emitted = emit([understand(text, where).node], properties=_properties(where), sizes=sizes)
    body = emitted[emitted.index("def gradient(") :].splitlines()[1:]
    return [line.strip().removeprefix("return ") for line in body if ".shape[" not in line]


def opening(text: str) -> str:
    """The line that opens the last function of a program in any language."""
    return [line for line in text.splitlines() if line.startswith(("def ", "function "))][-1]


def assert_agrees(text: str, where: Declarations, sizes: Mapping[str, int] | None = None, points: int = 3) -> None:
    """The program for `text` gives what the text says."""
    read = understand(text, where)
    run, names = compiled([read.node], properties=_properties(where), sizes=sizes)
    variables = {name: v for name, v in where.variables.items() if name in read.typing.variables}
    for seed in range(points):
        values, drawn = draw(variables, Random(seed), dimensions=sorted(where.dimensions), indices=INDICES)
        truth = np.array(precise_value(read.tree, read.typing, values, drawn), dtype=float)
        given = drawn | {name: int(values[name][0][0]) for name in INDICES}
        given |= {name: _array(values[name], variable.shape) for name, variable in variables.items()}
        found = np.asarray(run(*(given[name] for name in names)))
        assert found.squeeze().shape == truth.squeeze().shape
        error = np.max(np.abs(found.squeeze() - truth.squeeze()))
        assert error <= TOLERANCE * max(1.0, np.max(np.abs(truth))), (text, seed)


def _properties(where: Declarations) -> dict[str, frozenset[str]]:
    return {name: variable.properties for name, variable in where.variables.items()}


def _array(value: Any, shape: Any) -> Any:
    array = np.array(value, dtype=float)
    vector = (shape[0].value == 1) != (shape[1].value == 1)
    return array.reshape(-1) if vector else float(array[0, 0]) if shape[0].value == 1 else array
