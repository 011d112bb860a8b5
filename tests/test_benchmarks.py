"""What the benchmarks compare is the same function: emitted = by hand = automatic differentiation = the numeric truth.

Nothing is timed here; `benchmarks/` does that.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from benchmarks.evaluation import bars, comparison, measure, report
from benchmarks.evaluation.apart import times_apart
from benchmarks.evaluation.autodiff import NUMPY, libraries
from benchmarks.evaluation.by_hand import HAND
from benchmarks.evaluation.emitted import numpy_call
from benchmarks.evaluation.problems import PROBLEMS, Array, Data, Problem, data

INSTALLED, _ = libraries()
DENSE = ("gradient", "hessian")
FORMS = [pytest.param(p, what, id=f"{p.name}: {what}") for p in PROBLEMS for what in p.sizes]
DENSE_FORMS = [form for form in FORMS if form.values[1] in DENSE]
STEP = {"gradient": 1e-5, "hessian": 3e-4}
ACCURACY = {"gradient": 1e-7, "hessian": 1e-5}


def central_differences(problem: Problem, what: str, values: Data) -> Array:
    """d f/d X or d2 f/d vec(X) d vec(X), columns stacked: f at points beside X only, so that X may be symmetric or not."""
    at, step = values[problem.wrt], STEP[what]
    units = np.eye(at.size).reshape(at.size, *at.shape[::-1]).transpose(0, *range(at.ndim, 0, -1))

    def along(directions: tuple[Array, ...]) -> float:
        """The mixed difference quotient in these directions."""
        total = 0.0
        for signs in itertools.product((1, -1), repeat=len(directions)):
            moved = at + step * sum(sign * direction for sign, direction in zip(signs, directions, strict=True))
            total += np.prod(signs) * problem.value(NUMPY, {**values, problem.wrt: moved})
        return float(total / (2 * step) ** len(directions))

    if what == "gradient":
        return np.array([along((unit,)) for unit in units]).reshape(at.shape, order="F")
    return np.array([[along((one, other)) for other in units] for one in units]).squeeze()


@pytest.mark.parametrize("n", [3, 4, 5])
@pytest.mark.parametrize(("problem", "what"), DENSE_FORMS)
def test_by_hand_is_the_numeric_truth(problem: Problem, what: str, n: int) -> None:
    values = data(problem, n)
    truth = central_differences(problem, what, values)
    assert measure.distance(HAND[problem.name, what](**values), truth) < ACCURACY[what]


@pytest.mark.parametrize("n", [3, 4, 5])
@pytest.mark.parametrize(("problem", "what"), FORMS)
def test_emitted_is_by_hand(problem: Problem, what: str, n: int) -> None:
    values = data(problem, n)
    before = {name: np.array(value) for name, value in values.items()}
    emitted, hand = numpy_call(problem, what, values)(), HAND[problem.name, what](**values)
    assert measure.distance(emitted, hand) < measure.TOLERANCE
    assert all(np.array_equal(values[name], value) for name, value in before.items())


@pytest.mark.parametrize(("problem", "what"), FORMS)
def test_emitted_holds_about_what_is_held_by_hand(problem: Problem, what: str) -> None:
    """Peak memory at most 1.2 times that of the program by hand; the bytes that `tracemalloc` counts, hence the same in every run."""
    values = data(problem, 10)
    emitted = measure.peak(numpy_call(problem, what, values))
    assert emitted <= 1.2 * measure.peak(comparison.by_hand(problem, what, values))


EXPANDED = {
    "factorization": lambda C, m: np.kron(C, np.eye(m)),
    "masked factorization": lambda C, m: sum(np.kron(B, np.outer(e, e)) for B, e in zip(C, np.eye(m), strict=True)),
    "net by weights": lambda S, C, m: np.kron(S, C),
}


@pytest.mark.parametrize("name", EXPANDED)
def test_a_compressed_hessian_by_hand_is_what_the_dense_one_repeats(name: str) -> None:
    problem = next(p for p in PROBLEMS if p.name == name)
    values = data(problem, 4)
    core = HAND[name, "compressed_hessian"](**values)
    dense = EXPANDED[name](*(core if isinstance(core, tuple) else (core,)), 4)
    assert measure.distance(HAND[name, "hessian"](**values), dense) < measure.TOLERANCE


@pytest.mark.filterwarnings("ignore::DeprecationWarning:torch")
@pytest.mark.parametrize("library", INSTALLED, ids=lambda library: library.column)
@pytest.mark.parametrize(("problem", "what"), DENSE_FORMS)
def test_automatic_differentiation_is_by_hand(problem: Problem, what: str, library: comparison.Library) -> None:
    values = data(problem, 4)
    assert (
        measure.distance(library.call(problem, what, values)(), HAND[problem.name, what](**values)) < measure.TOLERANCE
    )


def test_a_row_is_measured_and_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    """One row of the table, its ratios, and the bars that it takes part in."""
    monkeypatch.setattr(measure, "BUDGET", 0.0)
    monkeypatch.setattr(measure, "FEWEST", 1)
    monkeypatch.setattr(measure, "ROUND", 0.0)
    problem = next(p for p in PROBLEMS if p.name == "least squares")
    row = comparison.compare(problem, "gradient", 4, [], set())
    assert set(row.seconds) == {"by hand", "numpy"}
    assert row.memory is not None
    assert "least squares" in report.table([row], [])
    judged = {str(bar).split(":")[0]: bar.holds for bar in bars.bars([row])}
    assert judged["not measured torch.func.hessian / emitted, nets"] is None
    assert any(holds is not None for holds in judged.values())


def test_columns_in_processes_of_their_own_are_measured() -> None:
    """The same columns, each timed where nothing else runs."""
    problem = next(p for p in PROBLEMS if p.name == "quadratic form")
    seconds = times_apart(problem, "gradient", 10, ["by hand", "numpy"], min)
    assert list(seconds) == ["by hand", "numpy"]
    assert all(0 < taken < 1 for taken in seconds.values())


@pytest.mark.parametrize(
    ("result",                "truth",              "apart"),
    [
        ([1.0, 2.0],          [1.0, 2.0],           0.0),
        ([1.0, 2.5],          [1.0, 2.0],           0.25),
        ((1.0, [2.0, 2.0]),   (1.0, [2.0, 4.0]),    0.5),
        (np.nan,              1.0,                  np.nan),
    ],
)  # fmt: skip
def test_the_distance_of_two_results(result: object, truth: object, apart: float) -> None:
    assert measure.distance(result, truth) == pytest.approx(apart, nan_ok=True)


def test_what_differs_or_fails_is_not_timed() -> None:
    assert comparison.difference(lambda: np.ones(3), np.ones(3)) == ""
    assert comparison.difference(lambda: np.ones(3) + 1e-8, np.ones(3)).startswith("off by 1.0e-08")
    assert comparison.difference(lambda: np.full(3, np.nan), np.ones(3)).startswith("off by nan")
    assert comparison.difference(lambda: np.linalg.inv(np.zeros((2, 2))), np.eye(2)) == "LinAlgError: Singular matrix"
