"""Products as an expert writes them: the text of the emitted function's last line."""

from __future__ import annotations

import pytest

from matcalc.syntax.declarations import read_declarations
from tests.code.agreement import assert_agrees, lines

WHERE = read_declarations(
    "A: m x n; B: n x p; C: p x m; X, Y: n x n; x, y: n; u, s: m; r: 1 x n; c: scalar; q: m positive; S: n x n symmetric; s_2: m*n"
)

LINES = [
    # written                    emitted                                          because
    ("A B C",                    "A @ B @ C"),                                  # from left to right
    ("A X x",                    "A @ (X @ x)"),                                # a vector first
    ("u^T A X",                  "u @ A @ X"),
    ("u^T A x",                  "u @ (A @ x)"),
    ("r X x",                    "r @ (X @ x)"),
    ("u x^T",                    "np.outer(u, x)"),                             # rank one
    ("A x u^T A",                "np.outer(A @ x, u @ A)"),
    ("A^T diag(s) A",            "A.T @ (s[:, None] * A)"),                      # diag(d) is never formed
    ("diag(s) A",                "s[:, None] * A"),
    ("A diag(x)",                "A * x"),
    ("diag(x) y",                "x * y"),
    ("x^T diag(y) x",            "x @ (x * y)"),
    ("diag(x) X^-1 diag(y)",     "x[:, None] * (np.linalg.inv(X) * y)"),
    ("X^-1 diag(x) B",           "np.linalg.solve(X, x[:, None] * B)"),
    ("X^-1 x",                   "np.linalg.solve(X, x)"),                      # an inverse solves
    ("X^-1 B",                   "np.linalg.solve(X, B)"),
    ("A X^-1",                   "np.linalg.solve(X.T, A.T).T"),
    ("x^T X^-1",                 "np.linalg.solve(X.T, x)"),
    ("X^-T y",                   "np.linalg.solve(X.T, y)"),
    ("X^-1 Y^-1 x",              "np.linalg.solve(X, np.linalg.solve(Y, x))"),
    ("X^-2 x",                   "np.linalg.solve(X, np.linalg.solve(X, x))"),
    ("X^-1 Y X^-1",              "np.linalg.solve(X.T, np.linalg.solve(X, Y).T).T"),
    ("A (X^T X + c I)^-1",       "np.linalg.solve(_add_diagonal(X.T @ X, c), A.T).T"),
    ("X^-T",                     "np.linalg.inv(X).T"),
    ("X^2 x",                    "X @ (X @ x)"),
    ("X^2 B",                    "X @ X @ B"),
    ("X^7 x",                    "np.linalg.matrix_power(X, 7) @ x"),
    ("X^-7 x",                   "np.linalg.matrix_power(X, -7) @ x"),
    ("tr(S X)",                  "np.vdot(S, X)"),                              # S is its own transpose
    ("tr(A B C)",                "np.vdot(A, (B @ C).T)"),                      # no trace of a product
    ("tr(A^T A)",                "np.vdot(A, A)"),
    ("tr(X^-1 Y)",               "np.trace(np.linalg.solve(X, Y))"),
    ("tr(X^-1 Y S)",             "np.vdot(S, np.linalg.solve(X, Y))"),
    ("tr(diag(x) X Y)",          'x @ np.einsum("ij,ij->i", X, Y.T)'),
    ("diag(X Y)",                'np.einsum("ij,ij->i", X, Y.T)'),
    ("diag(x y^T X)",            "x * (X.T @ y)"),
    ("diag(X)",                  "np.diag(X)"),
    ("A ones(n)",                "np.sum(A, axis=1)"),                          # ones sum, unit vectors pick
    ("ones(m)^T A",              "np.sum(A, axis=0)"),
    ("ones(m)^T A x",            "np.sum(A @ x)"),
    ("A e(2,n)",                 "A[:, 1]"),
    ("e(i,m)^T A",               "A[i - 1]"),
    ("e(i,m)^T A e(j,n)",        "A[i - 1, j - 1]"),
    ("e(i,m)^T A X y",           "A[i - 1] @ (X @ y)"),
    ("(A B)[i,j]",               "A[i - 1] @ B[:, j - 1]"),
    ("Kmat(m,n) vec(A)",         'A.ravel()'),                                  # vec(A^T)
    ("Kmat(m,n) s_2",            's_2.reshape((n, m)).ravel(order="F")'),    # no permutation is formed
    ("Kmat(m,n)",                "np.eye(m * n)[_swap(m, n)]"),
    ("Kmat(n,m) kron(A, B)",     "_swapped_kron(A, B)"),                        # made in its order
    ("kron(A, B) Kmat(n,p)",     "_swapped_kron(B, A)"),                        # Kmat(m,n) kron(B, A)
    ("Kmat(m,n) kron(A, B)",     "np.kron(A, B)[_swap(m, n)]"),                 # not its rows: m and n change places
    ("Kmat(n,n) (kron(X, Y) - kron(Y, X^T))", "_swapped_kron(X, Y) - _swapped_kron(Y, X.T)"),
    ("c kron(A, B) / 2",         "np.kron(A, c / 2 * B)"),                      # numbers go to a factor
    ("vec(A^T)",                 "A.ravel()"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "emitted"), LINES)
def test_a_product_is_written_as_by_hand(written: str, emitted: str) -> None:
    assert lines(written, WHERE)[-1] == emitted


@pytest.mark.parametrize("written", [written for written, _ in LINES])
def test_a_product_has_its_value(written: str) -> None:
    assert_agrees(written, WHERE)


SQUARES = [
    # written                              emitted                                            because
    ("A^T A",                              ["A.T @ A"]),                                    # BLAS syrk: half the work
    ("A^T diag(q) A",                      ["t0 = np.sqrt(q)[:, None] * A", "t0.T @ t0"]),  # q >= 0: Z^T Z
    ("B^T A^T A B",                        ["t0 = A @ B", "t0.T @ t0"]),
    ("B^T S B",                            ["B.T @ S @ B"]),                                # S may be indefinite
    ("A^T diag(s) A",                      ["A.T @ (s[:, None] * A)"]),                     # s may be negative
    ("A^T diag(sigmoid(s)) A - x x^T",     ["t0 = np.sqrt({})[:, None] * A", "t0.T @ t0 - np.outer(x, x)"]),
    ("A S A^T",                            ["A @ S @ A.T"]),
    ("A^T diag(sigmoid(s) .* (1 - sigmoid(s))) A", ["t0 = _sigmoid_of_minus(-s)", "t1 = np.sqrt({})[:, None] * A", "t1.T @ t1"]),
    ("-A^T diag(q .* (sigmoid(s) - 1)) A", ["t0 = np.sqrt({})[:, None] * A", "t0.T @ t0"]),   # the signs meet
    ("A^T diag(tanh(s).^2 - 1) A",         ["A.T @ ((np.tanh(s)**2 - 1)[:, None] * A)"]),    # rounding may leave -0.0..1
]  # fmt: skip


@pytest.mark.parametrize(("written", "emitted"), SQUARES)
def test_a_product_that_is_a_square_is_seen_to_be_one(written: str, emitted: list[str]) -> None:
    found = lines(written, WHERE)
    assert len(found) == len(emitted)
    for line, expected in zip(found, emitted, strict=True):
        before, _, after = expected.partition("{}")
        assert line == expected or ("{}" in expected and line.startswith(before) and line.endswith(after))
    assert_agrees(written, WHERE)


HALVES = [
    # written                 emitted                                                because
    ("tr(X Y X Y)",           ["t0 = X @ Y", "np.vdot(t0, t0.T)"]),                # tr(Q Q), Q once
    ("tr((X Y)^2)",           ["t0 = X @ Y", "np.vdot(t0, t0.T)"]),
    ("tr(A B B^T A^T)",       ["t0 = A @ B", "np.vdot(t0, t0)"]),                  # tr(Q Q^T)
    ("tr(Y X^-1 Y X^-1)",     ["t0 = np.linalg.solve(X, Y)", "np.vdot(t0, t0.T)"]),
    ("tr(X^-2)",              ["t0 = np.linalg.inv(X)", "np.vdot(t0.T, t0)"]),
    ("tr(S^-2)",              ["t0 = _symmetric_inverse(S)", "np.vdot(t0, t0)"]),   # no product of matrices
    ("tr(X^4)",               ["t0 = X @ X", "np.vdot(t0, t0.T)"]),                # of X^4 only the trace is made
    ("tr(X^5)",               ["t0 = X @ X", "np.vdot(t0, (t0 @ X).T)"]),
    ("tr(S^8)",               ["t0 = np.linalg.matrix_power(S, 4)", "np.vdot(t0, t0)"]),
    ("diag(X^4)",             ["t0 = X @ X", 'np.einsum("ij,ij->i", t0, t0.T)']),
    ("tr(S X Y S X Y)",       ["t0 = S @ X @ Y", "np.vdot(t0, t0.T)"]),
    ("diag(X Y X Y)",         ["t0 = X @ Y", 'np.einsum("ij,ij->i", t0, t0.T)']),
    ("tr(X Y X S)",           ["np.vdot(S, X @ Y @ X)"]),                      # no two halves are equal
    ("x^T S X",               ["S @ x @ X"]),                                      # v^T S = S v
    ("x^T S X + x^T S",       ["t0 = S @ x", "t0 + X.T @ t0"]),
]  # fmt: skip


@pytest.mark.parametrize(("written", "emitted"), HALVES)
def test_what_two_parts_of_a_trace_share_is_made_once(written: str, emitted: list[str]) -> None:
    assert lines(written, WHERE) == emitted
    assert_agrees(written, WHERE)
    assert_agrees(written, WHERE, {"m": 7, "n": 5, "p": 3})


MADE = [
    # written                          emitted                                            because
    ("X^-1 Y x + tanh(X^-1 Y) x",      ["t0 = np.linalg.solve(X, Y)", "t0 @ x + np.tanh(t0) @ x"]),           # is there
    ("X^-1 Y x + tanh(X Y) x",         ["np.linalg.solve(X, Y @ x) + np.tanh(X @ Y) @ x"]),                   # X Y is not X^-1 Y
]  # fmt: skip


@pytest.mark.parametrize(("written", "emitted"), MADE)
def test_a_product_that_is_needed_elsewhere_costs_nothing(written: str, emitted: list[str]) -> None:
    assert lines(written, WHERE) == emitted
    assert_agrees(written, WHERE)


ORDERS = [
    # written       sizes                                emitted
    ("A B C",       {},                                  "A @ B @ C"),       # unknown sizes count as equal: from left to right
    ("A B C",       {"m": 10, "n": 20, "p": 3000},       "A @ (B @ C)"),
    ("A B C",       {"m": 10, "n": 2000, "p": 30},       "A @ B @ C"),
    ("A B C A B",   {"m": 10, "n": 20, "p": 3000},       "A @ (B @ C) @ A @ B"),
    ("tr(A B C)",   {"m": 1000, "n": 1000, "p": 3},      "np.vdot(A @ B, C.T)"),
    ("diag(A B C)", {"m": 1000, "n": 1000, "p": 3},      'np.einsum("ij,ij->i", A @ B, C.T)'),
]  # fmt: skip


@pytest.mark.parametrize(("written", "sizes", "emitted"), ORDERS)
def test_expected_sizes_choose_the_order(written: str, sizes: dict[str, int], emitted: str) -> None:
    """Dynamic programming over the places of the brackets; the values are those of the product for any sizes."""
    assert lines(written, WHERE, sizes) == [emitted]
    assert_agrees(written, WHERE, sizes)


def test_a_long_chain_is_taken_in_parts() -> None:
    """x^T A_1 A_2 ... A_100 y and the matrix A_1 ... A_100."""
    where = read_declarations("X, Y: n x n; x: n")
    chain = "X Y " * 50
    for text in (f"{chain} x", chain, f"x^T {chain} x"):
        assert_agrees(f"1/2 {text}", where)


def test_no_root_is_taken_of_what_rounding_may_leave_below_0() -> None:
    """s + y^T A y with s >= 0 and A positive semidefinite is nowhere negative, but its value may be: then Y^T (D Y), no root."""
    where = read_declarations("X: n x m; s: n nonnegative; A: n x n positive semidefinite; y: n")
    assert "sqrt" not in "".join(lines("X^T diag(s + (y^T A y) ones(n)) X", where))
    assert "sqrt" in "".join(lines("X^T diag(s + (y^T y) ones(n)) X", where))


@pytest.mark.parametrize(
    ("written", "emitted"),
    [
        ("X ones(n,n)",                    "np.repeat(np.sum(X, axis=1)[:, None], n, axis=1)"),
        ("ones(n,n) X",                    "np.repeat(np.sum(X, axis=0)[None, :], n, axis=0)"),
        ("(X .* Y) ones(n,n) .* X",        "np.sum(X * Y, axis=1)[:, None] * X"),
    ],
)  # fmt: skip
def test_a_product_with_a_matrix_of_ones_is_a_sum(written: str, emitted: str) -> None:
    """X ones(n,n) = (X 1) 1^T takes n^2 additions and not n^3."""
    where = read_declarations("X, Y: n x n")
    assert lines(written, where) == [emitted]
    assert_agrees(written, where)


SUMS = [
    # written                  emitted
    ("sum(X^T Y)",             ["np.sum(X, axis=1) @ np.sum(Y, axis=1)"]),
    ("sum(X Y)",               ["np.sum(X, axis=0) @ np.sum(Y, axis=1)"]),
    ("sum(X^T X)",             ["t0 = np.sum(X, axis=1)", "t0 @ t0"]),
    ("sum(X X^T)",             ["t0 = np.sum(X, axis=0)", "t0 @ t0"]),
    ("sum(X X)",               ["np.sum(X, axis=0) @ np.sum(X, axis=1)"]),
    ("sum(X Y X)",             ["np.sum(X, axis=0) @ (Y @ np.sum(X, axis=1))"]),
    ("sum(X^T diag(x) X)",     ["t0 = np.sum(X, axis=1)", "t0 @ (x * t0)"]),
    ("sum(X) x",               ["np.sum(X) * x"]),
    ("sum(X Y) + tr(X Y)",     ["np.sum(X, axis=0) @ np.sum(Y, axis=1) + np.vdot(X, Y.T)"]),
    # X Y is there
    ("sum(X Y) x + exp(X Y) x", ["t0 = X @ Y", "np.exp(t0) @ x + np.sum(t0) * x"]),
]  # fmt: skip


@pytest.mark.parametrize(("written", "emitted"), SUMS)
def test_a_sum_of_a_product_is_a_product_of_sums(written: str, emitted: list[str]) -> None:
    """1^T A B 1 = (A^T 1)^T (B 1) takes 2 n^2 operations and not 2 n^3; 1^T X^T X 1 = ||X 1||^2."""
    where = read_declarations("X, Y: n x n; x: n")
    assert lines(written, where) == emitted
    assert_agrees(written, where)
    assert_agrees(written, where, {"n": 100})
