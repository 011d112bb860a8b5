"""The chain rule in the lecture's forms; what each form is for a given g and h has the value of the derivative."""

import pytest

import matcalc
from matcalc import diff
from matcalc.numeric.evaluation import evaluate
from matcalc.syntax.printing import ascii_text
from matcalc.syntax.understanding import understand

LECTURE = """\
h: R^k -> R^n, h(x)
g: R^n -> R, g(u)
c = Dh(x)[v]    [how h changes]
Df(x)[v] = Dg(h(x))[Dh(x)[v]]    [one linear map after the other]
  = <grad g(h(x)), c>    [inner product]
  = (grad g(h(x)))^T c    [row times column]
  = c^T grad g(h(x))    [its transpose: it is a number]
c = (<grad h_1(x), v>, ..., <grad h_n(x), v>)^T    [component by component: inner products]
  = (v^T grad h_1(x), ..., v^T grad h_n(x))^T    [as products of a row and a column]
c^T = v^T (grad h_1(x), ..., grad h_n(x))    [as a row]
  = v^T J(h, x)    [k x n, its columns are the gradients of h_1 to h_n]
Df(x)[v] = (grad g(h(x)))^T J(h, x)^T v    [as matrix products]
  = v^T J(h, x) grad g(h(x))    [v transposed, the Jacobian of h, the gradient of g]
grad f(x) = J(h, x) grad g(h(x))    [k x n times n]
df/dx_i = sum_j dh_j/dx_i dg/du_j    [partial derivatives: one entry of the gradient]
gradient = J(h, x) grad(g, h(x))    [textbook form]"""


def test_the_forms_of_the_lecture():
    assert str(diff("g(h(x))", "x", "h: R^k -> R^n; g: R^n -> R; x: k").chain()) == LECTURE


CONCRETE = [
    # f                        wrt  inner        where
    ("||A x - b||_2^2",       "x", None,        "A: m x n; x: n; b: m"),
    ("log(sum(exp(A x)))",    "x", None,        "A: m x n; x: n"),
    ("log(sum(exp(A x)))",    "x", "A x",       "A: m x n; x: n"),
    ("u^T tanh(A x)",         "x", "A x",       "A: m x n; x: n; u: m"),
    ("softmax(A x)",          "x", None,        "A: m x n; x: n"),
    ("sin(A x) .* b",         "x", "A x",       "A: m x n; x: n; b: m"),
    ("exp(x^T x)",            "x", None,        "x: n"),
    ("sin(t^2)",              "t", None,        "t: scalar"),
    ("logdet(A + X^T X)",     "X", None,        "A: n x n; X: m x n"),
    ("A inv(X) B",            "X", None,        "A: m x n; X: n x n; B: n x p"),
]  # fmt: skip

SIZES = {"m": 2, "n": 3, "p": 4}


def _value(tree, d, names):
    declarations = d.differential.declarations
    read = understand(ascii_text(tree), declarations, directions=[d.direction])
    import numpy as np

    random = np.random.default_rng(3)
    values = {}
    for name, variable in declarations.variables.items():
        shape = [side.evaluate(SIZES) for side in variable.shape]
        values[name] = random.uniform(0.5, 1.5, [side for side in shape if side != 1])
    return np.ravel(evaluate(read.node, {name: values[name] for name in names(read)}, d.differential.known()))


@pytest.mark.parametrize(("f", "wrt", "inner", "where"), CONCRETE)
def test_every_form_is_the_derivative(f, wrt, inner, where):
    """Forms of Df are Df, of the gradient the gradient, of a Jacobian the Jacobian in its layout."""
    import numpy as np

    d = diff(f, wrt, where)
    chain = d.chain(inner)

    def names(read):
        return list(read.typing.variables)

    start, seen = "", 0
    for form in chain.forms:
        start = form.text.partition(" =")[0].strip() or start
        if form.here is None or start.lower().startswith("c"):
            continue
        expected = {
            "Df": lambda: d.differential,
            "gr": lambda: d.gradient,
            "f'": lambda: d.gradient,
            "J(": lambda start=start: d.jacobian("numerator" if start.endswith("^T") else "denominator"),
        }[start[:2]]()
        found = _value(form.here, d, names)
        np.testing.assert_allclose(found, _value(expected.tree, d, names), rtol=1e-10, err_msg=form.text)
        seen += 1
    assert seen


def test_a_name_that_f_has_is_not_used_again():
    text = str(diff("sum(exp(c g h u))", "u", "c, g, h: scalar; u: n").chain())
    assert text.splitlines()[:2] == ["k: R^n -> R^n, k(u) = exp(c g h u)", "p: R^n -> R, p(z) = sum(z)"]


REFUSED = [
    ("x^T A x", None,  "f is no function of one inner expression in x alone"),
    ("x^T A x", "A x", "f is not seen to be a function of A x alone"),
    ("A x",     None,  "f is no function of one inner expression in x alone"),
    ("sin(x)",  "x",   "x is the variable itself"),
    ("sin(x)",  "sin(x)", "sin(x) is f itself"),
    ("sin(A x)", "A",  "A does not depend on x"),
    ("exp(x^T x)", "2 x^T x", "f is not seen to be a function of 2 x^T x alone"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "inner", "message"), REFUSED)
def test_what_is_no_chain_is_refused(f, inner, message):
    with pytest.raises(matcalc.UnsupportedError) as refused:
        diff(f, "x").chain(inner)
    assert refused.value.message == message


def test_spaces_and_sizes_in_latex():
    lines = diff("||A x - b||_2^2 / n", "x", "A: m x n").chain().latex().splitlines()
    assert (
        lines[1]
        == r"&h\colon \mathbb{R}^{n} \to \mathbb{R}^{m},\ h(\mathbf{x}) = \mathbf{A} \mathbf{x} - \mathbf{b} \\"
    )
    assert lines[2].endswith(r"= \frac{\mathbf{u}^\top \mathbf{u}}{n} \\")
    lines = diff("logdet(I + X X^T)", "X", "X: m x n").chain().latex().splitlines()
    assert lines[1].startswith(r"&h\colon \mathbb{R}^{m \times n} \to \mathbb{R}^{m \times m},\ h(\mathbf{X}) = ")


def test_latex_and_plain_data():
    chain = diff("exp(x^T x)", "x").chain()
    assert r"\nabla f(\mathbf{x}) &= g'(h(\mathbf{x})) \nabla h(\mathbf{x}) = " in chain.latex()
    assert chain.data()[0] == {"form": "c = Dh(x)[v]", "here": "2 x^T v", "reason": "how h changes"}
    lecture = diff("g(h(x))", "x", "h: R^k -> R^n; g: R^n -> R; x: k").chain().latex()
    assert r"\mathbf{c}^\top &= \mathbf{v}^\top (\nabla h_{1}(\mathbf{x}), \dots, \nabla h_{n}(\mathbf{x}))" in lecture
