"""matcalc code, sentence by sentence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from matcalc.api.programs import WHAT
from matcalc.cli.options import PROGRAMS
from matcalc.code.emission import TARGETS
from tests.cli.running import run
from tests.code.agreement import opening

LEAST_SQUARES = ("code", "||A x - b||_2^2", "--wrt", "x")


@pytest.mark.parametrize(
    ("target", "opened"),
    [
        ("numpy",     "def gradient(A, b, x):"),
        ("array-api", "def gradient(A, b, x, xp=None):"),
        ("dask",      "def gradient(A, b, x, xp=None):"),
        ("jax",       "def gradient(A, b, x):"),
        ("torch",     "def gradient(A, b, x):"),
        ("julia",     "function gradient(A, b, x)"),
        ("matlab",    "function result = gradient(A, b, x)"),
    ],
)  # fmt: skip
def test_a_target_is_asked_for_by_name(target: str, opened: str) -> None:
    result = run(*LEAST_SQUARES, "--target", target)
    assert result.exit_code == 0
    assert opening(result.stdout) == opened


def test_latex_is_a_target() -> None:
    assert run(*LEAST_SQUARES, "--target", "latex").stdout == (
        r"\mathrm{gradient} = 2 \mathbf{A}^\top \left(\mathbf{A} \mathbf{x} - \mathbf{b}\right)" + "\n"
    )


def test_every_target_and_every_what_is_a_choice() -> None:
    said = " ".join(run("code", "--help").stdout.split()).replace("| ", "|")
    assert "|".join([*TARGETS, "latex"]) in said
    assert "|".join(WHAT) in said
    assert tuple(TARGETS) == PROGRAMS


def test_the_options_reach_the_program() -> None:
    text = run(*LEAST_SQUARES, "--what", "hvp", "--name", "product", "--wrt-first", "--direction", "d").stdout
    assert opening(text) == "def product(x, d, A, b):"
    flat = run("code", "||A X||_F^2", "--wrt", "X", "--flat").stdout
    assert "    X: n*p\n" in flat
    assert "x @" in run("code", "x^T A B", "--wrt", "x", "--what", "value", "--sizes", "n=1000,m=2").stdout


def test_code_is_a_program_for_the_result() -> None:
    program = run("code", "||A x - b||^2", "--wrt", "x", "--name", "gradient").stdout
    assert program.startswith("import numpy as np\n")
    assert "def gradient(A, b, x):\n" in program
    assert "def differential(A, x, y, dx, dy):\n" in run("code", "x^T A y", "--wrt", "x,y").stdout


def test_a_target_is_a_format_of_diff() -> None:
    shown = run("diff", "||A x - b||_2^2", "--wrt", "x", "--show", "gradient", "--format", "julia").stdout
    assert opening(shown) == "function gradient(A, b, x)"


REFUSED = [
    # arguments                                       code, on stderr
    (("--sizes", "n"),                                2, "'n' is no size: write n=1000,m=20"),
    (("--sizes", "n=0"),                              2, "'n=0' is no size: write n=1000,m=20"),
    (("--sizes", "k=3"),                              2, "no dimension is called 'k'\nhint: there is m, n\n"),
    (("--what", "divergence"),                        2, "'divergence' is not one of"),
    (("--target", "fortran"),                         2, "'fortran' is not one of"),
    (("--target", "matlab", "--name", "end"),         1, "'end' cannot name a MATLAB function"),
    (("--what", "value", "--check"),                  1, "value is no derivative to check"),
    (("--target", "julia", "--what", "autograd"),     1, "julia does not differentiate\nhint: choose torch or jax\n"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "code", "said"), REFUSED)
def test_refusals(arguments: tuple[str, ...], code: int, said: str) -> None:
    result = run(*LEAST_SQUARES, *arguments)
    assert (result.stdout, result.exit_code) == ("", code)
    assert said in result.stderr


def test_a_check_is_a_file_that_runs(tmp_path: Path) -> None:
    result = run("code", "logdet(S)", "--wrt", "S", "--where", "S: n x n positive definite", "--what", "hvp", "--check")
    path = tmp_path / "hvp.py"
    path.write_text(result.stdout)
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("hvp by S: ")


def test_of_several_lines_each_is_a_program() -> None:
    done = run("code", "-", "--wrt", "x", stdin="x^T x\nsum(exp(x))\n")
    assert done.stdout.count("def gradient(x):") == 2
