"""One expression, or one a line on stdin: exit codes, and what is said on stderr."""

import json

import pytest

from tests.cli.running import run

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
    (("diff", "x^T x", "y^T y", "--wrt", "x"),                      2, "(y^T y); an expression stands in quotes: 'x^T A x'"),
    (("diff", "", "--wrt", "x"),                                    2, ""),
    (("partial", "u^T X v", "--wrt", "X", "--at", "i"),             1, "two indices"),
    (("partial", "u^T X v", "--wrt", "X"),                          2, "--at"),
    (("code", "x^T x", "--wrt", "x", "--target", "abacus"),         2, "abacus"),
    (("code", "x^T x", "--wrt", "x", "--name", "f(): import os"),   1, "cannot name a Python function"),
    (("rules", "frobnicate"),                                       2, "no rule is about 'frobnicate'"),
    (("differentiate", "x"),                                        2, "No such command"),
    (("--rules", "/no/such/file", "rules"),                         1, "/no/such/file"),
    (("diff", "x", "--wrt", "x", "--rules", "/no/such/file"),       1, "/no/such/file"),
    (("diff", "x", "--wrt", "x", "--verbose"),                      2, "No such option '--verbose'."),
    (("diff", "x", "--wrt", "x", "--at", "1"),                      2, "No such option '--at'."),
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


@pytest.mark.parametrize(("trouble", "code"), [(MemoryError, 1), (KeyboardInterrupt, 130)])
def test_what_the_machine_or_the_user_breaks_off_is_no_traceback(monkeypatch, trouble, code):
    def broken(*_, **__):
        raise trouble

    monkeypatch.setattr("matcalc.cli.diff.diff", broken)
    result = run("diff", "x", "--wrt", "x")
    assert (result.stdout, result.exit_code) == ("", code)
    assert "Traceback" not in result.stderr


# ---- the expression as an argument, and from stdin


def test_an_expression_may_begin_with_a_minus():
    assert run("diff", "-x^T x", "--wrt", "x", "--show", "gradient").stdout == "-2 x\n"
    assert run("diff", "--wrt", "h", "--show", "gradient", "-h^T h").stdout == "-2 h\n"
    assert run("parse", "-h").stdout == "-h\n"
    assert run("parse", "--x").exit_code == 0


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
