"""The reference tables of tests/data/cases as objects: what to differentiate, where, and the true derivative there."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import matcalc

Array = NDArray[np.float64]

FOLDER = Path(__file__).parent / "data" / "cases"
TABLES = ("cookbook", "courses", "magnus", "seed", "wikipedia")
DIRECTION = "Dir"  # a name that no case uses

# the tables also say in words what no declaration needs ("small", "unit interval")
PROPERTIES = frozenset(
    "symmetric|skew|orthogonal|diagonal|lower|upper|positive definite|positive semidefinite|invertible|full rank|positive"
    "|nonnegative|nonzero|simplex".split("|")
)


@dataclass(frozen=True, eq=False)
class Case:
    """One row: `f` by `wrt` in the given `form`, declared by `where`, with its `truth` (numerator layout) at `values`."""

    table: str
    id: str
    f: str
    wrt: str
    form: str
    shapes: dict[str, tuple[str | int, ...]]
    where: dict[str, str]
    values: dict[str, Array]
    truth: Array

    def agrees(self, found: Array, tolerance: float) -> bool:
        """Whether `found` is the truth to `tolerance` of its largest entry, in its shape or (Jacobian, Hessian) on vec."""
        arranged = self._arranged(np.squeeze(found).shape)
        if arranged is None:
            return False
        error = np.abs(np.squeeze(found) - arranged)
        return bool(np.all(error < tolerance * self.scale))  # a nan is no agreement

    @property
    def scale(self) -> float:
        """The largest entry of the truth in absolute value, and never quite zero."""
        return float(np.max(np.abs(self.truth), initial=1e-12))

    def _arranged(self, shape: tuple[int, ...]) -> Array | None:
        """The truth in `shape`, or None if no layout has that shape.

        vec stacks columns, so d vec F / d vec(X)^T of an array with axes (F..., X...) is its Fortran-order reshape.
        """
        layouts = [self.truth]
        if self.form in ("jacobian", "hessian"):
            rows = math.prod(self.truth.shape[: self.truth.ndim - self.values[self.wrt].ndim])
            layouts.append(self.truth.reshape((rows, -1), order="F"))
        return next((squeezed for squeezed in map(np.squeeze, layouts) if squeezed.shape == shape), None)


def load(table: str) -> list[Case]:
    """All cases of one table, in its order."""
    rows = json.loads((FOLDER / f"{table}.oracle.json").read_text(encoding="utf-8"))
    return [_case(table, row) for row in rows]


def derivative(case: Case) -> matcalc.Expr:
    """What matcalc answers, in the form the case asks for; a Jacobian in numerator layout, as the truth is."""
    where = {name: text for name, text in case.where.items() if name != DIRECTION}
    d = matcalc.diff(case.f, wrt=case.wrt, where=where, direction=DIRECTION)
    if case.form == "jacobian":
        return d.jacobian(layout="numerator")
    return getattr(d, case.form)


def _case(table: str, row: dict[str, Any]) -> Case:
    shapes = {name: tuple(shape) for name, shape in row["shapes"].items()}
    shapes[DIRECTION] = shapes[row["wrt"]]
    values = {name: np.asarray(value, float) for name, value in row["values"].items()}
    values[DIRECTION] = np.asarray(row["direction"], float)
    return Case(
        table=table,
        id=row["id"],
        f=row["f"],
        wrt=row["wrt"],
        form=row["form"],
        shapes=shapes,
        where={name: _declaration(shape, row["assume"].get(name, [])) for name, shape in shapes.items()},
        values=values,
        truth=np.asarray(row["truth"], float).reshape(row["truth_shape"]),
    )


def _declaration(shape: tuple[str | int, ...], assumed: list[str]) -> str:
    """`m x n invertible`: a shape and its properties as `where` reads them."""
    kind = " x ".join(map(str, shape)) or "scalar"
    return " ".join([kind, *(word for word in assumed if word in PROPERTIES)])
