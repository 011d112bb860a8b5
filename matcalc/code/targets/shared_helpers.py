"""Helpers that read the same in NumPy, PyTorch and JAX, but for the name of the library."""

from __future__ import annotations

_TEXTS = {
    "_matrix_power": """\
def _matrix_power(X, k):
    if k != int(k):
        raise ValueError("a matrix power needs an integer exponent")
    return LIBRARY.linalg.matrix_power(X, int(k))""",
    "_log_det": """\
def _log_det(A):
    # log(det(A)), and det(A) itself, which over- and underflows, is not formed
    sign, size = LIBRARY.linalg.slogdet(A)
    return LIBRARY.log(sign) + size""",
    "_v_max": """\
def _v_max(X):
    v = LIBRARY.linalg.eigh(X)[1][:, -1]
    return v * LIBRARY.sign(v[LIBRARY.argmax(LIBRARY.abs(v))])""",
    "_polar": """\
def _polar(X):
    U, s, Vt = LIBRARY.linalg.svd(X, full_matrices=False)
    return U @ Vt""",
    "_D_polar": """\
def _D_polar(X, H):
    # W_ij = (U^T H V - V^T H^T U)_ij / (s_i + s_j), and the parts of H outside of the ranges of U and V
    U, s, Vt = LIBRARY.linalg.svd(X, full_matrices=False)
    E = U.T @ H @ Vt.T
    inner = U @ ((E - E.T) / (s[:, None] + s)) @ Vt
    left, right = H @ Vt.T / s, (U / s).T @ H
    return inner + (left - U @ (U.T @ left)) @ Vt + U @ (right - right @ Vt.T @ Vt)""",
}


def shared_helpers(library: str) -> dict[str, str]:
    """The helpers in the library of this name."""
    return {name: text.replace("LIBRARY", library) for name, text in _TEXTS.items()}
