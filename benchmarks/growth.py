"""How the time for a derivative grows with the expression: layers, factors, terms, from 1,000 to 100,000 nodes.

    python benchmarks/growth.py [--family layers] [--repeat 3] [--largest 100000]

| family          | f, by x or X                                      |
|-----------------|---------------------------------------------------|
| layers          | sum(tanh(W_n tanh(... tanh(W_1 x))))              |
| layers, biases  | sum(tanh(b_n + W_n tanh(... tanh(b_1 + W_1 x))))  |
| factors         | tr(A_1 A_2 ... A_n X)                             |
| entrywise       | sum(a_1 .* a_2 .* ... .* a_n .* x)                |
| quadratic terms | x^T A_1 x + ... + x^T A_n x                       |
| entrywise terms | tanh(a_1^T x) + ... + tanh(a_n^T x)               |

Measured is the CPU time of the whole way, each time after `matcalc.clear()`: text -> gradient -> printed text -> NumPy program; the
minimum of the repetitions.  Nodes are the distinct ones of f.  Claimed: the time per node at 100,000 nodes is at most twice that at
1,000.  The part of it that Python's garbage collector takes is printed: it walks over all that lives, so its share grows.
All runs are at Python's default recursion limit; `matcalc.limits` is raised for the length and the depth of the texts.
"""

from __future__ import annotations

import argparse
import gc
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import matcalc
from matcalc.algebra.walks import postorder

ALLOWED = 2.0  # time per node at the largest size over that at the smallest
SIZES = (1_000, 10_000, 100_000)
DEFAULT_RECURSION_LIMIT = 1000


class Family(NamedTuple):
    """The text of f for a number of parts, the name of its variable, and how many nodes one more part brings."""

    text: Callable[[int], str]
    wrt: str
    nodes: int


def nested(part: str) -> Callable[[int], str]:
    """sum(part_n part_{n-1} ... part_1 x ...)."""
    return lambda n: f"sum({''.join(part.format(i) for i in range(n, 0, -1))}x{')' * n})"


def joined(part: str, operator: str, around: str = "{}") -> Callable[[int], str]:
    """The parts 1 ... n between operators."""
    return lambda n: around.format(operator.join(part.format(i) for i in range(1, n + 1)))


FAMILIES = {
    "layers":          Family(nested("tanh(W_{} "),                          "x", 3),
    "layers, biases":  Family(nested("tanh(b_{0} + W_{0} "),                 "x", 5),
    "factors":         Family(joined("A_{}", " ", "tr({} X)"),               "X", 1),
    "entrywise":       Family(joined("a_{}", " .* ", "sum({} .* x)"),        "x", 1),
    "quadratic terms": Family(joined("x^T A_{} x", " + "),                   "x", 2),
    "entrywise terms": Family(joined("tanh(a_{}^T x)", " + "),               "x", 4),
}  # fmt: skip


class Growth(NamedTuple):
    """Nodes of f and of its gradient, characters printed and emitted, CPU seconds of all and of the collector, peak memory in MB."""

    f: int
    gradient: int
    printed: int
    emitted: int
    seconds: float
    collector: float
    megabytes: float

    @property
    def per_node(self) -> float:
        """Microseconds per node of f."""
        return 1e6 * self.seconds / self.f


@contextmanager
def collector_time() -> Iterator[list[float]]:
    """The CPU seconds of the garbage collector, one entry per collection."""
    taken: list[float] = []
    start = 0.0

    def note(phase: str, _: dict[str, Any]) -> None:
        nonlocal start
        if phase == "start":
            start = time.process_time()
        else:
            taken.append(time.process_time() - start)

    gc.callbacks.append(note)
    try:
        yield taken
    finally:
        gc.callbacks.remove(note)


def measure(family: Family, nodes: int, repeat: int) -> Growth:
    """The fastest of `repeat` runs; the counts do not vary."""
    text = family.text(max(1, nodes // family.nodes))
    runs = []
    for _ in range(repeat):
        matcalc.clear()
        gc.collect()
        with collector_time() as collector:
            start = time.process_time()
            d = matcalc.diff(text, wrt=family.wrt)
            gradient = d.gradient
            printed, emitted = len(str(gradient)), len(gradient.code("numpy", name="gradient"))
            runs.append((time.process_time() - start, sum(collector)))
    f, g = (sum(1 for _ in postorder(expr.node)) for expr in (d.f, gradient))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Growth(f, g, printed, emitted, *min(runs), peak)


def show(name: str, nodes: int, repeat: int) -> Growth:
    """Measure one size and print its row."""
    row = measure(FAMILIES[name], nodes, repeat)
    print(
        f"{name:16s} {row.f:8d} {row.gradient:9d} {row.printed:9d} {row.emitted:9d} {row.seconds:9.2f} {row.collector:10.2f}"
        f" {row.per_node:9.1f} {row.megabytes:8.0f}",
        flush=True,
    )
    return row


def main() -> None:
    """Print one row per family and size, and the ratios that are judged."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--family", action="append", choices=FAMILIES, help="repeatable; all without it")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--largest", type=int, default=SIZES[-1])
    options = parser.parse_args()
    assert sys.getrecursionlimit() == DEFAULT_RECURSION_LIMIT
    matcalc.limits.text, matcalc.limits.nesting = 100_000_000, 1_000_000

    matcalc.diff("x^T A x", wrt="x").gradient.code(
        "numpy"
    )  # rule book and parser tables are loaded once and are not measured
    print(
        f"{'family':16s} {'nodes f':>8s} {'gradient':>9s} {'printed':>9s} {'emitted':>9s} {'CPU s':>9s} {'collector':>10s}"
        f" {'us/node':>9s} {'peak MB':>8s}   minimum of {options.repeat}"
    )
    failed = False
    for name in options.family or FAMILIES:
        rows = [show(name, nodes, options.repeat) for nodes in SIZES if nodes <= options.largest]
        ratio = rows[-1].per_node / rows[0].per_node
        failed |= ratio > ALLOWED
        print(
            f"{name}: time per node, {rows[-1].f} nodes / {rows[0].f} nodes = {ratio:.2f}, allowed {ALLOWED}",
            flush=True,
        )
    assert sys.getrecursionlimit() == DEFAULT_RECURSION_LIMIT
    sys.exit(failed)


if __name__ == "__main__":
    main()
