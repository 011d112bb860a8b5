"""What is declared: shapes, properties, functions, and what may not be."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcalc.errors import DeclarationError, LimitError, MatcalcError
from matcalc.syntax.declarations import NOTHING, Declarations, read_declarations
from matcalc.syntax.properties import PROPERTIES
from matcalc.syntax.shapes import shape_text

# text                                 variables and their shapes
SHAPES = [
    ("x: n",                           {"x": "n"}),
    ("x: n x 1",                       {"x": "n"}),
    ("w: 1 x n",                       {"w": "1 x n"}),
    ("A: m x n",                       {"A": "m x n"}),
    ("A: m by n",                      {"A": "m x n"}),
    ("A: m × n",                       {"A": "m x n"}),
    ("A: 3 x 4",                       {"A": "3 x 4"}),
    ("c: scalar; d: 1; t: 1 x 1",      {"c": "scalar", "d": "scalar", "t": "scalar"}),
    ("A, B: n x n",                    {"A": "n x n", "B": "n x n"}),
    ("A: n x n, x: n",                 {"A": "n x n", "x": "n"}),
    ("A, B: n x n, x, y in R^n",       {"A": "n x n", "B": "n x n", "x": "n", "y": "n"}),
    ("A: n x n\nx: n\n",               {"A": "n x n", "x": "n"}),
    (";;A: n x n; ;",                  {"A": "n x n"}),
    ("x in R^n",                       {"x": "n"}),
    ("t in R, s: ℝ",                   {"t": "scalar", "s": "scalar"}),
    ("A in R^{m x n}, B: R^{m×n}",     {"A": "m x n", "B": "m x n"}),
    ("A ∈ ℝ^{m×n}, x ∈ ℝ^n",           {"A": "m x n", "x": "n"}),
    ("x: R^3; y: R^{2*n}; z: R^T",     {"x": "3", "y": "2*n", "z": "T"}),
    ("A: m*n x p*q",                   {"A": "m*n x p*q"}),
    ("A: (m + n)*p by 2n + 1",         {"A": "m*p + n*p x 2*n + 1"}),
    ("A: n m*p x n + 1",               None),
    ("x: k*n; y: n*k",                 {"x": "k*n", "y": "k*n"}),
    ("λ, x₁: scalar; Σ: n x n",        {"lambda": "scalar", "x_1": "scalar", "Sigma": "n x n"}),
    ("data_1, W_{ij}, µ: n",           {"data_1": "n", "W_ij": "n", "mu": "n"}),
    ("n: scalar; x: n",                {"n": "scalar", "x": "n"}),
    ("x: n; x: n nonzero",             {"x": "n"}),
    ("e: n; I, D: n x n; pi, unit: n", {"e": "n", "I": "n x n", "D": "n x n", "pi": "n", "unit": "n"}),
    ("A: n x n, symmetric, unit: n",   {"A": "n x n", "unit": "n"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "shapes"), SHAPES)
def test_shapes(text: str, shapes: dict[str, str] | None) -> None:
    if shapes is None:
        with pytest.raises(DeclarationError):
            read_declarations(text)
        return
    assert {name: shape_text(v.shape) for name, v in read_declarations(text).variables.items()} == shapes


# text                                         what A is known to be
KNOWN = [
    ("A: n x n",                               ""),
    ("A: n x n symmetric",                     "symmetric"),
    ("A: n x n Symmetric Positive Definite",   "symmetric, positive definite, invertible"),
    ("A: n x n positive-definite",             "symmetric, positive definite, invertible"),
    ("A: n x n positive semidefinite",         "symmetric, positive semidefinite"),
    ("A: n x n orthogonal",                    "orthogonal, invertible"),
    ("A: n x n lower, invertible",             "lower, invertible"),
    ("A: n x n positive diagonal",             "positive, diagonal"),
    ("A: m x n full rank nonnegative, x: n",   "full rank, nonnegative"),
    ("A: n x n symmetric; A: n x n invertible", "symmetric, invertible"),
    ("A: n simplex positive nonzero",          "simplex, positive, nonzero"),
    ("A: 1 x n unit",                          "unit"),
    ("A: scalar positive",                     "positive"),
    ("A: 3 x 3 upper skew",                    "upper, skew"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "known"), KNOWN)
def test_properties(text: str, known: str) -> None:
    assert read_declarations(text).variables["A"].properties == frozenset(known.split(", ")) - {""}


def test_the_vocabulary_of_properties() -> None:
    assert "small" not in PROPERTIES
    for word in PROPERTIES:
        shape = "n" if word in ("simplex", "unit") else "n x n"
        assert word in read_declarations(f"A: {shape} {word}").variables["A"].properties


# text                                   arguments, value, kind
FUNCTIONS = [
    ("g: R^k -> R^n",                    (["k"], "n", "abstract")),
    ("g: R^n → R",                       (["n"], "scalar", "abstract")),
    ("g: R^{m x n} -> R^{n x m}, x: n",  (["m x n"], "n x m", "abstract")),
    ("g: R^n, R^m -> R",                 (["n", "m"], "scalar", "abstract")),
    ("g: R^n, R^m -> R^p bilinear, c: scalar", (["n", "m"], "p", "bilinear")),
    ("g: scalar -> scalar elementwise",  (["scalar"], "scalar", "elementwise")),
    ("g: elementwise; x: n",             (["scalar"], "scalar", "elementwise")),
    ("g: analytic; X: n x n",            (["scalar"], "scalar", "analytic")),
    ("g: n x n -> 1",                    (["n x n"], "scalar", "abstract")),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), FUNCTIONS)
def test_functions(text: str, expected: tuple[list[str], str, str]) -> None:
    g = read_declarations(text).functions["g"]
    assert ([shape_text(shape) for shape in g.arguments], shape_text(g.result), g.kind) == expected


# text                                  why it is refused
REFUSED = [
    ("A",                               "a declaration is names, ':' and a shape"),
    (": n",                             "a declaration is names, ':' and a shape"),
    ("A B: n",                          "a declaration is names, ':' and a shape"),
    ("A:",                              "a shape is missing here"),
    ("A: n x",                          "a shape is missing here"),
    ("A: m x n lower",                  "'A' cannot be lower: it is m x n, not square"),
    ("A: 2 x 3 invertible",             "'A' cannot be invertible: it is 2 x 3, not square"),
    ("A: n x n simplex",                "'A' cannot be simplex: it is n x n, not a vector"),
    ("c: scalar unit",                  "'c' cannot be unit: it is scalar, not a vector"),
    ("A: n x n skew positive definite", "'A' cannot be both symmetric and skew"),
    ("A: n x n positive; A: n x n skew", "'A' cannot be both positive and skew"),
    ("A: n x n small",                  "'small' is no property"),
    ("A: n x n positive semi",          "'semi' is no property"),
    ("A: n x n x n",                    "'x' is no property"),
    ("g: R -> R; g: R^n -> R",          "'g' is declared as two functions"),
    ("x: n; n: n",                      "'n' is a dimension here and declared as n"),
    ("n: R^k -> R; x: n",               "'n' is a dimension here and declared as a function"),
    ("g: elementwise symmetric",        "'elementwise' is no dimension"),
    ("g: R -> R symmetric",             "a function is at most 'bilinear' or 'elementwise'"),
    ("g: R, R -> R elementwise",        "an elementwise function has one argument"),
    ("x: R^{n",                         "this shape is never closed"),
    ("x: (n + 1",                       "this dimension has an open bracket"),
    ("x: 3x4",                          "a shape needs spaces around its x"),
    ("grad: n",                         "'grad' has a meaning already"),
    ("x: $",                            "'$' is no dimension"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sentence"), REFUSED)
def test_what_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        read_declarations(text)
    assert caught.value.message == sentence


def test_a_mapping_and_a_list_say_the_same() -> None:
    def plain(declarations: Declarations) -> dict[str, tuple[str, frozenset[str]]]:
        return {name: (shape_text(v.shape), v.properties) for name, v in declarations.variables.items()}

    one = read_declarations("A: n x n symmetric; x: n")
    assert plain(one) == plain(read_declarations({"A": "n x n symmetric", "x": "n"}))
    assert plain(one) == plain(read_declarations(["A: n x n symmetric", "x: n"]))


@pytest.mark.parametrize("where", [None, "", {}, [], " ; "])
def test_nothing_declared(where: str | dict[str, str] | list[str] | None) -> None:
    assert dict(read_declarations(where).variables) == {}
    assert NOTHING.dimensions == frozenset()


def test_every_name_in_a_shape_is_a_dimension() -> None:
    assert read_declarations("A: m*k x n + 1; g: R^p -> R^{q x 2}").dimensions == {"m", "k", "n", "p", "q"}


@pytest.mark.parametrize(
    "text", ["*".join(f"(a{i} + 1)" for i in range(40)), "n*" * 1000 + "n", "2*" * 100_000 + "2", "n" * 1_000_001]
)
def test_limits(text: str) -> None:
    with pytest.raises(LimitError):
        read_declarations(f"x: {text}")


def test_many_brackets_do_not_recurse() -> None:
    assert shape_text(read_declarations("x: " + "(" * 5000 + "n" + ")" * 5000).variables["x"].shape) == "n"


PIECES = "A x n m 2 0 : in ; , x by × scalar R ^ { } ( ) + * - -> symmetric positive definite elementwise bilinear T' ^T ℝ _ $ \n".split(
    " "
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join))
def test_pieces_in_any_order_are_read_or_refused(text: str) -> None:
    try:
        read_declarations(text)
    except MatcalcError as error:
        str(error)


def test_a_mapping_says_shapes_as_they_are_given_back() -> None:
    shapes = {"c": (), "x": ("n",), "r": (1, "n"), "A": ("m", "n"), "B": [3, 4], "y": 5, "z": "n nonzero"}
    read = {name: shape_text(v.shape) for name, v in read_declarations(shapes).variables.items()}
    assert read == {"c": "scalar", "x": "n", "r": "1 x n", "A": "m x n", "B": "3 x 4", "y": "5", "z": "n"}


@pytest.mark.parametrize(
    ("where",               "said"),
    [
        ({"x": (1, 2, 3)},  'the shape of x is (1, 2, 3)\nhint: write "m x n", "n" or "scalar"'),
        ({"x": None},       'the shape of x is None\nhint: write "m x n", "n" or "scalar"'),
        (5,                 "declarations are a text, several, or a mapping from names to shapes, not 5\n"
                            'hint: write for example where="A: m x n; x: n"'),
    ],
)  # fmt: skip
def test_what_declares_nothing_is_refused(where: object, said: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        read_declarations(where)  # type: ignore[arg-type]
    assert str(refused.value) == said


@pytest.mark.parametrize(
    ("text",                 "hint"),
    [
        ("A: n x n SPD",         "write positive definite; the properties are "),
        ("A: n x n psd",         "write positive semidefinite; the properties are "),
        ("A: n x n invertable",  "write invertible; the properties are "),
        ("A: n x n triangular",  "write lower or upper; the properties are "),
        ("A: n, n",              "a matrix is m x n; the properties are "),
        ("A: n n",               "a matrix is m x n; the properties are "),
        ("A: n x n nice",        "the properties are "),
        ("A: (n, n)",            "a matrix is m x n"),
        ("A: [n, n]",            "write n for a vector, m x n for a matrix"),
    ],
)  # fmt: skip
def test_what_was_meant_is_said(text: str, hint: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        read_declarations(text)
    assert refused.value.hint.removesuffix(", ".join(PROPERTIES)) == hint
