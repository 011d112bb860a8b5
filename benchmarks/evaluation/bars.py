"""What is asked of the emitted programs, as a table of bars, and whether the rows reach them.

The emitted program is that of the target which matcalc recommends.  Geometric means are over problems, of each the geometric mean
over its sizes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import exp, log

from .comparison import HAND_COLUMN, NUMPY, Row
from .emitted import RECOMMENDED
from .report import number

SMALL = 200  # the largest n that counts as small
LARGE_HESSIAN = 100  # the smallest n of the bars about Hessians


@dataclass(frozen=True)
class Bar:
    """`found` is the figure, with where it was found; None if nothing was measured for it."""

    claim: str
    needed: float
    found: tuple[float, str] | None
    at_most: bool = False

    @property
    def holds(self) -> bool | None:
        """Whether the bar is reached."""
        if self.found is None:
            return None
        return self.found[0] <= self.needed if self.at_most else self.found[0] >= self.needed

    def __str__(self) -> str:
        verdict = {True: "pass", False: "FAIL", None: "not measured"}[self.holds]
        found = f"{number(self.found[0])} ({self.found[1]})" if self.found else "-"
        return f"{verdict:12s} {self.claim}: {found}, {'at most' if self.at_most else 'at least'} {self.needed:g}"


Figure = tuple[float, str]


def figures(rows: Iterable[Row], ratio: Callable[[Row], float | None]) -> list[tuple[Row, float]]:
    """The rows that have this ratio."""
    return [(row, value) for row in rows if (value := ratio(row)) is not None]


def worst(rows: Iterable[Row], ratio: Callable[[Row], float | None], *, largest: bool = False) -> Figure | None:
    """The smallest (or largest) ratio and its row."""
    found = figures(rows, ratio)
    if not found:
        return None
    row, value = (max if largest else min)(found, key=lambda pair: pair[1])
    return value, f"{row.problem.name}, {row.what}, n = {row.n}"


def geometric(rows: Sequence[Row], ratio: Callable[[Row], float | None]) -> Figure | None:
    """The geometric mean over problems."""
    by_problem: dict[str, list[float]] = {}
    for row, value in figures(rows, ratio):
        by_problem.setdefault(row.problem.name, []).append(log(value))
    if not by_problem:
        return None
    means = [sum(logs) / len(logs) for logs in by_problem.values()]
    return exp(sum(means) / len(means)), f"{len(means)} problems"


def against(column: str) -> Callable[[Row], float | None]:
    """Time of a column over that of the recommended emitted program."""
    return lambda row: row.ratio(column, RECOMMENDED)


def compression(rows: Sequence[Row], name: str) -> Figure | None:
    """Time of the dense Hessian over that of the compressed one, both emitted, at n = 200."""
    of = {row.what: row for row in rows if row.problem.name == name and row.n == SMALL}
    dense, compressed = of.get("hessian"), of.get("compressed_hessian")
    if dense is None or compressed is None:
        return None
    times = dense.seconds.get(RECOMMENDED), compressed.seconds.get(RECOMMENDED)
    return (times[0] / times[1], f"n = {SMALL}") if times[0] and times[1] else None


def bars(rows: Sequence[Row]) -> list[Bar]:
    """All bars of the issue."""
    hessians = [row for row in rows if row.what == "hessian"]
    gradients = [row for row in rows if row.what == "gradient"]
    small = [row for row in gradients if row.n <= SMALL]
    large = [row for row in gradients if row.n > SMALL]

    def hessian(name: str, first: int = LARGE_HESSIAN) -> list[Row]:
        return [row for row in hessians if row.problem.name == name and row.n >= first]

    nets = [row for row in hessians if row.problem.name.startswith("net")]
    others = [row for row in hessians if row not in nets]
    jax, torch = against("jax.jit"), against("torch.func")
    return [
        Bar("jax.jit(hessian) / emitted, quadratic form, n >= 100", 15, worst(hessian("quadratic form"), jax)),
        Bar("jax.jit(hessian) / emitted, least squares, n >= 100", 2.5, worst(hessian("least squares"), jax)),
        Bar("jax.jit(hessian) / emitted, logistic, n >= 100", 1.5, worst(hessian("logistic"), jax)),
        Bar("jax.jit(hessian) / emitted, factorization, n = 200", 100, worst(hessian("factorization", SMALL), jax)),
        Bar("dense / compressed, factorization", 5, compression(rows, "factorization")),
        Bar("torch.func.hessian / emitted", 10, worst(others, torch)),
        Bar("torch.func.hessian / emitted, nets", 5, worst(nets, torch)),
        Bar("jax.jit(grad) / emitted, n <= 200, geometric mean", 1.5, geometric(small, jax)),
        Bar("jax.jit(grad) / emitted, n > 200, geometric mean", 0.9, geometric(large, jax)),
        Bar("jax.jit(grad) / emitted, worst", 0.4, worst(gradients, jax)),
        Bar("torch.func.grad / emitted, n <= 200, geometric mean", 2, geometric(small, torch)),
        Bar("torch.func.grad / emitted, n > 200, geometric mean", 1, geometric(large, torch)),
        Bar("time, emitted NumPy / by hand, worst", 1.2, worst(rows, lambda row: row.ratio(NUMPY, HAND_COLUMN), largest=True), True),
        Bar("peak memory, emitted NumPy / by hand, worst", 1.2, worst(rows, lambda row: row.memory, largest=True), True),
    ]  # fmt: skip
