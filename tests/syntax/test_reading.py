"""What a text says: the tree of every way of writing, its places, and that nothing breaks reading."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcalc.errors import MatcalcError
from matcalc.syntax.declarations import NOTHING, read_declarations
from matcalc.syntax.reading import read, read_with_notes
from matcalc.syntax.rule_lines import read_rule
from matcalc.syntax.tree import postorder
from tests.syntax.sketching import sketch

FUNCTIONS = read_declarations("g: R^n -> R^m; Q: R^n, R^m -> R^p bilinear; f: elementwise")


# text                        tree
PRODUCTS = [
    ("A B",                   "times(A, B)"),
    ("A*B",                   "times:*(A, B)"),
    ("A @ B",                 "times:*(A, B)"),
    ("A · B ⋅ C",             "times:*(times:*(A, B), C)"),
    ("A \\cdot B",            "times:*(A, B)"),
    ("2x",                    "times(2, x)"),
    (".5 x",                  "times(.5, x)"),
    ("2.*x",                  "hadamard(2, x)"),
    ("A .* B ⊙ C ∘ D",        "hadamard(hadamard(hadamard(A, B), C), D)"),
    ("a ./ b",                "entrydiv(a, b)"),
    ("A ⊗ B \\otimes C",      "kron(kron(A, B), C)"),
    ("A x .* b",              "hadamard(times(A, x), b)"),
    ("a / b * c",             "times:*(over(a, b), c)"),
    ("1/2 x^T A x",           "times(times(times(over(1, 2), transpose(x)), A), x)"),
    ("lambda/2 ||x||^2",      "times(over(lambda, 2), power(norm(x), 2))"),
    ("1/n sum(x)",            "times(over(1, n), call:sum(x))"),
    ("1/n^2 x",               "times(over(1, power(n, 2)), x)"),
    ("1/(2n) x",              "times(over(1, times(2, n)), x)"),
    ("1/2 n",                 "times(over(1, 2), n)"),
    ("-x^T y^2",              "neg(times(transpose(x), power(y, 2)))"),
    ("a - -b + +c",           "sum(a, neg(neg(b)), c)"),
    ("a * -b c",              "times(times:*(a, neg(b)), c)"),
    ("a − b",                 "sum(a, neg(b))"),
    ("a + (b + c) - d",       "sum(a, sum(b, c), neg(d))"),
]  # fmt: skip
POSTFIX = [
    ("A^T B",                 "times(transpose(A), B)"),
    ("A'",                    "transpose(A)"),
    ("Aᵀ B⊤",                 "times(transpose(A), transpose(B))"),
    ("A^{T} A^\\top",         "times(transpose(A), transpose(A))"),
    ("x''",                   "transpose(transpose(x))"),
    ("x^T(A x + b)",          "times(transpose(x), sum(times(A, x), b))"),
    ("A^-1",                  "inverse(A)"),
    ("A^{-1} B⁻¹ inv(C)",     "times(times(inverse(A), inverse(B)), inverse(C))"),
    ("A^-T B⁻ᵀ C^{-T}",       "times(times(transpose(inverse(A)), transpose(inverse(B))), transpose(inverse(C)))"),
    ("A^−1",                  "inverse(A)"),
    ("A^-2 B⁻²",              "times(power(A, neg(2)), power(B, neg(2)))"),
    ("A^2 B² c³",             "times(times(power(A, 2), power(B, 2)), power(c, 3))"),
    ("A^k c^p x^{k+1}",       "times(times(power(A, k), power(c, p)), power(x, sum(k, 1)))"),
    ("A^(1/2)",               "power(A, over(1, 2))"),
    ("c^-k",                  "power(c, neg(k))"),
    ("x^k(A + B)",            "times(power(x, k), sum(A, B))"),
    ("x^-k(A + B)",           "times(power(x, neg(k)), sum(A, B))"),
    ("x^2/2",                 "over(power(x, 2), 2)"),
    ("x^-1 / 2",              "over(inverse(x), 2)"),
    ("X.^2 x .^ -1 y.^(-1)",  "times(times(entrypow(X, 2), entrypow(x, neg(1))), entrypow(y, neg(1)))"),
    ("X .^ k",                "entrypow(X, k)"),
    ("(A^-1)^2",              "power(inverse(A), 2)"),
    ("inv(A)^2",              "power(inverse(A), 2)"),
    ("A^T^2",                 "power(transpose(A), 2)"),
    ("X[i,j] x[2] X[i+1, n]", "times(times(index(X, i, j), index(x, 2)), index(X, sum(i, 1), n))"),
    ("(A x)[i]^2",            "power(index(times(A, x), i), 2)"),
]  # fmt: skip
NORMS = [
    ("||x||",                 "norm(x)"),
    ("‖x‖",                   "norm(x)"),
    ("∥x∥_2",                 "norm:2(x)"),
    ("||x||_2 + ||x||_1",     "sum(norm:2(x), norm:1(x))"),
    ("||x||_inf ||A||_{F}",   "times(norm:inf(x), norm:F(A))"),
    ("||x||_∞ ‖A‖_*",         "times(norm:inf(x), norm:*(A))"),
    ("‖x‖₂²",                 "power(norm:2(x), 2)"),
    ("||x||_2^2",             "power(norm:2(x), 2)"),
    ("||x||^2_2",             "power(norm:2(x), 2)"),
    ("||x||^{2}_{2}",         "power(norm:2(x), 2)"),
    ("||A|| ||B||",           "times(norm(A), norm(B))"),
    ("||A||||B||",            "times(norm(A), norm(B))"),
    ("||A||B||C||",           "times(times(norm(A), B), norm(C))"),
    ("|| ||x||_2 y ||_1",     "norm:1(times(norm:2(x), y))"),
    ("||A * ||x|| ||",        "norm(times:*(A, norm(x)))"),
    ("||(||x|| y)||",         "norm(times(norm(x), y))"),
]  # fmt: skip
CALLS = [
    ("tr(A)^2",               "power(call:tr(A), 2)"),
    ("tr (A) B",              "times(call:tr(A), B)"),
    ("log det X^T + y",       "sum(call:log(call:det(transpose(X))), y)"),
    ("2 tr A",                "times(2, call:tr(A))"),
    ("log 2",                 "call:log(2)"),
    ("trace(A) + ln(x)",      "sum(call:tr(A), call:log(x))"),
    ("max(a, b) min(a, b)",   "times(call:maximum(a, b), call:minimum(a, b))"),
    ("max(x) + min(x)",       "sum(call:max(x), call:min(x))"),
    ("kron(A, B)^T",          "transpose(kron(A, B))"),
    ("softmax_rows(X)",       "call:softmax_rows(X)"),
    ("unvec(v, m, n)",        "call:unvec(v, m, n)"),
    ("dot(a, b)",             "call:dot(a, b)"),
    ("D_expm(A, H)",          "call:D_expm(A, H)"),
    ("I x + I_n y + I(n) z",  "sum(times(call:I, x), times(call:I(n), y), times(call:I(n), z))"),
    ("I(m*n) I(m n) I_3",     "times(times(call:I(times:*(m, n)), call:I(times(m, n))), call:I(3))"),
    ("I_n (A + B)",           "times(call:I(n), sum(A, B))"),
    ("ones(n) ones(m, n)",    "times(call:ones(n), call:ones(m, n))"),
    ("e(i, n) e",             "times(call:e(i, n), e)"),
    ("unit(i, j, m, n)",      "call:unit(i, j, m, n)"),
    ("Kmat(m, n) zeros(n)",   "times(call:Kmat(m, n), call:zeros(n))"),
    ("2 pi r + π",            "sum(times(times(2, pi), r), pi)"),
    ("g(x) + f(y)",           "sum(call:g(x), call:f(y))"),
    ("D(g, x)[v]",            "D:g(x, v)"),
    ("D(Q, a, c)[v, w]",      "D:Q(a, c, v, w)"),
    ("J(g, A x)^T grad(g, x)", "times(transpose(J:g(times(A, x))), grad:g(x))"),
    ("t0 x where t0 = x^T x", "where:t0(times(t0, x), times(transpose(x), x))"),
    ("s where t = x; s = t",  "where:t,s(s, x, t)"),
]  # fmt: skip
NAMES = [
    ("λ x₁ + µ μ",            "sum(times(lambda, x_1), times(mu, mu))"),
    ("Σ_{xx} W_ij w_{ij}",    "times(times(Sigma_xx, W_ij), w_ij)"),
    ("xᵢ x₁₂ ϵ",              "times(times(x_i, x_12), epsilon)"),
    ("x1 x_1 mu0",            "times(times(x1, x_1), mu0)"),
    ("A(x + y)^T + A",        "sum(times(A, transpose(sum(x, y))), A)"),
    ("A (x + y)",             "times(A, sum(x, y))"),
    ("Sigma (x - mu)",        "times(Sigma, sum(x, neg(mu)))"),
    ("D x + D (y)",           "sum(times(D, x), times(D, y))"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "tree"), [*PRODUCTS, *POSTFIX, *NORMS, *CALLS, *NAMES])
def test_what_a_text_says(text: str, tree: str) -> None:
    assert sketch(read(text, FUNCTIONS)) == tree


@pytest.mark.parametrize(
    ("text", "wrt", "where", "tree"),
    [
        ("A(x + y)",    ["A"],   None,                       "times(A, sum(x, y))"),
        ("A(x + y)",    [],      "A: m x n",                 "times(A, sum(x, y))"),
        ("n(x + y)",    [],      "x: n",                     "times(n, sum(x, y))"),
        ("loss^2",      ["loss"], None,                      "power(loss, 2)"),
        ("Σ₁ x",        ["Σ₁"],  None,                       "times(Sigma_1, x)"),
        ("data^T data", [],      "data: n",                  "times(transpose(data), data)"),
        ("x^T y",       [],      "T: n x n",                 "times(transpose(x), y)"),
        ("X'^(T)",      [],      "T: scalar",                "power(transpose(X), T)"),
        ("c^t A^H",     [],      "t: scalar; H: scalar",     "times(power(c, t), power(A, H))"),
        ("c^Tmax",      [],      "Tmax: scalar",             "power(c, Tmax)"),
        ("e^x",         [],      "e: scalar",                "power(e, x)"),
        ("I(x + y)",    [],      "I: m x n",                 "times(I, sum(x, y))"),
        ("I_n x",       [],      "I_n: n x n",               "times(I_n, x)"),
        ("e(i, n)^T e", [],      "e: n",                     "times(transpose(call:e(i, n)), e)"),
        ("D(g, x)[v] D", [],     "D: n x n; g: R^n -> R^n",  "times(D:g(x, v), D)"),
        ("D(x + y)",    [],      "D: n x n",                 "times(D, sum(x, y))"),
    ],
)  # fmt: skip
def test_declared_names_decide(text: str, wrt: list[str], where: str | None, tree: str) -> None:
    assert sketch(read(text, read_declarations(where), wrt)) == tree


def test_directions_are_names() -> None:
    assert sketch(read("A dX", NOTHING, ["X"], ["dX"])) == "times(A, dX)"


@pytest.mark.parametrize(
    ("text", "where", "notes"),
    [
        ("e + x",   "e: n",      ["e is your variable here, not the unit vector e(i, n)"]),
        ("I x",     "I: scalar", ["I is your variable here, not the identity matrix"]),
        ("D x",     "D: n x n",  ["D is your variable here, not the differential D(h, x)[v]"]),
        ("pi",      "pi: n",     ["pi is your variable here, not the number pi"]),
        ("2 unit",  "unit: n",   ["unit is your variable here, not the matrix unit unit(i, j, m, n)"]),
        ("x + 1",   "e: n",      []),
        ("e(i, n)", "e: n",      []),
    ],
)  # fmt: skip
def test_a_variable_that_hides_a_constant_is_noted(text: str, where: str, notes: list[str]) -> None:
    assert list(read_with_notes(text, read_declarations(where))[1]) == notes


@pytest.mark.parametrize("text", [row[0] for row in [*PRODUCTS, *POSTFIX, *NORMS, *CALLS, *NAMES]])
def test_every_part_knows_its_place(text: str) -> None:
    root = read(text, FUNCTIONS)
    assert text[slice(*root.span)] == text.removeprefix("+")
    for part in postorder(root):
        assert 0 <= part.span[0] < part.span[1] <= len(text)
        for child in part.children:
            assert part.span[0] <= child.span[0]
            assert child.span[1] <= part.span[1]


def test_brackets_are_kept_in_mind() -> None:
    assert read("(a + b)").bracketed
    assert read("((a))").span == (0, 5)
    assert not read("a + b").bracketed
    assert read("kron(A, B)").bracketed


DEEP = 10_000


@pytest.mark.parametrize(
    "text",
    [
        "(" * DEEP + "x" + ")" * DEEP,
        "exp(" * DEEP + "x" + ")" * DEEP,
        "tr " * DEEP + "X",
        "X" + "'" * DEEP,
        "-" * DEEP + "x",
        "(x + " * DEEP + "x" + ")" * DEEP,
        "||" * DEEP + "x" + "||" * DEEP,
        "x^{" * DEEP + "2" + "}" * DEEP,
        "A " * 3 * DEEP,
        "/".join("a" * DEEP),
    ],
    ids=[
        "brackets",
        "calls",
        "bare calls",
        "transposes",
        "signs",
        "sums",
        "norms",
        "exponents",
        "product",
        "quotients",
    ],
)
def test_ten_thousand_levels(text: str) -> None:
    started = time.process_time()
    read(text)
    assert time.process_time() - started < 5


def test_a_sum_is_flat() -> None:
    assert len(read(" + ".join(["A x"] * 2000)).children) == 2000


def test_a_short_text_takes_a_fraction_of_a_millisecond() -> None:
    text = "1/2 ||A x - b||_2^2 + log det X"
    read(text)
    started = time.process_time()
    for _ in range(100):
        read(text)
    assert time.process_time() - started < 0.1


PIECES = (
    "A B x y λ n T e I D J 2 0.5 1e9 ( ) [ ] { } || ‖ _2 _F _ ^ ^T ' ᵀ ⁻¹ ² ^-1 ^-T .^ + - * / .* ./ ⊗ , ; = where tr log det inv max g f "
    "ones e( I( D( J( grad( g( x_1 Ax \\frac | $ : . @ ** ₂ é \t \n µ"
).split(" ")


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join)
    | st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
)
def test_pieces_in_any_order_are_read_or_refused(text: str) -> None:
    for declarations in (NOTHING, FUNCTIONS):
        try:
            read(text, declarations)
        except MatcalcError as error:
            str(error)


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    for attempt in (read, read_rule, read_declarations):
        try:
            attempt(text)
        except MatcalcError as error:
            str(error)
