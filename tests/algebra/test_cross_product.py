"""The gradient through skew(w): in vectors where the cotangent shows some, and right wherever it is taken."""

from __future__ import annotations

import numpy as np
import pytest

from matcalc import diff, parse, simplify
from tests.rewrite.indexed import value

WHERE = "w, x, y, z: 3; M, R: 3 x 3; s: scalar"

FORMS = """
z^T skew(w) y                  | skew(y) z
s z^T skew(w) y                | s skew(y) z
||skew(w) y - z||^2            | 2 skew(y) (skew(w) y - z)
tr(skew(w)^2)                  | -4 w
||skew(w)||_F^2                | 4 w
||skew(w) M||_F^2              | 2 ||M||_F^2 w - 2 M M^T w
||M skew(w)||_F^2              | 2 ||M||_F^2 w - 2 M^T M w
(skew(w) y)^T R (skew(w) y)    | skew(y) (R + R^T) skew(w) y
y^T skew(w)^2 y                | -2 skew(y) skew(w) y
w^T skew(w) y                  | zeros(3)
z^T skew(w) w                  | zeros(3)
tr(skew(w))                    | zeros(3)
tr(M .* skew(w))               | zeros(3)
tr((M + M^T) skew(w))          | zeros(3)
tr(M^T M skew(w) + M skew(y))  | zeros(3)
tr(skew(w) M)                  | -2 unskew(M)
tr(skew(w) (M + M^T + R^T))    | 2 unskew(R)
z^T skew(w) y + tr(M^T skew(w)) | skew(y) z + 2 unskew(M)
||skew(w) M - R||_F^2          | -4 unskew(M (skew(w) M - R)^T)
w^T unskew(M)                  | unskew(M)
skew(w)[1,2] + 2 skew(w)[1,3]  | 2 e(2, 3) - e(3, 3)
"""

VALUES = """
z^T skew(w) y
y^T skew(w)^T M^T z
||skew(w)^2 y||^2
||y + skew(w) y + (1 - cos(s)) skew(w)^2 y - z||^2
||M expm(skew(w)) y - z||^2
tr(M skew(w))
tr(M skew(w)) w^T y + z^T skew(w) y
tr(M skew(w) R skew(w + x))
tr(skew(w)^T M skew(w) R)
tr(skew(w) M) sin(z^T skew(w) R y)
||skew(2 w + y)||_F^3
tr(skew(w)^3 M)
z^T skew(skew(w) y) M x
"""


@pytest.mark.parametrize("line", FORMS.strip().splitlines())
def test_the_gradient_is_written_with_cross_products(line: str) -> None:
    f, gradient = (cell.strip() for cell in line.split(" | "))
    assert str(diff(f, wrt="w", where=WHERE).gradient) == gradient


@pytest.mark.parametrize("f", VALUES.strip().splitlines())
def test_the_gradient_agrees_with_differences(f: str) -> None:
    rng = np.random.default_rng(5)
    d = diff(f, wrt="w", where=WHERE)
    program = d.function("numpy", what="value_and_gradient")
    values = {"s": 0.7} | {name: rng.standard_normal((3, 3) if name in "MR" else 3) for name in "wxyzMR"}
    values = {name: values[name] for name in program.__code__.co_varnames[: program.__code__.co_argcount]}
    _, gradient = program(**values)
    for i, unit in enumerate(1e-6 * np.eye(3)):
        up, down = (program(**values | {"w": values["w"] + step})[0] for step in (unit, -unit))
        assert gradient[i] == pytest.approx((up - down) / 2e-6, rel=1e-6, abs=1e-7)


ENTRIES = """
x^T skew(w) z                  | w | Sum(LeviCivita(r, i, s)*x[r]*z[s], (r, 1, 3), (s, 1, 3))
x^T skew(w) z                  | x | -Sum(z[s]*Sum(LeviCivita(s, r, i)*w[r], (r, 1, 3)), (s, 1, 3))
"""


@pytest.mark.parametrize("line", ENTRIES.strip().splitlines())
def test_one_entry_is_written_with_the_sign_of_a_permutation(line: str) -> None:
    f, by, expected = (cell.strip() for cell in line.split(" | "))
    assert str(diff(f, wrt=by, where=WHERE).partial("i")) == expected


@pytest.mark.parametrize("f", ["y^T unskew(M)", "||unskew(M R) - y||^2", "tr(M skew(unskew(M)) R)"])
def test_one_entry_agrees_with_the_gradient(f: str) -> None:
    rng = np.random.default_rng(3)
    arrays = {"M": rng.standard_normal((3, 3)), "R": rng.standard_normal((3, 3)), "y": rng.standard_normal(3)}
    d = diff(f, wrt="M", where=WHERE)
    entry, gradient = d.partial("i", "j"), d.gradient.evaluate(arrays)
    for i, j in np.ndindex(3, 3):
        assert np.isclose(value(entry, arrays, {"i": i + 1, "j": j + 1}), gradient[i, j])


IDENTITIES = """
unskew(skew(w))                | w
unskew(y z^T)                  | 1/2 skew(z) y
unskew(M^T)                    | -unskew(M)
unskew(M + M^T + 2 R)          | 2 unskew(R)
unskew(M M^T)                  | zeros(3)
unskew(skew(w) M)              | 1/2 (tr(M) w - M w)
unskew(M skew(w))              | 1/2 (tr(M) w - M^T w)
"""


@pytest.mark.parametrize("line", IDENTITIES.strip().splitlines())
def test_the_axis_of_a_matrix_is_seen_in_its_vectors(line: str) -> None:
    given, expected = (cell.strip() for cell in line.split(" | "))
    assert parse(given, WHERE).node is parse(expected, WHERE).node


def test_the_axis_of_a_symmetric_matrix_is_zero() -> None:
    assert str(simplify(parse("unskew(S) + y", {"S": "3 x 3 symmetric", "y": "3"}))) == "y"


def test_derivatives_by_the_matrix_whose_axis_is_taken() -> None:
    """f(M) = ||unskew(M) - y||^2 has Df(M)[H] = 2 (unskew(M) - y)^T unskew(H), gradient skew(unskew(M) - y)."""
    d = diff("||unskew(M) - y||^2", wrt="M", where=WHERE)
    assert str(d.differential) == "2 (unskew(M) - y)^T unskew(H)"
    assert str(d.gradient) == "-skew(y - unskew(M))"
    assert d.verify().ok
    rng = np.random.default_rng(8)
    values = {"M": rng.standard_normal((3, 3)), "y": rng.standard_normal(3)}
    S = np.array([[0, 0, 0], [0, 0, 1], [0, -1, 0], [0, 0, -1], [0, 0, 0], [1, 0, 0], [0, 1, 0], [-1, 0, 0], [0, 0, 0]])
    assert np.allclose(d.hessian.evaluate(values), S @ S.T / 2)
