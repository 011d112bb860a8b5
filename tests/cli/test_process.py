"""matcalc as a process: how it is started, encodings, colours, closed pipes, and what the first answer imports."""

import subprocess
import sys

from tests.cli.running import MATCALC, process


def test_python_dash_m_matcalc_is_the_command_line():
    result = process("diff", "x^T x", "--wrt", "x", "--show", "gradient", program=(sys.executable, "-m", "matcalc"))
    assert (result.stdout, result.returncode) == (b"2 x\n", 0)
    assert process("diff", "A x +", "--wrt", "x", program=(sys.executable, "-m", "matcalc")).returncode == 2


def test_an_ascii_terminal_gets_ascii():
    for form in ("gradient", "steps"):
        answer = process(
            "diff", "x^T A x", "--wrt", "x", "--show", form, "--format", "unicode", PYTHONIOENCODING="ascii"
        )
        assert (answer.stdout.isascii(), answer.returncode) == (True, 0)
    assert answer.stdout.decode().splitlines()[-1].startswith("gradient = (A + A^T) x")
    rules = process("rules", "kron", PYTHONIOENCODING="ascii")
    assert (rules.stdout.isascii(), rules.returncode) == (True, 0)
    assert rb"bilinear A \otimes B" in rules.stdout
    read = process("diff", "--wrt", "x", stdin="xᵀ x\nx + é\n".encode(), PYTHONIOENCODING="ascii")
    assert (read.stdout, read.returncode) == (b"2 x\n", 2)


def test_no_colour_is_ever_printed():
    for arguments in (("--help",), ("diff", "A x +", "--wrt", "x"), ("rules",)):
        for setting in ({"NO_COLOR": "1"}, {"FORCE_COLOR": "1"}):
            answer = process(*arguments, **setting)
            assert b"\x1b" not in answer.stdout + answer.stderr


def test_a_closed_pipe_is_silent():
    with subprocess.Popen([MATCALC, "rules"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as rules:
        assert rules.stdout is not None
        assert rules.stderr is not None
        rules.stdout.read(10)
        rules.stdout.close()
        assert rules.stderr.read() == b""


FIRST_ANSWER = """
import sys
from matcalc.cli import commands
try:
    commands(["diff", "x^T A x", "--wrt", "x"])
except SystemExit:
    heavy = ("sympy", "numpy", "mpmath", "lark", "jax", "torch")
    print(*(name for name in heavy if name in sys.modules), file=sys.stderr)
"""


def heavy(**environment: str) -> str:
    """The heavy libraries that are loaded with the first answer."""
    answer = process(program=(sys.executable, "-c", FIRST_ANSWER), **environment)
    assert answer.stdout.decode().splitlines()[-1] == "gradient = (A + A^T) x"
    return answer.stderr.decode().splitlines()[-1]


def test_the_first_answer_imports_nothing_heavy(tmp_path):
    """With an empty cache Lark, which makes the tables; then nothing."""
    assert heavy(XDG_CACHE_HOME=str(tmp_path)) == "lark"
    assert heavy(XDG_CACHE_HOME=str(tmp_path)) == ""
