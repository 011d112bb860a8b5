"""Quotients, directions, limits, components: the values are those that a calculus book gives."""

from __future__ import annotations

import pytest
import sympy

import matcalc
from matcalc import MatcalcError, components, directional, limit, quotient
from matcalc.calculus.definition.germs import Germs, Undefined
from matcalc.calculus.definition.zeros import zero_directions
from matcalc.syntax.printing import ascii_text
from matcalc.syntax.reading import read

# ---- the difference quotient: each line equals the one before it

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


# ---- directional derivatives

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


# ---- limits

SEQUENCES = [
    # s_n                                delta    limit        K
    ("1/n",                              0.01,    "0",         100),
    ("(-1)^n/n",                         0.01,    "0",         100),
    ("sin(n)/n",                         0.01,    "0",         99),
    ("n/2^n",                            "1/1000", "0",        13),
    ("(n + 1)/(2 n - 5)",                0.01,    "1/2",       177),
    ("1/sqrt(n)",                        0.01,    "0",         10000),
    ("log(n)/n",                         0.01,    "0",         647),
    ("2 + (-1)^n/n^2 + 1/(n^2 + 1)",     0.001,   "2",         44),
    ("(-1/2)^n + 3",                     1e-6,    "3",         19),
    ("5",                                0.1,     "5",         1),
    ("1/(n - 3)",                        0.1,     "0",         13),
    ("(1 + 1/n)^n",                      0.01,    "exp(1)",    None),
    ("sqrt(n + 1) - sqrt(n)",            0.1,     "0",         24),
    ("sqrt(n) - sqrt(n + 1)",            0.01,    "0",         2499),
    ("sqrt(n^2 + 1) - n",                0.01,    "0",         49),
    ("1/(sqrt(n) + 1)",                  0.1,     "0",         81),
]  # fmt: skip


@pytest.mark.parametrize(("s", "delta", "value", "K"), SEQUENCES)
def test_limits_of_sequences_and_their_K(s, delta, value, K):
    found = limit(s, delta=delta)
    assert (ascii_text(found.limit), found.K) == (value, K)


@pytest.mark.parametrize(("s", "delta", "K"), [(s, delta, K) for s, delta, _, K in SEQUENCES if K is not None])
def test_K_is_right_and_the_smallest(s, delta, K):
    found, tree, bound = limit(s, delta=delta), read(s, directions=["n"]), float(sympy.Rational(str(delta)))

    def apart(n: int) -> float:
        return abs(float(Germs().value(tree, {"n": sympy.Integer(n)})) - float(Germs().value(found.limit, {})))

    assert all(apart(n) < bound for n in range(K + 1, K + 40))
    assert not found.smallest or apart(K) >= bound * (1 - 1e-12)


def test_the_quotient_at_a_number_is_worked_out():
    lines = [ascii_text(line.tree) for line in quotient("x^2", "x", at=3).lines]
    assert lines == ["((3 + epsilon)^2 - 3^2) / epsilon", "(6 epsilon + epsilon^2) / epsilon", "6 + epsilon"]
    assert len(quotient("abs(x)", "x", at=0).lines) == 1


NO_LIMIT = [
    # s_n                two sequences, and their limits
    ("(-1)^n",           ("2 k", "1"), ("2 k + 1", "-1")),
    ("cos(pi n/3)",      ("6 k", "1"), ("6 k + 3", "-1")),
    ("n sin(pi n/2)",    ("4 k", "0"), ("4 k + 1", "infinity")),
]  # fmt: skip


@pytest.mark.parametrize(("s", "one", "other"), NO_LIMIT)
def test_no_limit_is_shown_by_two_subsequences(s, one, other):
    found = limit(s)
    assert (found.limit, found.decided) == (None, True)
    pairs = [(ascii_text(along.sequence), ascii_text(along.limit)) for along in found.disagree]
    known = dict([one, other])
    assert all(known.get(at, value) == value for at, value in pairs)
    assert pairs[0][1] != pairs[1][1]


def test_unbounded_is_no_limit_and_sin_n_is_not_decided():
    assert limit("n^2").verdict == "lim n -> infinity of n^2: no limit, s_n grows without bound"
    assert not limit("sin(n)").decided


FUNCTIONS = [
    # g                    to   limit
    ("sin(x)/x",           0,   "1"),
    ("(x^2 - 1)/(x - 1)",  1,   "2"),
    ("x sin(1/x)",         0,   "0"),
    ("abs(x)/x",           0,   None),
    ("sin(1/x)",           0,   None),
    ("1/x",                0,   None),
    ("1/x^2",              0,   None),
    ("step(x)",            0,   None),
]  # fmt: skip


@pytest.mark.parametrize(("g", "to", "value"), FUNCTIONS)
def test_limits_of_functions(g, to, value):
    found = limit(g, "x", to=to)
    assert found.decided
    assert (None if found.limit is None else ascii_text(found.limit)) == value


# ---- components

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


# ---- refusals

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
    (lambda: components("f(x) = (x, y)", "y"),                   "the inputs are x in the text and y in wrt"),
]  # fmt: skip


@pytest.mark.parametrize(("ask", "message"), REFUSED)
def test_refusals(ask, message):
    with pytest.raises(MatcalcError) as refusal:
        ask()
    assert refusal.value.message == message


# ---- zero directions of forms, and what has no value

V = sympy.symbols("v_1 v_2", real=True)
FORMS_AND_ZEROS = [
    # form                      directions in which it is 0
    (V[0] ** 2 + V[1] ** 2,     []),
    (V[0],                      [(0, 1)]),
    (V[0] * V[1],               [(0, 1), (1, 0)]),
    (V[0] ** 2 - V[1] ** 2,     [(-1, 1), (1, 1)]),
    (V[0] ** 2 + V[0] * V[1] + V[1] ** 2, []),
    (sympy.exp(V[0]) - 1,       None),
]  # fmt: skip


@pytest.mark.parametrize(("form", "zeros"), FORMS_AND_ZEROS)
def test_zero_directions(form, zeros):
    found = zero_directions(form, V)
    assert (None if found is None else sorted(found)) == zeros


@pytest.mark.parametrize(
    "text", ["1/x", "log(x)", "x^-2", "x/x", "log(x - 1)", "sqrt(x - 1)", "arcsin(x + 2)", "x^(-1/2)"]
)
def test_no_value_at_0(text):
    with pytest.raises(Undefined):
        Germs().value(read(text), {"x": sympy.S.Zero})


def test_importing_matcalc_imports_no_sympy():
    import subprocess
    import sys

    program = (
        "import sys, matcalc; assert 'sympy' not in sys.modules; matcalc.quotient; assert 'sympy' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", program], timeout=60, check=False).returncode == 0
