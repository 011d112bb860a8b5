"""Functions that PyTorch lacks, as texts that are written in front of an emitted function where it calls them.

Each is written once for all programs; sources stand beside the algorithm.
"""

from __future__ import annotations

from matcalc.code.targets.shared_helpers import shared_helpers

HELPERS = shared_helpers("torch") | {
    "_pinv_singular": """\
def _pinv_singular(A):
    # singular by construction: what rounding leaves of its least singular value is no rank
    return torch.linalg.pinv(A, rtol=1e3 * torch.finfo(A.dtype).eps)""",
    "_cho_solve": """\
def _cho_solve(L, B):
    # (L L^T)^-1 B
    return torch.cholesky_solve(B, L) if B.ndim == 2 else torch.cholesky_solve(B[:, None], L)[:, 0]""",
    "_swap": """\
def _swap(m, n):
    # vec(X.T) = vec(X)[_swap(m, n)] for X of shape (m, n)
    return torch.arange(m * n).reshape(n, m).T.reshape(-1)""",
    "_eye": """\
def _eye(X):
    return torch.eye(len(X), dtype=X.dtype, device=X.device)""",
    "_block": """\
def _block(X, H):
    # [[X, H], [0, X]]
    return torch.cat([torch.cat([X, H], dim=1), torch.cat([torch.zeros_like(X), X], dim=1)])""",
    "_add_diagonal": """\
def _add_diagonal(A, d):
    # A + diag(d) without the matrix diag(d)
    S = A.clone()
    S.diagonal().add_(d)
    return S""",
    "_kron": """\
def _kron(A, B):
    # torch.kron refuses transposes, and some matrices of one row or column
    C = A.contiguous()[:, None, :, None] * B.contiguous()[:, None, :]
    return C.reshape(len(A) * len(B), A.shape[1] * B.shape[1])""",
    "_swapped_kron": """\
def _swapped_kron(A, B):
    # Kmat kron(A, B): the row of row i of A and row k of B stands at place i of the rows of k
    return (A[:, :, None] * B[:, None, None, :]).reshape(len(A) * len(B), -1)""",
    "_blocks_inner": """\
def _blocks_inner(B, p, q):
    # row i of B is vec of the block whose entries stand at the places i of p x q diagonals
    m = len(B)
    return torch.einsum("iba,ij->aibj", B.reshape(m, q, p), _eye(B)).reshape(p * m, q * m)""",
    "_blocks_outer": """\
def _blocks_outer(B, p, q):
    # row i of B is vec of the block i on the diagonal
    m = len(B)
    return torch.einsum("iba,ij->iajb", B.reshape(m, q, p), _eye(B)).reshape(m * p, m * q)""",
    "_cofactors": """\
def _cofactors(X):
    # X = U diag(s) V^T: cof(X) = det(U) det(V) U diag(product of the other s) V^T, singular X too
    U, s, Vt = torch.linalg.svd(X)
    others = torch.prod(torch.where(_eye(X) == 1, 1.0, s), dim=1)
    return torch.linalg.det(U) * torch.linalg.det(Vt) * (U * others) @ Vt""",
    "_step": """\
def _step(X):
    return (X > 0).to(X.dtype)""",
    "_softplus": """\
def _softplus(X):
    return torch.logaddexp(X, torch.zeros_like(X))""",
    "_D_expm": """\
def _D_expm(X, H):
    # expm([[X, H], [0, X]]) = [[expm(X), D expm(X)[H]], [0, expm(X)]] (Higham, Functions of Matrices, 3.16)
    n = len(X)
    return torch.linalg.matrix_exp(_block(X, H))[:n, n:]""",
    "_D_logm": """\
def _D_logm(X, H):
    # the upper right block of logm([[X, H], [0, X]]) (Higham, Functions of Matrices, 3.16)
    n = len(X)
    return _logm(_block(X, H))[:n, n:]""",
    "_D_sqrtm": """\
def _D_sqrtm(X, H):
    # the Z with S Z + Z S = H for S = sqrtm(X)
    if torch.equal(X, X.T):
        w, Q = torch.linalg.eigh(_sqrtm(X))
        return Q @ (Q.T @ H @ Q / (w[:, None] + w)) @ Q.T
    n = len(X)
    return _sqrtm(_block(X, H))[:n, n:]""",
    "_D2": """\
def _D2(f, X, H, K, *held):
    # the upper right block of f([[M, L], [0, M]]), M = [[X, H], [0, X]], L = [[K, 0], [0, K]] (Higham and Relton 2014, theorem 3.5)
    n, M, L = len(X), _block(X, H), _block(K, torch.zeros_like(K))
    return f(_block(M, L), *held)[:n, 3 * n :]""",
    "_D_power": """\
def _D_power(X, k, H):
    # sum of X^r H X^(k-1-r): the upper right block of [[X, H], [0, X]]^k
    n = len(X)
    return _matrix_power(_block(X, H), k)[:n, n:]""",
    "_D2_polar": """\
def _D2_polar(X, H, K):
    # polar(X) is the upper right block of f([[0, X], [X^T, 0]]), f = 1, 0, -1 near the positive, zero, negative
    # eigenvalues w; in their basis its second derivative has the divided differences f[w_i, w_k, w_j]
    m, n = X.shape
    S, H, K = (torch.block_diag(M, M.T).roll(m, 1) for M in (X, H, K))
    w, Q = torch.linalg.eigh(S)
    H, K = Q.T @ H @ Q, Q.T @ K @ Q
    place = torch.arange(m + n, device=X.device)
    f = (place >= max(m, n)).to(X.dtype) - (place < min(m, n)).to(X.dtype)
    rise, run = f[:, None] - f, w[:, None] - w
    first = rise / torch.where(rise == 0, 1.0, run)
    left, right = first[:, :, None], first[None, :, :]
    apart, jump = (rise != 0)[:, None, :], rise[:, :, None]
    far = (left - right) / torch.where(apart, run[:, None, :], 1.0)
    near = -left * right / torch.where(jump == 0, 1.0, jump)
    inside = torch.where(apart, far, near) * (H[:, :, None] * K + K[:, :, None] * H)
    return (Q @ torch.sum(inside, dim=1) @ Q.T)[:m, m:]""",
    "_jacobian": """\
def _jacobian(derivative, X, *held):
    # row k is vec(derivative(X, E)) for the k-th matrix unit E in the order of vec
    m, n = X.shape
    units = torch.eye(m * n, dtype=X.dtype, device=X.device).reshape(m * n, n, m)
    return torch.stack([derivative(X, E.T, *held).T.reshape(-1) for E in units])""",
    "_sqrtm": """\
def _sqrtm(X):
    eps = torch.finfo(X.dtype).eps
    if torch.equal(X, X.T):
        w, Q = torch.linalg.eigh(X)
        w = torch.where(torch.abs(w) < 5 * eps * torch.max(torch.abs(w)), 0.0, w)
        return Q * torch.sqrt(w) @ Q.T
    # Denman-Beavers iteration with determinant scaling (Higham, Functions of Matrices, 6.29)
    n, Y, Z = len(X), X, _eye(X)
    for _ in range(60):
        c = torch.exp(-(torch.linalg.slogdet(Y)[1] + torch.linalg.slogdet(Z)[1]) / (2 * n))
        Y, Z, last = (c * Y + torch.linalg.inv(Z) / c) / 2, (c * Z + torch.linalg.inv(Y) / c) / 2, Y
        if torch.linalg.norm(Y - last) <= 50 * eps * torch.linalg.norm(Y):
            return Y
    return torch.full_like(X, torch.nan)  # no principal square root: an eigenvalue is on the negative axis""",
    "_logm": """\
def _logm(X):
    if torch.equal(X, X.T):
        w, Q = torch.linalg.eigh(X)
        return Q * torch.log(w) @ Q.T
    # inverse scaling and squaring; log(I + Y) as the integral of Y (I + t Y)^-1 over [0, 1] by Gauss-Legendre
    roots = 0
    while torch.linalg.matrix_norm(X - _eye(X), 1) > 0.25 and roots < 60:
        X, roots = _sqrtm(X), roots + 1
    Y = X - _eye(X)
    t, weights = numpy.polynomial.legendre.leggauss(12)
    terms = [w / 2 * torch.linalg.solve(_eye(X) + (1 + s) / 2 * Y, Y) for s, w in zip(t.tolist(), weights.tolist())]
    return 2.0**roots * sum(terms)""",
    "_onehot_max": """\
def _onehot_max(x):
    return (torch.arange(len(x), device=x.device) == torch.argmax(x)).to(x.dtype)""",
    "_onehot_max_rows": """\
def _onehot_max_rows(X):
    places = torch.arange(X.shape[1], device=X.device)
    return (places == torch.argmax(X, dim=1)[:, None]).to(X.dtype)""",
    "_khatri_rao": """\
def _khatri_rao(A, B):
    return (A[:, None, :] * B[None, :, :]).reshape(-1, A.shape[1])""",
    "_sum_diagonals": """\
def _sum_diagonals(X):
    # entry (i, j) is the sum of X along the diagonal i - j, which is a column once row i has moved i places to the right
    n, places = len(X), torch.arange(len(X), device=X.device)
    moved = torch.cat([X.flip(1), torch.zeros_like(X)], dim=1).reshape(-1)[: n * (2 * n - 1)].reshape(n, 2 * n - 1)
    return torch.sum(moved, dim=0)[places[:, None] - places + n - 1]""",
    "_skew": """\
def _skew(w):
    o = torch.zeros_like(w[0])
    return torch.stack([o, -w[2], w[1], w[2], o, -w[0], -w[1], w[0], o]).reshape(3, 3)""",
    "_unskew": """\
def _unskew(A):
    return 0.5 * torch.stack([A[2, 1] - A[1, 2], A[0, 2] - A[2, 0], A[1, 0] - A[0, 1]])""",
}
