"""Functions that a user defines: their name stands in results, their derivative is written out, and both read back and are right."""

from __future__ import annotations

import json

import numpy as np
import pytest

import matcalc
from tests.cli.running import run

SWISH = "swish(t) = t sigmoid(t)"
LEAKY = "leaky(t, b) = max(t, 0) + b min(t, 0)"


@pytest.mark.parametrize(
    ("f",                         "wrt", "where",       "define",                       "result"),
    [
        ("sum(swish(x))",         "x",   "",            SWISH,                          "sigmoid(x) .* (x .* (1 - sigmoid(x)) + 1)"),
        ("log(sum(sq(x)))",       "x",   "",            "sq(t) = t^2 + 1",              "2 x / sum(sq(x))"),
        ("sq(x)",                 "x",   "",            "sq(t) = t^2 + 1",              "2 diag(x)"),
        ("sq(x^T)",               "x",   "",            "sq(t) = t^2 + 1",              "2 diag(x)"),
        ("tr(A sq(X))",           "X",   "",            "sq(t) = t^2",                  "2 (A^T .* X)"),
        ("sq(c)",                 "c",   "c: scalar",   "sq(t) = t^2",                  "2 c"),
        ("sum(cube(x))",          "x",   "",            "sq(t) = t^2; cube(t) = t sq(t)", "3 x.^2"),
        ("sum(leaky(x, b))",      "b",   "b: scalar",   LEAKY,                          "sum(min(0, x))"),
        ("sum(f(x, 3))",          "x",   "",            "f(t, k) = k t^2/2",            "3 x"),
        ("sum(g(x))",             "x",   "",            "g(t) = 2^t",                   "log(2) g(x)"),
        ("sum(g(x))",             "x",   "",            "g(t) = pi",                    "zeros(n)"),
        ("f(x)^T f(x)",           "x",   "",            "f(t) = exp(-t^2/2)",           "-2 (x .* f(x).^2)"),
    ],
)  # fmt: skip
def test_the_derivative_is_written_out_and_the_value_keeps_its_name(
    f: str, wrt: str, where: str, define: str, result: str
) -> None:
    d = matcalc.diff(f, wrt, where or None, define=define)
    assert d.verify().ok
    expected = matcalc.parse(result, _where(d), define=define)
    assert expected.node is d.result.node, str(d.result)


def _where(d: matcalc.Derivative) -> dict[str, str]:
    return {name: " x ".join(map(str, shape)) or "scalar" for name, shape in d.shapes.items()}


@pytest.mark.parametrize("read_off", ["f", "differential", "gradient", "hessian"])
def test_what_is_printed_reads_back_with_the_same_definitions(read_off: str) -> None:
    d = matcalc.diff("log(1 + sum(swish(A x)))", "x", "A: m x n; x, v: n", direction="w", define=SWISH)
    e = getattr(d, read_off)
    for text in (str(e), e.unicode()):
        back = matcalc.parse(text, {**_where(d), "w": "n"}, define=SWISH)
        values = {
            "A": [[1.0, 2], [3, -4], [0, 1]],
            "x": [1.0, -2],
            **({"w": [1.0, 3]} if read_off == "differential" else {}),
        }
        assert np.allclose(back.evaluate(values), e.evaluate(values), rtol=1e-12)
    if read_off != "differential":  # whose direction is a variable where it is read back
        assert matcalc.parse(str(e), _where(d), define=SWISH).node is e.node


def test_the_name_stands_in_the_result_where_the_function_itself_does() -> None:
    d = matcalc.diff("log(sum(swish(x)))", "x", define=SWISH)
    assert str(d.f) == "log(sum(swish(x)))"
    assert str(d.gradient).endswith(" / sum(swish(x))")
    assert str(matcalc.diff("sum(bell(x))", "x", define="bell(t) = exp(-t^2/2)").gradient) == "-x .* bell(x)"
    assert r"\operatorname{swish}" in d.f.latex()


def test_values_and_programs_are_those_of_the_definition() -> None:
    e = matcalc.diff("swish(A x)", "x", define=SWISH).f
    A, x = np.array([[1.0, 2.0], [0.0, -1.0], [3.0, 1.0]]), np.array([0.5, -2.0])
    y = A @ x
    assert np.allclose(e.evaluate({"A": A, "x": x}), y / (1 + np.exp(-y)))
    space: dict[str, object] = {}
    exec(e.code("numpy", name="f"), space)
    assert np.allclose(space["f"](A, x), y / (1 + np.exp(-y)))  # type: ignore[operator]
    assert "swish(" not in e.code("numpy").rpartition('"""')[2]  # the formula above it says swish, the program does not


def test_second_derivatives_close() -> None:
    d = matcalc.diff("sum(f(A x))", "x", define="f(t) = log(1 + t^2)")
    assert matcalc.diff(d.gradient, "x").verify().ok
    assert d.hessian.shape == ("n", "n")
    assert d.second_differential.shape == ()


def test_conditions_are_those_of_the_definition() -> None:
    # positive says nonzero
    assert matcalc.diff("sum(f(A x))", "x", define="f(t) = log(t)/t").conditions == ("entries of A x positive",)
    # t/t is 1 but not at 0
    assert matcalc.diff("sum(f(A x))", "x", define="f(t) = t/t").conditions == ("entries of A x nonzero",)


def test_steps_name_the_rule() -> None:
    rules = [step.note for step in matcalc.diff("sum(sq(x))", "x", define="sq(t) = t^2").steps]
    assert "D sq(t)[dt] = 2 t .* dt" in rules


def test_partial_derivatives() -> None:
    d = matcalc.diff("sum(sq(A x)) sum(sq(x))", "x", "A: 1 x n", define="sq(t) = t^2")
    assert "sq(" in str(d.partial("i"))


def test_check_knows_definitions() -> None:
    claim = "swish(x) + sigmoid(x) .* (1 - swish(x))"
    assert matcalc.check("sum(swish(x))", "x", claim, define=SWISH).right
    assert not matcalc.check("sum(swish(x))", "x", "swish(x)", define=SWISH).right


@pytest.mark.parametrize(
    "define",
    [
        "sq(t) = t^2; cube(t) = t sq(t);",
        "sq(t) = t^2\ncube(t) = t sq(t)",
        ["sq(t) = t^2", "cube(t) = t sq(t)"],
        {"sq(t)": "t^2", "cube(t)": "t sq(t)"},
    ],
)
def test_several_definitions_in_any_form(define: object) -> None:
    assert str(matcalc.diff("sum(cube(x))", "x", define=define).gradient) == "3 x.^2"  # type: ignore[arg-type]


def test_two_calls_may_define_one_name_differently() -> None:
    first = matcalc.diff("sum(f(x))", "x", define="f(t) = t^2")
    second = matcalc.diff("sum(f(x))", "x", define="f(t) = t^3")
    assert (str(first.gradient), str(second.gradient)) == ("2 x", "3 x.^2")
    with pytest.raises(matcalc.DeclarationError, match="f is two functions in the expressions that are combined"):
        first.f + second.f


def test_a_function_that_cancels_is_still_known_to_verify() -> None:
    assert matcalc.diff("f(x) - f(x) + x", "x", define="f(t) = log(t)").verify().ok


FORM = "write swish(t) = t sigmoid(t)"
ENTRY = "in this definition t is one entry; functions of vectors and matrices are defined in a rule file"
MATRIX = "write f(t) = ..., entry by entry; functions of matrices are defined in a rule file"

#    definition              place    what is wrong                                      what to write
WRONG = [
    ("swish t = t",          (0, 11), "a definition is f(t) = and an expression",         FORM),
    ("swish = t sigmoid(t)", (0, 20), "a definition is f(t) = and an expression",         FORM),
    ("f() = 1",              (0, 4),  "the arguments of a definition are names",          FORM),
    ("f(2) = 1",             (0, 5),  "the arguments of a definition are names",          FORM),
    ("sin(t) = t",           (0, 3),  "'sin' has a meaning already",                      "use another name, such as sin_1"),
    ("f(t, t) = t",          (5, 1),  "'t' stands twice among the arguments",             "choose another name"),
    ("f(t) = a t",           (7, 1),  "'a' is no argument of f",                          "write f(t, a) = ..."),
    ("f(t) = f(t) + 1",      (7, 1),  "'f' stands in its own definition",                 "define it by other functions"),
    ("f(t) = 1; f(t) = 2",   (10, 8), "'f' is defined twice",                             "give one of them another name"),
    ("x(t) = t",             (0, 8),  "'x' is defined and declared",                      "give one of them another name"),
    ("f(X) = X X",           (1, 3),  "'X' would be a matrix, and a definition here is of numbers", MATRIX),
    ("f(t) = softmax(t)",    (7, 10), "softmax is not a function of each entry alone",    ENTRY),
    ("f(t) = t^T t",         (7, 3),  "this is not a function of each entry alone",       ENTRY),
    ("f(t) = ones(3) t",     (7, 9),  "f of a scalar is 3 x 1, not a scalar",             "define functions of matrices in a rule file"),
    ("f(t) = t^t",           (7, 3),  "a power whose base and exponent both move",        "write exp(t log(t)) for t^t"),
    ("f(t) = sigmodi(t)",    (7, 7),  "'sigmodi' is not a function",                      "did you mean sigmoid(...)?"),
    ("f(t) = (t",            (7, 1),  "this '(' is never closed",                         "write ')' where it ends"),
]  # fmt: skip


@pytest.mark.parametrize(("define", "place", "message", "hint"), WRONG)
def test_a_wrong_definition_is_shown_with_its_place(
    define: str, place: tuple[int, int], message: str, hint: str
) -> None:
    with pytest.raises(matcalc.MatcalcError) as refused:
        matcalc.diff("x^T x", "x", "x: n", define=define)
    assert str(refused.value) == _shown(message, define, place, hint)


DERIVED = "write its derivative out, as matcalc diff prints it"

#    definition         expression       place    what is wrong                              what to write
MISUSED = [
    ("f(t) = t",        "f(x, x)",       (0, 7),  "f takes one argument, not two",           "write f(a)"),
    ("f(t, b) = b t",   "f(x, x)",       (5, 1),  "the b of f is a scalar, not x (n)",       ""),
    ("f(t) = t^2",      "D(f, x)[v]",    (0, 10), "D(f, x): f is defined by an expression",  DERIVED),
    ("f(t) = t^2",      "J(f, x) x",     (0, 7),  "J(f, x): f is defined by an expression",  DERIVED),
]  # fmt: skip


@pytest.mark.parametrize(("define", "f", "place", "message", "hint"), MISUSED)
def test_a_call_that_does_not_fit_is_shown_with_its_place(
    define: str, f: str, place: tuple[int, int], message: str, hint: str
) -> None:
    with pytest.raises(matcalc.MatcalcError) as refused:
        matcalc.diff(f, "x", "x: n", define=define)
    assert str(refused.value) == _shown(message, f, place, hint)


def _shown(message: str, text: str, place: tuple[int, int], hint: str) -> str:
    start, length = place
    lines = [message, f"  {text}", "  " + " " * start + "^" * length, *([f"hint: {hint}"] if hint else [])]
    return "\n".join(lines)


# ---- the command line


def _run(*arguments: str) -> tuple[int, str, str]:
    result = run(*arguments)
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize(
    ("arguments",                                                         "last"),
    [
        (("diff", "sum(cube(x))", "--wrt", "x", "--show", "gradient"),    "3 x.^2"),
        (("diff", "sum(cube(x))", "--wrt", "x", "--verify"),              "gradient = 3 x.^2"),
        (("partial", "sum(cube(x))", "--wrt", "x", "--at", "i"),          "3*x[i]**2"),
        (("code", "sum(sq(x))", "--wrt", "x"),                            "    return 2 * x"),
        (("parse", "sq(x) .* cube(x)"),                                   "sq(x) .* cube(x)"),
    ],
)  # fmt: skip
def test_define_is_an_option_and_may_be_repeated(arguments: tuple[str, ...], last: str) -> None:
    code, out, _ = _run(*arguments, "--define", "sq(t) = t^2", "--define", "cube(t) = t sq(t)")
    assert (code, out.rstrip("\n").splitlines()[-1]) == (0, last)


def test_define_in_json() -> None:
    code, out, _ = _run("diff", "sum(sq(x))", "--wrt", "x", "--define", "sq(t) = t^2", "--format", "json")
    assert code == 0
    assert json.loads(out)["result"]["text"] == "2 x"


def test_a_wrong_definition_is_a_usage_error_with_its_place() -> None:
    code, out, error = _run("diff", "sum(sq(x))", "--wrt", "x", "--define", "sq(t) = a t")
    assert (code, out) == (2, "")
    assert error == "'a' is no argument of sq\n  sq(t) = a t\n          ^\nhint: write sq(t, a) = ...\n"


def test_a_definition_by_a_later_one_says_which_comes_first() -> None:
    with pytest.raises(matcalc.UnknownNameError) as refused:
        matcalc.diff("sum(f(x))", "x", define="f(t) = g(t)^2; g(t) = sin(t)")
    assert str(refused.value).splitlines()[0] == "'g' is not a function"
    assert refused.value.hint == "define g before"
