"""The normal form is written as a textbook prints it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest

from matcalc.algebra import calls, entrywise, leaves, matrix_powers, products, sums, transposes
from matcalc.algebra.dimension import ONE, SCALAR
from matcalc.algebra.leaves import identity
from matcalc.algebra.nodes import Node
from matcalc.algebra.walks import postorder
from matcalc.syntax import pieces
from matcalc.syntax.declarations import read_declarations
from matcalc.syntax.printing import ascii_text
from matcalc.syntax.raising import written
from matcalc.syntax.understanding import understand
from tests.syntax.meaning import DECLARED, expanded, meant, n


def text(node: Node) -> str:
    return ascii_text(written(node, DECLARED.variables))


@pytest.mark.parametrize(
    ("given",                                 "shown"),
    [
        # sums: positive first, then higher degree, then alphabetical; numbers and multiples of I last
        ("-b + A x",                          "A x - b"),
        ("b - A x",                           "b - A x"),
        ("1 + 2 t + t^2",                     "t^2 + 2 t + 1"),
        ("-Q^-1 S Q^-1 + Q^-1",               "Q^-1 - Q^-1 S Q^-1"),
        ("lambda I + Q",                      "Q + lambda I"),
        ("I + Q^T Q",                         "Q^T Q + I"),
        ("-x - y",                            "-x - y"),
        ("Q/2 + Q^T/2",                       "1/2 (Q + Q^T)"),
        ("2 Q x + 2 u - 2 x",                 "2 (Q x + u - x)"),
        ("-3 Q x - 3 u - 3 x",                "-3 (Q x + u + x)"),
        ("2 u - 2 x",                         "2 u - 2 x"),
        ("2 Q x + 2 u - 4 x",                 "2 Q x + 2 u - 4 x"),
        ("2 Q + 2 X",                         "2 Q + 2 X"),
        # coefficients
        ("x/2",                               "1/2 x"),
        ("-x",                                "-x"),
        ("lambda x^T x / 2",                  "lambda/2 x^T x"),
        ("0.1 x + 0.75 y",                    "0.1 x + 0.75 y"),
        # products
        ("A^T A x",                           "A^T A x"),
        ("X^T^-1",                            "X^-T"),
        ("(X^2)^T",                           "(X^2)^T"),
        ("X^-2",                              "X^-2"),
        ("(A + B)^T",                         "(A + B)^T"),
        ("diag(diag(Q)) x",                   "(Q .* I) x"),
        ("A e(i, n) e(j, m)^T B",             "A unit(i, j, n, m) B"),
        ("tr(Q) x t^2 s (s + t)",             "s t^2 tr(Q) (s + t) x"),
        ("sin(t) y^T x * k",                  "k sin(t) x^T y"),
        # one quotient over everything
        ("1/||x - u||_2 * (x - u)",               "(x - u) / ||x - u||_2"),
        ("1/||x||_2 * x^T v",                 "x^T v / ||x||_2"),
        ("2/n A^T b",                         "2 A^T b / n"),
        ("1/2 * (1/n) x",                         "x/(2 n)"),
        ("t^-2",                              "1/t^2"),
        ("t^(-1/2) x",                        "x / sqrt(t)"),
        ("t^(3/2)",                           "t^(3/2)"),
        ("(s + t) / (x^T A^T b)",                 "(s + t) / (b^T A x)"),
        # entrywise
        ("x .* (Q y) .* u",                   "u .* x .* (Q y)"),
        ("s x .* y",                          "s (x .* y)"),
        ("1 ./ x",                            "1 ./ x"),
        ("2 ./ x",                            "2 ./ x"),
        ("(x ./ y) ./ u",                     "x ./ (u .* y)"),
        ("1/2 (x ./ y)",                      "x ./ (2 y)"),
        ("sqrt(x) .* y.^3",                       "sqrt(x) .* y.^3"),
        ("D(phi, x)[v] .* y",                 "D(phi, x)[y .* v]"),
        ("D(phi, x)[ones(n)]",                "D(phi, x)[ones(n)]"),
        ("D2(phi, x)[v, y]",                  "D2(phi, x)[y, v]"),
        ("D2(phi, x)[v, ones(n)] .* x .* y",  "D2(phi, x)[x, y .* v]"),
        ("D2(phi, x)[v, ones(n)]",            "D2(phi, x)[v, ones(n)]"),
        # ones beside other terms, I beside something of known size
        ("(ones(n) - tanh(x).^2) .* u",       "u .* (1 - tanh(x).^2)"),
        ("(ones(m, n) - tanh(A).^2) .* H",    "(1 - tanh(A).^2) .* H"),
        ("exp(A + 2 ones(m, n))",             "exp(A + 2)"),
        ("A + 2 ones(m, n)",                  "A + 2 ones(m, n)"),
        ("(A + ones(m, n))^T .* B^T",             "(B .* (A + 1))^T"),
        ("D(phi, x)[ones(n)] .* (x + 1)",     "D(phi, x)[x + 1]"),
        ("x + s ones(n)",                     "x + s"),
        ("x - mean(x) ones(n)",               "x - mean(x)"),
        ("x.^2 - 2 s t ones(n)",              "x.^2 - 2 s t"),
        ("exp(A - s ones(m, n))",             "exp(A - s)"),
        ("A - s ones(m, n)",                  "A - s ones(m, n)"),
        ("s ones(n)",                         "s ones(n)"),
        ("max(x, 0)",                         "max(0, x)"),
        ("(I - x x^T) Q",                     "(I - x x^T) Q"),
        ("A ⊗ I(n)",                          "kron(A, I(n))"),
        ("2 I(n)",                            "2 I(n)"),
        ("I(m*n)",                            "I(m n)"),
        ("Kmat(m, n) vec(A)",                 "Kmat(m, n) vec(A)"),
        ("zeros(m, n)",                       "zeros(m, n)"),
        # norms
        ("x^T x",                             "x^T x"),
        ("(A x - b)^T (A x - b)",             "||A x - b||_2^2"),
        ("x^T A^T A x",                       "||A x||_2^2"),
        ("tr(X^T X)",                         "||X||_F^2"),
        ("tr((b y^T - A) (y b^T - A^T))",     "||b y^T - A||_F^2"),
        ("tr(B A^T A B^T)",                       "||B A^T||_F^2"),
        ("((A x)^T A x)^2 / s",               "||A x||_2^4 / s"),
        ("||A||_1 + ||b||_inf + ||A||_*",     "||A||_* + ||A||_1 + ||b||_inf"),
        # a minus is drawn into a difference
        ("-(tanh(x).^2 - 1) .* v",            "(1 - tanh(x).^2) .* v"),
        ("-2 A^T (b - A x)",                  "2 A^T (A x - b)"),
        ("-(x - y) u^T",                      "(y - x) u^T"),
        ("-1 / (s - t)^3",                    "1 / (t - s)^3"),
        ("-(s - t)^2",                            "-(s - t)^2"),
        ("-(u .* (x - y))^T Q",               "(u .* (y - x))^T Q"),
        ("-1/2 (u - x)^T Q (u - x)",              "-1/2 (u - x)^T Q (u - x)"),
        ("-x^T (Q - S) X (Q - S) y",              "-x^T (Q - S) X (Q - S) y"),
        ("-Q (S + X)",                        "-Q (S + X)"),
        # rows
        ("r",                                 "r"),
        ("r^T",                               "r^T"),
        ("r[i] x[j] A[i,j]",                  "A[i,j] r[i] x[j]"),
        ("exp(r) .* q - 1",                   "q .* exp(r) - 1"),
        ("tanh(r W + t q W)",                 "tanh(t q W + r W)"),
        ("tanh(r Q) W + (q W) .* exp(r W)",   "(q W) .* exp(r W) + tanh(r Q) W"),
        ("softmax(r Q)^T",                    "softmax(r Q)^T"),
        ("A tanh(Q^T r^T)",                   "A tanh(r Q)^T"),
        ("(1 - tanh(r Q).^2) .* ((r r^T) q)", "r r^T (q .* (1 - tanh(r Q).^2))"),
        ("sum(r^T .* q^T) + logsumexp(r Q)",  "logsumexp(r Q) + sum(q .* r)"),
        ("mean(r) + max((r Q)^T)",            "max(r Q) + mean(r)"),
        ("tanh(Q^T x)^T",                     "tanh(Q^T x)^T"),
        ("x^T Q + y^T",                       "x^T Q + y^T"),
        ("(x + y)^T",                         "(x + y)^T"),
        # transposes of sums: term by term where that is as short, with scalars one ^T earlier
        ("(S X + Q)^T",                       "(S X + Q)^T"),
        ("(Q/s/2 + S/t/2)^T",                 "(1/2 (Q/s + S/t))^T"),
        ("(Q/s - S/t)^T",                     "Q^T / s - S^T / t"),
        ("(Q/s - Q S/t)^T",                   "Q^T / s - S^T Q^T / t"),
        ("(Q X + X S)^T",                     "(Q X + X S)^T"),
        ("(3 t x u^T - 2 s Q^-1 x u^T Q^-1)^T", "3 t u x^T - 2 s Q^-T u x^T Q^-T"),
        ("Q (S/s - X/t)^T",                   "Q (S/s - X/t)^T"),
        ("s (Q^-1 - X)^T",                    "s (Q^-T - X^T)"),
        ("vec((Q/s - X)^T)",                  "vec(Q^T / s - X^T)"),
        ("(A - b u^T) (A^T - u b^T)",         "(b u^T - A) (b u^T - A)^T"),
        ("((A - b u^T) (A - b u^T)^T)^-1 (A - b u^T)", "-((b u^T - A) (b u^T - A)^T)^-1 (b u^T - A)"),
        ("(A^T - u b^T) c",                   "(A^T - u b^T) c"),
        # declared functions
        ("h(x)",                              "h(x)"),
        ("D(h, x)[v]",                        "D(h, x)[v]"),
        ("J(h, x) b + grad(g, x)",            "J(h, x) b + grad(g, x)"),
        ("F(x, b)",                           "F(x, b)"),
    ],
)  # fmt: skip
def test_it_is_written_as_a_textbook_prints_it(given: str, shown: str) -> None:
    assert text(meant(given)) == shown
    assert expanded(meant(shown)) is expanded(meant(given))


def test_a_declared_name_is_not_used_for_anything_else() -> None:
    """Where e and I are variables, e(i, n) is unit(i, 1, n, 1) and I is diag(ones(n))."""
    node = products.product([sums.plus(leaves.symbol("Q", (n, n)), identity(n)), leaves.basis(leaves.index("i"), n)])
    declared = read_declarations("Q, I: n x n; e: n")
    shown = ascii_text(written(node, declared.variables))
    assert shown == "(Q + diag(ones(n))) unit(i, 1, n, 1)"
    assert understand(shown, declared).node is node


def test_a_number_of_any_length_is_written() -> None:
    assert pieces.number(10**9000 + 7).text == "1" + "0" * 8999 + "7"


# ---- where


def layers(depth: int) -> Node:
    """x_(k+1) = tanh(Q x_k) .* (x_k + y): written out, 2^depth parts."""
    q, x, y = leaves.symbol("Q", (n, n)), leaves.symbol("x", (n, ONE)), leaves.symbol("y", (n, ONE))
    for _ in range(depth):
        x = entrywise.hadamard([calls.call("tanh", [products.product([q, x])]), sums.plus(x, y)])
    return x


def test_shared_parts_of_a_long_text_are_written_once() -> None:
    assert text(layers(2)) == "tanh(Q (tanh(Q x) .* (x + y))) .* (tanh(Q x) .* (x + y) + y)"
    shown = text(layers(7))
    assert shown.startswith("tanh(Q t5) .* (t5 + y) where t0 = tanh(Q x) .* (x + y); t1 = tanh(Q t0) .* (t0 + y); t2")
    assert meant(shown) is layers(7)


def test_the_names_of_where_are_free() -> None:
    declared = read_declarations("Q: n x n; x, y: n; t0, t2: scalar")
    shown = ascii_text(written(layers(7), declared.variables))
    assert " where t1 = tanh(Q x) .* (x + y); t3 = " in shown
    assert understand(shown, declared).node is layers(7)


def nested(depth: int, step: Callable[[Node, Node, Node], Node]) -> Node:
    q, s = leaves.symbol("Q", (n, n)), leaves.symbol("S", (n, n))
    node = q
    for _ in range(depth):
        node = step(node, q, s)
    return node


@pytest.mark.parametrize(
    "step",
    [
        lambda z, q, s: calls.call("tanh", [products.product([q, z])]),
        lambda z, q, s: matrix_powers.inverse(sums.plus(z, s)),
        lambda z, q, s: sums.times_number(-1, transposes.transpose(entrywise.hadamard([sums.minus(z, s), q]))),
        lambda z, q, s: products.product([q, calls.call("expm", [z]), z]),
        lambda z, q, s: products.product([q, sums.plus(calls.call("tanh", [z]), calls.call("expm", [z]))]),
    ],
)
def test_depth_and_sharing_cost_linear_time(step: Callable[[Node, Node, Node], Node]) -> None:
    node = nested(10_000, step)
    start = time.process_time()
    shown = text(node)
    assert time.process_time() - start < 20
    assert len(shown) < 100 * sum(1 + len(each.children) for each in postorder(node))


def test_the_order_does_not_depend_on_the_order_of_input() -> None:
    terms = [(c, leaves.symbol(f"x_{i}", SCALAR)) for i, c in enumerate([1, -2, 3, -4, 5, 6, -7, 8, 9, 10, 11])]
    shown = "x_0 + 3 x_2 + 5 x_4 + 6 x_5 + 8 x_7 + 9 x_8 + 10 x_9 + 11 x_10 - 2 x_1 - 4 x_3 - 7 x_6"
    for seed in range(5):
        random.Random(seed).shuffle(terms)
        assert text(sums.add(terms)) == shown


def test_sizes_of_unvec_are_written_as_dimensions() -> None:
    """n x n^2: the size n n reads back, and n^2 would be a scalar."""
    node = understand("unvec(v, n, n n)", read_declarations("v: n*n*n")).node
    text = ascii_text(written(node))
    assert text == "unvec(v, n, n n)"
