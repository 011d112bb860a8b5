"""What matcalc emits for a problem, as calls on ready arrays: the programs that are judged."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

import matcalc

from .autodiff import Call
from .problems import Data, Problem

RECOMMENDED = "numpy"  # by docs/code.md, for a CPU, whatever the size


def derivative(problem: Problem) -> Any:
    """The derivative of the problem's text."""
    return matcalc.diff(problem.f, wrt=problem.wrt, where=problem.where)


def sizes(problem: Problem, values: Data) -> dict[str, int]:
    """The size of every named dimension."""
    return {
        side: length
        for name, shape in derivative(problem).shapes.items()
        if name in values
        for side, length in zip(shape, np.shape(values[name]), strict=True)
        if isinstance(side, str)
    }


def program(problem: Problem, what: str, target: str, values: Data) -> tuple[Callable[..., Any], list[str]]:
    """The compiled program, which was told the sizes that it will meet, and the names of its arguments."""
    function = derivative(problem).function(target=target, what=what, sizes=sizes(problem, values))
    return function, list(inspect.signature(function).parameters)


def numpy_call(problem: Problem, what: str, values: Data) -> Call:
    """The emitted NumPy program on these values."""
    function, names = program(problem, what, "numpy", values)
    given = [values[name] for name in names]
    return lambda: function(*given)


def jax_call(problem: Problem, what: str, values: Data) -> Call:
    """The emitted JAX program, jitted, on these values."""
    jax = import_module("jax")
    jax.config.update("jax_enable_x64", True)
    function, names = program(problem, what, "jax", values)
    given = [jax.numpy.asarray(values[name]) for name in names]
    jitted = jax.jit(function)
    return lambda: jax.block_until_ready(jitted(*given))
