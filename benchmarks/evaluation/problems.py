"""The problems: f as matcalc reads it, the same f for automatic differentiation, data of every size.

`value` is written once, over an `Operations` of the library that differentiates it, as a user of that library would write it.
Nothing of matcalc takes part in it, so that it can serve as the truth.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Data = dict[str, Array]

LAYERS = 10
FACTORS = 5  # columns of U and V


class Operations(Protocol):
    """What `value` needs beyond operators; `sum` is of all entries, `logdet` is log |det|."""

    sum: Callable[..., Any]
    exp: Callable[..., Any]
    tanh: Callable[..., Any]
    relu: Callable[..., Any]
    softplus: Callable[..., Any]
    logsumexp: Callable[..., Any]
    logdet: Callable[..., Any]
    solve: Callable[..., Any]
    eye: Callable[..., Any]


@dataclass(frozen=True)
class Problem:
    """`f` by `wrt`, declared by `where`; `value` takes (operations, data); `sizes` says what is measured at which n."""

    name: str
    f: str
    wrt: str
    where: str
    data: Callable[[int, np.random.Generator], Data]
    value: Callable[[Operations, Mapping[str, Any]], Any]
    sizes: Mapping[str, tuple[int, ...]]
    f_text: str = field(default="")

    @property
    def title(self) -> str:
        """How the tables call it."""
        return self.f_text or self.f


def _quadratic_data(n: int, rng: np.random.Generator) -> Data:
    return {"x": rng.standard_normal(n), "A": rng.standard_normal((n, n))}


def _least_squares_data(n: int, rng: np.random.Generator) -> Data:
    m = 2 * n
    return {"A": rng.standard_normal((m, n)), "b": rng.standard_normal(m), "x": rng.standard_normal(n)}


def _residual(o: Operations, v: Mapping[str, Any]) -> Any:
    r = v["A"] @ v["x"] - v["b"]
    return r @ r


def _logistic_data(n: int, rng: np.random.Generator) -> Data:
    m = 2 * n
    return {
        "X": rng.standard_normal((m, n)),
        "y": np.sign(rng.standard_normal(m)),
        "w": rng.standard_normal(n) / np.sqrt(n),
    }


def _factorization_data(n: int, rng: np.random.Generator) -> Data:
    return {
        "T": rng.standard_normal((n, n)),
        "U": rng.standard_normal((n, FACTORS)),
        "V": rng.standard_normal((n, FACTORS)),
    }


def _masked_data(n: int, rng: np.random.Generator) -> Data:
    return {"M": (rng.random((n, n)) < 0.7).astype(float), **_factorization_data(n, rng)}


def _net_data(n: int, rng: np.random.Generator) -> Data:
    weights = {f"W{i}": rng.standard_normal((n, n)) * np.sqrt(2 / n) for i in range(1, LAYERS + 1)}
    return {**weights, "x": rng.standard_normal(n), "t": np.eye(n)[n // 2]}


def _net_text() -> str:
    """W10 tanh(W9 relu(... tanh(W1 x)))."""
    text = "x"
    for i in range(1, LAYERS):
        text = f"{'tanh' if i % 2 else 'relu'}(W{i} {text})"
    return f"W{LAYERS} {text}"


def _net(o: Operations, v: Mapping[str, Any]) -> Any:
    z = v["x"]
    for i in range(1, LAYERS):
        z = (o.tanh if i % 2 else o.relu)(v[f"W{i}"] @ z)
    z = v[f"W{LAYERS}"] @ z
    return o.logsumexp(z) - v["t"] @ z


def _covariance_data(n: int, rng: np.random.Generator) -> Data:
    samples = rng.standard_normal((n, 2 * n))
    return {"K": samples @ samples.T / n + np.eye(n), "y": rng.standard_normal(n)}


def _kernel_data(n: int, rng: np.random.Generator) -> Data:
    """Squared distances of n points in the plane, a squared-exponential kernel with noise r."""
    points = rng.standard_normal((n, 2))
    D = ((points[:, None, :] - points[None, :, :]) ** 2).sum(axis=2)
    scalars = {"s": np.float64(1.3), "c": np.float64(0.7), "r": np.float64(0.4)}
    return {"D": D, "y": rng.standard_normal(n), **scalars}


def _likelihood(o: Operations, K: Any, y: Any) -> Any:
    return (y @ o.solve(K, y) + o.logdet(K)) / 2


def _kernel(o: Operations, v: Mapping[str, Any]) -> Any:
    K = v["s"] * o.exp(-v["c"] * v["D"]) + v["r"] * o.eye(v["D"])
    return _likelihood(o, K, v["y"])


_ALL = (10, 50, 100, 200, 500, 1000)
_NET = _net_text()
_NET_WHERE = "; ".join([*(f"W{i}: n x n" for i in range(1, LAYERS + 1)), "x, t: n"])
_KERNEL_TEXT = "s exp(-c D) + r I"

PROBLEMS = (
    Problem(
        "quadratic form", "x^T A x", "x", "A: n x n", _quadratic_data,
        lambda o, v: v["x"] @ v["A"] @ v["x"],
        {"gradient": _ALL, "hessian": _ALL},
    ),
    Problem(
        "least squares", "||A x - b||_2^2", "x", "A: m x n; b: m", _least_squares_data,
        _residual,
        {"gradient": _ALL, "hessian": _ALL},
    ),
    Problem(
        "logistic", "sum(softplus(-y .* (X w)))", "w", "X: m x n; y: m", _logistic_data,
        lambda o, v: o.sum(o.softplus(-v["y"] * (v["X"] @ v["w"]))),
        {"gradient": _ALL, "hessian": _ALL},
    ),
    Problem(
        "factorization", "||T - U V^T||_F^2", "U", "T: m x n; U: m x k; V: n x k", _factorization_data,
        lambda o, v: o.sum((v["T"] - v["U"] @ v["V"].T) ** 2),
        {"gradient": _ALL, "hessian": (10, 50, 100, 200), "compressed_hessian": (10, 50, 100, 200)},
    ),
    Problem(
        "masked factorization", "||M .* (T - U V^T)||_F^2", "U", "M, T: m x n; U: m x k; V: n x k", _masked_data,
        lambda o, v: o.sum((v["M"] * (v["T"] - v["U"] @ v["V"].T)) ** 2),
        {"gradient": _ALL, "hessian": (10, 50, 100, 200), "compressed_hessian": (10, 50, 100, 200)},
    ),
    Problem(
        "net by weights", f"logsumexp({_NET}) - t^T ({_NET})", "W1", _NET_WHERE, _net_data,
        _net,
        {"gradient": _ALL, "hessian": (10, 20, 30), "compressed_hessian": (10, 20, 30)},
        "softmax cross-entropy of W10 tanh(W9 relu(... tanh(W1 x)))",
    ),
    Problem(
        "net by input", f"logsumexp({_NET}) - t^T ({_NET})", "x", _NET_WHERE, _net_data,
        _net,
        {"gradient": _ALL, "hessian": (10, 50, 100, 200, 500)},
        "softmax cross-entropy of W10 tanh(W9 relu(... tanh(W1 x)))",
    ),
    Problem(
        "GP by covariance", "1/2 y^T K^-1 y + 1/2 logdet(K)", "K", "K: n x n positive definite; y: n", _covariance_data,
        lambda o, v: _likelihood(o, v["K"], v["y"]),
        {"gradient": _ALL, "hessian": (10, 20, 30)},
    ),
    Problem(
        "GP by parameter", f"1/2 y^T inv({_KERNEL_TEXT}) y + 1/2 logdet({_KERNEL_TEXT})", "c",
        "D: n x n symmetric; s, c, r: scalar positive; y: n", _kernel_data,
        _kernel,
        {"gradient": _ALL, "hessian": _ALL},
        "GP marginal likelihood of K = s exp(-c D) + r I",
    ),
)  # fmt: skip


def data(problem: Problem, n: int, seed: int = 5) -> Data:
    """The arrays of one size; the same at every call."""
    return problem.data(n, np.random.default_rng([seed, n]))
