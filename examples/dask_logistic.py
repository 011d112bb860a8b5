"""Logistic regression on data in row chunks: the emitted functions run on `dask.array` as they are.

    pip install "matcalc[dask]"
    python examples/dask_logistic.py [--samples 200000] [--features 20] [--scheduler ADDRESS]

Newton's method on f(w) = sum(softplus(-y .* (X w))) + 1/2 c ||w||^2.  matcalc writes gradient and Hessian for the target `dask`;
both reduce over the row chunks of X, so that only n numbers and n x n numbers per chunk travel, and X is never in one piece.
With the address of a `dask.distributed` scheduler they run there.
"""

from __future__ import annotations

import argparse
from typing import Any

import dask
import dask.array as da
import numpy as np

import matcalc

F = "sum(softplus(-y .* (X w))) + c/2 ||w||_2^2"
WHERE = "X: m x n; y: m; w: n; c: scalar positive"


def fit(X: Any, y: Any, c: float, steps: int = 20, tolerance: float = 1e-9) -> tuple[np.ndarray, list[float]]:
    """The minimiser of f, and the norm of the gradient before each step; X and y are dask arrays in the same row chunks."""
    d = matcalc.diff(F, wrt="w", where=WHERE)
    gradient, hessian = (d.function("dask", what=what) for what in ("gradient", "hessian"))
    w, norms = np.zeros(X.shape[1]), []
    for _ in range(steps):
        given = {"X": X, "y": y, "w": w, "c": c}
        g, H = dask.compute(gradient(**given), hessian(**given))  # one walk over the data
        norms.append(float(np.linalg.norm(g)))
        if norms[-1] <= tolerance * norms[0]:
            break
        w = w - np.linalg.solve(H, g)
    return w, norms


def samples(count: int, features: int, chunk: int, seed: int = 1) -> tuple[Any, Any, np.ndarray]:
    """X, y with P(y = 1) = sigmoid(X w), made chunk by chunk, and the w they were drawn with."""
    rng = da.random.default_rng(seed)
    X = rng.standard_normal((count, features), chunks=(chunk, features))
    w = np.linspace(-1, 1, features)
    y = da.where(rng.random(count, chunks=chunk) < 1 / (1 + da.exp(-X @ w)), 1.0, -1.0)
    return X, y, w


def main() -> None:
    """Draw samples, fit, and print how close the fit is to the weights that the samples were drawn with."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=200_000)
    parser.add_argument("--features", type=int, default=20)
    parser.add_argument("--chunk", type=int, default=20_000, help="rows of a chunk")
    parser.add_argument(
        "--scheduler", help="address of a dask.distributed scheduler; without it, threads of this process"
    )
    options = parser.parse_args()
    if options.scheduler:
        from dask.distributed import Client

        Client(options.scheduler)
    X, y, drawn = samples(options.samples, options.features, options.chunk)
    w, norms = fit(X, y, c=1.0)
    print("norm of the gradient before each step:", " ".join(f"{norm:.1e}" for norm in norms))
    print(f"largest difference from the weights of the samples: {np.max(np.abs(w - drawn)):.3f}")


if __name__ == "__main__":
    main()
