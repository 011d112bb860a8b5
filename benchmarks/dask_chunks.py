"""The emitted functions on `dask.array` in row chunks, on more data than the worker may hold.

    python benchmarks/dask_chunks.py [--limit 256] [--times 4] [--features 100]

Data of `times` times the worker's memory limit go to disk (Zarr, in a temporary folder that is removed).  A LocalCluster on the
loopback interface, one worker with that limit, computes f, its gradient and its Hessian of

    least squares        ||A x - b||_2^2
    logistic regression  sum(softplus(-y .* (A x)))

by the functions that matcalc emits for the target `dask`; a loop over the chunks in NumPy, written by hand, computes the same.
Judged: equal to 1e-12 of the largest entry; the worker's peak resident memory is under its limit; the graph does not rechunk the
data and reads each chunk once.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import dask
import dask.array as da
import numpy as np
import zarr
from dask.distributed import Client, LocalCluster

import matcalc

TOLERANCE = 1e-12
CHUNK = 8 << 20  # bytes

PROBLEMS = {
    "least squares": ("||A x - b||_2^2", "A: m x n; b: m"),
    "logistic regression": ("sum(softplus(-b .* (A x)))", "A: m x n; b: m"),
}
WHAT = ("value", "gradient", "hessian")

Triple = tuple[Any, Any, Any]


def write(folder: Path, rows: int, features: int, chunk: int) -> None:
    """A (rows x features) and b (signs) on disk, a chunk at a time, uncompressed."""
    A = zarr.create_array(
        folder / "A", shape=(rows, features), chunks=(chunk, features), dtype="float64", compressors=None
    )
    b = zarr.create_array(folder / "b", shape=(rows,), chunks=(chunk,), dtype="float64", compressors=None)
    rng = np.random.default_rng(7)
    for k in range(0, rows, chunk):
        count = min(chunk, rows - k)
        A[k : k + count] = rng.standard_normal((count, features))
        b[k : k + count] = np.sign(rng.standard_normal(count))


def chunks(folder: Path) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The rows of A and b, a chunk at a time."""
    A, b = zarr.open_array(folder / "A", mode="r"), zarr.open_array(folder / "b", mode="r")
    for k in range(0, A.shape[0], A.chunks[0]):
        yield A[k : k + A.chunks[0]], b[k : k + A.chunks[0]]


def least_squares(A: np.ndarray, b: np.ndarray, x: np.ndarray) -> Triple:
    """f, gradient and Hessian of the rows of one chunk, by hand."""
    r = A @ x - b
    return r @ r, 2 * (r @ A), 2 * (A.T @ A)


def logistic(A: np.ndarray, b: np.ndarray, x: np.ndarray) -> Triple:
    """f, gradient and Hessian of the rows of one chunk, by hand; b holds signs."""
    t = -b * (A @ x)
    s = (1 + np.tanh(t / 2)) / 2
    return np.logaddexp(0, t).sum(), -((s * b) @ A), (A * (s * (1 - s))[:, None]).T @ A


BY_HAND = {"least squares": least_squares, "logistic regression": logistic}


def in_a_loop(name: str, folder: Path, x: np.ndarray) -> Triple:
    """The sums over all chunks."""
    totals: list[Any] = [0.0, 0.0, 0.0]
    for A, b in chunks(folder):
        for k, part in enumerate(BY_HAND[name](A, b, x)):
            totals[k] = totals[k] + part
    return totals[0], totals[1], totals[2]


def emitted(name: str, A: Any, b: Any, x: Any) -> tuple[Any, ...]:
    """f, gradient and Hessian as dask arrays that are not computed yet."""
    f, where = PROBLEMS[name]
    d = matcalc.diff(f, wrt="x", where=where)
    return tuple(d.function("dask", what=what)(A=A, b=b, x=x) for what in WHAT)


def rechunked(results: tuple[Any, ...]) -> list[str]:
    """The steps of the graph that cut arrays anew."""
    return [layer for result in results for layer in result.dask.layers if "rechunk" in layer]


def peak_bytes() -> int:
    """The largest resident memory of this process since its start."""
    status = Path("/proc/self/status")
    if status.exists():  # ru_maxrss counts the parent process in
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return 1024 * int(line.split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def distance(found: Any, truth: Any) -> float:
    """The largest difference over the largest entry of the truth."""
    return float(np.max(np.abs(np.asarray(found) - truth)) / np.max(np.abs(truth)))


def main() -> None:
    """Write the data, compute both ways, print and judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=int, default=256, help="memory limit of the worker, MiB")
    parser.add_argument("--times", type=float, default=4.0, help="size of the data, in limits")
    parser.add_argument("--features", type=int, default=100)
    options = parser.parse_args()
    limit = options.limit << 20
    chunk = CHUNK // (8 * options.features)
    rows = int(options.times * limit) // (8 * options.features) + 1
    failed = False
    with tempfile.TemporaryDirectory(prefix="matcalc-dask-") as name:
        folder = Path(name)
        write(folder, rows, options.features, chunk)
        size = 8 * rows * options.features
        print(
            f"A: {rows} x {options.features}, {size / 2**20:.0f} MiB in {-(-rows // chunk)} chunks;"
            f" one worker, limit {options.limit} MiB; dask {dask.__version__}, numpy {np.__version__}, zarr {zarr.__version__}"
        )
        settings = {"distributed.worker.memory.spill": False}  # nothing may go back to disk
        with (
            dask.config.set({**settings, "temporary-directory": str(folder)}),
            LocalCluster(
                n_workers=1, threads_per_worker=1, memory_limit=limit, host="127.0.0.1", dashboard_address=None
            ) as cluster,
            Client(cluster) as client,
        ):
            idle = max(client.run(peak_bytes).values())
            x = np.random.default_rng(3).standard_normal(options.features) / np.sqrt(options.features)
            for problem in PROBLEMS:
                failed |= not compared(problem, folder, x)
            peak = max(client.run(peak_bytes).values())
        print(f"worker: peak {peak / 2**20:.0f} MiB of {options.limit} (idle {idle / 2**20:.0f})")
    sys.exit(failed or peak >= limit or size < options.times * limit)


def compared(problem: str, folder: Path, x: np.ndarray) -> bool:
    """Print one problem both ways; whether the results agree and the graph is as it should be."""
    A, b = da.from_zarr(folder / "A"), da.from_zarr(folder / "b")
    start = time.perf_counter()
    results = emitted(problem, A, b, x)
    found = dask.compute(*results)
    middle = time.perf_counter()
    truth = in_a_loop(problem, folder, x)
    end = time.perf_counter()
    errors = [distance(one, other) for one, other in zip(found, truth, strict=True)]
    again = rechunked(results)
    print(
        f"{problem:20s} dask {middle - start:6.1f} s, NumPy loop {end - middle:6.1f} s;"
        f" differ by {', '.join(f'{what} {error:.0e}' for what, error in zip(WHAT, errors, strict=True))};"
        f" rechunked: {', '.join(again) or 'nothing'}",
        flush=True,
    )
    return max(errors) <= TOLERANCE and not again


if __name__ == "__main__":
    main()
