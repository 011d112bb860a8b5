"""matcalc quotient | directional | limit | components, and chain: stdout, stderr, exit codes."""

from __future__ import annotations

import pytest

from tests.cli.running import run
from tests.test_lecture_limits import AFFINE, COUNTEREXAMPLE

ANSWERS = [
    # arguments                                                                        the last line of stdout
    (("directional", "y^3/(x^2+y^2)", "--wrt", "x,y", "--at", "0,0", "--value", "0"),  COUNTEREXAMPLE.splitlines()[-1]),
    (("directional", "x", "--wrt", "x", "--at", "-1"),
     "differentiable at -1: f is made of functions that are differentiable there"),
    (("quotient", "a x + b", "--wrt", "x"),                                            AFFINE.splitlines()[-1]),
    (("quotient", "abs(x)", "--wrt", "x", "--at", "0"),
     "no derivative at x = 0: left quotient -> -1, right quotient -> 1"),
    (("quotient", "-x", "--wrt", "x"),                                                 "lim epsilon -> 0: f'(x) = -1"),
    (("limit", "1/n", "--delta", "0.01"),          "|s_n - 0| < 0.01 for all n > 100, and not for n = 100"),
    (("limit", "(-1)^n"),                          "along n = 2 k + 1: -> -1"),
    (("limit", "sin(x)/x", "--index", "x", "--to", "0"),                               "lim x -> 0 of sin(x) / x = 1"),
    (("components", "x^2 y, sin(x)", "--wrt", "x,y"),                                  "[ x^2    0      ]"),
    (("components", "f(x, y) = (x^2 y, sin(x))", "--layout", "numerator"),             "[ cos(x)  0   ]"),
    (("chain", "exp(x^T x)", "--wrt", "x"),                                            "gradient = 2 exp(x^T x) x    [textbook form]"),
    (("chain", "log(sum(exp(A x)))", "--wrt", "x", "--inner", "A x", "--format", "latex"), "\\end{align*}"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "last"), ANSWERS)
def test_answers(arguments, last):
    result = run(*arguments)
    assert (result.stdout.splitlines()[-1], result.exit_code) == (last, 0)


def test_all_lines_on_stdout_and_what_was_assumed_on_stderr():
    result = run("quotient", "a x + b", "--wrt", "x")
    assert result.stdout == AFFINE + "\n"
    assert result.stderr.splitlines()[0] == 'assumed: a: scalar (every name is here; --where "a: scalar" says so)'
    assert run("quotient", "a x + b", "--wrt", "x", "--where", "a, b, x: scalar").stderr == ""


REFUSED = [
    # arguments                                                        exit  the first line of stderr
    (("directional", "y^3/(x^2+y^2)", "--wrt", "x,y", "--at", "0,0"),  1,
     "f has no value at (0, 0): division by 0 in y^3 / (x^2 + y^2)"),
    (("quotient", "A x", "--wrt", "x", "--where", "A: m x n; x: n"),   1,    "A is m x n, and here every variable is a scalar"),
    (("quotient", "x +", "--wrt", "x"),                                2,    None),
    (("quotient", "x"),                                                2,    None),
    (("limit", "1/n", "--delta", "z"),                                 2,    "delta is a number, and z is none"),
    (("limit", "1/n", "--delta", "0"),                                 1,    "delta is a number above 0"),
    (("directional", "x", "--wrt", "x", "--at", "1,2"),                2,    "the point has 2 numbers, the variables are 1: x"),
    (("components", "x, y"),                                           2,    "no inputs are named"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "code", "said"), REFUSED)
def test_refusals(arguments, code, said):
    result = run(*arguments)
    assert (result.stdout, result.exit_code) == ("", code)
    assert said is None or result.stderr.splitlines()[0] == said


def test_one_line_each_on_stdin():
    result = run("quotient", "--wrt", "x", stdin="abs(x)\nx^2\nAx\n")
    assert result.stdout.splitlines() == ["lim epsilon -> 0: f'(x) = sign(x)", "lim epsilon -> 0: f'(x) = 2 x"]
    assert result.stderr.splitlines()[0] == "line 3: no name 'Ax' is declared"
    assert result.exit_code == 2


def test_formats():
    assert run("quotient", "x^2", "--wrt", "x", "--format", "latex").stdout.startswith("\\begin{align*}")
    assert "v₂³ / (v₁² + v₂²)" in run(*ANSWERS[0][0], "--format", "unicode").stdout
    assert run("components", "x, x^2", "--wrt", "x", "--format", "latex").stdout.startswith(
        "\\nabla f(x) = \\begin{pmatrix}"
    )


def test_the_help_lists_them():
    listed = run("--help").stdout
    assert all(f"\n  {name} " in listed for name in ("quotient", "directional", "limit", "components", "diff"))
