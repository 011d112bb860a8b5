"""The gradient through A kron X and X kron B: in small matrices where the cotangent shows some, and right wherever it is taken."""

from __future__ import annotations

from math import prod

import numpy as np
import pytest

from matcalc import diff

WHERE = "X, U: m x n; Y, V: p x q; a: m*p; b: n*q; c: p*m; d: q*n; M: m*p x n*q; S, T: s x s; C: s*s x s*s; e: s*s"
SIZES = {"m": 2, "n": 3, "p": 4, "q": 5, "s": 3}
SHAPES = {
    "X": "mn", "Y": "pq", "U": "mn", "V": "pq", "a": ("mp",), "b": ("nq",), "c": ("mp",), "d": ("nq",), "M": ("mp", "nq"),
    "S": "ss", "T": "ss", "C": ("ss", "ss"), "e": ("ss",),
}  # fmt: skip

FORMS = """
a^T kron(X, Y) b                  | X | unvec(a, p, m)^T Y unvec(b, q, n)
c^T kron(Y, X) d                  | X | unvec(c, m, p) Y unvec(d, n, q)^T
||a - kron(X, Y) b||^2            | X | 2 unvec(kron(X, Y) b - a, p, m)^T Y unvec(b, q, n)
||kron(Y, X) - kron(V, U)||_F^2   | X | 2 ||Y||_F^2 X - 2 tr(V Y^T) U
tr(kron(X, Y)^T kron(U, V))       | Y | tr(U X^T) V
||a - kron(I(m), Y) b||^2         | Y | 2 unvec(kron(I(m), Y) b - a, p, m) unvec(b, q, m)^T
"""

VALUES = """
a^T kron(X, Y) b                                    | X
a^T kron(X, Y) b                                    | Y
c^T kron(Y, X) d                                    | X
c^T kron(Y, X) d                                    | Y
sin(c^T kron(Y, X) d) + ||kron(X, Y) b - a||^2      | X
||M - kron(X, Y)||_F^2                              | X
||M - kron(X, Y)||_F^2                              | Y
||M - kron(X, Y)||_F^4 + a^T kron(X, Y) b           | Y
e^T kron(S, S) e + tr(kron(S, T)^T C kron(T, S))    | S
||kron(S, T)^T e||^2 + tr(kron(S, T)) tr(S)         | S
logdet(kron(S, I(s)) kron(S, I(s))^T + I + C C^T)   | S
"""


@pytest.mark.parametrize("line", FORMS.strip().splitlines())
def test_the_gradient_is_written_with_small_matrices(line: str) -> None:
    f, wrt, gradient = (cell.strip() for cell in line.split(" | "))
    where = WHERE.replace("b: n*q", "b: m*q") if "I(m)" in f else WHERE
    assert str(diff(f, wrt=wrt, where=where).gradient) == gradient


@pytest.mark.parametrize("line", VALUES.strip().splitlines())
def test_the_gradient_agrees_with_differences(line: str) -> None:
    f, wrt = (cell.strip() for cell in line.split(" | "))
    rng = np.random.default_rng(7)
    program = diff(f, wrt=wrt, where=WHERE).function("numpy", what="value_and_gradient")
    names = program.__code__.co_varnames[: program.__code__.co_argcount]
    values = {
        name: rng.standard_normal([prod(SIZES[letter] for letter in dimension) for dimension in SHAPES[name]])
        for name in names
    }
    direction = rng.standard_normal(values[wrt].shape)
    up, down = (program(**values | {wrt: values[wrt] + step * direction})[0] for step in (1e-6, -1e-6))
    assert np.sum(program(**values)[1] * direction) == pytest.approx((up - down) / 2e-6, rel=1e-6)
