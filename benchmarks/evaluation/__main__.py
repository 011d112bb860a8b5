"""Emitted programs beside programs by hand and automatic differentiation: float64, equal results, interleaved medians.

    python -m benchmarks.evaluation [--problem NAME] [--what gradient] [--size N] [--quick] [--recommended] [--busy] [--apart]

numpy, jax        what matcalc emits for these targets (jax: jitted); * marks the one it recommends
by hand           what an expert writes with NumPy and LAPACK
jax.jit ...       jax.jit(jax.grad) and jax.jit(jax.hessian), torch.func.grad and hessian, autograd; left out if not installed
memory            peak memory of the emitted NumPy program over that of the program by hand
X / best          time of X over that of the recommended emitted program: above 1 the emitted one is faster

Every result is equal to the one by hand to 1e-9 of its largest entry before anything is timed.  All libraries run on the same
`--cores`, together in one process, or each in a process of its own (`--apart`, for more than one core).  The exit code is 1 if a
result is wrong or a bar of the last table is not reached.
"""

from __future__ import annotations

import argparse
import os
import sys
from statistics import median


def main() -> None:
    """Measure, print the tables and the bars."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks.evaluation", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--problem", action="append", help="problems whose name contains this; repeatable")
    parser.add_argument("--what", action="append", choices=("gradient", "hessian", "compressed_hessian"))
    parser.add_argument("--size", action="append", type=int, help="repeatable; sizes that the problem has")
    parser.add_argument("--quick", action="store_true", help="n = 10, 100 and 200 only")
    parser.add_argument("--recommended", action="store_true", help="the bars only, without the tables")
    parser.add_argument("--without", action="append", default=[], help="a column to leave out; repeatable")
    parser.add_argument(
        "--busy", action="store_true", help="minima instead of medians: the machine does other work too"
    )
    parser.add_argument("--cores", type=int, default=1)
    parser.add_argument("--apart", action="store_true", help="every column in a process of its own")
    options = parser.parse_args()
    bind(options.cores)

    from .apart import times_apart
    from .autodiff import libraries
    from .bars import bars
    from .comparison import compare, together
    from .problems import PROBLEMS
    from .report import TITLES, machine, table, troubles

    installed, notes = libraries()
    kind = (
        f"{'minima' if options.busy else 'medians'}{', every column in a process of its own' if options.apart else ''}"
    )
    timed, statistic = times_apart if options.apart else together, min if options.busy else median
    print("\n".join([f"{machine(options.cores, installed)}; {kind}", *notes]), flush=True)
    wanted = set(options.size or ([10, 100, 200] if options.quick else []))
    rows = []
    for what, title in TITLES.items():
        if options.what and what not in options.what:
            continue
        found = []
        for problem in PROBLEMS:
            if options.problem and not any(part in problem.name for part in options.problem):
                continue
            left_out = set(options.without)
            for n in problem.sizes.get(what, ()):
                if not wanted or n in wanted:
                    found.append(compare(problem, what, n, installed, left_out, timed, statistic))
                    print(".", end="", file=sys.stderr, flush=True)
        rows += found
        if found and not options.recommended:
            print(f"\n{title}\n\n{table(found, installed)}", flush=True)
    judged = bars(rows)
    print("\n".join(["", *troubles(rows), *map(str, judged)]))
    sys.exit(any(row.wrong for row in rows) or any(bar.holds is False for bar in judged))


def bind(cores: int) -> None:
    """The process and all its threads on that many cores, before any library counts them."""
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
        os.environ[variable] = str(cores)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-cores:])


if __name__ == "__main__":
    main()
