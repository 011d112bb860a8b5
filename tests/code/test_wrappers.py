"""Functions that PyTorch and JAX differentiate, by the closed form and not by their own rules."""

from __future__ import annotations

import numpy as np
import pytest

from matcalc import diff

RANDOM = np.random.default_rng(5)
A, b, x = RANDOM.normal(size=(4, 3)), RANDOM.normal(size=4), RANDOM.normal(size=3)
SQUARES = "||A x - b||_2^2"


def test_torch_differentiates_by_the_closed_form() -> None:
    torch = pytest.importorskip("torch")
    f = diff(SQUARES, wrt="x").function("torch", "autograd")
    point = torch.tensor(x, requires_grad=True)
    (3 * f(torch.tensor(A), torch.tensor(b), point)).backward()
    assert np.allclose(point.grad.numpy(), 6 * A.T @ (A @ x - b))
    assert torch.autograd.gradcheck(lambda p: f(torch.tensor(A), torch.tensor(b), p), (point,))
    with pytest.raises(ValueError, match="result has a gradient by x only"):
        f(torch.tensor(A, requires_grad=True), torch.tensor(b), point)


def test_jax_differentiates_by_the_closed_form() -> None:
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    f = diff(SQUARES, wrt="x").function("jax", "autograd")
    assert np.allclose(jax.jit(jax.grad(f, argnums=2))(A, b, x), 2 * A.T @ (A @ x - b))
    assert np.all(np.isnan(jax.grad(f, argnums=1)(A, b, x)))
    assert np.allclose(jax.jacrev(jax.grad(f, argnums=2), argnums=2)(A, b, x), 2 * A.T @ A)


def test_two_variables_are_differentiated_at_once() -> None:
    torch = pytest.importorskip("torch")
    f = diff("x^T A y", wrt=["x", "y"]).function("torch", "autograd")
    p, q = torch.tensor(b, requires_grad=True), torch.tensor(x, requires_grad=True)
    f(torch.tensor(A), p, q).backward()
    assert np.allclose(p.grad, A @ x)
    assert np.allclose(q.grad, A.T @ b)
