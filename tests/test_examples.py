"""The examples run, in this process, and their answers are right."""

from __future__ import annotations

from collections import Counter
from importlib import import_module
from typing import Any

import numpy as np
import pytest

import matcalc

dask, da, *_ = (pytest.importorskip(name) for name in ("dask", "dask.array", "distributed", "zarr", "array_api_compat"))
dask_chunks = import_module("benchmarks.dask_chunks")
dask_logistic = import_module("examples.dask_logistic")


@pytest.fixture(autouse=True)
def _threads() -> Any:
    with dask.config.set(scheduler="threads", num_workers=2):
        yield


def test_logistic_regression_in_chunks_is_at_a_stationary_point() -> None:
    """At the w that was found, the gradient of f, written out in NumPy, is zero beside the one at the start."""
    X, y, drawn = dask_logistic.samples(3000, 4, chunk=700)
    w, norms = dask_logistic.fit(X, y, c=1.0)
    A, b = dask.compute(X, y)
    gradient = w - A.T @ (b / (1 + np.exp(b * (A @ w))))
    assert np.linalg.norm(gradient) < 1e-9 * norms[0]
    assert np.max(np.abs(w - drawn)) < 0.3
    assert norms == sorted(norms, reverse=True)


class Counted:
    """An array that counts which parts of it are read."""

    def __init__(self, array: np.ndarray) -> None:
        self.array, self.reads = array, Counter[str]()
        self.shape, self.dtype, self.ndim = array.shape, array.dtype, array.ndim

    def __getitem__(self, place: Any) -> np.ndarray:
        self.reads[str(place)] += 1
        return self.array[place]


@pytest.mark.parametrize("problem", dask_chunks.PROBLEMS)
def test_value_gradient_and_hessian_take_one_walk_over_the_chunks(problem: str) -> None:
    """Equal to the formulas by hand on all rows at once; no chunk is cut anew, and none is read twice."""
    rng = np.random.default_rng(0)
    A, b = Counted(rng.standard_normal((1000, 7))), Counted(np.sign(rng.standard_normal(1000)))
    x = rng.standard_normal(7)
    results = dask_chunks.emitted(problem, da.from_array(A, chunks=(130, 7)), da.from_array(b, chunks=130), x)
    assert not dask_chunks.rechunked(results)
    A.reads.clear(), b.reads.clear()
    found = dask.compute(*results)
    for one, other in zip(found, dask_chunks.BY_HAND[problem](A.array, b.array, x), strict=True):
        assert dask_chunks.distance(one, other) < dask_chunks.TOLERANCE
    assert set(A.reads.values()) == set(b.reads.values()) == {1}
    assert len(A.reads) == 8


@pytest.mark.parametrize(
    ("f",                       "where",                     "lacks"),
    [
        ("logdet(X)",           "X: n x n",                  "dask has no determinant (slogdet)"),
        ("det(X)",              "X: n x n",                  "dask has no determinant"),
        ("tr(pinv(X))",         "X: m x m",                  "dask has no pseudo-inverse"),
        ("lambda_max(X)",       "X: n x n symmetric",        "dask has no eigenvalues (eigh)"),
        ("tr(expm(X))",         "X: n x n",                  "dask has no matrix exponential"),
    ],
)  # fmt: skip
def test_what_dask_lacks_is_refused_when_the_program_is_written(f: str, where: str, lacks: str) -> None:
    with pytest.raises(matcalc.UnsupportedError) as refusal:
        matcalc.diff(f, wrt="X", where=where).code("dask", what="value")
    assert str(refusal.value).splitlines()[0] == lacks
    assert refusal.value.hint
