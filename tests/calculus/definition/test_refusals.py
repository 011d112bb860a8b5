"""What has no answer from the definition, and what is said then."""

from __future__ import annotations

import pytest

from matcalc import MatcalcError, components, directional, limit, quotient

REFUSED = [
    (lambda: quotient("A x", "x", where="A: m x n; x: n"),       "A is m x n, and here every variable is a scalar"),
    (lambda: quotient("x^2", "x,y"),                             "a difference quotient is by one variable"),
    (lambda: quotient("det(x)", "x"),                            "no limits of det"),
    (lambda: quotient("x^1000", "x"),                            "powers above 100 are not expanded"),
    (lambda: quotient("log(-1 - x^2)", "x"),                     "f has no value: log of a negative number in log(-1 - x^2)"),
    (lambda: directional("y^3/(x^2 + y^2)", "x,y", "0,0"),       "f has no value at (0, 0): division by 0 in y^3 / (x^2 + y^2)"),
    (lambda: directional("x^2 + y", "x,y", "0,1", value=3),      "f has the value 1 at this point, not 3"),
    (lambda: directional("x^2", "x", "0,1"),                     "the point has 2 numbers, the variables are 1: x"),
    (lambda: directional("x^2", "x", "a"),                       "a coordinate is a number, and a is none"),
    (lambda: limit("1/n", delta=-1),                             "delta is a number above 0"),
    (lambda: limit("a/n"),                                       "a sequence has its index alone, and a is another name"),
    (lambda: limit("log(1 - n)"),                                "s_n has no value: log of a negative number in log(1 - n)"),
    (lambda: components("x, y"),                                 "no inputs are named"),
    (lambda: components("x,, y", "x"),                           "a component is missing"),
    (lambda: components("f(x, y, x) = (x, y)"),                  "'x' is twice an input"),
    (lambda: components("f(x y) = (x y)"),                       "'x y' is no name of an input"),
    (lambda: components("f(2, x) = (x)"),                        "'2' is no name of an input"),
    (lambda: components("f(x) = (x, y)", "y"),                   "the inputs are x in the text and y in wrt"),
]  # fmt: skip


@pytest.mark.parametrize(("ask", "message"), REFUSED)
def test_refusals(ask, message):
    with pytest.raises(MatcalcError) as refusal:
        ask()
    assert refusal.value.message == message
