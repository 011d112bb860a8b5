"""matcalc.diff: what was asked, and whether and where the answer holds."""

import subprocess
import sys

import pytest

from matcalc import DeclarationError, ShapeError, UnknownNameError, UnsupportedError, diff, parse

# ---- what was asked


def test_f_prints_as_it_was_read_and_its_node_is_the_normal_form():
    d = diff("x^T A x + 0 x^T x", "x")
    assert str(d.f) == "x^T A x + 0 x^T x"
    assert d.f.node is parse("x^T A x").node


def test_f_and_wrt_may_be_expressions():
    x = parse("x")
    assert str(diff(parse("x^T A x"), x).gradient) == "(A + A^T) x"
    assert {name: str(g) for name, g in diff("x^T y", [x, "y"]).gradient.items()} == {"x": "y", "y": "x"}
    assert str(diff(x.T @ parse("A x", "A: n x n"), "x").gradient) == "(A + A^T) x"


def test_names_may_be_drawn():
    d = diff("λ x₁ᵀ x₁", "x₁", direction="δ")
    assert (d.wrt, d.direction, str(d.gradient)) == ("x_1", "delta", "2 lambda x_1")
    assert str(diff("λ^2", "λ").gradient) == "2 lambda"


def test_where_may_be_a_mapping_or_a_string():
    for where in ({"A": "m x n", "x": "n"}, "A: m x n; x: n", ["A: m x n", "x: n"]):
        assert diff("A x", "x", where=where).shapes == {"A": ("m", "n"), "x": ("n",)}


def test_shapes_are_those_of_a_number_a_column_a_row_a_matrix():
    d = diff("c r A x", "x", where="c: scalar; r: 1 x m; A: m x 3; x: 3")
    assert d.shapes == {"c": (), "r": (1, "m"), "A": ("m", 3), "x": (3,)}


def test_defaults_say_what_was_assumed_and_what_would_change_it():
    d = diff("a^T x", "x", where="x: n")
    assert d.defaults == ('a: n (a column vector by default; --where "a: scalar" to change)',)
    assert diff("a^T x", "x", where="a, x: n").defaults == ()


DIRECTIONS = [
    # f                        wrt  where               direction
    ("a^T x",                  "x", "",                 "v"),
    ("v^T x",                  "x", "",                 "w"),
    ("v^T x + w^T x",          "x", "",                 "u"),
    ("u^T v + w^T v + v^T x",  "x", "",                 "v_1"),
    ("tr(A X)",                "X", "",                 "H"),
    ("tr(H X)",                "X", "",                 "K"),
    ("tr(H X K X)",            "X", "",                 "V"),
    ("t^2",                    "t", "t: scalar",        "h"),
    ("h t^2",                  "t", "h, t: scalar",     "k"),
    ("h(t)",                   "t", "t: scalar; h: R -> R^n", "k"),
    ("sum(x)",                 "x", "x: v",             "w"),
    ("r x",                    "r", "r: 1 x n",         "v"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "wrt", "where", "direction"), DIRECTIONS)
def test_the_default_direction_is_the_next_that_is_not_taken(f, wrt, where, direction):
    d = diff(f, wrt, where=where)
    assert d.direction == direction
    assert direction in str(d.differential)


def test_the_directions_of_a_list_are_d_and_the_name():
    d = diff("x^T X y", ["x", "X"])
    assert (d.wrt, d.direction) == (["x", "X"], ["dx", "dX"])
    assert str(d.differential) == "x^T dX y + y^T X^T dx"
    assert diff("x^T X y", "x, X").wrt == ["x", "X"]
    assert diff("x^T X y", ["x"]).wrt == ["x"]


@pytest.mark.parametrize(
    ("wrt", "hint"),
    [
        ("X", "did you mean 'x'?  Or declare it: {}\"X: n\"; its derivative is then 0"),
        ("lamda", "did you mean 'lambda'?  Or declare it: {}\"lamda: n\"; its derivative is then 0"),
        ("z", 'declare it: {}"z: n"; its derivative is then 0'),
    ],
)
def test_a_name_that_f_does_not_have_may_be_a_slip_for_one_that_it_has(wrt, hint):
    for f, told in (("lambda x^T x", "--where "), (parse("lambda x^T x"), "where=")):
        with pytest.raises(UnknownNameError) as refusal:
            diff(f, wrt)
        assert refusal.value.hint == hint.format(told)


BAD_NAMES = [
    # wrt          options                     error              said
    ("z",          {},                         UnknownNameError,  "'z' is neither declared nor in the expression"),
    ("",           {},                         DeclarationError,  "'' is not the name of a variable"),
    ("x^T x",      {},                         DeclarationError,  "'x^T x' is not the name of a variable"),
    ([],           {},                         DeclarationError,  "wrt is an empty list"),
    (["x", "x"],   {},                         DeclarationError,  "wrt names the same variable twice"),
    ("x",          {"direction": "y"},         DeclarationError,  "the direction y is already a name in f"),
    ("x",          {"direction": "n"},         DeclarationError,  "the direction n is already a name in f"),
    ("x",          {"direction": "a b"},       DeclarationError,  "'a b' cannot name a direction"),
    ("x",          {"direction": "sin"},       DeclarationError,  "'sin' cannot name a direction"),
    ("x",          {"direction": ["v", "w"]},  DeclarationError,  "the directions are 2, the variables 1"),
    (["x", "y"],   {"direction": ["v", "v"]},  DeclarationError,  "the direction v is already a name in f"),
    ("x",          {"layout": "mixed"},        UnsupportedError,  "the layout is 'denominator' or 'numerator', not 'mixed'"),
    ("x",          {"structure": "diagonal"},  UnsupportedError,  "structure is None, 'projected' or 'independent', not 'diagonal'"),
]  # fmt: skip


@pytest.mark.parametrize(("wrt", "options", "error", "said"), BAD_NAMES)
@pytest.mark.parametrize("f", ["x^T y", parse("x^T y", where="x, y: n")])
def test_what_cannot_be_asked_for(f, wrt, options, error, said):
    with pytest.raises(error) as refusal:
        diff(f, wrt, **options)
    assert refusal.value.message == said


def test_declared_but_absent_gives_0_with_a_warning():
    for f in ("a^T b", parse("a^T b")):
        d = diff(f, "X", where="X: m x k")
        assert (str(d.differential), str(d.gradient), d.gradient.shape) == ("0", "zeros(m, k)", ("m", "k"))
        assert d.warnings == ("X does not occur in f, so the derivative is 0",)
    assert diff("a^T b", "a").warnings == ()
    assert diff("x^T x - x^T x", "x").warnings == ("x cancels out of f, so the derivative is 0",)


# ---- whether and where it holds

CONDITIONS = [
    # f                     wrt  where            conditions
    ("log(a^T x)",          "x", "",              ("a^T x > 0",)),
    ("||A x - b||",         "x", "",              ("A x - b != 0",)),
    ("logdet(X)",           "X", "",              ("X invertible",)),
    ("logdet(X)",           "X", "X: n x n positive definite", ()),
    ("sum(abs(A x))",       "x", "",              ("entries of A x nonzero",)),
    ("sum(log(y))^2 x^T x", "x", "y: n",          ()),
    ("x^T A x",             "x", "",              ()),
]  # fmt: skip


@pytest.mark.parametrize(("f", "wrt", "where", "conditions"), CONDITIONS)
def test_conditions_say_where_the_answer_holds(f, wrt, where, conditions):
    assert diff(f, wrt, where=where).conditions == conditions


VERIFIED = [
    # f               wrt         options
    ("x^T A x",       "x",        {}),
    ("A X C",         "X",        {}),
    ("softmax(A x)",  "x",        {"layout": "numerator"}),
    ("r A",           "r",        {"where": "r: 1 x m"}),
    ("t^2 b",         "t",        {"where": "t: scalar"}),
    ("x^T A y",       ["x", "A"], {}),
    ("x^T X y",       "X",        {"where": "X: n x n symmetric", "structure": "projected"}),
    ("g(h(x))",       "x",        {"where": "x: n; h: R^n -> R^k; g: R^k -> R"}),
]  # fmt: skip


@pytest.mark.parametrize(("f", "wrt", "options"), VERIFIED)
def test_verify_compares_with_a_finite_difference(f, wrt, options):
    report = diff(f, wrt, **options).verify()
    assert report.ok
    assert report.digits >= 20
    assert set(report.point) >= {wrt} if isinstance(wrt, str) else set(wrt)


def test_verify_finds_a_wrong_differential_and_a_wrong_gradient(monkeypatch):
    d = diff("x^T A x", "x", where="A: n x n; x, v: n", direction="d")
    d.__dict__["differential"] = d._shown(parse("x^T A v", where="A: n x n; x, v: n").node)
    assert not d.verify().ok
    d = diff("x^T A x", "x", where="A: n x n; x: n")
    d.__dict__["form"] = ("gradient", d._shown(parse("2 A x", where="A: n x n; x: n").node))
    assert not d.verify().ok


def test_steps_hold_a_rule_and_the_expression_before_and_after():
    steps = diff("x^T A x", "x").steps
    assert [step.rule for step in steps][:2] == ["bilinear / product", "linear"]
    assert len(steps) == len(str(steps).splitlines()) - 1
    assert steps.latex().startswith("\\begin{align*}")


CLEAR = """
import matcalc
d, x = matcalc.diff("log(sum(exp(A x)))", "x"), matcalc.parse("x")
before = str(d.hessian)
matcalc.clear()
assert str(matcalc.diff("log(sum(exp(A x)))", "x").hessian) == before
for old in (lambda: d.gradient, lambda: matcalc.diff(x, "x"), lambda: x + x, lambda: matcalc.parse("x") + x):
    try:
        old()
    except matcalc.UnsupportedError as error:
        assert error.message == "this expression was made before matcalc.clear()"
    else:
        raise AssertionError(old)
"""


def test_clear_forgets_and_what_was_made_before_is_refused_not_wrong():
    # in a process of its own: the expressions of other tests would be forgotten too
    subprocess.run([sys.executable, "-c", CLEAR], check=True, timeout=60)


@pytest.mark.parametrize("kind", ["symmetric", "skew", "diagonal", "lower", "upper", "toeplitz", "symmetric toeplitz"])
@pytest.mark.parametrize("structure", ["projected", "independent"])
def test_a_structured_gradient_is_verified_as_it_is_shown(
    kind: str, structure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """<G, H> is the change of f where X moves as the structure lets it; the unstructured gradient does not say that."""
    d = diff("tr(A X B X^T) + a^T X b", "X", f"X: n x n {kind}; a, b: n", structure=structure)
    assert d.verify().ok
    wrong = diff("tr(A X B X^T) + a^T X b", "X", f"X: n x n {kind}; a, b: n")
    monkeypatch.setitem(d.__dict__, "form", ("gradient", wrong.gradient))
    assert not d.verify().ok


def test_of_several_variables_the_square_matrices_have_the_structure() -> None:
    d = diff("y^T X y", ["X", "y"], "X: n x n symmetric", structure="independent")
    assert {name: str(e) for name, e in d.gradient.items()} == {"X": "2 y y^T - diag(y.^2)", "y": "2 X y"}
    with pytest.raises(ShapeError, match="a structured derivative is by a square matrix"):
        _ = diff("y^T X y", ["y"], "X: n x n symmetric", structure="independent").gradient
