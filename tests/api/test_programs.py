"""What a derivative is asked to compute, for whom, and in which order of arguments."""

from __future__ import annotations

import ast
import inspect
import shlex
import sys
from pathlib import Path

import numpy as np
import pytest

import matcalc
from matcalc import Derivative, diff
from matcalc.api.programs import WHAT
from matcalc.code.emission import TARGETS
from tests.cli import running
from tests.code.agreement import opening
from tests.octave import said_by_octave

RANDOM = np.random.default_rng(5)
A, B = RANDOM.normal(size=(4, 3)), RANDOM.normal(size=(4, 2))
X, x, b = RANDOM.normal(size=(3, 2)), RANDOM.normal(size=3), RANDOM.normal(size=4)

PYTHON = ("numpy", "array-api", "dask", "jax", "torch")


def squares() -> Derivative:
    return diff("||A x - b||_2^2", wrt="x")


HEADS = [
    # what                   options               the head of the function
    ("result",               {},                   "def gradient(A, b, x):"),
    ("value",                {},                   "def value(A, b, x):"),
    ("gradient",             {"name": "g"},        "def g(A, b, x):"),
    ("value_and_gradient",   {},                   "def value_and_gradient(A, b, x):"),
    ("hessian",              {},                   "def hessian(A, b, x):"),
    ("differential",         {},                   "def differential(A, b, x, v):"),
    ("hvp",                  {},                   "def hvp(A, b, x, v):"),
    ("gradient",             {"wrt_first": True},  "def gradient(x, A, b):"),
    ("hvp",                  {"wrt_first": True},  "def hvp(x, v, A, b):"),
    ("value",                {"wrt_first": True},  "def value(x, A, b):"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "options", "head"), HEADS)
def test_the_arguments_have_an_order(what: str, options: dict[str, object], head: str) -> None:
    assert opening(squares().code(what=what, **options)) == head  # type: ignore[arg-type]


def test_a_direction_is_an_argument_whether_it_matters_or_not() -> None:
    """D grad(b^T x)[v] = 0 for every v: SciPy calls hessp(x, v) all the same."""
    hvp = diff("b^T x", wrt="x").function(what="hvp", wrt_first=True)
    assert hvp(np.ones(3), np.ones(3), np.ones(3)).tolist() == [0, 0, 0]


def test_several_variables_have_several_results() -> None:
    d = diff("x^T A y", wrt=["x", "y"])
    text = d.code(what="value_and_gradient", wrt_first=True)
    assert opening(text) == "def value_and_gradient(x, y, A):"
    value, by_x, by_y = d.function(what="value_and_gradient", wrt_first=True)(b, x, A)
    assert np.allclose(value, b @ A @ x)
    assert np.allclose(by_x, A @ x)
    assert np.allclose(by_y, A.T @ b)


def test_scipy_minimises_with_value_gradient_and_products_with_the_hessian() -> None:
    optimize = pytest.importorskip("scipy.optimize")
    d = squares()
    fun, hessp = (d.function(what=what, wrt_first=True) for what in ("value_and_gradient", "hvp"))
    found = optimize.minimize(fun, np.zeros(3), args=(A, b), jac=True, hessp=hessp, method="trust-ncg")
    assert np.allclose(found.x, np.linalg.lstsq(A, b, rcond=None)[0])


def test_flat_matrices_are_their_columns_stacked() -> None:
    """f(X) = ||A X - B||_F^2: value, gradient and Hessian-vector product of vec(X)."""
    d = diff("||A X - B||_F^2", wrt="X")
    for what in ("value_and_gradient", "gradient", "hvp"):
        flat, plain = (d.function(what=what, wrt_first=True, flat=flat) for flat in (True, False))
        moved = (X + 1,) if what == "hvp" else ()
        found = flat(*(each.ravel(order="F") for each in (X, *moved)), A, B)
        expected = plain(X, *moved, A, B)
        if what == "value_and_gradient":
            assert np.allclose(found[0], expected[0])
            found, expected = found[1], expected[1]
        assert np.allclose(found, expected.ravel(order="F"))


def in_blocks(rows: np.ndarray, shape: tuple[int, int], inner: bool) -> np.ndarray:  # type: ignore[type-arg]
    """The sum of kron(B_i, e_i e_i^T), or of kron(e_i e_i^T, B_i), where row i is vec(B_i)^T."""
    units = np.eye(len(rows))[:, :, None] * np.eye(len(rows))[:, None, :]
    blocks = [row.reshape(shape, order="F") for row in rows]
    return sum(np.kron(B, e) if inner else np.kron(e, B) for B, e in zip(blocks, units, strict=True))


def test_a_compressed_hessian_is_what_the_hessian_is_made_of() -> None:
    """kron(C, I), kron(I, C), the blocks of a masked factorization, kron(C, D)."""
    where = "M, T: m x n; U: m x k; V: n x k; C: k x k symmetric; S: m x m symmetric"
    given = {
        "M": RANDOM.uniform(size=(4, 3)),
        "T": RANDOM.normal(size=(4, 3)),
        "U": RANDOM.normal(size=(4, 2)),
        "V": RANDOM.normal(size=(3, 2)),
    }
    given |= {"S": B @ B.T, "C": X.T @ X}
    compressed = {
        "||T - U V^T||_F^2":       lambda C: np.kron(C, np.eye(4)),
        "tr(U^T S U)":             lambda C: np.kron(np.eye(2), C),
        "||M .* (T - U V^T)||_F^2": lambda rows: in_blocks(rows, (2, 2), inner=True),
        "tr(U^T S U C)":           lambda C, D: np.kron(C, D),
    }  # fmt: skip
    for f, dense in compressed.items():
        d = diff(f, "U", where)
        dim = {"k": 2, "m": 4, "n": 3}
        found = []
        for what in ("compressed_hessian", "hessian"):
            function = d.function(what=what)
            found.append(function(**{name: {**given, **dim}[name] for name in inspect.signature(function).parameters}))
        cores = found[0] if isinstance(found[0], tuple) else (found[0],)
        assert np.allclose(dense(*cores), found[1]), f
    with pytest.raises(matcalc.UnsupportedError, match="this Hessian has no compressed form"):
        squares().code(what="compressed_hessian")


def test_a_compiled_function_takes_keywords_and_documents_itself() -> None:
    gradient = squares().function()
    assert np.allclose(gradient(x=x, b=b, A=A), 2 * A.T @ (A @ x - b))
    assert list(inspect.signature(gradient).parameters) == ["A", "b", "x"]
    assert (gradient.__doc__ or "").startswith("gradient = 2 A^T (A x - b)\n")


def test_the_value_is_computed_in_its_stable_form() -> None:
    """log(1 + exp(1000)) is 1000."""
    d = diff("sum(log(1 + exp(X w)))", wrt="w")
    assert d.function(what="value")(np.eye(2), np.array([1000.0, -1000.0])) == 1000
    assert '    """f(w) = sum(log(1 + exp(X w)))' in d.code(what="value").splitlines()


REFUSED = [
    # asked                                                    what it says
    (lambda: squares().code(what="divergence"),                f"no program computes 'divergence'\nhint: choose {', '.join(WHAT)}"),
    (lambda: squares().code("abacus"),                         "no programs for 'abacus'\nhint: choose numpy, array-api, dask, jax, torch, julia, matlab or latex"),
    (lambda: squares().code(sizes={"k": 3}),                   "no dimension is called 'k'\nhint: there is m, n"),
    (lambda: diff("c^2", "c", "c: scalar").code(sizes={"k": 3}),
     "no dimension is called 'k'\nhint: there is none, so leave sizes out"),
    (lambda: squares().function("julia"),                      "a Julia program does not run here\nhint: write the text of d.code to a file"),
    (lambda: squares().code("latex", check=True),              "a formula has no check\nhint: choose numpy, array-api, dask, jax, torch, julia, matlab"),
    (lambda: squares().code("julia", "autograd"),              "julia does not differentiate\nhint: choose torch or jax"),
    (lambda: squares().code(what="value", check=True),         "value is no derivative to check\nhint: choose gradient, value_and_gradient, jacobian, derivative, differential, hessian, hvp"),
    (lambda: squares().code("numpy", name="np"),               "'np' cannot name a Python function: it has a meaning already\nhint: write np_1, or another name"),
    (lambda: squares().code("julia", name="end"),              "'end' cannot name a Julia function: it has a meaning already\nhint: write end_1, or another name"),
    (lambda: squares().code("matlab", name="x');system('ls"),  "\"x');system('ls\" cannot name a MATLAB function\nhint: a letter, then letters, digits and _"),
    (lambda: diff("tr(X^T Y)", ["X", "Y"]).code(what="hvp"),   "a Hessian-vector product is by one variable\nhint: for two variables ask for d.mixed(x, y), in a terminal --show mixed"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "said"), REFUSED)
def test_refusals(asked, said) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(matcalc.MatcalcError) as caught:
        asked()
    assert str(caught.value) == said


def test_a_library_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(matcalc.MissingExtraError) as caught:
        squares().function("torch")
    assert str(caught.value) == "the target torch needs PyTorch\nhint: pip install torch"


def test_latex_is_the_formula() -> None:
    assert squares().gradient.code("latex") == squares().gradient.latex()
    assert squares().code("latex") == rf"\mathrm{{gradient}} = {squares().gradient.latex()}" + "\n"


# ---- the documentation

COMMANDS = [
    lambda: diff("x^T A x", "x").code("julia", "hessian"),
    lambda: diff("x^T A x", "x").hessian.code("torch", "H"),
    lambda: diff("x^T A x", "x", where="A: n x n symmetric").code(what="value_and_gradient", sizes={"n": 1000}),
    lambda: diff("softmax(A x)", "x", layout="numerator").code("matlab", "jacobian", wrt_first=True),
    lambda: diff("softmax(A x)", "x").jacobian("numerator").code("matlab"),
    lambda: diff("tr(X^T A X)", "X", direction="E").code("jax", "hvp", flat=True),
    lambda: diff("sum(swish(A x))", "x", define="swish(t) = t sigmoid(t)").code(),
    lambda: diff("x^T A y", ["x", "y"]).code(what="gradient"),
    lambda: diff("tr(S X)", "X", where="X: n x n symmetric", structure="projected").code(),
]


@pytest.mark.parametrize("made", COMMANDS)
def test_the_command_in_the_documentation_makes_the_program_again(made) -> None:  # type: ignore[no-untyped-def]
    text = made()
    (line,) = [line.strip("% ") for line in text.splitlines() if line.strip("% ").startswith("matcalc code ")]
    done = running.run(*shlex.split(line)[1:])
    assert done.stdout == text


def test_a_long_formula_is_cut_and_its_command_reads_it_from_stdin() -> None:
    text = diff(" + ".join(f"sin(a_{k}^T x)" for k in range(200)), "x").code()
    lines = text.split('"""')[1].splitlines()
    assert max(map(len, lines)) <= 100
    assert sum("characters)" in line for line in lines) == 1
    assert lines[-2] == "    matcalc code - --wrt x --target numpy --what result --name gradient"


# ---- names


HOSTILE = "import class lambda end function np xp torch jnp result t0 λ Σ None eye I".split()


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("target", PYTHON)
def test_any_name_of_a_variable_is_a_safe_argument(target: str, name: str) -> None:
    """f = ||v||^2 + sum(exp(v)): the gradient 2 v + exp(v), whatever v is called."""
    library = {"array-api": "numpy", "dask": "dask.array"}.get(target, target)
    module = pytest.importorskip(library if target != "jax" else "jax.numpy")
    if target == "dask":
        pytest.importorskip("array_api_compat")
    d = diff(f"||{name}||_2^2 + sum(exp({name}))", wrt=name, where={name: "n"})
    given = module.tensor([1.0, 2.0]) if target == "torch" else module.asarray(np.array([1.0, 2.0]))
    assert np.allclose(
        np.asarray(d.function(target, "gradient")(given)), 2 * np.array([1.0, 2.0]) + np.exp([1.0, 2.0]), atol=1e-4
    )
    text = d.code(target, check=True)
    compile(text, "emitted", "exec")


def test_a_row_is_a_row_in_octave(tmp_path: Path) -> None:
    """r X for r: 1 x n, given as a row or as a column, is a row; so is the gradient of r X x by r."""
    where = "r: 1 x n; X: n x n; x: n"
    (tmp_path / "f.m").write_text(diff("r X", "r", where).code("matlab", "value", "f"))
    (tmp_path / "g.m").write_text(diff("r X x", "r", where).code("matlab", "gradient", "g"))
    lines = [
        "X = [1, 2; 3, 5];",
        "assert(isequal(f(X, [1, 2]), [7, 12])); assert(isequal(f(X, [1; 2]), [7, 12]));",
        "assert(isequal(g(X, [1; 1], [0, 0]), [3, 8])); disp(1)",
    ]
    assert said_by_octave(tmp_path, lines, 1) == ["1"]


@pytest.mark.parametrize(("target", "shape"), [("numpy", "n (a row)"), ("julia", "n (a row)"), ("matlab", "1 x n")])
def test_the_documentation_says_how_rows_are_given(target: str, shape: str) -> None:
    text = diff("r A r^T", "r", "r: 1 x n; A: n x n").code(target, "gradient")
    assert f"r: {shape}\n" in text
    assert f"returns: {shape}\n" in text


def test_any_name_of_a_variable_is_safe_in_octave(tmp_path: Path) -> None:
    lines = []
    for k, name in enumerate([*HOSTILE, "i", "ans", "e", "xy" * 40]):
        d = diff(f"||{name}||_2^2 + sum(exp({name}))", wrt=name, where={name: "n"})
        (tmp_path / f"f{k}.m").write_text(d.code("matlab", "gradient", f"f{k}"))
        lines.append(f"assert(norm(f{k}([1; 2]) - 2 * [1; 2] - exp([1; 2])) < 1e-12); disp(1)")
    assert said_by_octave(tmp_path, lines, len(lines)) == ["1"] * len(lines)


@pytest.mark.parametrize("target", TARGETS)
def test_a_text_in_the_documentation_cannot_end_it(target: str) -> None:
    """A name with quotes, a backslash, a dollar or a line break stays inside of the comment."""
    from matcalc.algebra.dimension import ONE, named
    from matcalc.algebra.leaves import symbol
    from matcalc.code.documentation import About
    from matcalc.code.emission import emit

    hostile = 'x"""\nimport os; $(run) \\" \\\\ %{ \\"""'
    text = emit(
        [symbol(hostile, (named("n"), ONE))], target=target, name="made", about=About([f"f = {hostile}", '"'], hostile)
    )
    if target in PYTHON:
        *libraries, made = ast.parse(text).body
        assert not any(alias.name == "os" for node in libraries if isinstance(node, ast.Import) for alias in node.names)
        assert isinstance(made, ast.FunctionDef)
        assert [type(line) for line in made.body] == [ast.Expr, ast.Return]
    elif target == "matlab":
        (body,) = [line for line in text.splitlines() if line.startswith("    ") and not line.startswith("    %")]
        assert body.startswith("    result = x")
        assert len(text.splitlines()) == len(
            [line for line in text.splitlines() if line.startswith(("    %", "function", "end", "    result"))]
        )
    else:
        inside = text[text.index('"""') + 3 : text.index('"""\nfunction')]
        assert not any(inside[k - 1] != "\\" for k, c in enumerate(inside) if c in '"$')
