"""Rule files of users: functions they define, derivatives and identities they state, checked numerically before any is used."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import matcalc
from matcalc.algebra import nodes
from matcalc.rulebook import in_force
from tests.cli.running import run

LET = "let t, h, b: scalar; X, H: m x n; A, B, K: n x n; x, k: n\n"
SINC = "define sinc(X) = sin(X) ./ X\nD sinc(X)[H] = (cos(X) - sinc(X)) ./ X .* H   where X: nonzero\n"

Load = Callable[..., None]


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    """Writes a rule file under LET and loads it; afterwards the book is as before."""
    monkeypatch.setattr(in_force, "_shipped", in_force.book())

    def write_and_load(text: str, name: str = "my.rules") -> None:
        path = tmp_path / name
        path.write_text(LET + text, encoding="utf-8")
        matcalc.load_rules(str(path))

    return write_and_load


# ---- functions


@pytest.mark.parametrize(
    ("lines",                                                              "f",                  "wrt", "gradient"),
    [
        ("define quad(A, x) = x^T A x",                                    "quad(B, x)",         "x",   "(B + B^T) x"),
        ("define quad(A, x) = x^T A x",                                    "quad(B, x)",         "B",   "x x^T"),
        ("define quad(A, x) = x^T A x\nD quad(A, x)[K] = x^T K x",         "quad(B, x)",         "x",   "(B + B^T) x"),
        ("define quad(A, x) = x^T A x\nD quad(A, x)[K] = x^T K x",         "quad(B, C x)",       "B",   "C x x^T C^T"),
        (SINC,                                                             "sum(sinc(x))",       "x",   "(cos(x) - sinc(x)) ./ x"),
        ("define square(A) = A A",                                         "tr(square(X))",      "X",   "2 X^T"),
        ("define square(A) = A A\nD square(A)[K] = A K + K A",             "tr(C square(X))",    "X",   "C^T X^T + X^T C^T"),
        ("define twice(A) = A + A^T\nD twice(A)[K] = twice(K)",            "tr(C^T twice(X))",   "X",   "C + C^T"),
        ("define energy(X) = sum(X.^2)",                                   "energy(A B)",        "A",   "2 A B B^T"),
        ("define average(x) = 1/n sum(x)",                                 "average(A x)",       "x",   "A^T ones(m) / m"),
        ("define first(x) = x[1] e(1, n)",                                 "a^T first(A x)",     "a",   "first(A x)"),
        ("define swish(t) = t sigmoid(t)\n"
         "D swish(X)[H] = (swish(X) + sigmoid(X) .* (1 - swish(X))) .* H", "sum(swish(x))",      "x",
                                                                           "sigmoid(x) .* (1 - swish(x)) + swish(x)"),
        ("define f(t) = t^2\ndefine g(t) = f(t) + t",                      "sum(g(x))",          "x",   "2 x + ones(n)"),
    ],
)  # fmt: skip
def test_a_function_that_a_file_defines(load: Load, lines: str, f: str, wrt: str, gradient: str) -> None:
    load(lines)
    d = matcalc.diff(f, wrt)
    assert d.verify().ok
    where = {name: " x ".join(map(str, shape)) or "scalar" for name, shape in d.shapes.items()}
    assert d.gradient.node is matcalc.parse(gradient, where).node, str(d.gradient)


def test_a_kronecker_square_has_the_shape_of_its_definition(load: Load) -> None:
    load("define double(X) = X ⊗ X")
    d = matcalc.diff("double(A B)", "A")
    assert d.f.shape == ("m*m", "p*p")
    assert d.verify().ok


def test_the_derivative_line_is_used_and_its_condition_is_told(load: Load) -> None:
    load(SINC)
    d = matcalc.diff("sum(sinc(A x))", "x")
    assert str(d.gradient) == "A^T ((cos(A x) - sinc(A x)) ./ (A x))"
    assert d.conditions == ("entries of A x nonzero",)
    assert d.hessian.shape == ("n", "n")
    assert any(step.note.startswith("D sinc(X)[H] =") for step in d.steps)


def test_where_says_where_a_function_is_defined(load: Load) -> None:
    load("define center(A) = logm(A) + A   where A: positive definite")
    assert "X positive definite" in matcalc.diff("tr(center(X))", "X").conditions


def test_an_unsupported_line_refuses_with_its_reason(load: Load) -> None:
    load("define hard(A) = expm(A A)\nunsupported hard(A): nobody wants it; take expm")
    with pytest.raises(matcalc.UnsupportedError) as refused:
        matcalc.diff("tr(hard(X))", "X").gradient  # noqa: B018
    assert str(refused.value) == "no derivative of hard: nobody wants it\nhint: take expm"


# ---- identities


def test_an_identity_about_built_in_functions_is_run(load: Load) -> None:
    before = matcalc.parse("sinh(x) + cosh(x)")
    assert str(matcalc.simplify(before)) == "cosh(x) + sinh(x)"
    load("sinh(X) + cosh(X) = exp(X)")
    assert str(matcalc.simplify(before)) == "exp(x)"


def test_an_identity_about_an_own_function_is_run(load: Load) -> None:
    load("define f(t) = t^2\nf(-X) = f(X)")
    assert str(matcalc.simplify(matcalc.parse("f(-x)"))) == "f(x)"


def test_a_line_about_one_function_is_not_about_another_of_its_name(load: Load) -> None:
    """`define=` hides the function of the file: neither its derivative nor its identities hold for the other."""
    load("define f(t) = t^2\nf(-X) = f(X)\nD f(X)[H] = 2 X .* H")
    d = matcalc.diff("sum(f(-x))", "x", define="f(t) = t^3")
    assert str(d.gradient) == "-3 x.^2"
    assert str(matcalc.simplify(d.f)) == "sum(f(-x))"


# ---- loading again


def test_a_file_that_is_loaded_again_takes_the_place_of_what_it_said(load: Load) -> None:
    load("define f(t) = t^2\nD f(X)[H] = 2 X .* H")
    old = matcalc.diff("sum(f(x))", "x")
    load("define f(t) = t^3")
    assert str(matcalc.diff("sum(f(x))", "x").gradient) == "3 x.^2"
    assert str(old.gradient) == "2 x"


def test_files_are_loaded_again_in_any_order(load: Load) -> None:
    for _ in range(2):
        load("define f(t) = t^2", "first.rules")
        load("define g(t) = f(t)", "second.rules")
    assert str(matcalc.diff("sum(g(x))", "x").gradient) == "2 x"


def test_functions_of_a_file_outlive_clear(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nodes, "_table", dict(nodes._table))  # other tests need theirs
    monkeypatch.setattr(nodes, "_era", nodes.era())
    load("define f(t) = t^2\nD f(X)[H] = 2 X .* H\nf(-X) = f(X)")
    matcalc.clear()
    assert str(matcalc.diff("sum(f(-x))", "x").gradient) == "2 x"


# ---- refusals

FALSE = "it is false: its two sides differ at a random point"
ENTRY = "in this definition t is one entry; functions of vectors and matrices are defined in a rule file"
NO_VALUE = "it has no value at any random point: it is not real there"
OTHER = "give one of them another name"
LINEAR = "f is defined: only a D line is about its derivative"

#    lines, behind LET                          line  place    what is wrong                                what to write
REFUSED = [
    ("define f(t) = t^2\nD f(X)[H] = X .* H",    3,  (0, 18), FALSE,                                      ""),
    ("define f(A) = A A\nD f(A)[K] = 2 A K",     3,  (0, 17), FALSE,                                      ""),
    ("exp(X) .* exp(-X) = X",                    2,  (0, 21), FALSE,                                      ""),
    ("define f(X) = Z X",                        2,  (14, 1), "'Z' is no argument of f",                  "write f(X, Z) = ..."),
    ("define f(Z) = Z",                          2,  (0, 15), "Z is not declared",                        "write let Z: m x n, or what it is, above the line"),
    ("define f(X) = X\ndefine f(X) = 2 X",       3,  (0, 17), "f is defined already",                     OTHER),
    ("define sin(X) = X",                        2,  (7, 3),  "'sin' has a meaning already",              "use another name, such as sin_1"),
    ("define f(A) = log(-exp(tr(A)))",           2,  (0, 30), NO_VALUE,                                   "say where it is defined: where X: positive"),
    ("let X: n x n\ndefine f(X) = X\nlinear f(X)", 4, (0, 11), LINEAR,                                   "write D f(X)[H] = f(H)"),
    ("let u: m*n\ndefine f(u) = u",              3,  (0, 15), "m*n is a dimension of f: neither a name nor an integer", "give it a name in let"),
    ("define f(t) = softmax(t)",                 2,  (0, 24), "softmax is not a function of each entry alone", ENTRY),
]  # fmt: skip


def _shown(lines: str, number: int, place: tuple[int, int], message: str, hint: str) -> str:
    """The error about a line of the file whose first line is LET."""
    start, length = place
    text = lines.splitlines()[number - 2]
    shown = [f"my.rules:{number}: {message}", f"  {text}", "  " + " " * start + "^" * length]
    return "\n".join([*shown, *([f"hint: {hint}"] if hint else [])])


@pytest.mark.parametrize(("lines", "number", "place", "message", "hint"), REFUSED)
def test_what_is_wrong_is_said_with_the_line_and_nothing_is_in_force(
    load: Load, lines: str, number: int, place: tuple[int, int], message: str, hint: str
) -> None:
    with pytest.raises(matcalc.RuleError) as refused:
        load(lines)
    assert str(refused.value) == _shown(lines, number, place, message, hint)
    assert not in_force.defined()


def test_a_name_is_defined_in_one_file_only(load: Load) -> None:
    load("define f(t) = t^2", "first.rules")
    with pytest.raises(matcalc.RuleError, match=r"second\.rules:2: f is defined already"):
        load("define f(t) = t^2", "second.rules")
    load("define g(t) = f(t)", "second.rules")
    with pytest.raises(matcalc.RuleError, match=r"first\.rules:3: g is defined already, in second\.rules:2"):
        load("define f(t) = t^2\ndefine g(t) = t", "first.rules")
    with pytest.raises(matcalc.RuleError, match=r"second\.rules:2 uses f, which must not change then"):
        load("define f(t) = t^3", "first.rules")


# ---- the command line


def test_a_rule_file_is_an_option_before_and_behind_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_force, "_shipped", in_force.book())
    path = tmp_path / "my.rules"
    path.write_text(LET + SINC, encoding="utf-8")
    command = ["diff", "sum(sinc(x))", "--wrt", "x", "--show", "gradient"]
    for arguments in (["--rules", str(path), *command], [*command, "--rules", str(path)]):
        result = run(*arguments)
        assert (result.exit_code, result.stdout) == (0, "(cos(x) - sinc(x)) ./ x\n")
    result = run("rules", "sinc", "--rules", str(path))
    assert result.stdout.splitlines()[0] == "define sinc(X) = sin(X) ./ X"


def test_a_false_line_ends_the_command_line_with_1_and_the_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_force, "_shipped", in_force.book())
    path = tmp_path / "my.rules"
    path.write_text(LET + REFUSED[0][0], encoding="utf-8")
    result = run("diff", "x^T x", "--wrt", "x", "--rules", str(path))
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", _shown(*REFUSED[0]) + "\n")
