"""Expr: printing, shapes, building, evaluating, programs."""

from collections.abc import Callable

import numpy as np
import pytest

import matcalc
from matcalc import DeclarationError, EvaluationError, MatcalcError, ShapeError, UnsupportedError, diff, parse

# ---- printing


def test_text_latex_unicode_and_sympy():
    e = diff("x^T A x", "x").gradient
    assert str(e) == repr(e) == "(A + A^T) x"
    assert e.unicode() == "(A + Aᵀ) x"
    assert e.latex() == r"\left(\mathbf{A} + \mathbf{A}^\top\right) \mathbf{x}"
    assert e._repr_latex_() == rf"$\displaystyle {e.latex()}$"
    assert str(e.to_sympy()) == "(A + A.T)*x"


@pytest.mark.parametrize("text", ["x^T A x", "2 x - x", "A A^-1 b", "log(sum(exp(x)))", "1/2 ||x||^2"])
def test_what_was_parsed_prints_as_it_was_read(text):
    assert str(parse(text)) == text


def test_what_a_derivative_gives_reads_back_under_its_declarations():
    d = diff("g(h(x))", "x", where="x: n; h: R^n -> R^k; g: R^k -> R")
    again = parse(str(d.gradient), where="x: n; h: R^n -> R^k; g: R^k -> R")
    assert again.node is d.gradient.node


SHAPES = [
    ("x^T x", ()),
    ("A x", ("m",)),
    ("x^T A", (1, "n")),
    ("A", ("m", "n")),
    ("kron(A, I(2))", ("2*m", "2*n")),
]


@pytest.mark.parametrize(("text", "shape"), SHAPES)
def test_shapes(text, shape):
    where = "A: m x n; x: m" if text == "x^T A" else "A: m x n; x: n"
    assert parse(text, where=where).shape == shape


def test_where_T_is_a_scalar_everything_reads_back():
    # the likelihood of T observations: S' is the transpose, S^T would be a power to some
    where = {"T": "scalar", "S": "k x k positive definite", "Y": "m x k", "X": "m x p", "B": "p x k"}
    d = diff("-T/2 logdet(S) - 1/2 tr(S^-1 (Y - X B)' (Y - X B))", "S", where)
    assert str(d.f) == "-T/2 logdet(S) - 1/2 tr(S^-1 (Y - X B)' (Y - X B))"
    assert str(d.gradient) == "1/2 (S^-1 (X B - Y)' (X B - Y) S^-1 - T S^-1)"
    for form in (d.f, d.gradient, d.hessian, d.differential):
        assert str(parse(str(form), {**where, "H": "k x k"})) == str(form)
    assert d.verify().ok
    assert "^T" not in str(d.derivation(to="differential"))
    assert "x'" in str(diff("exp(T x' x)", "x", {"T": "scalar"}).chain())
    verdict = matcalc.check("T x' A x", "x", "2 T A x", {"T": "scalar"})
    assert str(verdict).splitlines()[1] == "the gradient is T (A + A') x"


def test_a_direction_named_T_that_is_a_scalar_makes_primes():
    assert str(diff("t x' y", "t", {"t": "scalar"}, direction="T").differential) == "x' y T"


def test_simplify_keeps_the_meaning_and_the_declarations():
    e = parse("A x + A^T x", where="A: n x n; x: n")
    assert str(matcalc.simplify(e)) == "(A + A^T) x"
    symmetric = parse("A x + A^T x", where="A: n x n symmetric; x: n")
    assert str(matcalc.simplify(symmetric)) == "2 A x"
    assert str(matcalc.simplify(parse("sin(t)^2 + cos(t)^2", where="t: scalar"))) == "1"


# ---- building

A = parse("A", where="A: m x n")
B = parse("B", where="B: m x n")
x = parse("x", where="x: n")
c = parse("c", where="c: scalar")

BUILT = [
    (A @ x,           "A x"),
    (A * x,           "A x"),
    (A + B,           "A + B"),
    (A - B,           "A - B"),
    (-x,              "-x"),
    (2 * x,           "2 x"),
    (x * 2,           "2 x"),
    (0.5 * x,         "1/2 x"),
    (np.float64(2) * x, "2 x"),
    (x / 2,           "1/2 x"),
    (x / c,           "1/c x"),
    (1 / c,           "1/c"),
    (c + 1,           "c + 1"),
    (1 - c,           "-c + 1"),
    (A.T,             "A^T"),
    ((A @ x).T,       "x^T A^T"),
    (x.T @ x,         "x^T x"),
]  # fmt: skip


@pytest.mark.parametrize(("built", "text"), BUILT)
def test_operators_build_expressions(built, text):
    assert built.node is parse(text, where="A, B: m x n; x: n; c: scalar").node


UNBUILDABLE = [
    (lambda: A + x,                            ShapeError),
    (lambda: x + 1,                            ShapeError),
    (lambda: x @ A,                            ShapeError),
    (lambda: x / x,                            UnsupportedError),
    (lambda: 1 / A,                            UnsupportedError),
    (lambda: x / 0,                            EvaluationError),
    (lambda: x + parse("x", where="x: m"),     MatcalcError),
    (lambda: A @ x + (A @ x) * parse("tr(A)", where="A: n x n"), DeclarationError),
    (lambda: x + "x",                          TypeError),
    (lambda: float("nan") * x,                 TypeError),
]  # fmt: skip


@pytest.mark.parametrize(("build", "error"), UNBUILDABLE)
def test_what_does_not_fit_is_not_built(build, error):
    with pytest.raises(error):
        build()


def test_what_was_built_can_be_differentiated():
    residual = A @ x - parse("b", where="b: m")
    assert str(diff(residual.T @ residual / 2, "x").gradient) == "A^T (A x - b)"


# ---- evaluating

VALUES = {"A": [[1.0, 2.0], [3.0, 4.0]], "x": [1.0, -1.0]}


def test_scalars_are_0_d_vectors_and_rows_1_d_matrices_2_d():
    d = diff("x^T A x", "x")
    assert d.f.evaluate(VALUES).shape == ()
    assert d.gradient.evaluate(VALUES).tolist() == [-3.0, -3.0]
    assert parse("x^T A").evaluate(VALUES).tolist() == [-2.0, -2.0]
    assert d.hessian.evaluate(VALUES).tolist() == [[2.0, 5.0], [5.0, 8.0]]


def test_a_column_may_be_given_as_n_by_1():
    assert parse("A x").evaluate({**VALUES, "x": [[1.0], [-1.0]]}).tolist() == [-1.0, -1.0]


def test_a_direction_is_given_by_its_name():
    d = diff("x^T A x", "x", direction="d")
    assert d.differential.evaluate({**VALUES, "d": [1.0, 0.0]}) == -3.0


def test_dimensions_are_bound_from_every_value_given():
    assert diff("sum(x)", "x").gradient.evaluate({"x": [5.0, 5.0, 5.0]}).tolist() == [1.0, 1.0, 1.0]
    assert diff("1/n sum(x)", "x", where="x: n").gradient.evaluate({"x": [5.0, 5.0]}).tolist() == [0.5, 0.5]


def test_names_that_the_derivative_knows_are_ignored_where_they_do_not_occur():
    d = diff("x^T A x", "x")
    assert d.hessian.evaluate({**VALUES, "v": [1.0, 2.0]}).shape == (2, 2)


UNEVALUABLE = [
    # values                              said
    ({**VALUES, "q": 1.0},                "no name 'q'"),
    ({"x": [1.0, 2.0]},                   "no value for A"),
    ({**VALUES, "x": [1.0, 2.0, 3.0]},    "the sizes do not fit"),
    ({**VALUES, "x": [[1.0, 2.0]] * 2},   "x"),
    ({**VALUES, "v": [1.0, 2.0, 3.0]},    "the sizes do not fit"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "said"), UNEVALUABLE)
def test_other_names_and_inconsistent_sizes_are_evaluation_errors(values, said):
    with pytest.raises(EvaluationError, match=said):
        diff("x^T A x", "x").gradient.evaluate(values)


def test_a_singular_matrix_is_an_evaluation_error():
    with pytest.raises(EvaluationError, match="singular"):
        diff("logdet(X)", "X").gradient.evaluate({"X": [[1.0, 1.0], [1.0, 1.0]]})


# ---- programs

SIGNATURES = [
    # f                wrt         form            where             arguments
    ("||A x - b||^2",  "x",        "gradient",     "",               "A, b, x"),
    ("||A x - b||^2",  "A",        "gradient",     "",               "x, b, A"),
    ("||A x - b||^2",  "x",        "differential", "",               "A, b, x, v"),
    ("a^T x",          "x",        "gradient",     "",               "a, x"),
    ("x^T A x",        "x",        "hessian",      "",               "A, x"),
    ("sum(x)",         "x",        "gradient",     "",               "x"),
    ("x^T A y",        ["x", "y"], "differential", "",               "A, x, y, dx, dy"),
    ("x[i]^2",         "x",        "gradient",     "",               "x, i"),
    ("tr(X) k",        "X",        "gradient",     "k: scalar",      "k, X"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "wrt", "form", "where", "arguments"), SIGNATURES)
def test_arguments_are_fs_variables_then_wrt_directions_open_dimensions(f, wrt, form, where, arguments):
    program = getattr(diff(f, wrt, where=where), form).code("numpy", name="made")
    assert f"def made({arguments}):" in program


def test_a_dimension_that_no_array_fixes_is_an_argument():
    assert "def ones(n):" in parse("2 ones(n)").code(name="ones")


def test_a_program_gives_what_evaluate_gives():
    d = diff("||A x - b||^2", "x")
    names: dict = {}
    exec(d.gradient.code("numpy", name="gradient"), names)
    A_, b_, x_ = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), np.array([1.0, 0.0, 1.0]), np.array([1.0, -1.0])
    made = names["gradient"](A_, b_, x_)
    assert made.tolist() == d.gradient.evaluate({"A": A_, "b": b_, "x": x_}).tolist()
    assert np.allclose(made, 2 * A_.T @ (A_ @ x_ - b_))


def test_a_target_or_a_name_that_is_none_is_refused():
    with pytest.raises(UnsupportedError, match="abacus"):
        x.code("abacus")
    with pytest.raises(UnsupportedError, match="cannot name a Python function"):
        x.code("numpy", name="f(): import os")


@pytest.mark.parametrize(
    ("text",             "where",                               "latex"),
    [
        ("1/n sum(x)",   "x: n",                                r"\frac{1}{n} \operatorname{sum}\left(\mathbf{x}\right)"),
        ("n x",          "x: n; n: scalar",                     r"n \mathbf{x}"),
        ("n x",          "n: 1 x m; x: m",                      r"\mathbf{n} \mathbf{x}"),
        ("g(h(x))",      "h: R^k -> R^n; g: R^n -> R",          r"g\left(\mathbf{h}(\mathbf{x})\right)"),
        ("s(x)",         "s: elementwise",                      r"s(\mathbf{x})"),
    ],
)  # fmt: skip
def test_in_latex_what_is_a_number_is_plain(text: str, where: str, latex: str) -> None:
    assert matcalc.parse(text, where).latex() == latex


@pytest.mark.parametrize(
    ("ask",                                            "said"),
    [
        (lambda: parse(5),                             "an expression is a text, not 5"),
        (lambda: diff(None, "x"),                      "an expression is a text or an Expr, not None"),
        (lambda: matcalc.simplify(5),                  "an expression is a text or an Expr, not 5"),
        (lambda: matcalc.check("x", "x", 1),           "an expression is a text or an Expr, not 1"),
        (lambda: diff("x", 5),                         "'5' is not the name of a variable"),
        (lambda: diff("x^T x", "x").gradient.evaluate(None),    "values are given by name"),
        (lambda: diff("x^T x", "x").gradient.evaluate({1: 2}),  "values are given by name"),
        (lambda: diff("u^T X v", "X").partial(1.5, 2), "an index is a name or an integer, not 1.5"),
        (lambda: diff("u^T X v", "X").partial(None, 2), "an index is a name or an integer, not None"),
        (lambda: matcalc.load_rules(5),                "a rule file is given by its path, not as 5"),
        (lambda: matcalc.load_rules("/nowhere.rules"), "cannot read the rules in /nowhere.rules: No such file or directory"),
    ],
)  # fmt: skip
def test_what_is_no_question_is_refused(ask: Callable[[], object], said: str) -> None:
    with pytest.raises(MatcalcError) as refused:
        ask()
    assert refused.value.message == said


def test_a_text_is_simplified_as_it_is_read() -> None:
    assert str(matcalc.simplify("A x + A^T x")) == "(A + A^T) x"


def test_shapes_that_are_given_back_declare() -> None:
    d = diff("c x^T A x", "x", "c: scalar")
    assert str(diff("c x^T A x", "x", d.shapes).gradient) == str(d.gradient)


def test_numbers_of_numpy_scale_and_its_arrays_do_not() -> None:
    x = parse("x")
    assert [str(np.float64(2) * x), str(np.int64(3) * x), str(x / np.float32(0.5))] == ["2 x", "3 x", "2 x"]
    with pytest.raises(TypeError):
        np.eye(3) @ x


def test_a_sum_that_has_a_name_keeps_the_sign_of_its_transpose() -> None:
    """t1 and -t1^T stand in this Hessian: no sign is drawn into a name."""
    where = "X: n x n invertible"
    hessian = diff("mean_rows(adj(D_sinm(X, X)))[2]", "X", where).hessian
    at = {"X": np.array([[1.2, 0.3, -0.4], [0.5, -1.1, 0.2], [0.1, 0.6, 0.9]])}
    assert " where t0 = " in str(hessian)
    assert np.allclose(parse(str(hessian), where).evaluate(at), hessian.evaluate(at))
