"""How the gradient of a deep net grows with its depth: sum(tanh(W_n tanh(... tanh(W_1 x)))) by x.

    python benchmarks/growth.py [--repeat 5]

For 64 ... 1024 layers: distinct nodes of f and of its gradient, and the minimum of the CPU times of the whole way, text to
printed gradient, each after `matcalc.clear()`.  Linear growth is claimed: 1024 layers take at most 6 times the time of 256.
Then one net of 10,000 layers, at Python's default recursion limit, printing included.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from typing import NamedTuple

import matcalc
from matcalc.algebra.nodes import postorder

LAYERS = (64, 128, 256, 512, 1024)
DEEP = 10_000
DEFAULT_RECURSION_LIMIT = 1000
ALLOWED = 6.0  # times of 1024 layers over 256; linear is 4


class Growth(NamedTuple):
    """Nodes of f and of its gradient, length of the printed gradient, CPU seconds for all of it, peak memory so far in MB."""

    f: int
    gradient: int
    characters: int
    seconds: float
    megabytes: float


def net(layers: int) -> str:
    """The text of f: W_1 is the innermost weight, all weights are matrices by default."""
    opening = "".join(f"tanh(W_{i} " for i in range(layers, 0, -1))
    return f"sum({opening}x{')' * layers})"


def measure(layers: int, repeat: int) -> Growth:
    """The minimum of `repeat` CPU times; the counts do not vary."""
    text, times = net(layers), []
    for _ in range(repeat):
        matcalc.clear()
        start = time.process_time()
        d = matcalc.diff(text, wrt="x")
        printed = str(d.gradient)
        times.append(time.process_time() - start)
    f, gradient = (sum(1 for _ in postorder(expr.node)) for expr in (d.f, d.gradient))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Growth(f, gradient, len(printed), min(times), peak)


def show(layers: int, repeat: int) -> Growth:
    """Measure one depth and print its row."""
    row = measure(layers, repeat)
    print(
        f"{layers:7d} {row.f:8d} {row.gradient:9d} {row.characters:10d} {row.seconds:11.3f} {row.megabytes:8.0f}",
        flush=True,
    )
    return row


def main() -> None:
    """Print one row per depth, the ratio that is judged, and the deep net."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=5)
    repeat = parser.parse_args().repeat
    assert sys.getrecursionlimit() == DEFAULT_RECURSION_LIMIT

    matcalc.diff("x^T A x", wrt="x")  # the rule book and the parser tables are loaded once and are not what is measured
    print(
        f"{'layers':>7s} {'nodes f':>8s} {'gradient':>9s} {'printed':>10s} {'CPU s, min':>11s} {'peak MB':>8s}   n = {repeat}"
    )
    found = {layers: show(layers, repeat) for layers in LAYERS}
    ratio = found[1024].seconds / found[256].seconds
    print(f"1024 layers / 256 layers = {ratio:.2f}, allowed {ALLOWED}", flush=True)

    show(DEEP, 1)
    assert sys.getrecursionlimit() == DEFAULT_RECURSION_LIMIT
    sys.exit(ratio > ALLOWED)


if __name__ == "__main__":
    main()
