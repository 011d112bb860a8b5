"""Evaluation with 50 digits agrees with NumPy on whatever can be written: two implementations that share no code."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from matcalc.algebra.dimension import SCALAR, Shape
from matcalc.errors import EvaluationError, UnsupportedError
from matcalc.numeric.evaluation import evaluate
from matcalc.numeric.matrices import context, real
from matcalc.numeric.points import draw
from matcalc.numeric.precise import precise_value
from matcalc.syntax.declarations import Declarations, Variable, read_declarations
from matcalc.syntax.inference import infer
from matcalc.syntax.raising import written
from matcalc.syntax.understanding import understand
from tests.expressions import SHAPES, SIZES, Generator, flat, random_values

WHERE = """A: m x n; B: n x n; C: n x m; S: n x n positive definite; P: m x m invertible; x, y: n; u: m; w: 3; r: 1 x n; c, t: scalar;
    a: n positive; X: m x n positive; z: scalar positive; k: scalar"""

EXPRESSIONS = """
A x + u | A^T u - 2 y | -x^T y / z | (A x)^T u | x y^T | u r + A | r B | r x c | c t x^T y | 1/n sum(x)
2/3 x - 1/3 y | B^T | B^-1 | B^-T x | inv(B) C | C P^-1 | u^T P^-1 | P^-1 A B^-1 | tr(B^-1 C A) | B^2 x | B^-2
x^T B^3 | B^k | (B + I)^2 C | diag(x) B | B diag(x) | A diag(x) A^T | diag(x) y | diag(B C A) | diag(A C)
diag(u) A diag(x) | diag(x) diag(y) | x^T diag(y) x | diag(x y^T) | tr(B diag(x)) | tr(diag(x) B diag(y) B)
tr(A^T A) | tr(A C) | tr(B) I + B | diag(diag(B)) | tr(P^-1 A C) | x .* y | x ./ a | a .^ (1/2) | a .^ t | 1 ./ a
B .* S | A .* X ./ X^T^T | sqrt(a) .* y | X .^ (-3/2) | 2^c | z^t | z^(-1/2) | c^3 | kron(A, B) | A ⊗ x | x ⊗ A
A ⊗ r | r ⊗ C | x ⊗ u | u^T ⊗ r | khatri_rao(A, B) | khatri_rao(u, u) | vec(A) | vec(A^T) | unvec(vec(A), n, m)
Kmat(m,n) vec(A) | vec(A)^T Kmat(n,m) | Kmat(m,n) (A ⊗ C)^T^T | (C ⊗ A) Kmat(m,n) | Kmat(m,n) Kmat(m,n)^T
Kmat(m,n) | I(n) + B | ones(n) | ones(m,n) + A | A ones(n) | ones(m)^T A | ones(n)^T B x | zeros(m,n) | x + ones(n)
x + 3 | 2 - c + A^T u | ones(n)^T ones(n) | e(2,n) | A e(i,n) | e(i,m)^T A x | e(1,m)^T A e(2,n) | unit(i,j,m,n)
unit(1,2,m,n) B | x[2] | A[1,2] | A[i,j] | (A B)[i,j] | r[2] | (A x)[i] + x[j] | ||x|| | ||A|| | ||A||_F | ||x||_1
||A||_1 | ||x||_inf | ||A||_2 | ||A||_* | ||A x - u||^2_2 | x / ||x|| | ||r|| | det(B) | logdet(B) | log(det(S))
adj(B) | cof(B) | pinv(A) | pinv(C) | expm(B) | logm(S) | sqrtm(S) | S^(1/2) | S^(-1/2) | sinm(B) | cosm(B)
chol(S) | lambda_max(S) | D_expm(B, S) | skew(w) | dot(x, y) | onehot_max(x) | softmax(x) | softmax(r)
logsumexp(x) | max(x) | min(r) | mean(x) | softmax_rows(A) | softmax_cols(A) | logsumexp_rows(A) | logsumexp_cols(A)
max_rows(A) | max_cols(A) | min_rows(A) | min_cols(A) | mean_rows(A) | mean_cols(A) | sum(A) | max(x, y) | min(A, 0)
max(c, x) | relu(A) | step(x) | sign(A) | abs(x) | sigmoid(A x) | softplus(A) | exp(x) | log(a) | sin(A) | cos(x)
tan(x) | sinh(x) | cosh(x) | tanh(x) | arcsin(a) | arccos(a) | arctan(A) | sqrt(X) | pi x | log(1 + exp(A x)) | n x
m n c | t0^T t0 where t0 = A x - u | t0 + t1 where t0 = exp(x); t1 = B t0 | max(vec(A)) | (1 + x^T y)^2
(A B C)^-1 u | (B + c I)^-1 x | exp(-||x||^2/2)
"""


def split(text: str) -> list[str]:
    """The cells of a table in which || is a norm: bars with spaces on both sides part them."""
    return [cell.strip() for line in text.strip().splitlines() for cell in line.split(" | ")]


DECLARED = read_declarations(WHERE)
KNOWN: dict[str, Shape] = {name: v.shape for name, v in DECLARED.variables.items()} | {"i": SCALAR, "j": SCALAR}


def point(seed: int) -> tuple[dict[str, object], dict[str, object], dict[str, int]]:
    """The same random point for NumPy and for mpmath."""
    values, sizes = draw(DECLARED.variables, Random(seed), dimensions=["m", "n"], indices=["i", "j"], exponents=["k"])
    plain: dict[str, object] = {}
    for name, value in values.items():
        array = np.array([[float(entry) for entry in row] for row in value])
        shape = KNOWN.get(name)
        plain[name] = (
            array.item()
            if array.size == 1
            else array.ravel()
            if shape and 1 in (shape[0].value, shape[1].value)
            else array
        )
    return plain, dict(values), sizes


@pytest.mark.parametrize("text", split(EXPRESSIONS))
def test_numpy_and_mpmath_agree(text: str) -> None:
    """evaluate(node) = precise_value(tree) to rounding, in the shape of the node, at sizes that are all different."""
    found = understand(text, DECLARED)
    plain, exact, sizes = point(len(text))
    expected = precise_value(found.tree, found.typing, exact, sizes)
    value = evaluate(found.node, plain, KNOWN)
    rows = np.array([[float(entry) for entry in row] for row in expected])
    assert rows.shape == tuple(length.evaluate(sizes) for length in found.node.shape)
    assert value.ndim == (0 if found.node.is_scalar else 2 if found.node.is_matrix else 1)
    np.testing.assert_allclose(value, rows.reshape(value.shape), rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("seed", range(150))
def test_random_expressions_have_their_value_three_times(seed: int) -> None:
    """The emitted program and the printed tree of a random node both give the value that was worked out beside it."""
    generator = Generator(np.random.default_rng(seed), random_values(np.random.default_rng(seed)))
    node, expected = generator.expression(12)
    scale = np.abs(expected).max() + 1
    value = evaluate(node, flat(generator.values), SHAPES)
    np.testing.assert_allclose(value, expected.reshape(value.shape), atol=1e-8 * scale)
    tree = written(node, set(SHAPES))
    variables = {name: Variable(name, shape) for name, shape in SHAPES.items()}
    typing = infer(tree, Declarations(variables), expected=[node.shape])
    exact = {name: [[context().mpf(float(t)) for t in row] for row in v] for name, v in generator.values.items()}
    again = precise_value(tree, typing, exact, SIZES)
    np.testing.assert_allclose([[float(t) for t in row] for row in again], expected, atol=1e-8 * scale)


REFUSED = [
    # expression    at             says
    ("log(x)",      [[-1]],        "it is not real there"),
    ("1 ./ x",      [[0]],         "it divides by zero there"),
    ("(x x^T)^-1",  [[1], [2]],    "a matrix is singular there"),
    ("logdet(x x^T)", [[1], [2]],  "a matrix is singular there"),
    ("chol(-x x^T)", [[1], [2]],   "a matrix is not positive definite there"),
    ("y",           [[1]],         "no value for y"),
    ("x[2]",        [[1]],         "an index is outside of the matrix"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "x", "message"), REFUSED)
def test_what_has_no_value_is_an_error(text: str, x: list[list[int]], message: str) -> None:
    found = understand(text, read_declarations("x: n"))
    exact = [[context().mpf(entry) for entry in row] for row in x]
    with pytest.raises(EvaluationError) as caught:
        precise_value(found.tree, found.typing, {"x": exact}, {"n": len(x)})
    assert caught.value.message == message


def test_a_number_with_a_rounding_imaginary_part_is_real() -> None:
    mp = context()
    assert real(mp.mpc(2, mp.mpf(10) ** -60)) == 2
    with pytest.raises(EvaluationError):
        real(mp.mpc(2, 1))


def test_fifty_digits_and_nobody_elses_context() -> None:
    """The precision of mpmath.mp is not touched."""
    import mpmath

    found = understand("pi^c", read_declarations("c: scalar"))
    value = precise_value(found.tree, found.typing, {"c": [[1]]}, {})[0][0]
    assert context().nstr(value, 50) == "3.1415926535897932384626433832795028841971693993751"
    assert mpmath.mp.dps == 15


def test_depth_costs_no_recursion() -> None:
    """f(f(... f(x))) a thousand deep."""
    found = understand("sin(" * 1000 + "c" + ")" * 1000, read_declarations("c: scalar"))
    assert 0 < float(precise_value(found.tree, found.typing, {"c": [[1]]}, {})[0][0]) < 1
    assert 0 < float(evaluate(found.node, {"c": 1}, {"c": found.node.shape})) < 1


def test_abstract_functions_have_stand_ins_here_and_no_program() -> None:
    """phi(x) is a definite function with 50 digits; NumPy has none for it."""
    found = understand("phi(x) .* D(phi, x)[x]", read_declarations("x: n; phi: elementwise"))
    assert len(precise_value(found.tree, found.typing, {"x": [[1], [2]]}, {"n": 2})) == 2
    with pytest.raises(UnsupportedError) as caught:
        evaluate(found.node, {"x": [1, 2]}, {"x": found.node.shape})
    assert caught.value.message == "phi is declared by its shapes only: it has no program"
