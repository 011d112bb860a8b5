"""The forms that are read off a derivative, sentence by sentence."""

import pytest

from matcalc import NotScalarError, ShapeError, UnsupportedError, diff

# ---- differential, gradient, Jacobian


def test_the_differential_always_exists_and_has_the_shape_of_f():
    assert diff("X^T A X", "X").differential.shape == diff("X^T A X", "X").f.shape
    assert str(diff("x^T A y", ["x", "A", "y"]).differential) == "x^T (A dy + dA y) + y^T A^T dx"


def test_the_gradient_has_the_shape_of_the_variable():
    assert str(diff("r A x", "r", where="r: 1 x m").gradient) == "x^T A^T"
    assert diff("r A x", "r", where="r: 1 x m").gradient.shape == (1, "m")
    assert diff("tr(A X)", "X").gradient.shape == diff("tr(A X)", "X").shapes["X"]
    assert diff("c^2", "c", where="c: scalar").gradient.shape == ()


def test_the_gradient_of_a_vector_function_names_the_jacobian_and_the_differential():
    with pytest.raises(NotScalarError) as refusal:
        _ = diff("A x", "x").gradient
    assert "jacobian" in refusal.value.hint
    assert "differential" in refusal.value.hint


JACOBIANS = [
    # f            wrt  where                      denominator                numerator
    ("A x",        "x", "",                        "A^T",                     "A"),
    ("x^T A",      "x", "",                        "A",                       "A^T"),
    ("r A",        "r", "r: 1 x m",                "A",                       "A^T"),
    ("A X C",      "X", "",                        "kron(C, A^T)",            "kron(C^T, A)"),
    ("a^T x",      "x", "",                        "a",                       "a^T"),
    ("tr(A^T X)",  "X", "",                        "vec(A)",                  "vec(A)^T"),
    ("t^2 b",      "t", "t: scalar",               "2 t b^T",                 "2 t b"),
    ("t^2 A",      "t", "t: scalar",               "2 t A",                   "2 t A"),
    ("g(x)",       "x", "x: n; g: R^n -> R^m",     "J(g, x)",                 "J(g, x)^T"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "wrt", "where", "denominator", "numerator"), JACOBIANS)
def test_both_layouts(f, wrt, where, denominator, numerator):
    d = diff(f, wrt, where=where)
    assert str(d.jacobian()) == str(d.jacobian("denominator")) == denominator
    assert str(d.jacobian("numerator")) == str(diff(f, wrt, where=where, layout="numerator").jacobian()) == numerator


def test_an_unknown_layout_is_refused():
    with pytest.raises(UnsupportedError, match="the layout is 'denominator' or 'numerator'"):
        diff("A x", "x").jacobian("row")


def test_for_a_list_gradient_and_jacobian_are_dicts():
    d = diff("x^T A y", ["x", "y"])
    assert {name: str(g) for name, g in d.gradient.items()} == {"x": "A y", "y": "A^T x"}
    made = diff("A x + B y", ["x", "y"]).jacobian()
    assert {name: str(j) for name, j in made.items()} == {"x": "A^T", "y": "B^T"}


RESULTS = [
    # f            wrt         where           form            result
    ("x^T A x",    "x",        "",             "gradient",     "(A + A^T) x"),
    ("tr(A X)",    "X",        "",             "gradient",     "A^T"),
    ("c^2",        "c",        "c: scalar",    "gradient",     "2 c"),
    ("A x",        "x",        "",             "jacobian",     "A^T"),
    ("x^T A",      "x",        "",             "jacobian",     "A"),
    ("c A",        "c",        "c: scalar",    "derivative",   "A"),
    ("c x",        "c",        "c: scalar",    "derivative",   "x"),
    ("c x^T",      "c",        "c: scalar",    "derivative",   "x^T"),
    ("A X C",      "X",        "",             "differential", "A H C"),
    ("X a",        "X",        "",             "differential", "H a"),
    ("x x^T",      "x",        "",             "differential", "v x^T + x v^T"),
    ("x^T y",      ["x", "y"], "",             "differential", "x^T dy + y^T dx"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "wrt", "where", "form", "result"), RESULTS)
def test_the_result_is_what_a_textbook_gives_for_these_shapes(f, wrt, where, form, result):
    d = diff(f, wrt, where=where)
    assert (d.form[0], str(d.result)) == (form, result)


# ---- second derivatives, partial derivatives


def test_hessians_by_a_vector_a_matrix_a_scalar():
    assert str(diff("x^T A x", "x").hessian) == "A + A^T"
    d = diff("tr(X A X^T)", "X", where="X: m x n; A: n x n")
    assert (str(d.hessian), d.hessian.shape) == ("kron(A + A^T, I(m))", ("m*n", "m*n"))
    assert str(diff("c^3", "c", where="c: scalar").hessian) == "6 c"


@pytest.mark.parametrize(
    ("f", "wrt", "hessian"),
    [
        ("||W .* (Y - a b^T)||_F^2", "a", "2 diag(W.^2 b.^2)"),
        ("||W .* (Y - a b^T)||_F^2", "b", "2 diag((W.^2)^T a.^2)"),
        ("||W .* (Y - a ones(n)^T)||_F^2", "a", "2 diag(W.^2 ones(n))"),
        (
            "sum(logsumexp_rows(Y + ones(m) c^T))",
            "c",
            "diag(softmax_rows(ones(m) c^T + Y)^T ones(m)) - softmax_rows(ones(m) c^T + Y)^T softmax_rows(ones(m) c^T + Y)",
        ),
        ("sum(cos(Y - a b^T))", "a", "-diag(cos(a b^T - Y) b.^2)"),
        ("1/4 ||Z - x x^T||_F^2", "x", "2 x x^T + x^T x I - 1/2 Z - 1/2 Z^T"),
        ("x^T (Z .* (x x^T)) x", "x", "2 (diag(x) (Z + Z^T) diag(x) + (x x^T) .* (Z + Z^T) + diag((Z + Z^T) x.^2))"),
    ],
)
def test_a_hessian_by_a_vector_has_no_kronecker_products_where_the_variable_stands_in_outer_products(f, wrt, hessian):
    d = diff(f, wrt, where="Y, W: m x n; Z: n x n; a: m; b, c, x: n")
    assert str(d.hessian) == hessian
    assert d.verify().ok


NETWORK = "x: 1 x m; W: m x n; b: 1 x n; V: n x k; c, y: 1 x k"


@pytest.mark.parametrize(
    ("f", "wrt", "result"),
    [
        ("-log(softmax(x W + b)) c^T", "b", "sum(c) softmax(x W + b) - c"),
        ("-log(softmax(x W + b)) c^T", "W", "x^T (sum(c) softmax(x W + b) - c)"),
        ("||tanh(x W + b) V - y||^2", "V", "2 tanh(x W + b)^T (tanh(x W + b) V - y)"),
        ("||tanh(x W + b) V - y||^2", "b", "2 (((tanh(x W + b) V - y) V^T) .* (1 - tanh(x W + b).^2))"),
        ("||tanh(x W + b) V - y||^2", "x", "2 (((tanh(x W + b) V - y) V^T) .* (1 - tanh(x W + b).^2)) W^T"),
        ("tanh(x W)", "W", "(x H) .* (1 - tanh(x W).^2)"),
    ],
)
def test_a_network_of_rows_has_rows_in_its_derivatives(f, wrt, result):
    where = NETWORK if "V" in f else NETWORK.replace("c, y: 1 x k", "c: 1 x n")
    d = diff(f, wrt, where=where)
    assert str(d.result) == result
    assert d.verify().ok


def test_transposes_within_a_hessian_meet():
    # a neo-Hookean solid: the gradient is mu (F - F^-T)
    d = diff("mu/2 tr(F^T F) - mu log(det(F))", "F", where="F: n x n; mu: scalar")
    assert str(d.hessian) == "mu (Kmat(n, n) kron(F^-T, F^-1) + I)"
    assert d.verify().ok


def test_a_hessian_needs_a_scalar_function_of_one_variable():
    with pytest.raises(NotScalarError, match="a Hessian needs a scalar function"):
        _ = diff("A x", "x").hessian
    with pytest.raises(UnsupportedError) as refusal:
        _ = diff("x^T A y", ["x", "y"]).hessian
    assert "mixed" in refusal.value.hint


def test_mixed_has_a_row_per_entry_of_the_first_and_a_column_per_entry_of_the_second():
    d = diff("x^T A y", ["x", "y"])
    assert (str(d.mixed("x", "y")), str(d.mixed("y", "x"))) == ("A", "A^T")
    assert str(diff("μ^T A ν", ["μ", "ν"], where="μ: m; ν: n").mixed("μ", "ν")) == "A"
    with pytest.raises(UnsupportedError, match="z is not among the variables x, y"):
        d.mixed("x", "z")


def test_the_second_differential_is_bilinear_in_two_directions():
    d = diff("x^T A x", "x").second_differential
    assert d.evaluate({"A": [[1.0, 2.0], [4.0, 8.0]], "x": [9.0, 9.0], "v": [1.0, 0.0], "w": [0.0, 1.0]}) == 2.0 + 4.0
    assert str(diff("tr(X^2)", "X").second_differential) == "2 tr(H K)"
    assert {name for name in ("H", "K", "V") if name in str(diff("tr(K X^2)", "X").second_differential)} == {
        "H",
        "K",
        "V",
    }
    assert str(diff("c^3", "c", where="c: scalar").second_differential) == "6 c h k"


def test_partial_derivatives_count_from_1():
    d = diff("u^T X v", "X")
    assert str(d.partial("i", "j")) == "u[i]*v[j]"
    assert str(d.partial(1, 2)) == "u[1]*v[2]"
    with pytest.raises(ShapeError, match="two indices"):
        d.partial("i")


# ---- structure


def test_structure_of_the_gradient_by_a_symmetric_matrix():
    shown = {
        structure: str(diff("x^T X y", "X", where="X: n x n symmetric", structure=structure).gradient)
        for structure in (None, "projected", "independent")
    }
    assert shown == {
        None: "x y^T",
        "projected": "1/2 (x y^T + y x^T)",
        "independent": "x y^T + y x^T - diag(x .* y)",
    }


def test_a_structured_gradient_needs_a_square_matrix():
    with pytest.raises(ShapeError):
        _ = diff("x^T X y", "X", where="X: m x n", structure="projected").gradient


# ---- properties of the variable never touch f


def test_an_orthogonal_variable_does_not_make_its_square_constant():
    d = diff("tr(X^T X)", "X", where="X: n x n orthogonal")
    assert (str(d.differential), str(d.gradient)) == ("2 tr(X^T H)", "2 X")
    assert str(diff("X^T X", "X", where="X: n x n orthogonal").differential) == "H^T X + X^T H"


def test_a_symmetric_variable_does_not_merge_what_has_different_gradients():
    where = "X: n x n symmetric; A: n x n"
    assert str(diff("tr(X^T A)", "X", where=where).gradient) == "A"
    assert str(diff("tr(X A)", "X", where=where).gradient) == "A^T"


def test_properties_of_the_variable_enter_only_what_is_shown():
    assert str(diff("logdet(X)", "X", where="X: n x n symmetric invertible").gradient) == "X^-1"
    assert str(diff("logdet(X)", "X", where="X: n x n invertible").gradient) == "X^-T"


def test_and_never_come_between_the_first_and_the_second_derivative():
    # G = X^-T; DG[H] = -X^-T H^T X^-T, shown as -X^-1 H^T X^-1.  From the shown X^-1 it would be -X^-1 H X^-1.
    d = diff("logdet(X)", "X", where="X: n x n symmetric invertible")
    assert str(d.second_differential) == "-tr(X^-1 H X^-1 K)"
    assert str(d.hessian) == "-kron(X^-1, X^-1) Kmat(n, n)"
    assert str(diff("||x||^2", "x", where="x: n unit").hessian) == "2 I(n)"


def test_properties_of_other_variables_are_used():
    assert str(diff("x^T A x", "x", where="A: n x n symmetric").gradient) == "2 A x"
