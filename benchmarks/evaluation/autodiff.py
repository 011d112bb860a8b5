"""Automatic differentiation of `Problem.value`: one `Library` each for jax, torch and autograd, and NumPy for plain values.

A library that is not installed is left out.  Arrays are made ready before anything is timed; a call ends when its result is there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module, metadata
from types import SimpleNamespace
from typing import Any

import numpy as np

from .problems import Array, Data, Operations, Problem

Call = Callable[[], Any]


def _itself(result: Any) -> Any:
    return result


@dataclass(frozen=True)
class Library:
    """`made` gives, of f, the place of the variable and `what` ("gradient", "hessian"), a function of the same arguments."""

    column: str
    version: str
    operations: Operations
    ready: Callable[[Array], Any]
    made: Callable[[Callable[..., Any], int, str], Callable[..., Any]]
    finished: Callable[[Any], Any] = _itself

    def call(self, problem: Problem, what: str, values: Data) -> Call:
        """A call without arguments of the derivative at these values."""
        names = list(values)
        arrays = [self.ready(value) for value in values.values()]
        function = self.made(
            lambda *given: problem.value(self.operations, dict(zip(names, given, strict=True))),
            names.index(problem.wrt),
            what,
        )
        return lambda: self.finished(function(*arrays))


NUMPY: Operations = SimpleNamespace(
    sum=np.sum, exp=np.exp, tanh=np.tanh,
    relu=lambda z: np.maximum(z, 0),
    softplus=lambda z: np.logaddexp(0, z),
    logsumexp=lambda z: np.log(np.sum(np.exp(z - np.max(z)))) + np.max(z),
    logdet=lambda K: np.linalg.slogdet(K)[1],
    solve=np.linalg.solve,
    eye=lambda like: np.eye(len(like)),
)  # fmt: skip


def _jax() -> Library:
    jax = import_module("jax")
    jax.config.update("jax_enable_x64", True)
    jnp = jax.numpy
    transforms = {"gradient": jax.grad, "hessian": jax.hessian}
    operations = SimpleNamespace(
        sum=jnp.sum, exp=jnp.exp, tanh=jnp.tanh,
        relu=jax.nn.relu, softplus=jax.nn.softplus, logsumexp=jax.nn.logsumexp,
        logdet=lambda K: jnp.linalg.slogdet(K)[1],
        solve=jnp.linalg.solve,
        eye=lambda like: jnp.eye(len(like)),
    )  # fmt: skip
    return Library(
        "jax.jit", jax.__version__, operations, jnp.asarray,
        lambda f, at, what: jax.jit(transforms[what](f, argnums=at)),
        jax.block_until_ready,
    )  # fmt: skip


def _torch() -> Library:
    torch, functional = import_module("torch"), import_module("torch.func")
    transforms = {"gradient": functional.grad, "hessian": functional.hessian}
    operations = SimpleNamespace(
        sum=torch.sum, exp=torch.exp, tanh=torch.tanh, relu=torch.relu,
        softplus=lambda z: torch.logaddexp(z, torch.zeros_like(z)),
        logsumexp=lambda z: torch.logsumexp(z, 0),
        logdet=lambda K: torch.linalg.slogdet(K)[1],
        solve=torch.linalg.solve,
        eye=lambda like: torch.eye(len(like), dtype=like.dtype),
    )  # fmt: skip
    return Library(
        "torch.func", torch.__version__.split("+")[0], operations, torch.as_tensor,
        lambda f, at, what: transforms[what](f, argnums=at),
    )  # fmt: skip


def _autograd() -> Library:
    autograd, anp = import_module("autograd"), import_module("autograd.numpy")
    transforms = {"gradient": autograd.grad, "hessian": autograd.hessian}
    operations = SimpleNamespace(
        sum=anp.sum, exp=anp.exp, tanh=anp.tanh,
        relu=lambda z: anp.maximum(z, 0.0),
        softplus=lambda z: anp.logaddexp(0.0, z),
        logsumexp=lambda z: anp.log(anp.sum(anp.exp(z - anp.max(z)))) + anp.max(z),
        logdet=lambda K: anp.linalg.slogdet(K)[1],
        solve=anp.linalg.solve,
        eye=lambda like: np.eye(len(like)),
    )  # fmt: skip
    return Library(
        "autograd", metadata.version("autograd"), operations, np.asarray,
        lambda f, at, what: transforms[what](f, at),
    )  # fmt: skip


def libraries() -> tuple[list[Library], list[str]]:
    """Those that are installed, and a note for each that is not."""
    found, notes = [], []
    for name, load in (("jax", _jax), ("torch", _torch), ("autograd", _autograd)):
        try:
            found.append(load())
        except ImportError:
            notes.append(f"{name} is not installed: its column is left out")
    return found, notes
