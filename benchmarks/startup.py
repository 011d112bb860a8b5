"""What the first answer costs: CPU time and memory of `matcalc diff "x^T A x" --wrt x` beside `python -c "import sympy"`.

    python benchmarks/startup.py [--repeat 15]

CPU time is user + system of the whole process, from wait4; the runs are interleaved, so that both meet the same machine.
Peak memory is at least that of this program itself (about 14 MB), which the kernel counts until exec.

warm           byte code and matcalc's own caches are there: the ratio to SymPy must be at most 0.5
cold           XDG_CACHE_HOME is a new, empty folder each time: what the very first use costs
read-only      the cache folder cannot be made (a path below /dev/null, which stops root as well)
no byte code   warm, but matcalc is compiled at each start, as in a checkout under PYTHONDONTWRITEBYTECODE=1

Byte code is kept in a scratch folder, whatever the environment says about it: pip has compiled SymPy, nobody a checkout.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import NamedTuple

MATCALC = [str(Path(sysconfig.get_path("scripts")) / "matcalc"), "diff", "x^T A x", "--wrt", "x"]
SYMPY = [sys.executable, "-c", "import sympy"]
ALLOWED = 0.5


class Cost(NamedTuple):
    """What one process took: CPU seconds, and peak resident memory in MB."""

    seconds: float
    megabytes: float


def cost(command: list[str], cache: str, byte_code: str, *, keep: bool = False) -> Cost:
    """The cost of one run, with XDG_CACHE_HOME set to `cache` and the byte code in a folder; a run that fails ends the benchmark."""
    environment = {**os.environ, "XDG_CACHE_HOME": cache, "PYTHONPYCACHEPREFIX": byte_code}
    environment["PYTHONDONTWRITEBYTECODE"] = "" if keep else "1"
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"XDG_CACHE_HOME={cache} {shlex.join(command)} ended with exit code {process.returncode}")
    unit = 1 if sys.platform == "darwin" else 1024  # ru_maxrss is in bytes there, in kB elsewhere
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit / 2**20)


def main() -> None:
    """Print one row per setting, and the ratio that is judged."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=15)
    repeat = parser.parse_args().repeat

    with tempfile.TemporaryDirectory() as scratch:
        cache, byte_code, of_others = (str(Path(scratch, name)) for name in ("cache", "all", "others"))
        for command in (SYMPY, MATCALC):
            cost(command, "/dev/null/cache", byte_code, keep=True)  # with what only a start without a cache imports
            cost(command, cache, byte_code, keep=True)
        shutil.copytree(byte_code, of_others)
        package = Path(importlib.util.find_spec("matcalc").origin).parent
        shutil.rmtree(Path(of_others, *package.parts[1:]))
        rows: dict[str, Callable[[], Cost]] = {
            "import sympy": lambda: cost(SYMPY, cache, byte_code),
            "matcalc, warm": lambda: cost(MATCALC, cache, byte_code),
            "matcalc, cold": lambda: cost(MATCALC, tempfile.mkdtemp(dir=scratch), byte_code),
            "matcalc, read-only": lambda: cost(MATCALC, "/dev/null/cache", byte_code),
            "matcalc, no byte code": lambda: cost(MATCALC, cache, of_others),
        }
        rounds = [{name: run() for name, run in rows.items()} for _ in range(repeat)]

    print(f"{'':21s} {'CPU ms, median':>15s} {'min':>7s} {'to SymPy':>9s} {'peak MB':>8s}   n = {repeat}")
    base = median(costs["import sympy"].seconds for costs in rounds)
    for name in rows:
        times = [costs[name].seconds for costs in rounds]
        memory = max(costs[name].megabytes for costs in rounds)
        print(
            f"{name:21s} {1e3 * median(times):15.0f} {1e3 * min(times):7.0f} {median(times) / base:9.2f} {memory:8.1f}"
        )
    ratio = median(costs["matcalc, warm"].seconds for costs in rounds) / base
    print(f"warm / import sympy = {ratio:.2f}, allowed {ALLOWED}")
    sys.exit(ratio > ALLOWED)


if __name__ == "__main__":
    main()
