"""Functions that Julia's LinearAlgebra lacks, as texts that are written in front of an emitted function where it calls them."""

from __future__ import annotations

HELPERS = {
    "_pinv_singular": """\
# singular by construction: what rounding leaves of its least singular value is no rank
_pinv_singular(A) = pinv(A, rtol=1e3 * eps(float(real(eltype(A)))))""",
    "_cho_solve": """\
# (L L')^-1 B
_cho_solve(L, B) = LowerTriangular(L)' \\ (LowerTriangular(L) \\ B)""",
    "_cho_inverse": """\
function _cho_inverse(L)
    # (L L')^-1 = M' M with M = L^-1
    M = inv(LowerTriangular(L))
    return Matrix(M' * M)
end""",
    "_swap": """\
# vec(X') == vec(X)[_swap(m, n)] for X of size (m, n)
_swap(m, n) = vec(permutedims(reshape(1:m * n, m, n)))""",
    "_cofactors": """\
function _cofactors(X)
    # X = U diag(s) V': cof(X) = det(U) det(V) U diag(product of the other s) V', singular X too
    F = svd(X)
    others = [prod(F.S[setdiff(1:end, k)]) for k in 1:length(F.S)]
    return det(F.U) * det(F.Vt) * (F.U .* others') * F.Vt
end""",
    "_swapped_kron": """\
function _swapped_kron(A, B)
    # Kmat kron(A, B): the row of row i of A and row k of B stands at place i of the rows of k
    (m, n), (p, q) = size(A), size(B)
    return reshape(reshape(A, m, 1, 1, n) .* reshape(B, 1, p, q, 1), m * p, n * q)
end""",
    "_blocks_inner": """\
function _blocks_inner(B, p, q)
    # row i of B is vec of the block whose entries stand at the places i of p x q diagonals
    m = size(B, 1)
    H = zeros(p * m, q * m)
    for i in 1:m
        H[i:m:end, i:m:end] = reshape(B[i, :], p, q)
    end
    return H
end""",
    "_blocks_outer": """\
function _blocks_outer(B, p, q)
    # row i of B is vec of the block i on the diagonal
    m = size(B, 1)
    H = zeros(m * p, m * q)
    for i in 1:m
        H[(i-1)*p+1:i*p, (i-1)*q+1:i*q] = reshape(B[i, :], p, q)
    end
    return H
end""",
    "_step": """\
_step(t) = t > 0 ? 1.0 : 0.0""",
    "_sigmoid": """\
_sigmoid(t) = t >= 0 ? 1 / (1 + exp(-t)) : exp(t) / (1 + exp(t))""",
    "_softplus": """\
_softplus(t) = max(t, 0) + log1p(exp(-abs(t)))""",
    "_logsumexp": """\
function _logsumexp(x)
    top = maximum(x)
    return top + log(sum(exp.(x .- top)))
end""",
    "_softmax": """\
function _softmax(x)
    e = exp.(x .- maximum(x))
    return e / sum(e)
end""",
    "_onehot_max": """\
_onehot_max(x) = Float64.(eachindex(x) .== argmax(x))""",
    "_khatri_rao": """\
_khatri_rao(A, B) = reduce(hcat, [kron(A[:, k], B[:, k]) for k in axes(A, 2)])""",
    "_sum_diagonals": """\
function _sum_diagonals(X)
    # entry (i, j) is the sum of X along the diagonal j - i
    n = size(X, 1)
    sums = [sum(diag(X, k)) for k in 1-n:n-1]
    return [sums[j-i+n] for i in 1:n, j in 1:n]
end""",
    "_skew": """\
_skew(w) = [0 -w[3] w[2]; w[3] 0 -w[1]; -w[2] w[1] 0]""",
    "_unskew": """\
_unskew(A) = [A[3, 2] - A[2, 3], A[1, 3] - A[3, 1], A[2, 1] - A[1, 2]] / 2""",
    "_v_max": """\
function _v_max(X)
    v = eigen(Symmetric(X)).vectors[:, end]
    return v * sign(v[argmax(abs.(v))])
end""",
    "_polar": """\
function _polar(X)
    F = svd(X)
    return F.U * F.Vt
end""",
    "_upper_right": """\
function _upper_right(f, X, H)
    # f([X H; 0 X]) = [f(X) Df(X)[H]; 0 f(X)] (Higham, Functions of Matrices, 3.16)
    n = size(X, 1)
    return f([X H; zero(X) X])[1:n, n+1:end]
end""",
    "_D2": """\
function _D2(f, X, H, K)
    # the upper right block of f of a 4 x 4 block matrix (Higham and Relton 2014, theorem 3.5)
    n, O = size(X, 1), zero(X)
    return f([X H K O; O X O K; O O X H; O O O X])[1:n, 3n+1:end]
end""",
    "_D2_polar": """\
function _D2_polar(X, H, K)
    # polar(X) is the upper right block of f([0 X; X' 0]), f = 1, 0, -1 near the positive, zero, negative
    # eigenvalues w; in their basis its second derivative has the divided differences f[w_i, w_k, w_j]
    m, n = size(X)
    whole(M) = [zeros(m, m) M; M' zeros(n, n)]
    w, Q = eigen(Symmetric(whole(X)))
    H, K = Q' * whole(H) * Q, Q' * whole(K) * Q
    f = [float((p > max(m, n)) - (p <= min(m, n))) for p in 1:m+n]
    slope = [f[i] == f[j] ? 0.0 : (f[i] - f[j]) / (w[i] - w[j]) for i in 1:m+n, j in 1:m+n]
    Y = zeros(m + n, m + n)
    for i in 1:m+n, j in 1:m+n, k in 1:m+n
        if f[i] != f[j]
            second = (slope[i, k] - slope[k, j]) / (w[i] - w[j])
        elseif f[i] != f[k]
            second = -slope[i, k] * slope[k, j] / (f[i] - f[k])
        else
            second = 0.0
        end
        Y[i, j] += second * (H[i, k] * K[k, j] + K[i, k] * H[k, j])
    end
    return (Q * Y * Q')[1:m, m+1:end]
end""",
    "_D_sqrtm": """\
function _D_sqrtm(X, H)
    # the Z with S Z + Z S = H for S = sqrt(X)
    S = sqrt(X)
    return sylvester(S, S, -H)
end""",
    "_D_polar": """\
function _D_polar(X, H)
    # W_ij = (U' H V - V' H' U)_ij / (s_i + s_j), and the parts of H outside of the ranges of U and V
    F = svd(X)
    U, s, V = F.U, F.S, F.V
    E = U' * H * V
    inner = U * ((E - E') ./ (s .+ s')) * V'
    left, right = H * V ./ s', (U ./ s')' * H
    return inner + (left - U * (U' * left)) * V' + U * (right - right * V * V')
end""",
    "_jacobian": """\
function _jacobian(derivative, X)
    # row k is vec(derivative(E)) for the k-th matrix unit E in the order of vec
    units = [reshape(Float64.(1:length(X) .== k), size(X)) for k in 1:length(X)]
    return reduce(vcat, [vec(derivative(E))' for E in units])
end""",
}
