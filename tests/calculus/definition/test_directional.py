"""Directional derivatives from the limit: formula, existence, linearity, differentiability, as a calculus book gives them."""

from __future__ import annotations

import pytest
import sympy

import matcalc
from matcalc import directional
from matcalc.calculus.definition.germs import Germs
from matcalc.syntax.printing import ascii_text

DIRECTIONS = [
    # f                                at       value  Df(p)[v]                     exists  linear  differentiable
    ("y^3/(x^2 + y^2)",                (0, 0),  0,     "v_2^3 / (v_1^2 + v_2^2)",   True,   False,  False),
    ("y^3/(x^2 + y^2)",                (1, 2),  None,  "28/25 v_2 - 16/25 v_1",     True,   True,   True),
    ("x^2 y/(x^4 + y^2)",              (0, 0),  0,     "v_1^2 / v_2",               True,   False,  False),
    ("x^3 y/(x^6 + y^2)",              (0, 0),  0,     "0",                         True,   True,   False),
    ("x^4/(x^2 + y^2)",                (0, 0),  0,     "0",                         True,   True,   True),
    ("(x^2 + y^2)^(3/2)",              (0, 0),  None,  "0",                         True,   True,   True),
    ("x abs(y)",                       (0, 0),  None,  "0",                         True,   True,   True),
    ("x y/(x^2 + y^2)",                (0, 0),  0,     None,                        False,  False,  False),
    ("sqrt(x^2 + y^2)",                (0, 0),  None,  None,                        False,  False,  False),
    ("sqrt(abs(x y))",                 (0, 0),  None,  None,                        False,  False,  False),
    ("relu(x) + y",                    (0, 1),  None,  None,                        False,  False,  False),
    ("x^2/x + y",                      (0, 0),  0,     "v_1 + v_2",                 False,  False,  False),
    ("x^3/(x^2 - 2 y^2)",              (0, 0),  0,     "v_1^3 / (v_1^2 - 2 v_2^2)", False,  False,  False),
    ("a x + sin(y)",                   (0, 0),  None,  "a v_1 + v_2",               True,   True,   True),
    ("exp(-1/(x^2 + y^2))",            (0, 0),  0,     None,                        None,   None,   None),
]  # fmt: skip


@pytest.mark.parametrize(("f", "at", "value", "formula", "exists", "linear", "differentiable"), DIRECTIONS)
def test_directional_derivatives(f, at, value, formula, exists, linear, differentiable):
    d = directional(f, "x, y", at, value)
    assert (None if d.formula is None else ascii_text(d.formula)) == formula
    assert (d.exists, d.linear, d.differentiable) == (exists, linear, differentiable)


def test_a_direction_in_which_the_formula_fails_has_its_own_limit():
    d = directional("x^2 y/(x^4 + y^2)", "x,y", "0,0", value=0)
    assert [(tuple(map(ascii_text, slope.direction)), ascii_text(slope.value)) for slope in d.exceptions] == [
        (("1", "0"), "0")
    ]


def test_linear_is_not_differentiable():
    d = directional("x^3 y/(x^6 + y^2)", ["x", "y"], (0, 0), 0)
    assert d.reason == (
        "the directional derivatives are linear, but along y = x^2 the remainder (f(p + w) - f(p) - Df(p)[w])/|w| -> 1, not 0"
    )


def test_two_sides_where_there_is_no_directional_derivative():
    d = directional("max(x, y)", "x,y", "0,0")
    assert tuple(map(ascii_text, d.sides)) == ("max(v_1, v_2)", "-max(-v_1, -v_2)")


def test_three_variables():
    d = directional("x y z/(x^2 + y^2 + z^2)", "x,y,z", "0,0,0", value=0)
    assert (d.exists, d.differentiable) == (True, False)
    slope, total = d.counterexample
    assert ([*map(ascii_text, slope.direction)], ascii_text(slope.value), ascii_text(total)) == (
        ["1", "1", "1"],
        "1/3",
        "0",
    )


@pytest.mark.parametrize(
    "f", ["x^2 y - 3 y/x", "exp(x y) + sin(x - y)", "sqrt(x^2 + y^2)", "log(x) y^3", "abs(x) max(y, 0)"]
)
def test_away_from_kinks_it_is_the_inner_product_with_the_gradient(f):
    d = directional(f, "x,y", "2,1")
    assert d.differentiable
    where = "x, y: scalar"
    for name, slope in zip("xy", d.partials, strict=True):
        e = matcalc.diff(f, name, where=where).gradient
        value = Germs().value(e.tree, {"x": sympy.Integer(2), "y": sympy.Integer(1)})
        assert sympy.simplify(value - Germs().value(slope.value, {})) == 0


def test_what_divides_is_a_condition():
    assert directional("x/a + x^2", "x", 0).conditions == ("a != 0",)
