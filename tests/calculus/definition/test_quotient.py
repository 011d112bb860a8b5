"""Difference quotients: each line equals the one before it, and the limit is the derivative."""

from __future__ import annotations

import pytest
import sympy

import matcalc
from matcalc import quotient
from matcalc.calculus.definition.germs import Germs
from matcalc.syntax.printing import ascii_text

SLOPES = [
    # f                derivative
    ("5",              "0"),
    ("-x",             "-1"),
    ("3 x^3 - 2 x + c", "9 x^2 - 2"),
    ("(x + 1)^2",      "2 x + 2"),
    ("-2/x",           "2/x^2"),
    ("x/(x^2 + 1)",    None),
    ("a/x + x",        "1 - a/x^2"),
    ("1/(x - a)^2",    None),
    ("2 sqrt(x)",      None),
    ("sqrt(2 x + 1)",  None),
    ("exp(x)",         "exp(x)"),
    ("sin(x)",         "cos(x)"),
    ("cos(x)",         "-sin(x)"),
    ("log(x)",         "1/x"),
    ("exp(-x^2)",      "-2 x exp(-x^2)"),
    ("x^x",            None),
    ("relu(x)^2",      None),
    ("x^3 - x^3",      "0"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "derivative"), SLOPES)
def test_the_limit_is_the_derivative(f, derivative):
    found = ascii_text(quotient(f, "x").limit)
    assert found == (derivative or str(matcalc.diff(f, "x", where="a, c, x: scalar").gradient))


@pytest.mark.parametrize("f", [f for f, _ in SLOPES])
def test_all_lines_are_equal_for_every_epsilon(f):
    at = {
        name: sympy.Float(value, 40) for name, value in [("x", "1.3"), ("a", "0.4"), ("c", "2.1"), ("epsilon", "0.17")]
    }
    values = [Germs().value(line.tree, at) for line in quotient(f, "x").lines]
    assert all(abs(value - values[0]) < 1e-30 for value in values)


def test_the_step_is_called_by_a_free_name():
    assert quotient("epsilon x", "x").step == "delta"


def test_the_quotient_at_a_number_is_worked_out():
    lines = [ascii_text(line.tree) for line in quotient("x^2", "x", at=3).lines]
    assert lines == ["((3 + epsilon)^2 - 3^2) / epsilon", "(6 epsilon + epsilon^2) / epsilon", "6 + epsilon"]
    assert len(quotient("abs(x)", "x", at=0).lines) == 1


# ---- at a point: two sides

SIDES = [
    # f                at     left          right         derivative
    ("abs(x)",         0,     "-1",         "1",          None),
    ("relu(x)",        0,     "0",          "1",          None),
    ("abs(x)",         -2,    "-1",         "-1",         "-1"),
    ("x abs(x)",       0,     "0",          "0",          "0"),
    ("max(x, 1 - x)",  "1/2", "-1",         "1",          None),
    ("min(x, x^2)",    1,     "2",          "1",          None),
    ("abs(x^2 - 1)",   1,     "-2",         "2",          None),
    ("sqrt(abs(x))",   0,     "-infinity",  "infinity",   None),
    ("x^2 + 1",        3,     "6",          "6",          "6"),
    ("abs(sin(x))",    "pi",  "-1",         "1",          None),
    ("exp(abs(x))",    0,     "-1",         "1",          None),
]  # fmt: skip


@pytest.mark.parametrize(("f", "at", "left", "right", "derivative"), SIDES)
def test_left_and_right_quotients(f, at, left, right, derivative):
    found = quotient(f, "x", at=at)
    kink = found.kinks[0]
    assert (ascii_text(kink.left), ascii_text(kink.right)) == (left, right)
    assert (None if found.limit is None else ascii_text(found.limit)) == derivative


UNDEFINED = [
    # f          what is said
    ("1/x",      "no derivative at x = 0: f has no value there (division by 0 in 1/x)"),
    ("x/x",      "no derivative at x = 0: f has no value there (division by 0 in x/x)"),
    ("log(x)",   "no derivative at x = 0: f has no value there (log of 0 in log(x))"),
    ("sqrt(x)",  "no derivative at x = 0: f has no values on its left (a root of a negative number in sqrt(x))"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "said"), UNDEFINED)
def test_no_derivative_where_f_has_no_values(f, said):
    assert quotient(f, "x", at=0).verdict == said


def test_a_value_that_is_given_fills_a_gap():
    assert ascii_text(quotient("x^2 sin(1/x)", "x", at=0, value=0).limit) == "0"
    assert quotient("x sin(1/x)", "x", at=0, value=0).limit is None


def test_a_kink_is_found_at_a_general_point_too():
    found = quotient("abs(x^2 - 1) + x", "x")
    assert [ascii_text(kink.at) for kink in found.kinks] == ["-1", "1"]
    assert found.conditions == ("x^2 - 1 != 0",)
    assert quotient("max(x, 0)^2", "x").kinks == ()
