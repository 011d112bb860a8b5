"""The command line, sentence by sentence: what stands on stdout, what on stderr, and with which exit code it ends."""

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import click
import numpy
import pytest
from click.testing import CliRunner, Result

from matcalc.cli import commands

MATCALC = str(Path(sysconfig.get_path("scripts")) / "matcalc")


def run(*arguments: str, stdin: str | bytes = "") -> Result:
    """One command in this process; whatever is no clean exit is raised here."""
    result = CliRunner().invoke(commands, arguments, input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def process(*arguments: str, stdin: bytes = b"", program: tuple[str, ...] = (MATCALC,), **environment: str):
    """One command as a process of its own."""
    return subprocess.run(
        [*program, *arguments],
        input=stdin,
        capture_output=True,
        env={**os.environ, **environment},
        timeout=60,
        check=False,
    )


# ---- matcalc diff: what is shown


def test_without_show_f_as_read_then_labelled_lines():
    result = run("diff", "x^T A x", "--wrt", "x")
    assert result.stdout.splitlines() == [
        "f(x) = x^T A x",
        "Df(x)[v] = x^T (A + A^T) v",
        "gradient = (A + A^T) x",
    ]
    assert result.exit_code == 0


LABELLED = [
    # f         wrt     options                        the last line
    ("A x",     "x",    (),                            "jacobian (denominator layout) = A^T"),
    ("A x",     "x",    ("--layout", "numerator"),     "jacobian (numerator layout) = A"),
    ("t^2 b",   "t",    ("--where", "t: scalar"),      "derivative = 2 t b"),
    ("A X C",   "X",    (),                            "Df(X)[H] = A H C"),
    ("x^T y",   "x,y",  (),                            "gradient by y = x"),
    ("A x",     "A,x",  (),                            "Df(A, x)[dA, dx] = A dx + dA x"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "wrt", "options", "last"), LABELLED)
def test_the_last_line_is_what_a_textbook_gives_with_its_layout(f, wrt, options, last):
    assert run("diff", f, "--wrt", wrt, *options).stdout.splitlines()[-1] == last


SHOWN = [
    # f           wrt  show            stdout
    ("x^T A x",   "x", "differential", "x^T (A + A^T) v"),
    ("x^T A x",   "x", "gradient",     "(A + A^T) x"),
    ("x^T A x",   "x", "hessian",      "A + A^T"),
    ("A x",       "x", "jacobian",     "A^T"),
    ("x^T A x",   "x", "result",       "(A + A^T) x"),
    ("A X C",     "X", "jacobian",     "kron(C, A^T)"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "wrt", "show", "expected"), SHOWN)
def test_a_single_show_prints_the_bare_expression(f, wrt, show, expected):
    result = run("diff", f, "--wrt", wrt, "--show", show)
    assert (result.stdout, result.exit_code) == (expected + "\n", 0)


def test_what_was_read_inferred_and_assumed_goes_to_stderr():
    result = run("diff", "log(a^T x)", "--wrt", "x", "--show", "gradient")
    assert result.stdout == "a/(a^T x)\n"
    assert result.stderr.splitlines() == [
        "read: a: n; x: n",
        'assumed: a: n (a column vector by default; --where "a: scalar" to change)',
        'assumed: x: n (a column vector by default; --where "x: scalar" to change)',
        "holds where: a^T x > 0",
    ]


def test_a_reading_that_surprises_some_people_is_a_warning_on_stderr():
    assert (
        "warning: exp(X) is entry by entry; expm is the matrix function"
        in run("diff", "tr(exp(X))", "--wrt", "X").stderr.splitlines()
    )


def test_a_variable_that_does_not_occur_has_derivative_0_with_a_warning():
    result = run("diff", "a^T b", "--wrt", "x", "--where", "x: n", "--show", "gradient")
    assert (result.stdout, result.exit_code) == ("zeros(n)\n", 0)
    assert "warning: x does not occur in f, so the derivative is 0" in result.stderr.splitlines()


def test_declarations_may_come_in_several_where():
    options = ("--where", "A: m x n", "--where", "x in R^n; b: m")
    assert run("diff", "||A x - b||^2", "--wrt", "x", *options, "--show", "gradient").stdout == "2 A^T (A x - b)\n"


def test_several_variables_have_a_form_each():
    result = run("diff", "x^T A y", "--wrt", "x, y", "--show", "gradient")
    assert result.stdout.splitlines() == ["x: A y", "y: A^T x"]


@pytest.mark.parametrize("names", ["X", "X,A"])
def test_where_a_gradient_has_no_matrix_notation_all_that_there_is_is_shown(names):
    """The Jacobian of expm is n^2 x n^2: the gradient of a function of it has no name, its differential has."""
    shown = run("diff", "sum(J(expm, X A))", "--wrt", names, "--where", "X, A: n x n", "--show", "all")
    assert shown.exit_code == 0
    assert "J2_expm(X A, " in shown.stdout.splitlines()[-1]
    refused = run("diff", "sum(J(expm, X A))", "--wrt", names, "--where", "X, A: n x n", "--show", "gradient")
    assert refused.exit_code == 1
    assert "hint: ask for the differential, which always exists" in refused.stderr


def test_the_direction_has_the_name_that_was_asked_for():
    assert run("diff", "A x", "--wrt", "x", "--direction", "d", "--show", "differential").stdout == "A d\n"
    names = ("--direction", "u, w")
    assert run("diff", "x^T y", "--wrt", "x,y", *names, "--show", "differential").stdout == "x^T w + y^T u\n"


def test_structure():
    symmetric = ("diff", "x^T X y", "--wrt", "X", "--where", "X: n x n symmetric", "--show", "gradient")
    assert run(*symmetric).stdout == "x y^T\n"
    assert run(*symmetric, "--structure", "projected").stdout == "1/2 (x y^T + y x^T)\n"
    assert run(*symmetric, "--structure", "independent").stdout == "x y^T + y x^T - diag(x .* y)\n"


def test_steps_go_from_f_to_the_gradient_a_step_a_line():
    lines = run("diff", "x^T A x", "--wrt", "x", "--show", "steps").stdout.splitlines()
    assert lines[0] == "D(x^T A x)[v]"
    assert all(line.startswith("  = ") and line.endswith("]") for line in lines[1:-1])
    assert lines[-1].startswith("gradient = (A + A^T) x ")


def test_steps_go_to_a_goal_in_a_detail():
    arguments = ("diff", "x^T A x", "--wrt", "x", "--show", "steps")
    brief = run(*arguments, "--goal", "hessian", "--detail", "brief").stdout.splitlines()
    assert [line.partition("    [")[0] for line in brief] == [
        "D(x^T A x)[v]",
        "  = v^T (A x) + x^T (A v)",
        "  = x^T (A + A^T) v",
        "gradient = (A + A^T) x",
        "D((A + A^T) x)[v]",
        "  = (A + A^T) v",
        "Hessian = A + A^T",
    ]
    assert "A x, then x^T held fixed]" in run(*arguments, "--detail", "full").stdout
    found = json.loads(run(*arguments, "--format", "json").stdout)
    assert (found["gradient"], len(found["steps"]), found["let"]) == ("(A + A^T) x", 5, {})
    assert run(*arguments, "--format", "latex").stdout.startswith("\\begin{align*}")


def test_the_steps_to_a_partial_derivative():
    answer = run("partial", "u^T X v", "--wrt", "X", "--at", "i,j", "--show", "steps")
    assert answer.stdout.splitlines()[-1].startswith("  = u[i] v[j] ")
    found = json.loads(run("partial", "u^T X v", "--wrt", "X", "--at", "i,j", "--format", "json").stdout)
    assert (found["at"], found["partial"]) == (["i", "j"], "u[i]*v[j]")


# ---- formats


def test_latex():
    result = run("diff", "x^T A x", "--wrt", "x", "--show", "gradient", "--format", "latex")
    assert result.stdout == "\\left(\\mathbf{A} + \\mathbf{A}^\\top\\right) \\mathbf{x}\n"


def test_unicode():
    assert run("diff", "x^T A x", "--wrt", "x", "--show", "gradient", "--format", "unicode").stdout == "(A + Aᵀ) x\n"


def test_numpy_is_a_program_that_runs():
    result = run("diff", "||A x - b||^2", "--wrt", "x", "--show", "gradient", "--format", "numpy")
    names: dict = {}
    exec(result.stdout, names)
    A, b, x = numpy.eye(2), numpy.array([1.0, 0.0]), numpy.array([3.0, 4.0])
    assert names["gradient"](A, b, x).tolist() == [4.0, 8.0]


KEYS = (
    "schema f wrt direction shapes defaults result differential gradient jacobian hessian conditions warnings".split()
)


def test_json_has_exactly_these_keys():
    result = run("diff", "log(a^T x)", "--wrt", "x", "--format", "json")
    answer = json.loads(result.stdout)
    assert list(answer) == KEYS
    assert list(answer["result"]) == ["form", "layout", "text", "latex", "shape"]
    assert answer["result"] == {
        "form": "gradient",
        "layout": None,
        "text": "a/(a^T x)",
        "latex": answer["result"]["latex"],
        "shape": ["n"],
    }
    assert (answer["schema"], answer["f"], answer["wrt"], answer["direction"]) == (1, "log(a^T x)", "x", "v")
    assert answer["shapes"] == {"a": ["n"], "x": ["n"]}
    assert len(answer["defaults"]) == 2
    assert answer["conditions"] == ["a^T x > 0"]
    assert answer["warnings"] == []
    assert (answer["differential"], answer["gradient"]) == ("a^T v / (a^T x)", "a/(a^T x)")


def test_json_names_the_layout_of_a_jacobian_and_has_null_for_what_there_is_not():
    answer = json.loads(run("diff", "A x", "--wrt", "x", "--layout", "numerator", "--format", "json").stdout)
    assert (answer["result"]["form"], answer["result"]["layout"], answer["jacobian"]) == ("jacobian", "numerator", "A")
    assert (answer["gradient"], answer["hessian"]) == (None, None)


def test_json_of_several_variables_has_forms_by_name():
    answer = json.loads(run("diff", "x^T y", "--wrt", "x,y", "--format", "json").stdout)
    assert (answer["wrt"], answer["direction"]) == (["x", "y"], ["dx", "dy"])
    assert (answer["gradient"], answer["hessian"]) == ({"x": "y", "y": "x"}, None)


# ---- exit codes


REFUSED = [
    # arguments                                                     code, on stderr
    (("diff", "A x", "--wrt", "x", "--show", "gradient"),           1, "ask for the jacobian"),
    (("diff", "A x", "--wrt", "x", "--where", "A: m x n; x: m"),    1, "cannot multiply"),
    (("diff", "A x", "--wrt", "x", "--show", "hessian"),            1, "a Hessian needs a scalar function"),
    (("diff", "x^T A x +", "--wrt", "x"),                           2, "an operand is missing"),
    (("diff", "Ax", "--wrt", "x"),                                  2, "A x"),
    (("diff", "x^T x", "--wrt", "y"),                               2, "neither declared nor in the expression"),
    (("diff", "x^T x", "--wrt", ""),                                2, "not the name of a variable"),
    (("diff", "x^T x", "--wrt", "x,x"),                             2, "twice"),
    (("diff", "x^T x", "--wrt", "x", "--where", "x: n tall"),       2, "tall"),
    (("diff", "x^T x"),                                             2, "--wrt"),
    (("diff", "x^T x", "--wrt", "x", "--show", "everything"),       2, "everything"),
    (("diff", "x^T x", "--wrt", "x", "--direction", "v,w"),         2, "directions"),
    (("diff", "--shwo", "--wrt", "x"),                              2, "Did you mean '--show'?"),
    (("diff", "x^T x", "y^T y", "--wrt", "x"),                      2, "unexpected extra argument"),
    (("diff", "", "--wrt", "x"),                                    2, ""),
    (("partial", "u^T X v", "--wrt", "X", "--at", "i"),             1, "two indices"),
    (("partial", "u^T X v", "--wrt", "X"),                          2, "--at"),
    (("code", "x^T x", "--wrt", "x", "--target", "abacus"),         2, "abacus"),
    (("code", "x^T x", "--wrt", "x", "--name", "f(): import os"),   1, "cannot name a Python function"),
    (("rules", "frobnicate"),                                       2, "no rule is about 'frobnicate'"),
    (("differentiate", "x"),                                        2, "No such command"),
    (("--rules", "/no/such/file", "rules"),                         1, "/no/such/file"),
    (("diff", "x", "--wrt", "x", "--rules", "/no/such/file"),       1, "/no/such/file"),
    (("diff", "x", "--wrt", "x", "--rules", "/"),                   1, "cannot read the rules"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "code", "said"), REFUSED)
def test_a_refusal_has_its_exit_code_and_leaves_stdout_empty(arguments, code, said):
    result = run(*arguments)
    assert (result.stdout, result.exit_code) == ("", code)
    assert said in result.stderr
    assert result.stderr.strip()


def test_a_refusal_shows_the_place_with_a_caret_and_a_hint():
    assert run("diff", "x^T (A x", "--wrt", "x").stderr.splitlines()[1:3] == ["  x^T (A x", "      ^"]


def test_verify_says_so_and_ends_with_0():
    result = run("diff", "logdet(X)", "--wrt", "X", "--show", "gradient", "--verify")
    assert (result.stdout, result.exit_code) == ("X^-T\n", 0)
    assert result.stderr.splitlines()[-1].startswith("verified: ")


def test_verify_that_comes_out_false_ends_with_3_and_prints_nothing(monkeypatch):
    from matcalc import Derivative
    from matcalc.numeric.verification import Report

    monkeypatch.setattr(Derivative, "verify", lambda self: Report(False, 2, {"x": [1.0]}))
    result = run("diff", "x^T x", "--wrt", "x", "--show", "gradient", "--verify")
    assert (result.stdout, result.exit_code) == ("", 3)
    assert "NOT verified: 2 x" in result.stderr


@pytest.mark.parametrize(("trouble", "code"), [(MemoryError, 1), (KeyboardInterrupt, 130)])
def test_what_the_machine_or_the_user_breaks_off_is_no_traceback(monkeypatch, trouble, code):
    def broken(*_, **__):
        raise trouble

    monkeypatch.setattr("matcalc.cli.diff", broken)
    result = run("diff", "x", "--wrt", "x")
    assert (result.stdout, result.exit_code) == ("", code)
    assert "Traceback" not in result.stderr


# ---- the expression as an argument, and from stdin


def test_an_expression_may_begin_with_a_minus():
    assert run("diff", "-x^T x", "--wrt", "x", "--show", "gradient").stdout == "-2 x\n"
    assert run("diff", "--wrt", "h", "--show", "gradient", "-h^T h").stdout == "-2 h\n"
    assert run("parse", "-h").stdout == "-h\n"
    assert run("parse", "--x").exit_code == 0


def test_help_is_asked_for_with_help_only():
    assert run("diff", "--help").stdout.startswith("Usage:")
    assert run("--help").exit_code == 0
    assert run("-h").exit_code == 2
    assert run("diff", "x^T x", "--wrt", "x", "-h").exit_code == 2


@pytest.mark.parametrize("dash", [(), ("-",)])
def test_stdin_is_answered_line_by_line(dash):
    result = run("diff", *dash, "--wrt", "x", stdin="x^T x\n\n  A x\r\n-x^T A x")
    assert result.stdout.splitlines() == ["2 x", "A^T", "-(A + A^T) x"]
    assert (result.stderr, result.exit_code) == ("", 0)


def test_an_error_in_stdin_has_its_line_number_and_the_largest_exit_code_is_that_of_all():
    lines = "x^T x\nA x\nx^T (x\n||x||\n"
    result = run("diff", "--wrt", "x", "--show", "gradient", stdin=lines)
    assert result.stdout.splitlines() == ["2 x", "x / ||x||_2"]
    assert result.exit_code == 2
    said = [line for line in result.stderr.splitlines() if line.startswith("line ")]
    assert [line.split(":")[0] for line in said] == ["line 2", "line 3"]
    assert run("diff", "--wrt", "x", "--show", "gradient", stdin="A x\nx^T x").exit_code == 1


def test_every_answer_to_stdin_is_one_line():
    lines = "x^T A y\nx^T y"
    shown = run("diff", "--wrt", "x,y", "--show", "gradient", stdin=lines).stdout.splitlines()
    assert shown == ["x: A y\ty: A^T x", "x: y\ty: x"]
    answers = run("diff", "--wrt", "x,y", "--format", "json", stdin=lines).stdout.splitlines()
    assert [json.loads(answer)["f"] for answer in answers] == ["x^T A y", "x^T y"]


def test_a_warning_about_a_line_of_stdin_has_its_number():
    result = run("diff", "--wrt", "x", "--where", "x: n", stdin="x^T x\na^T b")
    assert result.stderr == "line 2: warning: x does not occur in f, so the derivative is 0\n"


def test_a_line_that_is_not_utf_8_is_an_error_of_that_line():
    result = run("diff", "--wrt", "x", stdin=b"x^T x\n\xff\xfe\nx\xe1\xb5\x80 x\n")
    assert (result.stdout, result.exit_code) == ("2 x\n2 x\n", 2)
    assert result.stderr.startswith("line 2: this is not UTF-8")


def test_an_empty_stdin_is_no_error():
    assert (run("diff", "--wrt", "x").stdout, run("diff", "--wrt", "x").exit_code) == ("", 0)


# ---- the other commands


def test_partial_is_in_index_notation():
    assert run("partial", "u^T X v", "--wrt", "X", "--at", "i,j").stdout == "u[i]*v[j]\n"
    assert run("partial", "u^T X v", "--wrt", "X", "--at", "1, 2").stdout == "u[1]*v[2]\n"
    assert run("partial", "u^T X v", "--wrt", "X", "--at", "i,j", "--format", "latex").stdout.strip()


def test_code_is_a_program_for_the_result():
    program = run("code", "||A x - b||^2", "--wrt", "x", "--name", "gradient").stdout
    assert program.startswith("import numpy as np\n")
    assert "def gradient(A, b, x):\n" in program
    assert "def differential(A, x, y, dx, dy):\n" in run("code", "x^T A y", "--wrt", "x,y").stdout


def test_parse_prints_how_it_was_read_and_the_shapes_on_stderr():
    result = run("parse", "xᵀ A x")
    assert result.stdout == "x^T A x\n"
    assert result.stderr.splitlines()[0] == "read: x: n; A: n x n; the whole: scalar"
    assert run("parse", "x^T A x", "--format", "unicode").stdout == "xᵀ A x\n"
    assert run("parse", stdin="A x\nA\n").stdout.splitlines() == ["A x", "A"]


def test_rules_prints_the_lines_of_the_rule_book():
    lines = run("rules").stdout.splitlines()
    assert "linear tr(X)" in lines
    assert "D det(X)[H] = det(X) tr(inv(X) H) where X: invertible" in lines


@pytest.mark.parametrize("name", ["inv", "logdet", "norm", "kron", "softmax_rows", "||X||_1", "D tanh"])
def test_rules_about_a_name(name):
    lines = run("rules", name).stdout.splitlines()
    assert 0 < len(lines) < 40
    assert any(name in line for line in lines) or name in ("norm", "kron")


def test_no_command_that_does_not_work_is_offered():
    offered = commands.list_commands(click.Context(commands))
    assert sorted(offered) == "chain check code components diff directional limit parse partial quotient rules".split()


# ---- as a process


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
    print(*(name for name in ("sympy", "numpy", "mpmath", "lark") if name in sys.modules), file=sys.stderr)
"""


def test_the_first_answer_imports_nothing_heavy():
    process("diff", "x^T A x", "--wrt", "x")  # the caches are warm now
    answer = process(program=(sys.executable, "-c", FIRST_ANSWER))
    assert answer.stdout.decode().splitlines()[-1] == "gradient = (A + A^T) x"
    assert answer.stderr.decode().splitlines()[-1] == ""


TRUE = "let X: m x n\nexp(X) .* exp(-X) = ones(m, n)\n"
FALSE = "let X, H: m x n\nD sin(X)[H] = -cos(X) .* H\n"


def test_rules_of_ones_own_are_checked_and_then_used(tmp_path):
    (tmp_path / "my.rules").write_text(TRUE)
    rules = str(tmp_path / "my.rules")
    about = process("--rules", rules, "rules", "exp")
    assert (about.stdout.decode().splitlines()[-1], about.returncode) == (TRUE.splitlines()[-1], 0)
    answer = process("diff", "x^T x", "--wrt", "x", "--rules", rules, "--show", "gradient")
    assert (answer.stdout, answer.returncode) == (b"2 x\n", 0)


def test_a_rule_that_is_false_is_refused(tmp_path):
    (tmp_path / "my.rules").write_text(FALSE)
    answer = process("diff", "sum(sin(x))", "--wrt", "x", "--rules", str(tmp_path / "my.rules"))
    assert (answer.stdout, answer.returncode) == (b"", 1)
    assert b"my.rules" in answer.stderr
    assert FALSE.splitlines()[-1].encode() in answer.stderr
