"""Nested symmetric sums as chains that are their own mirror images: few products, and the same values."""

from __future__ import annotations

import pytest

from matcalc import diff
from matcalc.algebra import nodes, sums
from matcalc.code.mirrored import mirrored
from matcalc.syntax.declarations import read_declarations
from matcalc.syntax.understanding import understand
from tests.code.agreement import assert_agrees

WHERE = read_declarations("U, V, W: n x n; p, q, s: n")

TEXTS = """
W^T (V^T diag(p) V + diag(s)) W                                        | mirror images
W^T diag(q) (V^T diag(p) V + diag(s)) diag(q) W                        | mirror images
W^T (V^T (U^T diag(p) U + diag(q)) V - 2 diag(s)) W                    | mirror images
W^T (V^T diag(p) V + s s^T + diag(q)) W                                | mirror images
diag(1 - q) (V^T diag(p) V diag(q - 1) - V^T s s^T V + diag(s .* (q - 1)))| mirror images
W^T (V^T diag(p) V + diag(s)) V                                        | no
W^T (V^T U V + diag(s)) W                                              | no
W^T (U + diag(s)) W                                                    | no
W^T (diag(p) V + s q^T)                                                | no
"""


@pytest.mark.parametrize("line", TEXTS.strip().splitlines())
def test_only_sums_of_mirror_images_are_opened(line: str) -> None:
    text, wanted = (cell.strip() for cell in line.split("|"))
    found = mirrored(understand(text, WHERE).node)
    assert (found is not None) is (wanted == "mirror images")
    assert_agrees(text, WHERE)


@pytest.mark.parametrize("layers", [2, 4, 9, 12])
def test_a_hessian_through_layers_takes_two_products_of_matrices_a_layer(layers: int) -> None:
    """Y_l = W_l diag(.) Y_(l-1) is made forward, and a layer adds Y_l^T diag(.) Y_l: with a tail, 2 l - 1 products."""
    net = "x"
    for k in range(1, layers + 1):
        net = f"tanh(W{k} {net})"
    where = "; ".join([*(f"W{k}: n x n" for k in range(1, layers + 1)), "x, t: n"])
    text = diff(f"1/2 ||{net} - t||^2", "x", where).code("numpy", what="hessian")
    assert text.count("[:, None] * ") <= 2 * layers  # a matrix with scaled rows is an operand of each
    assert text.count(".T @ ") <= 3 * layers + 1  # one back a layer, and the vectors of the gradient


def test_what_is_shared_is_not_written_out() -> None:
    """P_(k+1) = P_k A P_k: two nodes more a step, twice the factors; given up before they are many."""
    A, D = understand("V", WHERE).node, understand("diag(p)", WHERE).node
    P = A
    for _ in range(40):
        P = nodes.intern(nodes.Product, (P, D, P), None, P.shape)
    whole = nodes.intern(nodes.Product, (sums.plus(A, D), P), None, P.shape)
    assert mirrored(whole) is None
