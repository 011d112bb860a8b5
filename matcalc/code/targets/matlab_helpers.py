"""Functions that MATLAB lacks, as texts that are written below an emitted function where it calls them; names end in _."""

from __future__ import annotations

HELPERS = {
    "cho_inverse_": """\
function Y = cho_inverse_(L)
    % (L L')^-1 = M' M with M = L^-1
    M = L \\ eye(size(L));
    Y = M' * M;
end""",
    "matrix_power_": """\
function Y = matrix_power_(X, k)
    if k ~= round(k)
        error('a matrix power needs an integer exponent');
    end
    Y = X^k;
end""",
    "swap_": """\
function p = swap_(m, n)
    % X.' as a column is X(:) at these places, for X of size m x n
    p = reshape(reshape(1:m * n, m, n)', [], 1);
end""",
    "logdet_": """\
function y = logdet_(X)
    [L, U, P] = lu(X);
    y = sum(log(abs(diag(U))));
end""",
    "log_det_": """\
function y = log_det_(X)
    % log(det(X)), and det(X) itself, which over- and underflows, is not formed
    [L, U, P] = lu(X);
    y = sum(log(abs(diag(U)))) + log(det(P) * prod(sign(diag(U))));
end""",
    "pinv_singular_": """\
function Y = pinv_singular_(X)
    Y = pinv(X, 1e3 * eps(norm(X)));
end""",
    "cofactors_": """\
function Y = cofactors_(X)
    % X = U diag(s) V': cof(X) = det(U) det(V) U diag(product of the other s) V', singular X too
    [U, S, V] = svd(X);
    n = size(X, 1);
    others = prod(repmat(diag(S), 1, n) .* (1 - eye(n)) + eye(n), 1);
    Y = det(U) * det(V) * (U .* others) * V';
end""",
    "swapped_kron_": """\
function H = swapped_kron_(A, B)
    % Kmat kron(A, B): the row of row i of A and row k of B stands at place i of the rows of k
    [m, n] = size(A);
    [p, q] = size(B);
    H = reshape(reshape(A, [m, 1, 1, n]) .* reshape(B, [1, p, q, 1]), m * p, n * q);
end""",
    "blocks_inner_": """\
function H = blocks_inner_(B, p, q)
    % row i of B is vec of the block whose entries stand at the places i of p x q diagonals
    m = size(B, 1);
    H = zeros(p * m, q * m);
    for i = 1:m
        H(i:m:end, i:m:end) = reshape(B(i, :), p, q);
    end
end""",
    "blocks_outer_": """\
function H = blocks_outer_(B, p, q)
    % row i of B is vec of the block i on the diagonal
    m = size(B, 1);
    H = zeros(m * p, m * q);
    for i = 1:m
        H((i - 1) * p + 1:i * p, (i - 1) * q + 1:i * q) = reshape(B(i, :), p, q);
    end
end""",
    "softplus_": """\
function Y = softplus_(X)
    Y = max(X, 0) + log1p(exp(-abs(X)));
end""",
    "logsumexp_": """\
function y = logsumexp_(X, dim)
    top = max(X, [], dim);
    y = top + log(sum(exp(X - top), dim));
end""",
    "softmax_": """\
function Y = softmax_(X, dim)
    E = exp(X - max(X, [], dim));
    Y = E ./ sum(E, dim);
end""",
    "onehot_max_rows_": """\
function E = onehot_max_rows_(X)
    [top, k] = max(X, [], 2);
    E = double((1:size(X, 2)) == k);
end""",
    "khatri_rao_": """\
function Y = khatri_rao_(A, B)
    Y = zeros(size(A, 1) * size(B, 1), size(A, 2));
    for k = 1:size(A, 2)
        Y(:, k) = kron(A(:, k), B(:, k));
    end
end""",
    "sum_diagonals_": """\
function Y = sum_diagonals_(X)
    % entry (i, j) is the sum of X along the diagonal j - i
    n = size(X, 1);
    sums = arrayfun(@(k) sum(diag(X, k)), 1 - n:n - 1);
    Y = toeplitz(sums(n:-1:1), sums(n:end));
end""",
    "skew_": """\
function Y = skew_(w)
    Y = [0, -w(3), w(2); w(3), 0, -w(1); -w(2), w(1), 0];
end""",
    "unskew_": """\
function w = unskew_(A)
    w = [A(3, 2) - A(2, 3); A(1, 3) - A(3, 1); A(2, 1) - A(1, 2)] / 2;
end""",
    "v_max_": """\
function v = v_max_(X)
    [V, D] = eig((X + X') / 2);
    [top, k] = max(diag(D));
    v = V(:, k);
    [top, k] = max(abs(v));
    v = v * sign(v(k));
end""",
    "polar_": """\
function Y = polar_(X)
    [U, S, V] = svd(X, 'econ');
    Y = U * V';
end""",
    "upper_right_": """\
function Y = upper_right_(f, X, H)
    % f([X, H; 0, X]) = [f(X), Df(X)[H]; 0, f(X)] (Higham, Functions of Matrices, 3.16)
    n = size(X, 1);
    Z = f([X, H; zeros(n), X]);
    Y = Z(1:n, n + 1:end);
end""",
    "D2_": """\
function Y = D2_(f, X, H, K)
    % the upper right block of f of a 4 x 4 block matrix (Higham and Relton 2014, theorem 3.5)
    n = size(X, 1);
    O = zeros(n);
    Z = f([X, H, K, O; O, X, O, K; O, O, X, H; O, O, O, X]);
    Y = Z(1:n, 3 * n + 1:end);
end""",
    "D2_polar_": """\
function Y = D2_polar_(X, H, K)
    % polar(X) is the upper right block of f([0, X; X', 0]), f = 1, 0, -1 near the positive, zero, negative
    % eigenvalues w; in their basis its second derivative has the divided differences f[w_i, w_k, w_j]
    [m, n] = size(X);
    whole = @(M) [zeros(m), M; M', zeros(n)];
    [Q, D] = eig(whole(X));
    [w, order] = sort(diag(D));
    Q = Q(:, order);
    H = Q' * whole(H) * Q;
    K = Q' * whole(K) * Q;
    place = (1:m + n)';
    f = (place > max(m, n)) - (place <= min(m, n));
    Z = zeros(m + n);
    for i = 1:m + n
        for j = 1:m + n
            for k = 1:m + n
                left = 0;
                right = 0;
                second = 0;
                if f(i) ~= f(k)
                    left = (f(i) - f(k)) / (w(i) - w(k));
                end
                if f(k) ~= f(j)
                    right = (f(k) - f(j)) / (w(k) - w(j));
                end
                if f(i) ~= f(j)
                    second = (left - right) / (w(i) - w(j));
                elseif f(i) ~= f(k)
                    second = -left * right / (f(i) - f(k));
                end
                Z(i, j) = Z(i, j) + second * (H(i, k) * K(k, j) + K(i, k) * H(k, j));
            end
        end
    end
    Y = Q * Z * Q';
    Y = Y(1:m, m + 1:end);
end""",
    "D_sqrtm_": """\
function Z = D_sqrtm_(X, H)
    % the Z with S Z + Z S = H for S = sqrtm(X)
    S = sqrtm(X);
    Z = sylvester(S, S, H);
end""",
    "D_polar_": """\
function W = D_polar_(X, H)
    % W_ij = (U' H V - V' H' U)_ij / (s_i + s_j), and the parts of H outside of the ranges of U and V
    [U, S, V] = svd(X, 'econ');
    s = diag(S);
    E = U' * H * V;
    inner = U * ((E - E') ./ (s + s')) * V';
    left = H * V ./ s';
    right = (U ./ s')' * H;
    W = inner + (left - U * (U' * left)) * V' + U * (right - right * V * V');
end""",
    "jacobian_": """\
function J = jacobian_(derivative, X)
    % row k is the derivative along the k-th matrix unit in the order of X(:)
    J = zeros(numel(X));
    for k = 1:numel(X)
        E = zeros(size(X));
        E(k) = 1;
        J(k, :) = reshape(derivative(E), 1, []);
    end
end""",
}
