r"""LaTeX of a tree, as the lecture writes it: \mathbf{x}^\top \mathbf{A} \mathbf{x}."""

from __future__ import annotations

import pytest

from matcalc.algebra.functions import FUNCTIONS, INTERNAL
from matcalc.syntax.latex import NOTATIONS, latex
from matcalc.syntax.tree import Tree
from tests.syntax.trees import (
    call,
    entrydiv,
    entrypow,
    gradient,
    hadamard,
    index,
    inverse,
    jacobian,
    kron,
    name,
    names,
    neg,
    norm,
    number,
    over,
    power,
    slope,
    star,
    sum_,
    times,
    transpose,
    where,
)  # fmt: skip

a, b, i, j, k, m, n, u, v, w, x, y = names("a b i j k m n u v w x y")
A, B, C, U, V, X = names("A B C U V X")
one, two, three, half = number(1), number(2), number(3), over(number(1), number(2))
xT = transpose(x)

RANKS = (
    dict.fromkeys("aikjmn", 0) | dict.fromkeys("buvwxyh", 1) | dict.fromkeys("ABCUVX", 2) | {"f": 0, "g": 0, "Phi": 2}
)

# tree, its LaTeX under RANKS
CASES = [
    # the lecture's own formulas
    (times(xT, A, x),                           r"\mathbf{x}^\top \mathbf{A} \mathbf{x}"),
    (times(A, X, C),                            r"\mathbf{A} \mathbf{X} \mathbf{C}"),
    (times(transpose(u), X, v),                 r"\mathbf{u}^\top \mathbf{X} \mathbf{v}"),
    (slope("h", x, v),                          r"D\mathbf{h}(\mathbf{x})[\mathbf{v}]"),
    (slope("g", call("h", x), slope("h", x, v)),
     r"Dg\left(\mathbf{h}(\mathbf{x})\right)\left[D\mathbf{h}(\mathbf{x})[\mathbf{v}]\right]"),
    (transpose(slope("h", x, v)),               r"\left(D\mathbf{h}(\mathbf{x})[\mathbf{v}]\right)^\top"),
    (gradient("g", x),                          r"\nabla g(\mathbf{x})"),
    (Tree("hess", (x,), "g"),                   r"\nabla^{2} g(\mathbf{x})"),
    (slope("h", x, u, v, order=2),              r"D^{2}\mathbf{h}(\mathbf{x})[\mathbf{u}, \mathbf{v}]"),
    (transpose(gradient("g", x)),               r"\left(\nabla g(\mathbf{x})\right)^\top"),
    (jacobian("h", x),                          r"J_{\mathbf{h}}(\mathbf{x})"),
    (slope("h", x, y, u, v),                    r"D\mathbf{h}(\mathbf{x}, \mathbf{y})[\mathbf{u}, \mathbf{v}]"),
    (call("f", sum_(x, y)),                     r"f\left(\mathbf{x} + \mathbf{y}\right)"),
    # sums, signs, products, fractions
    (sum_(times(A, x), neg(b)),                 r"\mathbf{A} \mathbf{x} - \mathbf{b}"),
    (neg(sum_(x, y)),                           r"-\left(\mathbf{x} + \mathbf{y}\right)"),
    (sum_(neg(x), neg(sum_(y, b))),             r"-\mathbf{x} - \left(\mathbf{y} + \mathbf{b}\right)"),
    (times(A, sum_(x, y)),                      r"\mathbf{A} \left(\mathbf{x} + \mathbf{y}\right)"),
    (times(A, times(B, x)),                     r"\mathbf{A} \left(\mathbf{B} \mathbf{x}\right)"),
    (star(a, A),                                r"a \mathbf{A}"),
    (times(x, neg(y)),                          r"\mathbf{x} \left(-\mathbf{y}\right)"),
    (star(two, three),                          r"2 \cdot 3"),
    (star(a, power(two, k)),                    r"a \cdot 2^{k}"),
    (times(two, half),                          r"2 \cdot \frac{1}{2}"),
    (times(half, xT, A, x),                     r"\frac{1}{2} \mathbf{x}^\top \mathbf{A} \mathbf{x}"),
    (over(sum_(a, one), times(two, n)),         r"\frac{a + 1}{2 n}"),
    (times(over(times(a, n), m), x),            r"\frac{a n}{m} \mathbf{x}"),
    (times(a, over(one, n)),                    r"a \frac{1}{n}"),
    (over(over(a, m), n),                       r"\frac{\frac{a}{m}}{n}"),
    (number("2.5e-3"),                          r"2.5 \cdot 10^{-3}"),
    (times(number("1e+3"), x),                  r"10^{3} \mathbf{x}"),
    # entry by entry, Kronecker
    (hadamard(x, y, b),                         r"\mathbf{x} \odot \mathbf{y} \odot \mathbf{b}"),
    (hadamard(times(A, x), b),                  r"\left(\mathbf{A} \mathbf{x}\right) \odot \mathbf{b}"),
    (times(two, hadamard(x, y)),                r"2 \left(\mathbf{x} \odot \mathbf{y}\right)"),
    (entrydiv(one, x),                          r"1 \oslash \mathbf{x}"),
    (hadamard(half, x),                         r"\frac{1}{2} \odot \mathbf{x}"),
    (kron(transpose(B), A),                     r"\mathbf{B}^\top \otimes \mathbf{A}"),
    (times(kron(A, B), x),                      r"\left(\mathbf{A} \otimes \mathbf{B}\right) \mathbf{x}"),
    # postfix
    (inverse(A),                                r"\mathbf{A}^{-1}"),
    (transpose(inverse(A)),                     r"\mathbf{A}^{-\top}"),
    (inverse(transpose(A)),                     r"\left(\mathbf{A}^\top\right)^{-1}"),
    (transpose(power(X, two)),                  r"\left(\mathbf{X}^{2}\right)^\top"),
    (power(X, neg(two)),                        r"\mathbf{X}^{-2}"),
    (power(a, neg(half)),                       r"a^{-1/2}"),
    (power(a, over(sum_(k, one), two)),         r"a^{\frac{k + 1}{2}}"),
    (power(a, power(name("b_9"), k)),           r"a^{b_{9}^{k}}"),
    (power(over(a, n), two),                    r"\left(\frac{a}{n}\right)^{2}"),
    (entrypow(x, two),                          r"\mathbf{x}^{\odot 2}"),
    (entrypow(x, neg(one)),                     r"\mathbf{x}^{\odot \left(-1\right)}"),
    (entrypow(x, half),                         r"\mathbf{x}^{\odot 1/2}"),
    # entries are scalars
    (index(X, i, j),                            r"X_{i,j}"),
    (power(index(x, i), two),                   r"x_{i}^{2}"),
    (index(X, sum_(i, one), number(3)),         r"X_{i + 1,3}"),
    (index(name("Phi"), i, j),                  r"\Phi_{i,j}"),
    (index(name("W_1"), i, j),                  r"\left(\mathbf{W}_{1}\right)_{i,j}"),
    (index(times(A, x), i),                     r"\left(\mathbf{A} \mathbf{x}\right)_{i}"),
    # norms
    (norm(x),                                   r"\lVert \mathbf{x} \rVert"),
    (power(norm(x, "2"), two),                  r"\lVert \mathbf{x} \rVert_2^{2}"),
    (norm(sum_(x, neg(y)), "1"),                r"\lVert \mathbf{x} - \mathbf{y} \rVert_1"),
    (norm(x, "inf"),                            r"\lVert \mathbf{x} \rVert_\infty"),
    (norm(A, "F"),                              r"\lVert \mathbf{A} \rVert_F"),
    (norm(A, "*"),                              r"\lVert \mathbf{A} \rVert_*"),
    # functions and constants
    (call("tr", times(A, B)),                   r"\operatorname{tr}\left(\mathbf{A} \mathbf{B}\right)"),
    (call("exp", x),                            r"\exp\left(\mathbf{x}\right)"),
    (call("maximum", x, y),                     r"\max\left(\mathbf{x}, \mathbf{y}\right)"),
    (call("softmax_rows", X),                   r"\operatorname{softmax\_rows}\left(\mathbf{X}\right)"),
    (call("det", X),                            r"\det\left(\mathbf{X}\right)"),
    (call("logdet", X),                         r"\log\left|\det \mathbf{X}\right|"),
    (call("logdet", times(A, B)),               r"\log\left|\det \left(\mathbf{A} \mathbf{B}\right)\right|"),
    (power(call("logdet", X), two),             r"\left(\log\left|\det \mathbf{X}\right|\right)^{2}"),
    (call("abs", a),                            r"\left|a\right|"),
    (call("sqrt", sum_(a, one)),                r"\sqrt{a + 1}"),
    (call("dot", x, y),                         r"\left\langle \mathbf{x}, \mathbf{y} \right\rangle"),
    (call("pinv", sum_(A, B)),                  r"\left(\mathbf{A} + \mathbf{B}\right)^{+}"),
    (transpose(call("pinv", A)),                r"\left(\mathbf{A}^{+}\right)^\top"),
    (call("lambda_max", A),                     r"\lambda_{\max}\left(\mathbf{A}\right)"),
    (call("D_expm", A, U),                      r"D\operatorname{expm}\left(\mathbf{A}\right)\left[\mathbf{U}\right]"),
    (call("unvec", v, m, n),                    r"\operatorname{unvec}_{m \times n}\left(\mathbf{v}\right)"),
    (call("I"),                                 r"\mathbf{I}"),
    (call("I", times(name("p"), name("q"))),    r"\mathbf{I}_{p q}"),
    (call("ones", name("p")),                   r"\mathbf{1}_{p}"),
    (call("ones", m, n),                        r"\mathbf{1}_{m \times n}"),
    (call("zeros", m, n),                       r"\mathbf{0}"),
    (call("e", i, n),                           r"\mathbf{e}_{i}"),
    (call("unit", i, j, m, n),                  r"\mathbf{1}_{i,j}"),
    (times(call("Kmat", m, n), call("vec", X)), r"\mathbf{K}_{m,n} \operatorname{vec}\left(\mathbf{X}\right)"),
    (times(two, call("pi")),                    r"2 \pi"),
    (where(times(name("t_0"), x), t_0=over(a, n), t_1=A),
     r"\mathbf{t}_{0} \mathbf{x} \quad\text{where}\quad \mathbf{t}_{0} = \frac{a}{n},\ \mathbf{t}_{1} = \mathbf{A}"),
]  # fmt: skip


@pytest.mark.parametrize(("tree", "expected"), CASES)
def test_latex(tree: Tree, expected: str) -> None:
    assert latex(tree, RANKS) == expected


# name, its rank or None where it is not known, its LaTeX
NAMES = [
    ("x",         1,    r"\mathbf{x}"),
    ("x",         0,    r"x"),
    ("x",         None, r"\mathbf{x}"),
    ("lambda",    None, r"\lambda"),
    ("lambda",    1,    r"\boldsymbol{\lambda}"),
    ("Sigma",     None, r"\boldsymbol{\Sigma}"),
    ("Sigma",     0,    r"\Sigma"),
    ("mu_1",      None, r"\mu_{1}"),
    ("mu0",       1,    r"\boldsymbol{\mu}_{0}"),
    ("W_1",       2,    r"\mathbf{W}_{1}"),
    ("W_ij",      0,    r"W_{ij}"),
    ("w_max",     1,    r"\mathbf{w}_{\mathrm{max}}"),
    ("w_alpha",   1,    r"\mathbf{w}_{\alpha}"),
    ("x1",        1,    r"\mathbf{x}_{1}"),
    ("x1_2",      1,    r"\mathbf{x1}_{2}"),
    ("x1_2",      0,    r"\mathit{x1}_{2}"),
    ("loss",      0,    r"\mathit{loss}"),
    ("weights",   2,    r"\mathbf{weights}"),
    ("a_b_c",     0,    r"a_{\mathrm{b\_c}}"),
    ("x_a_",      0,    r"x_{a\_}"),
    ("Omicron",   2,    r"\mathbf{Omicron}"),
    ("50%#$&{}",  1,    r"\mathbf{50\%\#\$\&\{\}}"),
    ("\\input",   0,    r"\mathit{\backslash input}"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "rank", "expected"), NAMES)
def test_name(text: str, rank: int | None, expected: str) -> None:
    assert latex(name(text), None if rank is None else {text: rank}) == expected


def test_x1_and_x_1_are_drawn_apart() -> None:
    assert latex(sum_(name("x1"), name("x_1"))) == r"\mathbf{x1} + \mathbf{x}_{1}"


def test_a_size_is_plain_without_ranks_and_a_variable_is_not() -> None:
    assert latex(times(call("I", n), n)) == r"\mathbf{I}_{n} \mathbf{n}"


@pytest.mark.parametrize("function", sorted(set(FUNCTIONS) - INTERNAL))
def test_every_function_has_its_latex(function: str) -> None:
    """No function name stands bare, where LaTeX would set it as a product of letters."""
    arguments = [x] * (3 if function == "unvec" else FUNCTIONS[function].arity)
    text = latex(call(function, *arguments))
    assert "\\" + function in text or function not in text.replace(rf"\operatorname{{{function}", "")
    assert text.count("{") == text.count("}")
    assert text.count(r"\left") - text.count(r"\leftarrow") == text.count(r"\right")


def test_every_notation_is_a_function_or_a_constant() -> None:
    assert {function for function, _ in NOTATIONS} <= {*FUNCTIONS, "I", "ones", "zeros", "e", "unit", "Kmat", "pi"}


def test_a_head_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(ValueError, match="no such head: matrix"):
        latex(Tree("matrix"))


@pytest.mark.parametrize(
    "grow", [neg, norm, transpose, inverse, lambda t: times(t, x), lambda t: over(x, t), lambda t: call("exp", t)]
)
def test_a_tree_of_depth_100_000_prints(grow) -> None:  # type: ignore[no-untyped-def]
    tree = x
    for _ in range(100_000):
        tree = grow(tree)
    assert r"\mathbf{x}" in latex(tree)
