"""matcalc diff, sentence by sentence: what is shown, in which format, and what is said beside it."""

import json

import numpy
import pytest

from tests.cli.running import run


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


def test_two_variables_have_a_mixed_derivative():
    refused = run("diff", "x^T A y", "--wrt", "x,y", "--show", "hessian")
    assert (refused.exit_code, refused.stderr.splitlines()[-1]) == (
        1,
        "hint: ask for d.mixed(x, y), in a terminal --show mixed",
    )
    assert run("diff", "x^T A y", "--wrt", "x,y", "--show", "mixed").stdout == "A\n"
    assert run("diff", "x^T A y", "--wrt", "y,x", "--show", "mixed").stdout == "A^T\n"
    as_json = run("diff", "x^T A y", "--wrt", "x,y", "--show", "mixed", "--format", "json").stdout
    assert json.loads(as_json)["mixed"] == "A"
    of_one = run("diff", "x^T A y", "--wrt", "x", "--show", "mixed")
    assert of_one.stderr.splitlines()[-2:] == [
        "a mixed derivative is by two variables",
        "hint: list two, --wrt x,y; of one ask for hessian",
    ]


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


# ---- verification


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
