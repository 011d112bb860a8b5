"""Points and declarations for tests of matrix functions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

import matcalc
from matcalc.numeric.verification import verify
from matcalc.syntax.declarations import Declarations
from matcalc.syntax.inference import infer

Array = NDArray[np.float64]

SQUARE = "X, A, B: n x n; a, b: n; t: scalar"
TALL = "X: m x n; a: n; b: m"
WIDE = "X: n x m"
DEFINITE = "X: n x n positive definite; A: n x n; a: n"
SYMMETRIC = "X: n x n symmetric; a: n"


def shapes(where: str) -> dict[str, str]:
    return {
        name.strip(): shape
        for part in where.split(";")
        for names, shape in [part.split(":")]
        for name in names.split(",")
    }


def point(d: matcalc.Derivative, where: str) -> tuple[dict[str, Array], Array, Array]:
    """Values of the variables of f and two directions; symmetric where X is declared to be so."""
    rng = np.random.default_rng(5)
    sizes = {"m": 4, "n": 3}
    values: dict[str, Array] = {}
    for name, shape in d.shapes.items():
        values[name] = rng.normal(size=[sizes[str(side)] for side in shape])
    x = values["X"]
    h, k = rng.normal(size=(2, *x.shape))
    if x.shape[0] == x.shape[1]:
        values["X"] = x = x + 4 * np.eye(3)
    if "symmetric" in where or "definite" in where:
        values["X"], h, k = x + x.T, h + h.T, k + k.T
    if "k" in values:
        values["k"] = np.array(3.0)
    return values, h, k


def is_true(d: matcalc.Derivative, claimed: matcalc.Expr, form: str) -> bool:
    declarations: Declarations = d.f.declarations
    f_typing, typing = infer(d.f.tree, declarations), infer(claimed.tree, claimed.declarations)
    report = verify(d.f.tree, f_typing, d.names[0], claimed.tree, typing, form=form, layout="denominator")
    return report.ok
