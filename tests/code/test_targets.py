"""Every target against the reference tables: the emitted function, run by the target's own library, gives the true derivative.

What is not installed is skipped with its name: JAX, PyTorch, Dask, Octave, the Julia grammar of tree-sitter (there is no Julia
interpreter among the packages, so Julia's programs are parsed and not run).
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from matcalc.algebra.functions import FUNCTIONS
from matcalc.code import values
from matcalc.code.emission import TARGETS, emit, language, run
from matcalc.code.language import Refusal
from matcalc.errors import UnsupportedError
from matcalc.syntax.declarations import read_declarations
from matcalc.syntax.understanding import understand
from tests.octave import said_by_octave
from tests.oracle import TABLES, Array, Case, derivative, load

CASES = [case for name in TABLES for case in load(name)]
TOLERANCE = 1e-6  # as everywhere: of the largest entry

# written by the printers themselves, or lowered to other operations
NOT_IN_TABLES = {"argument", "index", "number", "size", "place", "add", "multiply", "dot", "diag"}


def operations() -> list[str]:
    """Every operation of the table in code/values.py, and every function."""
    lines = [line.split("|")[1] for line in (values.__doc__ or "").splitlines() if line.startswith("| ")]
    named = [name for cell in lines for name in re.findall(r"\w+", cell) if " " not in cell.strip().replace(", ", "")]
    return sorted({*named, *FUNCTIONS} - NOT_IN_TABLES - {"operation"})


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("operation", operations())
def test_every_operation_has_a_row_in_every_table(target: str, operation: str) -> None:
    rows = language(target).rows
    assert operation in rows or any(key.startswith(f"{operation}:") for key in rows)


@pytest.mark.parametrize("target", TARGETS)
def test_helpers_of_a_table_exist_and_are_all_called(target: str) -> None:
    spoken = language(target)
    rows = [row for row in spoken.rows.values() if not isinstance(row, Refusal)]
    called = {name for row in rows for name in row.helpers}
    assert called <= spoken.helpers.keys()
    texts = "\n".join([*(row.template for row in rows), *spoken.helpers.values()])
    laid_out = {"_namespace"}  # called by the layout of the function
    for name in spoken.helpers.keys() - laid_out:
        assert len(re.findall(rf"\b{name}\b", texts)) > 1, f"{name} is never called"
    for row in rows:
        written = set(re.findall(r"\b(?:_\w+|\w+_)(?=[({,.])", row.template)) & spoken.helpers.keys()
        assert written <= {*row.helpers}, row


def arguments(case: Case, text: str, made: Callable[[Array], Any]) -> list[Any]:
    """The values of the function's arguments, by its own parameter list: safe names are the names, but for a trailing _."""
    (names,) = re.findall(r"^(?:def|function).*?made\((.*?)\)", text, re.MULTILINE)
    given = [name for name in names.split(", ") if name and name != "xp=None"]
    return [made(np.asarray(case.values[name if name in case.values else name.rstrip("_")])) for name in given]


def matrix(value: Array) -> str:
    """The array as MATLAB writes it."""
    rows = value.reshape((len(value), -1)).tolist() if value.ndim else [[float(value)]]
    return "[" + "; ".join(", ".join(map(repr, row)) for row in rows) + "]"


def numpy_array(value: Array) -> Array:
    return value


def array_api_strict(value: Array) -> Any:
    return importlib.import_module("array_api_strict").asarray(value)


def jax_array(value: Array) -> Any:
    jax = importlib.import_module("jax")
    jax.config.update("jax_enable_x64", True)
    return jax.numpy.asarray(value)


def torch_tensor(value: Array) -> Any:
    return importlib.import_module("torch").tensor(value)


def dask_array(value: Array) -> Any:
    return importlib.import_module("dask.array").from_array(value, chunks=-1)


NONE = "(?!)"
MATRIX_FUNCTIONS = "expm|logm|sqrtm|sinm|cosm"
DETERMINANTS = "det|pinv|adj|cof|lambda_max"

#             target       library             its arrays        refused are only functions of what it lacks
LIBRARIES = {
    "numpy":            ("numpy",     "numpy",            numpy_array,      NONE),
    "array-api strict": ("array-api", "array_api_strict", array_api_strict, MATRIX_FUNCTIONS),
    "array-api NumPy":  ("array-api", "numpy",            numpy_array,      MATRIX_FUNCTIONS),
    "array-api JAX":    ("array-api", "jax",              jax_array,        MATRIX_FUNCTIONS),
    "array-api torch":  ("array-api", "torch",            torch_tensor,     MATRIX_FUNCTIONS),
    "jax":              ("jax",       "jax",              jax_array,        NONE),
    "torch":            ("torch",     "torch",            torch_tensor,     NONE),
    "dask":             ("dask",      "dask",             dask_array,       f"{MATRIX_FUNCTIONS}|{DETERMINANTS}"),
}  # fmt: skip


@pytest.mark.parametrize("library", LIBRARIES)
def test_emitted_functions_are_the_true_derivative(library: str) -> None:
    """All 366: right, or refused with a reason of the target's table."""
    target, module, made, lacking = LIBRARIES[library]
    pytest.importorskip(module)
    if library in ("array-api torch", "dask", "array-api NumPy"):
        pytest.importorskip("array_api_compat")
    wrong, refused = [], []
    # JAX compiles each operation of each program: of the array API's, every fourth is asked of it
    for case in CASES[:: 4 if library == "array-api JAX" else 1]:
        try:
            text = derivative(case).code(target, name="made")
        except UnsupportedError as error:
            refused.append((case.f, str(error)))
            continue
        function = run(text, "made", target)
        found = np.asarray(function(*arguments(case, text, made)), float)
        if not case.agrees(found, TOLERANCE):
            wrong.append(f"{case.id}: {found} for {case.truth}\n{text}")
    assert not wrong, "\n".join(wrong)
    for f, reason in refused:
        assert re.search(lacking, f), f"{f}: {reason}"
        assert re.match(rf"{target} has no [\w ,()-]+\nhint: choose ", reason)


def test_matlab_programs_run_in_octave(tmp_path: Path) -> None:
    """All 366, each as a file of its own, in one run of Octave."""

    lines = []
    for k, case in enumerate(CASES):
        text = derivative(case).code("matlab", name="made")
        given = ", ".join(arguments(case, text, matrix))
        (tmp_path / f"case_{k}.m").write_text(text.replace("made(", f"case_{k}(", 1))
        lines += [f"r = case_{k}({given});", r"printf('%d ', size(r)); printf('%.17g ', r); printf('\n');"]
    for case, answer in zip(CASES, said_by_octave(tmp_path, lines, len(CASES)), strict=True):
        rows, columns, *numbers = answer.split()
        found = np.array(numbers, float).reshape((int(rows), int(columns)), order="F")
        assert case.agrees(found, TOLERANCE), case.id


@cache
def julia_parser() -> Any:
    tree_sitter = pytest.importorskip("tree_sitter")
    return tree_sitter.Parser(tree_sitter.Language(pytest.importorskip("tree_sitter_julia").language()))


def julia_programs() -> Iterator[str]:
    yield from language("julia").helpers.values()
    for case in CASES:
        yield derivative(case).code("julia", name="made")


def test_julia_programs_parse() -> None:
    parser = julia_parser()
    assert parser.parse(b"f(x = 2 .* * 3\n").root_node.has_error
    assert [text for text in julia_programs() if parser.parse(text.encode()).root_node.has_error] == []


WHERE = read_declarations("A: m x n; X, Y: n x n; x, y: n; b: m; c, t: scalar; r: 1 x n")

#    written                target       the last line, but for "return" and "result ="
LINES = [
    ("2 A^T (A x - b)",     "jax",       "2 * ((A @ x - b) @ A)"),  # XLA turns A.T round first
    ("x^T X^T",             "jax",       "X @ x"),
    ("X^T Y^T y + A^T b",   "jax",       "b @ A + y @ Y @ X"),
    ("2 A^T (A x - b)",     "torch",     "2 * (A.T @ (A @ x - b))"),
    ("2 A^T (A x - b)",     "array-api", "2 * ((A @ x - b) @ A)"),
    ("2 A^T (A x - b)",     "julia",     "2 * (A' * (A * x - b))"),
    ("2 A^T (A x - b)",     "matlab",    "2 * (A' * (A * x - b));"),
    ("exp(c) x",            "torch",     "torch.exp(c) * x"),
    ("sqrt(2) x + c",       "torch",     "math.sqrt(2) * x + c"),
    ("sqrt(2) x + c",       "array-api", "math.sqrt(2) * x + c"),
    ("sqrt(2) x + c",       "julia",     "sqrt(2) * x .+ c"),
    ("sqrt(2) x + c",       "matlab",    "sqrt(2) * x + c;"),
    ("x ./ y.^2",           "jax",       "x / y**2"),
    ("x .* tanh(y) - c",    "julia",     "x .* tanh.(y) .- c"),
    ("x .* tanh(y) - c",    "matlab",    "x .* tanh(y) - c;"),
    ("c^t x",               "julia",     "c^t * x"),
    ("x .^ t",              "julia",     "x .^ t"),
    ("x .^ t",              "matlab",    "x.^t;"),
    ("x^T X y",             "julia",     "dot(x, X * y)"),
    ("x^T X y",             "matlab",    "x' * (X * y);"),
    ("x^T X",               "julia",     "X' * x"),
    ("x^T X",               "matlab",    "(X' * x)';"),
    ("r X",                 "matlab",    "(X' * r)';"),
    ("x y^T",               "julia",     "x * y'"),
    ("x y^T",               "torch",     "torch.outer(x, y)"),
    ("x y^T",               "array-api", "x[:, None] * y"),
    ("X^T X + 2 I",         "array-api", "t0 + 2 * _eye(xp, t0)"),
    ("diag(x) X diag(y)",   "julia",     "x .* (X .* y')"),
    ("diag(x) X diag(y)",   "matlab",    "x .* (X .* y');"),
    ("X^-1 x",              "julia",     "X \\ x"),
    ("X^-1 x",              "matlab",    "X \\ x;"),
    ("X^-1 x",              "torch",     "torch.linalg.solve(X, x)"),
    ("x[2] + X[1,n]",       "julia",     "X[1, n] + x[2]"),
    ("x[2] + X[1,n]",       "matlab",    "X(1, n) + x(2);"),
    ("x[2] + X[1,n]",       "array-api", "X[0, n - 1] + x[1]"),
    ("X e(i,n)",            "matlab",    "X(:, i);"),
    ("sigmoid(x)",          "jax",       "jax.nn.sigmoid(x)"),
    ("sigmoid(x)",          "torch",     "torch.sigmoid(x)"),
    ("sigmoid(x)",          "array-api", "_sigmoid(xp, x)"),
    ("sigmoid(x)",          "julia",     "_sigmoid.(x)"),
    ("sigmoid(x)",          "matlab",    "1 ./ (1 + exp(-x));"),
    ("expm(X)",             "jax",       "jax.scipy.linalg.expm(X)"),
    ("expm(X)",             "torch",     "torch.linalg.matrix_exp(X)"),
    ("expm(X)",             "julia",     "exp(X)"),
    ("ones(n, m)",          "matlab",    "ones(n, m);"),
    ("X^7",                 "julia",     "X^7"),
    ("sum(X) x",            "matlab",    "sum(sum(X)) * x;"),
    ("1 ./ (1 + x)",        "julia",     "1 ./ (x .+ 1)"),
    ("||X||",               "matlab",    "norm(X, 'fro');"),
    ("||x|| x",             "matlab",    "norm(x) * x;"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "target", "emitted"), LINES)
def test_each_target_is_written_as_by_hand(written: str, target: str, emitted: str) -> None:
    lines = emit([understand(written, WHERE).node], target=target).splitlines()
    (line,) = [line.strip() for line in lines if re.match(r"    (return|result =) ", line) and line[0] != "_"][-1:]
    assert re.sub(r"^(return|result =) ", "", line) == emitted


def test_a_scalar_is_made_a_tensor_only_where_a_function_is_taken_of_it() -> None:
    assert emit([understand("exp(c) x + t x", WHERE).node], target="torch") == (
        "import torch\n\n\n"
        "def gradient(t, x, c):\n"
        "    c = torch.as_tensor(c, dtype=x.dtype, device=x.device)\n"
        "    return t * x + torch.exp(c) * x\n"
    )


def test_the_array_api_function_finds_its_namespace() -> None:
    text = emit([understand("c exp(x)", WHERE).node], target="array-api")
    assert text.endswith(
        "def gradient(c, x, xp=None):\n    if xp is None:\n        xp = _namespace(x)\n    return c * xp.exp(x)\n"
    )


REFUSED = [
    # target      written       what it says
    ("array-api", "expm(X)",    "array-api has no matrix exponential\nhint: choose numpy, jax, torch, julia or matlab"),
    ("array-api", "sqrtm(X)",   "array-api has no matrix square root\nhint: choose numpy, jax, torch, julia or matlab"),
    ("dask",      "logdet(X)",  "dask has no determinant (slogdet)\nhint: choose array-api, numpy, jax or torch"),
    ("dask",      "pinv(X)",    "dask has no pseudo-inverse\nhint: choose array-api, numpy, jax or torch"),
]  # fmt: skip


@pytest.mark.parametrize(("target", "written", "said"), REFUSED)
def test_what_a_target_lacks_is_refused_with_the_reason(target: str, written: str, said: str) -> None:
    with pytest.raises(UnsupportedError) as caught:
        emit([understand(written, WHERE).node], target=target)
    assert str(caught.value) == said


def test_an_unknown_target_gives_the_list() -> None:
    with pytest.raises(UnsupportedError) as caught:
        language("fortran")
    assert str(caught.value) == (
        "no programs for 'fortran'\nhint: choose numpy, array-api, dask, jax, torch, julia, matlab or latex"
    )


@pytest.mark.parametrize("target", ["julia", "matlab"])
@pytest.mark.parametrize(
    "text", ["J(expm, H)", "J_power(X, H)", "D_power(X, Y, H)", "D2_power(X, Y, H, K)", "J2_sinm(Y_1, H)"]
)
def test_an_anonymous_function_binds_no_name_of_the_user(target: str, text: str) -> None:
    where = "X, H, K, Y_1: n x n; Y: scalar" if "(X, H)" not in text else "X: n x n; H: scalar"
    read = understand(text, read_declarations(where))
    made = emit([read.node], target=target, name="made")
    body = made[made.rindex("function made(") :] if target == "julia" else made[: made.index("end")]
    bound = set(re.findall(r"(\w+) ->|@\((\w+)\)", body))
    assert not {name for pair in bound for name in pair} & {"X", "H", "K", "Y", "Y_1"}, body
