"""Random expressions made by the constructors, each with its value worked out beside it by NumPy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcalc.algebra import calls, entrywise, kronecker, linear, matrix_powers, products, sums, transposes
from matcalc.algebra.dimension import ONE, named
from matcalc.algebra.leaves import identity, number, ones, symbol
from matcalc.algebra.nodes import Node

Array = NDArray[np.float64]
Pair = tuple[Node, Array]  # a node and its value, always two-dimensional

SIZES = {"m": 2, "n": 3, "p": 4}
M, N, P = (named(name) for name in SIZES)
SHAPES = {
    "A": (M, N), "B": (N, N), "C": (N, M), "E": (M, M), "X": (M, N), "Y": (N, N), "Z": (P, N),
    "x": (N, ONE), "y": (N, ONE), "u": (M, ONE), "w": (P, ONE), "s": (ONE, ONE), "t": (ONE, ONE),
}  # fmt: skip
SYMBOLS = {name: symbol(name, shape) for name, shape in SHAPES.items()}

ENTRYWISE: dict[str, Callable[[Array], Array]] = {
    "sin": np.sin,
    "cos": np.cos,
    "tanh": np.tanh,
    "exp": np.exp,
    "sigmoid": lambda v: 1 / (1 + np.exp(-v)),
    "softplus": lambda v: np.log1p(np.exp(v)),
}


def random_values(rng: np.random.Generator) -> dict[str, Array]:
    """A value for every symbol, two-dimensional."""
    return {name: rng.normal(size=tuple(side.evaluate(SIZES) for side in shape)) for name, shape in SHAPES.items()}


def flat(values: dict[str, Array]) -> dict[str, Array | float]:
    """The same values as a user gives them: scalars, one-dimensional vectors, matrices."""
    return {name: v.item() if v.size == 1 else v[:, 0] if v.shape[1] == 1 else v for name, v in values.items()}


@dataclass
class Generator:
    """Draws expressions over SYMBOLS; `smooth` only with functions that are smooth everywhere."""

    rng: np.random.Generator
    values: dict[str, Array]

    def pick(self, pool: list[Pair]) -> Pair:
        """One pair, the last one more often than the others."""
        return pool[self.rng.integers(len(pool))] if self.rng.random() < 0.7 else pool[-1]

    def of_shape(self, pool: list[Pair], node: Node) -> Pair:
        """One pair of the node's shape."""
        fitting = [pair for pair in pool if pair[0].shape == node.shape]
        return fitting[self.rng.integers(len(fitting))]

    def expression(self, steps: int) -> Pair:
        """An expression made in about `steps` steps, and its value."""
        names = list(SYMBOLS)
        pool: list[Pair] = []
        for _ in range(4):
            name = names[self.rng.integers(len(names))]
            pool.append((SYMBOLS[name], self.values[name]))
        if self.rng.random() < 0.3:
            pool.append((identity(N), np.eye(SIZES["n"])))
        if self.rng.random() < 0.2:
            pool.append((ones(N), np.ones((SIZES["n"], 1))))
        operations = list(_OPERATIONS)
        for _ in range(steps):
            made = _OPERATIONS[operations[self.rng.integers(len(operations))]](self, pool)
            if made is not None and np.isfinite(made[1]).all() and np.abs(made[1]).max() < 1e4:
                pool.append(made)
        return pool[-1]


Operation = Callable[[Generator, list[Pair]], "Pair | None"]


def _add(g: Generator, pool: list[Pair]) -> Pair:
    a, va = g.pick(pool)
    b, vb = g.of_shape(pool, a)
    j, k = (int(c) for c in g.rng.integers(-2, 3, size=2))
    return sums.add([(j, a), (k, b)]), j * va + k * vb


def _multiply(g: Generator, pool: list[Pair]) -> Pair | None:
    (a, va), (b, vb) = g.pick(pool), g.pick(pool)
    if a.is_scalar or b.is_scalar:
        return products.product([a, b]), va * vb
    if a.shape[1] is b.shape[0]:
        return products.product([a, b]), va @ vb
    if a.shape[1] is b.shape[1]:
        return products.product([a, transposes.transpose(b)]), va @ vb.T
    if a.shape[0] is b.shape[0]:
        return products.product([transposes.transpose(a), b]), va.T @ vb
    return None


def _hadamard(g: Generator, pool: list[Pair]) -> Pair:
    a, va = g.pick(pool)
    b, vb = g.of_shape(pool, a)
    return entrywise.hadamard([a, b]), va * vb


def _transpose(g: Generator, pool: list[Pair]) -> Pair:
    a, va = g.pick(pool)
    return transposes.transpose(a), va.T


def _trace(g: Generator, pool: list[Pair]) -> Pair | None:
    a, va = g.pick(pool)
    return (linear.trace(a), np.array([[np.trace(va)]])) if a.shape[0] is a.shape[1] else None


def _inverse(g: Generator, pool: list[Pair]) -> Pair | None:
    a, va = g.pick(pool)
    if a.shape[0] is not a.shape[1] or np.linalg.cond(va) > 1e3:
        return None
    return matrix_powers.inverse(a), np.linalg.inv(va)


def _matrix_power(g: Generator, pool: list[Pair]) -> Pair | None:
    a, va = g.pick(pool)
    if a.shape[0] is not a.shape[1]:
        return None
    k = int(g.rng.integers(2, 4))
    return matrix_powers.power(a, number(k)), np.linalg.matrix_power(va, k)


def _diagonal(g: Generator, pool: list[Pair]) -> Pair | None:
    a, va = g.pick(pool)
    if a.is_scalar or not (a.is_column or a.shape[0] is a.shape[1]):
        return None
    return linear.diagonal(a), np.diag(va[:, 0]) if a.is_column else np.diag(va)[:, None]


def _scale(g: Generator, pool: list[Pair]) -> Pair | None:
    scalars = [pair for pair in pool if pair[0].is_scalar]
    if not scalars:
        return None
    (a, va), (s, vs) = g.pick(pool), scalars[g.rng.integers(len(scalars))]
    return products.scaled(s, a), vs * va


def _function(g: Generator, pool: list[Pair]) -> Pair | None:
    a, va = g.pick(pool)
    if np.abs(va).max() > 3:
        return None
    name = list(ENTRYWISE)[g.rng.integers(len(ENTRYWISE))]
    return calls.call(name, [a]), ENTRYWISE[name](va)


def _vec(g: Generator, pool: list[Pair]) -> Pair | None:
    a, va = g.pick(pool)
    return (linear.vectorised(a), va.reshape(-1, 1, order="F")) if g.rng.random() < 0.4 else None


def _kron(g: Generator, pool: list[Pair]) -> Pair | None:
    (a, va), (b, vb) = g.pick(pool), g.pick(pool)
    return (kronecker.product(a, b), np.kron(va, vb)) if va.size * vb.size < 200 and g.rng.random() < 0.4 else None


def _power(g: Generator, pool: list[Pair]) -> Pair | None:
    a, va = g.pick(pool)
    k = int(g.rng.integers(-2, 4))
    return None if k < 0 and np.abs(va).min() < 0.3 else (entrywise.power(a, number(k)), va**k)


def _total(g: Generator, pool: list[Pair]) -> Pair:
    a, va = g.pick(pool)
    return linear.total(a), np.array([[va.sum()]])


def _inner(g: Generator, pool: list[Pair]) -> Pair:
    a, va = g.pick(pool)
    b, vb = g.of_shape(pool, a)
    return products.inner(a, b), np.array([[(va * vb).sum()]])


_OPERATIONS: dict[str, Operation] = {
    "add": _add,
    "multiply": _multiply,
    "multiply again": _multiply,
    "hadamard": _hadamard,
    "transpose": _transpose,
    "trace": _trace,
    "inverse": _inverse,
    "matrix power": _matrix_power,
    "diagonal": _diagonal,
    "scale": _scale,
    "function": _function,
    "vec": _vec,
    "kron": _kron,
    "power": _power,
    "sum": _total,
    "inner": _inner,
}


def drawn(seed: int) -> Node:
    """A random expression."""
    rng = np.random.default_rng(seed)
    node, _ = Generator(rng, random_values(rng)).expression(12)
    return node
