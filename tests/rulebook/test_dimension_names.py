"""The dimensions of a rule are not those of an expression, though both are called m and n: what a user calls his changes nothing."""

from __future__ import annotations

import re

import numpy as np
import pytest

from matcalc import diff, parse, simplify
from matcalc.rulebook.in_force import book
from matcalc.rulebook.loading import Line
from matcalc.syntax.printing import ascii_text

SIZES = dict(zip("mnpqrs", (2, 3, 4, 5, 6, 7), strict=True))

# The names are those of a rule, and the shapes are others.
OTHERS = """
n mean(x)                                           | x | x: m; A: n x n
n mean(x) + sum(A)                                  | x | x: m; A: n x n
tr(A A^-1) mean(x)                                  | x | x: m; A: n x n
y^T Kmat(m, n) vec(X)                               | X | X: n x m; y: m*n
y^T Kmat(n, m) vec(X)                               | X | X: m x n; y: m*n
vec(Y)^T Kmat(n, m) vec(X)                          | X | X: m x n; Y: n x m
Kmat(m, n) vec(X^T)                                 | X | X: m x n
sum(unvec(Kmat(n, m) kron(z, b), n, m) .* C^T)      | b | z: m; b: n; C: m x n
||kron(A, B) vec(Z)||^2                             | Z | A: m x n; B: p x q; Z: n x q
sum(kron(A, B) kron(C, D))                          | A | A: m x n; B: p x q; C: q x r; D: n x s
vec(ones(m, n)^T)^T x                               | x | x: m*n
unvec(x, n, m)^T                                    | x | x: m*n
"""


@pytest.mark.parametrize("line", OTHERS.strip().splitlines())
def test_a_rule_is_not_used_because_its_dimensions_have_the_same_names(line: str) -> None:
    f, wrt, where = (cell.strip() for cell in line.split(" | "))
    assert diff(f, wrt=wrt, where=where).verify().ok


DIMENSION = re.compile(r"\b[mnpqrs]\b")


def _dimensions(line: Line) -> list[str]:
    """Those of the letters, and those of ones and zeros on the left side."""
    return sorted(set(DIMENSION.findall(line.let) + DIMENSION.findall(ascii_text(line.left))))


IDENTITIES = [
    line
    for line in book().lines()
    if line.kind in ("identity", "law", "expand")
    and not line.conditions
    and "[" not in line.text
    and len(_dimensions(line)) > 1
]


@pytest.mark.parametrize("line", IDENTITIES, ids=str)
@pytest.mark.parametrize("turn", [1, 2])
def test_an_identity_holds_with_its_dimensions_renamed_in_a_circle(line: Line, turn: int) -> None:
    names = _dimensions(line)
    around = dict(zip(names, [*names[turn:], *names[:turn]], strict=True))
    left, where = (DIMENSION.sub(lambda name: around[name.group()], text) for text in (ascii_text(line.left), line.let))
    read = parse(left, where)
    rng = np.random.default_rng(1)
    sizes = {name: [d.evaluate(SIZES) for d in variable.shape] for name, variable in read.variables.items()}
    values = {name: 2 if size == [1, 1] else np.eye(*size) / 2 + rng.random(size) / 9 for name, size in sizes.items()}
    fixed = {d.name for variable in read.variables.values() for d in variable.shape}
    values |= {name: SIZES[name] for name in around.values() if name not in fixed}
    before, after = read.evaluate(values), simplify(read).evaluate(values)
    assert np.allclose(np.asarray(after, float), np.asarray(before, float), rtol=1e-8, atol=1e-10)
