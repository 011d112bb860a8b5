"""Systems, inverses of positive definite matrices and of symmetric ones that may be so, as texts for NumPy's programs.

NumPy has Cholesky's factorization, but neither its inverse nor triangular systems.  Written in products of blocks these take the
time of LAPACK's; LAPACK itself through SciPy has threads of its own, and where both libraries' are used, each waits for the cores
of the other, milliseconds at a time.  OpenBLAS shares no
product of blocks of 64 rows among threads.
"""

DEFINITE = {
    "_cho_solve": """\
def _cho_solve(L, B):
    # (L L^T)^-1 B by substitution in blocks, with the inverses of those on the diagonal: NumPy solves no triangular systems
    X, n, b = np.array(B, dtype=np.result_type(L, B)), len(L), 128
    blocks = [(slice(k, k + b), _lower_inverse(L[k : k + b, k : k + b])) for k in range(0, n, b)]
    for s, M in blocks:
        X[s] = M @ (X[s] - L[s, : s.start] @ X[: s.start])
    for s, M in reversed(blocks):
        X[s] = M.T @ (X[s] - L[s.stop :, s].T @ X[s.stop :])
    return X""",
    "_definite_solve": """\
def _definite_solve(A, B):
    # Cholesky where it is faster than the LU of np.linalg.solve
    return np.linalg.solve(A, B) if len(A) < (300 if B.ndim < 2 else 60) else _cho_solve(np.linalg.cholesky(A), B)""",
    "_lower_inverse": """\
def _lower_inverse(L):
    # small blocks on the diagonal, scaled to ones there, all at once; then pairs: [[A, 0], [C, D]]^-1 = [[A^-1, 0], [-D^-1 C A^-1, D^-1]]
    n = len(L)
    if n <= 32:
        d = np.diag(L)
        return np.linalg.inv(L / d[:, None]) / d
    k = 2 ** round(np.log2(n / 16))  # blocks of b rows, the last filled up with ones on the diagonal
    b = -(-n // k)
    M = np.eye(k * b, dtype=L.dtype)
    np.negative(L, out=M[:n, :n])  # -C once, instead of the sign of each product
    blocks = np.einsum("kikj->kij", M.reshape((k, b, k, b)))
    d = np.einsum("kii->ki", blocks).copy()
    np.divide(np.linalg.inv(blocks / d[:, :, None]), abs(d[:, None, :]), out=blocks)
    while k > 1:
        k //= 2
        pairs = np.einsum("kpikqj->kpqij", M.reshape((k, 2, b, k, 2, b)))
        C = pairs[:, 1, 0]
        C[...] = pairs[:, 1, 1] @ (C @ pairs[:, 0, 0])
        b *= 2
    return M[:n, :n]""",
    "_invert_lower": """\
def _invert_lower(L):
    # L <- L^-1 by halves, without the zeros in A and D: [[A, 0], [C, D]]^-1 = [[A^-1, 0], [-D^-1 C A^-1, D^-1]]
    n, h, q = len(L), len(L) // 2, len(L) // 4
    if n <= 128:
        L[...] = _lower_inverse(L)
        return
    A, C, D = L[:h, :h], L[h:, :h], L[h:, h:]
    _invert_lower(A)
    _invert_lower(D)
    C[:, :q], C[:, q:] = C @ A[:, :q], C[:, q:] @ A[q:, q:]
    C[:q], C[q:] = -D[:q, :q] @ C[:q], -D[q:] @ C""",
    "_square_lower": """\
def _square_lower(M):
    # M <- M^T M by halves, without the zeros: [[A, 0], [C, D]] -> [[A^T A + C^T C, C^T D], [D^T C, D^T D]]
    n, h, q = len(M), len(M) // 2, len(M) // 4
    if n <= 64:
        M[...] = M.T @ M
        return
    A, C, D = M[:h, :h], M[h:, :h], M[h:, h:]
    _square_lower(A)
    A += C.T @ C
    C[:q], C[q:] = D[:, :q].T @ C, D[q:, q:].T @ C[q:]
    _square_lower(D)
    M[:h, h:] = C.T""",
    "_inverse_in_place": """\
def _inverse_in_place(L):
    # L <- (L L^T)^-1 = M^T M with M = L^-1
    _invert_lower(L)
    _square_lower(L)
    return L""",
    "_cho_inverse": """\
def _cho_inverse(L):
    # (L L^T)^-1
    if len(L) <= 64:
        M = _lower_inverse(L)
        return M.T @ M
    return _inverse_in_place(L.copy())""",
    "_symmetric_inverse": """\
def _symmetric_inverse(A):
    # of large ones most are definite, and Cholesky takes half the time; it finds out by itself where they are not
    L = _chol_if_definite(A)
    return np.linalg.inv(A) if L is None else _inverse_in_place(L)""",
    "_chol_if_definite": """\
def _chol_if_definite(A):
    # L of A = L L^T; None where there is none, and of small ones, for which LU takes no more time
    try:
        return np.linalg.cholesky(A) if len(A) >= 100 else None
    except np.linalg.LinAlgError:
        return None""",
    "_inverse_by": """\
def _inverse_by(L, A):
    return np.linalg.inv(A) if L is None else _cho_inverse(L)""",
    "_logdet_by": """\
def _logdet_by(L, A):
    return np.linalg.slogdet(A)[1] if L is None else 2 * np.sum(np.log(np.diag(L)))""",
    "_log_det_by": """\
def _log_det_by(L, A):
    return _log_det(A) if L is None else 2 * np.sum(np.log(np.diag(L)))""",
}
