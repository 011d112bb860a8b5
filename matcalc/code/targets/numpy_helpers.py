"""Functions that NumPy lacks, as texts that are written in front of an emitted function where it calls them.

Each is written once for all programs; sources stand beside the algorithm.
"""

from __future__ import annotations

from matcalc.code.targets.numpy_definite import DEFINITE
from matcalc.code.targets.shared_helpers import shared_helpers

HELPERS = (
    shared_helpers("np")
    | DEFINITE
    | {
        "_pinv_singular": """\
def _pinv_singular(A):
    # singular by construction: what rounding leaves of its least singular value is no rank
    return np.linalg.pinv(A, rcond=1e3 * np.finfo(A.dtype).eps)""",
        "_basis": """\
def _basis(n, place, dtype=float):
    e = np.zeros(n, dtype=dtype)
    e[place] = 1.0
    return e""",
        "_swap": """\
def _swap(m, n):
    # vec(X.T) = vec(X)[_swap(m, n)] for X of shape (m, n)
    return np.arange(m * n).reshape((m, n), order="F").ravel()""",
        "_add_diagonal": """\
def _add_diagonal(A, d):
    # A + diag(d) without the matrix diag(d)
    S = np.array(A, dtype=np.result_type(A, d))
    S.flat[:: len(S) + 1] += d
    return S""",
        "_kron_eye": """\
def _kron_eye(C, m):
    # kron(C, I), I of m rows: C at every place of a diagonal
    p, q = C.shape
    H = np.zeros((p, m, q, m), dtype=C.dtype)
    np.einsum("aibi->abi", H)[...] = C[:, :, None]
    return H.reshape((p * m, q * m))""",
        "_eye_kron": """\
def _eye_kron(C, m):
    # kron(I, C), I of m rows: C as every block on the diagonal
    p, q = C.shape
    H = np.zeros((m, p, m, q), dtype=C.dtype)
    np.einsum("iaib->iab", H)[...] = C
    return H.reshape((m * p, m * q))""",
        "_swapped_kron": """\
def _swapped_kron(A, B):
    # Kmat kron(A, B): the row of row i of A and row k of B stands at place i of the rows of k
    return np.einsum("ij,kl->kijl", A, B).reshape((len(A) * len(B), -1))""",
        "_add_kron": """\
def _add_kron(H, A, B):
    # H += kron(A, B), the rows of one row of A at a time: no second array of the size of H
    k = len(B)
    for i, row in enumerate(A):
        H[i * k : (i + 1) * k] += (row[:, None] * B[:, None, :]).reshape((k, -1))
    return H""",
        "_add_swapped_kron": """\
def _add_swapped_kron(H, A, B):
    # H += _swapped_kron(A, B), the rows of one row of B at a time: no second array of the size of H
    k = len(A)
    for i, row in enumerate(B):
        H[i * k : (i + 1) * k] += (A.reshape((-1, 1)) * row).reshape((k, -1))
    return H""",
        "_block_rows": """\
def _block_rows(V, L, R):
    # row i is vec(R diag(V_i) L^T): one product for many small blocks, one product each for few large ones
    if len(L) <= len(V):
        return V @ (L[:, None] * R).reshape((-1, V.shape[1])).T
    return np.array([(L @ (v[:, None] * R.T)).ravel() for v in V])""",
        "_blocks_inner": """\
def _blocks_inner(B, p, q):
    # row i of B is vec of the block whose entries stand at the places i of p x q diagonals
    m = len(B)
    H = np.zeros((p, m, q, m), dtype=B.dtype)
    np.einsum("aibi->iba", H)[...] = B.reshape((m, q, p))
    return H.reshape((p * m, q * m))""",
        "_blocks_outer": """\
def _blocks_outer(B, p, q):
    # row i of B is vec of the block i on the diagonal
    m = len(B)
    H = np.zeros((m, p, m, q), dtype=B.dtype)
    np.einsum("iaib->iba", H)[...] = B.reshape((m, q, p))
    return H.reshape((m * p, m * q))""",
        "_cofactors": """\
def _cofactors(X):
    # X = U diag(s) V^T: cof(X) = det(U) det(V) U diag(product of the other s) V^T, singular X too
    U, s, Vt = np.linalg.svd(X)
    others = np.prod(np.where(np.eye(len(s)) == 1, 1.0, s), axis=1)
    return np.linalg.det(U) * np.linalg.det(Vt) * (U * others) @ Vt""",
        "_expm": """\
def _expm(X):
    # scaling and squaring with a diagonal Pade approximant (Golub & Van Loan, algorithm 9.3.1)
    squarings = max(0, int(np.frexp(np.linalg.norm(X, 1))[1]) + 1)
    Y = X / 2.0**squarings
    P = N = D = np.eye(len(X), dtype=X.dtype)
    c, order = 1.0, 8
    for k in range(1, order + 1):
        c *= (order - k + 1) / (k * (2 * order - k + 1))
        P = Y @ P
        N = N + c * P
        D = D + (-1) ** k * c * P
    E = np.linalg.solve(D, N)
    for _ in range(squarings):
        E = E @ E
    return E""",
        "_D_expm": """\
def _D_expm(X, H):
    # expm([[X, H], [0, X]]) = [[expm(X), D expm(X)[H]], [0, expm(X)]] (Higham, Functions of Matrices, 3.16)
    n = len(X)
    return _expm(np.block([[X, H], [np.zeros_like(X), X]]))[:n, n:]""",
        "_D_logm": """\
def _D_logm(X, H):
    # the upper right block of logm([[X, H], [0, X]]) (Higham, Functions of Matrices, 3.16)
    n = len(X)
    return _logm(np.block([[X, H], [np.zeros_like(X), X]]))[:n, n:]""",
        "_D_sqrtm": """\
def _D_sqrtm(X, H):
    # the Z with S Z + Z S = H for S = sqrtm(X)
    if np.array_equal(X, X.T):
        w, Q = np.linalg.eigh(_sqrtm(X))
        return Q @ (Q.T @ H @ Q / (w[:, None] + w)) @ Q.T
    n = len(X)
    return _sqrtm(np.block([[X, H], [np.zeros_like(X), X]]))[:n, n:]""",
        "_D2": """\
def _D2(f, X, H, K, *held):
    # the upper right block of f of a 4 x 4 block matrix (Higham and Relton 2014, theorem 3.5)
    n, O = len(X), np.zeros_like(X)
    return f(np.block([[X, H, K, O], [O, X, O, K], [O, O, X, H], [O, O, O, X]]), *held)[:n, 3 * n :]""",
        "_D_power": """\
def _D_power(X, k, H):
    # sum of X^r H X^(k-1-r): the upper right block of [[X, H], [0, X]]^k
    n = len(X)
    return _matrix_power(np.block([[X, H], [np.zeros_like(X), X]]), k)[:n, n:]""",
        "_D2_polar": """\
def _D2_polar(X, H, K):
    # polar(X) is the upper right block of f([[0, X], [X^T, 0]]), f = 1, 0, -1 near the positive, zero, negative
    # eigenvalues w; in their basis its second derivative has the divided differences f[w_i, w_k, w_j]
    m, n = X.shape
    S, H, K = (np.block([[np.zeros((m, m), M.dtype), M], [M.T, np.zeros((n, n), M.dtype)]]) for M in (X, H, K))
    w, Q = np.linalg.eigh(S)
    H, K = Q.T @ H @ Q, Q.T @ K @ Q
    place = np.arange(m + n)
    f = (place >= max(m, n)).astype(X.dtype) - (place < min(m, n)).astype(X.dtype)
    rise, run = f[:, None] - f, w[:, None] - w
    first = rise / np.where(rise == 0, 1.0, run)
    left, right = first[:, :, None], first[None, :, :]
    apart, jump = (rise != 0)[:, None, :], rise[:, :, None]
    far = (left - right) / np.where(apart, run[:, None, :], 1.0)
    near = -left * right / np.where(jump == 0, 1.0, jump)
    inside = np.where(apart, far, near) * (H[:, :, None] * K + K[:, :, None] * H)
    return (Q @ np.sum(inside, axis=1) @ Q.T)[:m, m:]""",
        "_jacobian": """\
def _jacobian(derivative, X, *held):
    # row k is vec(derivative(X, E)) for the k-th matrix unit E in the order of vec
    units = np.eye(X.size, dtype=X.dtype).reshape((X.size, *X.shape[::-1])).transpose((0, 2, 1))
    return np.array([derivative(X, E, *held).ravel(order="F") for E in units])""",
        "_sqrtm": """\
def _sqrtm(X):
    X = 1.0 * X
    eps = np.finfo(X.dtype).eps
    if np.array_equal(X, X.T):
        w, Q = np.linalg.eigh(X)
        w[np.abs(w) < 5 * eps * np.max(np.abs(w))] = 0.0
        return Q * np.sqrt(w) @ Q.T
    # Denman-Beavers iteration with determinant scaling (Higham, Functions of Matrices, 6.29)
    n, Y, Z = len(X), X, np.eye(len(X), dtype=X.dtype)
    for _ in range(60):
        c = np.exp(-(np.linalg.slogdet(Y)[1] + np.linalg.slogdet(Z)[1]) / (2 * n))
        Y, Z, last = (c * Y + np.linalg.inv(Z) / c) / 2, (c * Z + np.linalg.inv(Y) / c) / 2, Y
        if np.linalg.norm(Y - last) <= 50 * eps * np.linalg.norm(Y):
            return Y
    return np.full_like(X, np.nan)  # no principal square root: an eigenvalue is on the negative axis""",
        "_logm": """\
def _logm(X):
    if np.array_equal(X, X.T):
        w, Q = np.linalg.eigh(X)
        return Q * np.log(w) @ Q.T
    # inverse scaling and squaring; log(I + Y) as the integral of Y (I + t Y)^-1 over [0, 1] by Gauss-Legendre
    X = 1.0 * X
    eye, roots = np.eye(len(X), dtype=X.dtype), 0
    while np.linalg.norm(X - eye, 1) > 0.25 and roots < 60:
        X, roots = _sqrtm(X), roots + 1
    Y = X - eye
    t, weights = np.polynomial.legendre.leggauss(12)
    terms = [w / 2 * np.linalg.solve(eye + (1 + s) / 2 * Y, Y) for s, w in zip(t.tolist(), weights.tolist())]
    return 2.0**roots * sum(terms)""",
        "_step": """\
def _step(X):
    # np.heaviside takes ten times as long
    return (X > 0).astype(X.dtype)""",
        "_sigmoid_of_minus": """\
def _sigmoid_of_minus(X):
    # 1 / (1 + exp(t)); for a few numbers one call of logaddexp takes less time than to silence the overflow
    if X.size < 128:
        return np.exp(-np.logaddexp(0, X))
    with np.errstate(over="ignore"):
        E = np.exp(X)
    E += 1
    return np.divide(1, E, out=E)""",
        "_softplus": """\
def _softplus(X):
    # log(1 + exp(t)) = max(t, 0) + log(1 + exp(-|t|)); np.logaddexp takes five times as long
    return np.maximum(X, 0) + np.log1p(np.exp(-np.abs(X)))""",
        "_logsumexp": """\
def _logsumexp(X, axis=None):
    top = X.max(axis=axis, keepdims=True)
    return np.squeeze(top, axis) + np.log(np.exp(X - top).sum(axis=axis))""",
        "_softmax": """\
def _softmax(X, axis=None):
    E = np.exp(X - X.max(axis=axis, keepdims=True))
    E /= E.sum(axis=axis, keepdims=True)
    return E""",
        "_onehot_max": """\
def _onehot_max(x):
    e = np.zeros_like(x)
    e[np.argmax(x)] = 1.0
    return e""",
        "_onehot_max_rows": """\
def _onehot_max_rows(X):
    return (np.arange(X.shape[1]) == np.argmax(X, axis=1)[:, None]).astype(X.dtype)""",
        "_khatri_rao": """\
def _khatri_rao(A, B):
    return (A[:, None, :] * B[None, :, :]).reshape((-1, A.shape[1]))""",
        "_sum_diagonals": """\
def _sum_diagonals(X):
    # entry (i, j) is the sum of X along the diagonal i - j, which is a column once row i has moved i places to the right
    n = len(X)
    moved = np.hstack([X[:, ::-1], np.zeros_like(X)]).ravel()[: n * (2 * n - 1)].reshape((n, 2 * n - 1))
    return np.sum(moved, axis=0)[np.arange(n)[:, None] - np.arange(n) + n - 1]""",
        "_skew": """\
def _skew(w):
    return np.array([[0.0, -w[2], w[1]], [w[2], 0.0, -w[0]], [-w[1], w[0], 0.0]], dtype=w.dtype)""",
        "_unskew": """\
def _unskew(A):
    return 0.5 * np.stack([A[2, 1] - A[1, 2], A[0, 2] - A[2, 0], A[1, 0] - A[0, 1]])""",
    }
)
