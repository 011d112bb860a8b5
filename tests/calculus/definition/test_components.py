"""Component functions and their Jacobian matrix."""

from __future__ import annotations

import pytest

from matcalc import components

FORMS = ["x^2 y, sin(x)", "(x^2 y, sin(x))", "f(x, y) = (x^2 y, sin(x))", "f(x, y) = x^2 y, sin(x)"]


@pytest.mark.parametrize("text", FORMS)
def test_components_are_read_in_all_forms(text):
    assert components(text, "x, y").verdict == "[2 x y, cos(x); x^2, 0]"


def test_the_numerator_layout_is_the_transpose():
    assert components(FORMS[0], "x,y", layout="numerator").verdict == "[2 x y, x^2; cos(x), 0]"


def test_one_component_in_brackets_is_one_component():
    assert components("(x + y)*(x - y)", "x,y").verdict == "[2 x; -2 y]"
    assert components("max(x, y), x", "x,y").f[0].text == "maximum"


def test_components_agree_with_the_gradients():
    J = components("1/x, log(y), a x", "x,y")
    assert J.verdict == "[-1/x^2, 0, a; 0, 1/y, 0]"
    assert J.conditions == ("x != 0", "y > 0")


def test_inputs_may_be_drawn():
    assert str(components("f(λ, x₁) = (λ x₁, λ)")).splitlines()[-2:] == ["[ x_1     1 ]", "[ lambda  0 ]"]
