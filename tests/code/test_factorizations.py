"""One factorization for systems, inverse and determinant of a matrix; Cholesky where it is positive definite."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import matcalc
from matcalc.code.emission import compiled
from matcalc.syntax.declarations import read_declarations
from matcalc.syntax.understanding import understand
from tests.code.agreement import assert_agrees, lines

WHERE = read_declarations(
    "A: m x n; B: n x p; X: n x n invertible; K, S: n x n positive definite; P: n x n positive semidefinite; M: n x n symmetric;"
    "x, y, z: n; c, s: scalar positive"
)

LINES = [
    # written                                emitted                                          because
    ("K^-1 x",                               ["_definite_solve(K, x)"]),                    # alone: the target chooses how
    ("K^-1",                                 ["_symmetric_inverse(K)"]),
    ("M^-1 x + x^T M^-1 y z + M^-1 tanh(z)",
     ["t0 = _symmetric_inverse(M)", "t0 @ x + t0 @ np.tanh(z) + (x @ (t0 @ y)) * z"]),           # perhaps definite
    ("logdet(M) M^-1",                       ["t0 = _chol_if_definite(M)", "_logdet_by(t0, M) * _inverse_by(t0, M)"]),
    ("logdet(M) + x^T M^-1 y",               ["np.linalg.slogdet(M)[1] + x @ np.linalg.solve(M, y)"]),  # one system
    ("X^-1 x",                               ["np.linalg.solve(X, x)"]),                    # nothing is known of X
    ("logdet(K)",                            ["2 * np.sum(np.log(np.diag(np.linalg.cholesky(K))))"]),
    ("logdet(X)",                            ["np.linalg.slogdet(X)[1]"]),
    ("log(det(K))",                          ["2 * np.sum(np.log(np.diag(np.linalg.cholesky(K))))"]),
    ("x^T K^-1 x + log(det(K))",
     ["t0 = np.linalg.cholesky(K)", "2 * np.sum(np.log(np.diag(t0))) + x @ _cho_solve(t0, x)"]),
    ("1/2 logdet(K)",                        ["np.sum(np.log(np.diag(np.linalg.cholesky(K))))"]),
    ("-3/2 c logdet(K) x",                   ["-3 * c * np.sum(np.log(np.diag(np.linalg.cholesky(K)))) * x"]),
    ("x^T K^-1 x + logdet(K)",
     ["t0 = np.linalg.cholesky(K)", "2 * np.sum(np.log(np.diag(t0))) + x @ _cho_solve(t0, x)"]),
    ("K^-1 x x^T K^-1",                      ["t0 = _definite_solve(K, x)", "np.outer(t0, t0)"]),  # K is symmetric
    ("K^-1 - K^-1 x x^T K^-1",
     ["t0 = _cho_inverse(np.linalg.cholesky(K))", "t1 = t0 @ x", "t0 - np.outer(t1, t1)"]),
    ("x^T (s P + c I)^-1 P (s P + c I)^-1 x + logdet(s P + c I)",
     ["t0 = np.linalg.cholesky(_add_diagonal(s * P, c))", "t1 = _cho_solve(t0, x)",
      "2 * np.sum(np.log(np.diag(t0))) + t1 @ (P @ t1)"]),
    ("tr((A^T A + c I)^-1 S)",               ["np.vdot(_symmetric_inverse(_add_diagonal(A.T @ A, c)), S)"]),  # <A^-1, S>
    ("tr(K^-1 S) + x^T K^-1 y",
     ["t0 = _cho_inverse(np.linalg.cholesky(K))", "np.vdot(t0, S) + x @ (t0 @ y)"]),
    ("tr(X^-1 S)",                           ["np.trace(np.linalg.solve(X, S))"]),
    ("tr(X^-1 S) + x^T X^-1 y",
     ["t0 = np.linalg.inv(X)", "np.vdot(t0.T, S) + x @ (t0 @ y)"]),                           # a trace needs it all
    ("X^-1 x + X^-T y",                      ["np.linalg.solve(X, x) + np.linalg.solve(X.T, y)"]),
    ("X^-1 x + X^-T y + X^-1 tanh(z)",
     ["t0 = np.linalg.inv(X)", "t0 @ x + t0.T @ y + t0 @ np.tanh(z)"]),                       # three systems
    ("M^-2 + M^-1",
     ["t0 = _symmetric_inverse(M)", "t0 + t0.T @ t0"]),                                       # powers of one inverse
    ("X^-3 + x^T X^-1 y X^-2",
     ["t0 = np.linalg.inv(X)", "t1 = t0 @ t0", "t0 @ t1 + (x @ (t0 @ y)) * t1"]),
    ("X^-1 + (x^T X^-1 y) I",
     ["t0 = np.linalg.inv(X)", "_add_diagonal(t0, x @ (t0 @ y))"]),                            # the inverse is there
]  # fmt: skip


@pytest.mark.parametrize(("written", "emitted"), LINES)
def test_what_is_factorized(written: str, emitted: list[str]) -> None:
    assert lines(written, WHERE) == emitted


@pytest.mark.parametrize("written", [written for written, _ in LINES])
def test_the_value_is_the_same(written: str) -> None:
    assert_agrees(written, WHERE)


@pytest.mark.parametrize("n", [5, 150])
@pytest.mark.parametrize("least", [1.0, -1.0])
def test_inverse_and_determinant_of_a_symmetric_matrix_share_what_is_found_of_it(n: int, least: float) -> None:
    """One factorization by Cholesky where the matrix is definite; where it is not, log(det(A)) is nan if det(A) is negative."""
    random = np.random.default_rng(n)
    Q = np.linalg.qr(random.normal(size=(n, n)))[0]
    M = Q * np.array([least, *np.linspace(1, 3, n - 1)]) @ Q.T
    M = (M + M.T) / 2
    for f, expected in (
        ("logdet", np.linalg.slogdet(M)[1]),
        ("log(det", np.linalg.slogdet(M)[1] if least > 0 else np.nan),
    ):
        text = f"{f}(M){')' * f.count('(')}"
        both = [understand(each, WHERE).node for each in (text, "M^-1")]
        run, _ = compiled(both, properties={"M": frozenset({"symmetric"})})
        with np.errstate(invalid="ignore"):
            value, inverse = run(M)
        np.testing.assert_allclose(value, expected, rtol=1e-12, equal_nan=True)
        np.testing.assert_allclose(inverse @ M, np.eye(n), atol=1e-12)


def test_the_logarithm_of_a_determinant_does_not_form_the_determinant() -> None:
    """det(I / 100) with 400 rows is less than the least number; of a negative determinant the logarithm is nan as ever."""
    assert lines("log(det(X))", WHERE) == ["_log_det(X)"]
    f, _ = compiled([understand("log(det(X))", WHERE).node])
    assert np.isclose(f(np.eye(400) / 100), -400 * np.log(100))
    with np.errstate(invalid="ignore"):
        assert np.isnan(f(np.diag([1.0, -1.0])))


def test_value_and_gradient_of_the_gaussian_likelihood_take_one_cholesky() -> None:
    """1/2 y^T K^-1 y + 1/2 logdet(K) and K^-1/2 - a a^T/2 with a = K^-1 y: one factorization for all."""
    text, where = "1/2 y^T K^-1 y + 1/2 logdet(K)", "K: n x n positive definite; y: n"
    gradient = matcalc.diff(text, "K", where=where).gradient
    pair = [matcalc.parse(text, where).node, gradient.node]
    run, names = compiled(pair, properties={"K": frozenset({"positive definite"})})
    assert names == ["K", "y"]
    random = np.random.default_rng(0)
    F, y = random.normal(size=(5, 5)), random.normal(size=5)
    K = F @ F.T + np.eye(5)
    calls: list[str] = []
    watched = _Watched(calls)
    run.__globals__["np"] = watched
    value, slope = run(K, y)
    assert calls.count("cholesky") == 1
    assert set(calls) <= {"cholesky", "inv"}  # inv is of small triangles, within _cho_inverse
    inverse = np.linalg.inv(K)
    np.testing.assert_allclose(value, (y @ inverse @ y + np.linalg.slogdet(K)[1]) / 2, rtol=1e-12)
    np.testing.assert_allclose(slope, (inverse - np.outer(inverse @ y, inverse @ y)) / 2, rtol=1e-10)


class _Watched:
    """NumPy that keeps a list of the functions of numpy.linalg that are called."""

    def __init__(self, calls: list[str]) -> None:
        self._calls = calls

    def __getattr__(self, name: str) -> Any:
        if name != "linalg":
            return getattr(np, name)
        return _Linalg(self._calls)


class _Linalg:
    def __init__(self, calls: list[str]) -> None:
        self._calls = calls

    def __getattr__(self, name: str) -> Any:
        self._calls.append(name)
        return getattr(np.linalg, name)


@pytest.mark.parametrize("n", [1, 2, 32, 33, 63, 64, 65, 130, 301])
def test_substitution_of_any_size(n: int) -> None:
    """(L L^T)^-1 B for a vector and a matrix on the right, and the inverse: by blocks and by halves."""
    where = read_declarations("K: n x n positive definite; x: n; B: n x p")
    random = np.random.default_rng(n)
    F = random.normal(size=(n, n))
    K, x, B = F @ F.T + n * np.eye(n), random.normal(size=n), random.normal(size=(n, 3))
    for text, given, right in (("K^-1 x", x, x), ("K^-1 B", B, B)):
        node = understand(f"{text} + logdet(K) {'x' if right is x else 'B'}", where).node
        run, names = compiled([node], properties={"K": frozenset({"positive definite"})})
        values = {"K": K, "x": x, "B": B}
        expected = np.linalg.solve(K, given) + np.linalg.slogdet(K)[1] * given
        np.testing.assert_allclose(run(*(values[name] for name in names)), expected, rtol=1e-9)
    alone, _ = compiled([understand("K^-1 x", where).node], properties={"K": frozenset({"positive definite"})})
    np.testing.assert_allclose(alone(K, x), np.linalg.solve(K, x), rtol=1e-9)
    pair = [understand(text, where).node for text in ("K^-1", "K^-1 x")]
    both, _ = compiled(pair, properties={"K": frozenset({"positive definite"})})
    inverse, solution = both(K, x)
    np.testing.assert_allclose(inverse @ K, np.eye(n), atol=1e-9)
    np.testing.assert_allclose(solution, np.linalg.solve(K, x), rtol=1e-9)


def _scaled(random: np.random.Generator, n: int) -> np.ndarray:
    """S C S: C well conditioned, the scales S from 1e-8 to 1e8 in any order."""
    F, scales = random.normal(size=(n, n)), 10.0 ** random.permutation(np.linspace(-8, 8, n))
    return scales[:, None] * (F @ F.T / n + np.eye(n)) * scales


def _kernel(random: np.random.Generator, n: int) -> np.ndarray:
    """Squared-exponential of points on a plane, little noise: condition 1e9."""
    points = random.normal(size=(n, 2))
    return np.exp(-((points[:, None] - points[None]) ** 2).sum(axis=2)) + 1e-7 * np.eye(n)


@pytest.mark.parametrize("made", [_scaled, _kernel])
@pytest.mark.parametrize("n", [20, 90, 260])
def test_inverses_and_systems_as_exact_as_lapack(made: Callable[..., np.ndarray], n: int) -> None:
    """What the blocks give of matrices of any scale and of ill-conditioned ones is as near to A^-1 as LAPACK's Cholesky inverse is."""
    lapack = pytest.importorskip("scipy.linalg.lapack")
    random = np.random.default_rng(n)
    A, y = made(random, n), random.normal(size=n)
    exact, wide = np.linalg.inv(A).astype(np.longdouble), A.astype(np.longdouble)
    for _ in range(8):  # Newton's iteration in more digits
        exact = exact + exact @ (np.eye(n) - wide @ exact)
    L = lapack.dpotrf(A, lower=1)[0]
    triangle = np.tril(lapack.dpotri(L, lower=1)[0])

    def given(text: str) -> np.ndarray:
        where = read_declarations("K: n x n positive definite; y: n")
        both = [understand(each, where).node for each in (text, "logdet(K)")]
        run, names = compiled(both, properties={"K": frozenset({"positive definite"})})
        return run(*({"K": A, "y": y}[name] for name in names))[0]

    def error(found: np.ndarray, true: np.ndarray, like: np.ndarray) -> float:
        return float(np.max(np.abs(found - true) / like))

    length = np.sqrt(
        np.diag(exact)
    )  # |A^-1_ij| is at most length_i length_j, |(A^-1 y)_i| at most length_i sqrt(y^T A^-1 y)
    size, solution = np.outer(length, length), exact @ y
    reach, rounding = length * np.sqrt(y @ solution), n * np.finfo(float).eps
    assert error(given("K^-1"), exact, size) <= 4 * error(triangle + np.tril(triangle, -1).T, exact, size) + rounding
    theirs = lapack.dpotrs(L, y, lower=1)[0]
    assert error(given("K^-1 y"), solution, reach) <= 4 * error(theirs, solution, reach) + rounding


@pytest.mark.parametrize("properties", [{"positive definite"}, {"symmetric"}])
def test_a_large_inverse_holds_one_matrix_and_parts_of_it(properties: set[str]) -> None:
    """(L L^T)^-1 is made in the memory of L, products of quarters beside it: at most 1.5 matrices at once."""
    where = read_declarations(f"K: n x n {' '.join(properties)}; y: n")
    run, names = compiled([understand("K^-1", where).node], properties={"K": frozenset(properties)})
    F = np.random.default_rng(3).normal(size=(400, 400))
    K = F @ F.T + 400 * np.eye(400)
    assert names == ["K"]
    run(K)
    tracemalloc.start()
    run(K)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak <= 1.5 * K.nbytes


def test_integers_are_no_floats_that_are_cut_off() -> None:
    """A right side of integers is not rounded to integers on the way."""
    where = read_declarations("K: n x n positive definite; x: n")
    run, _ = compiled(
        [understand("K^-1 x + logdet(K) x", where).node], properties={"K": frozenset({"positive definite"})}
    )
    K, x = np.array([[2, 1], [1, 3]]), np.array([1, 2])
    np.testing.assert_allclose(run(K, x), np.linalg.solve(K, x) + np.log(5) * x, rtol=1e-14)


@pytest.mark.parametrize("n", [3, 49, 50, 120])
@pytest.mark.parametrize("least", [1.0, -1.0])
def test_the_inverse_of_a_symmetric_matrix_finds_out_whether_it_is_definite(n: int, least: float) -> None:
    """Q diag(t) Q^T with its least eigenvalue positive or negative; a singular one is an error all the same."""
    run, _ = compiled([matcalc.parse("M^-1", "M: n x n symmetric").node], properties={"M": frozenset({"symmetric"})})
    random = np.random.default_rng(n)
    Q = np.linalg.qr(random.normal(size=(n, n)))[0]
    M = (Q * np.array([least, *np.linspace(1, 2, n - 1)])) @ Q.T
    M = (M + M.T) / 2
    np.testing.assert_allclose(run(M) @ M, np.eye(n), atol=1e-9)
    with pytest.raises(np.linalg.LinAlgError):
        run(np.ones((n, n)))


@pytest.mark.parametrize(
    ("f", "wrt", "where"), [("lambda_max(S)", "S", "S: n x n symmetric"), ("||X||_2", "X", "X: m x n")]
)
def test_what_is_singular_by_construction_is_so_in_single_precision(f: str, wrt: str, where: str) -> None:
    """The pseudo-inverse of lambda I - S: its zero is as small as rounding, in either precision."""
    random = np.random.default_rng(0)
    A = random.standard_normal((4, 4))
    value = A @ A.T + np.eye(4) if wrt == "S" else A[:, :3]
    hessian = matcalc.diff(f, wrt, where=where).function("numpy", what="hessian")
    np.testing.assert_allclose(hessian(value.astype(np.float32)), hessian(value), atol=1e-4)
