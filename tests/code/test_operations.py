"""Every function and every operation in every target gives what it gives in NumPy; NumPy is held to 50 digits elsewhere."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from matcalc.algebra import calls
from matcalc.algebra.functions import FUNCTIONS, SYMMETRIC_ONLY
from matcalc.algebra.leaves import symbol
from matcalc.algebra.nodes import Node
from matcalc.code.emission import emit, run
from matcalc.errors import UnsupportedError
from matcalc.syntax.declarations import read_declarations
from matcalc.syntax.understanding import understand
from tests.code.test_targets import LIBRARIES, matrix
from tests.octave import said_by_octave

SIZES = {"m": 4, "n": 3, "p": 2, "q": 5}
TOLERANCE = 1e-9

WHERE = read_declarations("A: m x n; B: n x p; X, Y: n x n; x, y: n; u: m; r: 1 x n; s: 1 x m; c, k: scalar; w: 3")

TEXTS = """
pi c + 1/3; 2 ones(n); ones(m, n) + A; zeros(m, n); I(n); e(2, n); e(i, n); c^k; X .^ c; x ./ y.^2; 1 ./ x; (x + c) ./ (X y)
A X; A x; u^T A; x^T y; r X; r x; u x^T; X^-1 x; X^-1 B; A X^-1; x^T X^-1; X^7; X^-2; X^k; diag(x) B; A diag(x); diag(x); diag(X)
Kmat(m, n) vec(A); Kmat(m, n); Kmat(m, n) diag(vec(A)); vec(A)^T Kmat(n, m); A ones(n); ones(m)^T A; A e(2, n); e(i, m)^T A
A[2,3]; X[i,j] x; x[n]; r[2]; pinv(x)[2]; softmax_rows(s)[3]; vec(A^T); vec(A); vec(A) + vec(A^T); tr(X Y); tr(A^T A); diag(X Y); diag(A^T A); X + diag(x); X - c I
unvec(vec(A), m, n) X; kron(x, u); kron(r, X); kron(x, X); kron(X, y^T); kron(r, x); kron(s, r); kron(A, X); A x .* u - c
kron(A, I(p)); kron(I(p), A); khatri_rao(A, X); khatri_rao(x, y); khatri_rao(r, A); x - 2 y + c; -(A x); -x .* y / c; c - x
||x||; ||A||; ||x||_1; ||A||_1; ||x||_inf; ||A||_2; ||A||_*; ||r||; sum(A); sum(x); mean(x); max(x, y); min(X, Y); max(c, k)
softmax(r); logsumexp(r); max_rows(r); softmax_cols(x); exp(c) x; sigmoid(c) + softplus(k); relu(c - k) x; sign(c) + step(k); abs(c - k)
sqrt(2) x; exp(1) c; tanh(c); sqrt(n) x; log(n) x; sum(log(x)) / n; logdet(X) + det(Y); log(det(X)); logdet(X + X^T) (X + X^T)^-1; log(det(X + X^T)) (X + X^T)^-1; pinv(x); X^2 x; X^-1 Y^-1 x; B^T X^-1 B; cof(X) x
sigmoid(-A x); sigmoid(-c); A x .* sigmoid(-2 u); kron(B^T, I(m)) diag(vec(A)) kron(B, I(m)); kron(I(n), A^T) diag(vec(A)) kron(I(n), A)
(A^T A + I(n))^-1 x; logdet(A^T A + I(n)) (A^T A + I(n))^-1 B; logdet(A^T A + I(n)) x + (A^T A + I(n))^-1 x; tr((A^T A + I(n))^-1 X)
Kmat(n, m) kron(A, B); kron(A, B) Kmat(n, p); 2 Kmat(n, n) (kron(X, Y) - kron(Y, X)) Kmat(n, n)
A - u ones(n)^T - ones(m) x^T; u ones(n)^T + ones(m) x^T; c ones(m) x^T - u ones(n)^T - A + c ones(m, n); A .* (ones(m) x^T) ./ (u ones(n)^T)
exp(A - c u ones(n)^T) .* A .* (ones(m) x^T); (u ones(n)^T) ./ (ones(m) x^T); exp(u ones(n)^T) B; max(A, u ones(n)^T); max(ones(m) x^T, A)
(x ones(n)^T - ones(n) x^T) X; X .* (x ones(n)^T - ones(n) x^T); A - A ones(n, n) / n - ones(m, m) A / m + ones(m, m) A ones(n, n) / (m n)
u ones(p)^T; 2 ones(p) x^T; sum(A^T A); sum(A B); ones(p, m) A X; X - x ones(n)^T + diag(x); -A - u ones(n)^T; tanh(u ones(n)^T)
(A^T A + I(n))^-1 + logdet(A^T A + I(n)) X; kron(B B^T, I(m)); kron(I(m), B B^T); diag(x) X - x x^T X
""".replace("\n", ";")

MATRICES: dict[str, Any] = {}


@cache
def nodes() -> dict[str, Node]:
    """The functions at arguments of the shapes of their signatures, and the texts above."""
    found = {}
    for name, function in FUNCTIONS.items():
        for k, (arguments, _) in enumerate(function.signatures):
            leaves = [symbol(f"a_{place}", shape) for place, shape in enumerate(arguments)]
            if name == "unvec":
                continue  # its sizes are no arguments
            found[f"{name} {k}"] = calls.call(name, leaves)
    for text in TEXTS.split(";"):
        if text.strip():
            found[text.strip()] = understand(text.strip(), WHERE).node
    return found


def value(name: str, leaf: Node) -> np.ndarray[Any, Any]:
    """Entries between 0.1 and 0.9, the same for the same name; square matrices are moved away from singular ones."""
    lengths = [side.evaluate(SIZES) for side in leaf.shape if side.value != 1]
    if not lengths:
        return np.array(3.0 if leaf.data in ("k", "a_1") else 0.7)
    random = np.random.default_rng(sum(map(ord, leaf.data)))
    drawn = random.uniform(0.1, 0.9, lengths)
    if len(lengths) == 2 and lengths[0] == lengths[1]:
        drawn = 0.3 * drawn + np.eye(lengths[0])
        if name.split()[0] in SYMMETRIC_ONLY:
            drawn = drawn + drawn.T
    return drawn


def given(name: str, text: str, node: Node) -> list[Any]:
    from matcalc.algebra.walks import symbols

    leaves = {leaf.data: leaf for leaf in symbols(node)}
    (names,) = re.findall(r"^(?:def|function).*?made\((.*?)\)", text, re.MULTILINE)
    asked = [word for word in names.split(", ") if word and word != "xp=None"]
    return [value(name, leaves[word]) if word in leaves else (SIZES | {"i": 2, "j": 3})[word] for word in asked]


@cache
def truth(name: str) -> np.ndarray[Any, Any]:
    node = nodes()[name]
    text = emit([node], name="made")
    return np.asarray(run(text, "made", "numpy")(*given(name, text, node)), float)


def agrees(name: str, found: np.ndarray[Any, Any]) -> bool:
    expected = truth(name)
    if np.squeeze(found).shape != np.squeeze(expected).shape:
        return False
    return bool(
        np.all(np.abs(np.squeeze(found) - np.squeeze(expected)) <= TOLERANCE * max(1.0, np.max(np.abs(expected))))
    )


@pytest.mark.parametrize("library", [library for library in LIBRARIES if library != "numpy"])
def test_an_operation_gives_the_same_in_every_library(library: str) -> None:
    target, module, made, _ = LIBRARIES[library]
    pytest.importorskip(module)
    if target in ("array-api", "dask") and library != "array-api strict":
        pytest.importorskip("array_api_compat")
    wrong = []
    for name, node in nodes().items():
        try:
            text = emit([node], target=target, name="made")
        except UnsupportedError:
            continue
        values = given(name, text, node)
        arguments = [made(v) if isinstance(v, np.ndarray) else v for v in values]
        no_array = not any(isinstance(v, np.ndarray) for v in values)
        more = {"xp": np} if no_array and "xp=None" in text else {}  # it cannot tell from a size
        found = np.asarray(run(text, "made", target)(*arguments, **more), float)
        if not agrees(name, found):
            wrong.append(f"{name}: {found}\nfor {truth(name)}\n{text}")
    assert not wrong, "\n".join(wrong)


KRONECKER = ["kron(A, B)", "kron(A^T, B)", "kron(A, B^T)", "kron(A^T, B^T)", "kron(A^T, I(p))", "kron(I(p), A^T)"]


@pytest.mark.parametrize("library", ["jax", "torch", "array-api strict"])
@pytest.mark.parametrize("text", KRONECKER)
def test_a_kronecker_product_of_one_row_or_column(text: str, library: str) -> None:
    """Sizes of 1 are sizes as others; torch.kron refuses some matrices that have them."""
    target, module, made, _ = LIBRARIES[library]
    pytest.importorskip(module)
    node = understand(text, WHERE).node
    texts = {name: emit([node], target=name, name="made") for name in ("numpy", target)}
    random = np.random.default_rng(0)
    for m, n, p in ((1, 3, 2), (3, 1, 2), (2, 3, 1), (1, 1, 3)):
        values = {"A": random.uniform(size=(m, n)), "B": random.uniform(size=(n, p)), "p": p}
        (names,) = re.findall(r"made\((.*?)\)", texts["numpy"])
        given = [values[name] for name in names.split(", ")]
        expected = run(texts["numpy"], "made", "numpy")(*given)
        found = run(texts[target], "made", target)(*(made(v) if isinstance(v, np.ndarray) else v for v in given))
        np.testing.assert_allclose(np.asarray(found), expected, rtol=1e-12)


TRACED = [
    "expm 0",
    "logm 0",
    "sqrtm 0",
    "D_sqrtm 0",
    "D_logm 0",
    "J_logm 0",
    "cof 0",
    "v_max 0",
    "onehot_max 0",
    "X + diag(x)",
    "e(i, n)",
    "X[i,j] x",
]


@pytest.mark.parametrize("name", TRACED)
def test_jax_traces(name: str) -> None:
    """Loops and choices that look at values are lax's, so that jit can take the function."""
    jax = pytest.importorskip("jax")
    _, _, made, _ = LIBRARIES["jax"]
    node = nodes()[name]
    text = emit([node], target="jax", name="made")
    values = given(name, text, node)
    sizes = tuple(k for k, v in enumerate(values) if not isinstance(v, np.ndarray))
    function = jax.jit(run(text, "made", "jax"), static_argnums=sizes)
    assert agrees(name, np.asarray(function(*(made(v) if isinstance(v, np.ndarray) else v for v in values))))


def test_an_operation_gives_the_same_in_octave(tmp_path: Path) -> None:
    lines = []
    for k, (name, node) in enumerate(nodes().items()):
        text = emit([node], target="matlab", name="made")
        (tmp_path / f"case_{k}.m").write_text(text.replace("made(", f"case_{k}(", 1))
        arguments = ", ".join(matrix(v) if isinstance(v, np.ndarray) else str(v) for v in given(name, text, node))
        lines += [f"r = case_{k}({arguments});", r"printf('%d ', size(r)); printf('%.17g ', r); printf('\n');"]
    wrong = []
    for name, answer in zip(nodes(), said_by_octave(tmp_path, lines, len(nodes())), strict=True):
        rows, columns, *numbers = answer.split()
        found = np.array(numbers, float).reshape((int(rows), int(columns)), order="F")
        if not agrees(name, found):
            wrong.append(f"{name}: {found}\nfor {truth(name)}\n{emit([nodes()[name]], target='matlab')}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("target", ["numpy", "jax", "torch"])
@pytest.mark.parametrize("text", ["logm(X)", "sqrtm(X)"])
def test_a_root_that_is_found_step_by_step_is_found_in_single_precision(text: str, target: str) -> None:
    """The steps end where single precision ends, and not at the accuracy of double precision, which they do not reach."""
    library = pytest.importorskip(target)
    if target == "jax":
        library.config.update("jax_enable_x64", True)  # nothing may turn double where it can
    node = understand(text, WHERE).node
    exact, single = (run(emit([node], target=each, name="made"), "made", each) for each in ("numpy", target))
    for seed in range(10):
        random = np.random.default_rng(seed)
        R, X = random.standard_normal((5, 5)), np.eye(5) + 0.1 * random.standard_normal((5, 5))
        X += R @ R.T
        made = {"jax": getattr(library, "numpy", None), "numpy": library}.get(target)
        given = made.asarray(X, "float32") if made is not None else library.tensor(X).float()
        found, expected = np.asarray(single(given)), exact(X)
        assert found.dtype == np.float32
        assert np.allclose(found, expected, rtol=0, atol=1e-4 * np.max(np.abs(expected)))
