"""Functions that the array API standard lacks, as texts that are written in front of an emitted function where it calls them.

Their first argument is the namespace of functions.  Each is written once for all programs; sources stand beside the algorithm.
"""

from __future__ import annotations

HELPERS = {
    "_pinv_singular": """\
def _pinv_singular(xp, A):
    # singular by construction: what rounding leaves of its least singular value is no rank
    return xp.linalg.pinv(A, rtol=1e3 * xp.finfo(A.dtype).eps)""",
    "_cho_solve": """\
def _cho_solve(xp, L, B):
    # (L L^T)^-1 B
    return xp.linalg.solve(L.T, xp.linalg.solve(L, B))""",
    "_cho_inverse": """\
def _cho_inverse(xp, L):
    # (L L^T)^-1 = M^T M with M = L^-1
    M = _lower_inverse(xp, L)
    return M.T @ M""",
    "_lower_inverse": """\
def _lower_inverse(xp, L):
    # [[A, 0], [C, D]]^-1 = [[A^-1, 0], [-D^-1 C A^-1, D^-1]]
    n, h = L.shape[0], L.shape[0] // 2
    if n <= 64:
        return xp.linalg.inv(L)
    A, D = _lower_inverse(xp, L[:h, :h]), _lower_inverse(xp, L[h:, h:])
    C = -D @ (L[h:, :h] @ A)
    above = xp.concat([A, xp.zeros_like(C.T)], axis=1)
    return xp.concat([above, xp.concat([C, D], axis=1)], axis=0)""",
    "_namespace": """\
def _namespace(array):
    if hasattr(array, "__array_namespace__"):
        return array.__array_namespace__()
    from array_api_compat import array_namespace

    return array_namespace(array)""",
    "_swap": """\
def _swap(xp, m, n):
    # vec(X.T) = vec(X)[_swap(m, n)] for X of shape (m, n)
    return xp.reshape(xp.reshape(xp.arange(m * n), (n, m)).T, (-1,))""",
    "_matrix_power": """\
def _matrix_power(xp, X, k):
    if k != int(k):
        raise ValueError("a matrix power needs an integer exponent")
    return xp.linalg.matrix_power(X, int(k))""",
    "_log_det": """\
def _log_det(xp, A):
    # log(det(A)), and det(A) itself, which over- and underflows, is not formed
    sign, size = xp.linalg.slogdet(A)
    return xp.log(sign) + size""",
    "_diag": """\
def _diag(xp, x):
    return _eye(xp, x) * x""",
    "_eye": """\
def _eye(xp, X):
    return xp.eye(X.shape[0], dtype=X.dtype, device=getattr(X, "device", None))""",
    "_blocks_inner": """\
def _blocks_inner(xp, B, p, q):
    # row i of B is vec of the block whose entries stand at the places i of p x q diagonals
    m = B.shape[0]
    blocks = xp.permute_dims(xp.reshape(B, (m, q, p)), (2, 0, 1))
    return xp.reshape(blocks[:, :, :, None] * _eye(xp, B)[None, :, None, :], (p * m, q * m))""",
    "_blocks_outer": """\
def _blocks_outer(xp, B, p, q):
    # row i of B is vec of the block i on the diagonal
    m = B.shape[0]
    blocks = xp.permute_dims(xp.reshape(B, (m, q, p)), (0, 2, 1))
    return xp.reshape(blocks[:, :, None, :] * _eye(xp, B)[:, None, :, None], (m * p, m * q))""",
    "_cofactors": """\
def _cofactors(xp, X):
    # X = U diag(s) V^T: cof(X) = det(U) det(V) U diag(product of the other s) V^T, singular X too
    U, s, Vt = xp.linalg.svd(X)
    eye = _eye(xp, X)
    others = xp.prod(eye + (1 - eye) * s, axis=1)
    return xp.linalg.det(U) * xp.linalg.det(Vt) * (U * others) @ Vt""",
    "_relu": """\
def _relu(xp, X):
    return xp.maximum(X, xp.zeros_like(X))""",
    "_step": """\
def _step(xp, X):
    return xp.astype(X > 0, X.dtype)""",
    "_sigmoid": """\
def _sigmoid(xp, X):
    return xp.exp(-xp.logaddexp(-X, xp.zeros_like(X)))""",
    "_softplus": """\
def _softplus(xp, X):
    return xp.logaddexp(X, xp.zeros_like(X))""",
    "_logsumexp": """\
def _logsumexp(xp, X, axis=None):
    top = xp.max(X, axis=axis, keepdims=True)
    return xp.log(xp.sum(xp.exp(X - top), axis=axis)) + xp.max(X, axis=axis)""",
    "_softmax": """\
def _softmax(xp, X, axis=None):
    E = xp.exp(X - xp.max(X, axis=axis, keepdims=True))
    return E / xp.sum(E, axis=axis, keepdims=True)""",
    "_onehot_max": """\
def _onehot_max(xp, x):
    return xp.astype(xp.arange(x.shape[0], device=getattr(x, "device", None)) == xp.argmax(x), x.dtype)""",
    "_onehot_max_rows": """\
def _onehot_max_rows(xp, X):
    places = xp.arange(X.shape[1], device=getattr(X, "device", None))
    return xp.astype(places == xp.argmax(X, axis=1, keepdims=True), X.dtype)""",
    "_kron": """\
def _kron(xp, A, B):
    shape = (A.shape[0] * B.shape[0], A.shape[1] * B.shape[1])
    return xp.reshape(A[:, None, :, None] * B[None, :, None, :], shape)""",
    "_swapped_kron": """\
def _swapped_kron(xp, A, B):
    # Kmat kron(A, B): the row of row i of A and row k of B stands at place i of the rows of k
    shape = (A.shape[0] * B.shape[0], A.shape[1] * B.shape[1])
    return xp.reshape(A[None, :, :, None] * B[:, None, None, :], shape)""",
    "_khatri_rao": """\
def _khatri_rao(xp, A, B):
    return xp.reshape(A[:, None, :] * B[None, :, :], (-1, A.shape[1]))""",
    "_sum_diagonals": """\
def _sum_diagonals(xp, X):
    # entry (i, j) is the sum of X along the diagonal i - j, which is a column once row i has moved i places to the right
    n = X.shape[0]
    moved = xp.reshape(xp.concat([xp.flip(X, axis=1), xp.zeros_like(X)], axis=1), (-1,))[: n * (2 * n - 1)]
    places = xp.arange(n, device=getattr(X, "device", None))
    where = xp.reshape(places[:, None] - places[None, :] + n - 1, (-1,))
    return xp.reshape(xp.take(xp.sum(xp.reshape(moved, (n, 2 * n - 1)), axis=0), where, axis=0), (n, n))""",
    "_skew": """\
def _skew(xp, w):
    o = xp.zeros_like(w[0])
    return xp.reshape(xp.stack([o, -w[2], w[1], w[2], o, -w[0], -w[1], w[0], o]), (3, 3))""",
    "_unskew": """\
def _unskew(xp, A):
    return 0.5 * xp.stack([A[2, 1] - A[1, 2], A[0, 2] - A[2, 0], A[1, 0] - A[0, 1]])""",
    "_v_max": """\
def _v_max(xp, X):
    v = xp.linalg.eigh(X)[1][:, -1]
    return v * xp.sign(xp.take(v, xp.reshape(xp.argmax(xp.abs(v)), (1,)), axis=0))""",
    "_block": """\
def _block(xp, X, H):
    # [[X, H], [0, X]]
    return xp.concat([xp.concat([X, H], axis=1), xp.concat([xp.zeros_like(X), X], axis=1)], axis=0)""",
    "_D2": """\
def _D2(xp, f, X, H, K, *held):
    # the upper right block of f([[M, L], [0, M]]), M = [[X, H], [0, X]], L = [[K, 0], [0, K]] (Higham and Relton 2014, theorem 3.5)
    n, M, L = X.shape[0], _block(xp, X, H), _block(xp, K, xp.zeros_like(K))
    return f(xp, _block(xp, M, L), *held)[:n, 3 * n :]""",
    "_D_power": """\
def _D_power(xp, X, k, H):
    # sum of X^r H X^(k-1-r): the upper right block of [[X, H], [0, X]]^k
    n = X.shape[0]
    return _matrix_power(xp, _block(xp, X, H), k)[:n, n:]""",
    "_polar": """\
def _polar(xp, X):
    U, s, Vt = xp.linalg.svd(X, full_matrices=False)
    return U @ Vt""",
    "_D_polar": """\
def _D_polar(xp, X, H):
    # W_ij = (U^T H V - V^T H^T U)_ij / (s_i + s_j), and the parts of H outside of the ranges of U and V
    U, s, Vt = xp.linalg.svd(X, full_matrices=False)
    E = U.T @ H @ Vt.T
    inner = U @ ((E - E.T) / (s[:, None] + s)) @ Vt
    left, right = H @ Vt.T / s, (U / s).T @ H
    return inner + (left - U @ (U.T @ left)) @ Vt + U @ (right - right @ Vt.T @ Vt)""",
    "_joined": """\
def _joined(xp, X):
    # [[0, X], [X^T, 0]]
    left, right = xp.concat([0 * (X @ X.T), X], axis=1), xp.concat([X.T, 0 * (X.T @ X)], axis=1)
    return xp.concat([left, right], axis=0)""",
    "_D2_polar": """\
def _D2_polar(xp, X, H, K):
    # polar(X) is the upper right block of f([[0, X], [X^T, 0]]), f = 1, 0, -1 near the positive, zero, negative
    # eigenvalues w; in their basis its second derivative has the divided differences f[w_i, w_k, w_j]
    m, n = X.shape
    S, H, K = (_joined(xp, M) for M in (X, H, K))
    w, Q = xp.linalg.eigh(S)
    H, K = Q.T @ H @ Q, Q.T @ K @ Q
    place = xp.arange(m + n, device=getattr(X, "device", None))
    f = xp.astype(place >= max(m, n), X.dtype) - xp.astype(place < min(m, n), X.dtype)
    rise, run = f[:, None] - f[None, :], w[:, None] - w[None, :]
    first = rise / xp.where(rise == 0, xp.ones_like(run), run)
    left, right = first[:, :, None], first[None, :, :]
    apart, jump, run = (rise != 0)[:, None, :], rise[:, :, None], run[:, None, :]
    far = (left - right) / xp.where(apart, run, xp.ones_like(run))
    near = -left * right / xp.where(jump == 0, xp.ones_like(jump), jump)
    inside = xp.where(apart, far, near) * (H[:, :, None] * K[None, :, :] + K[:, :, None] * H[None, :, :])
    return (Q @ xp.sum(inside, axis=1) @ Q.T)[:m, m:]""",
    "_jacobian": """\
def _jacobian(xp, derivative, X, *held):
    # row k is vec(derivative(X, E)) for the k-th matrix unit E in the order of vec
    m, n = X.shape
    units = xp.reshape(xp.eye(m * n, dtype=X.dtype, device=getattr(X, "device", None)), (m * n, n, m))
    return xp.stack([xp.reshape(derivative(xp, X, units[k, :, :].T, *held).T, (-1,)) for k in range(m * n)])""",
}
