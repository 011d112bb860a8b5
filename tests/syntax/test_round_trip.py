"""What is printed reads back to the same tree, for trees of every head, over names of every shape."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcalc.algebra.functions import FUNCTIONS, INTERNAL
from matcalc.syntax.declarations import read_declarations
from matcalc.syntax.printing import ascii_text, unicode_text
from matcalc.syntax.reading import read
from matcalc.syntax.tree import Tree, postorder, same
from tests.syntax.trees import (
    call,
    index,
    inverse,
    kron,
    name,
    neg,
    norm,
    number,
    over,
    power,
    star,
    sum_,
    times,
    transpose,
    where,
)

WHERE = """
A, B, X, Sigma, W_ij, weights, D: n x n
x, y, b, mu_1, x_1, x1: n
r: 1 x n
c, t, lambda, k, T1: scalar
h: R^n -> R^m
g, phi: R^n -> R
F: R^n, R^n -> R^n bilinear
"""
DECLARED = read_declarations(WHERE)
SCALARS = ["c", "t", "lambda", "k", "T1", "n", "m", "i", "alpha", "pi"]
NAMES = [*SCALARS, *"A B X Sigma W_ij weights D x y b mu_1 x_1 x1 r".split(), "u", "V", "J", "e", "Omega", "z_12", "s2"]
CALLS = {text: row.arity for text, row in FUNCTIONS.items() if text not in INTERNAL | {"inv", "kron", "unvec"}}
CALLS |= {"maximum": 2, "minimum": 2, "h": 1, "g": 1, "phi": 1, "F": 2}
SIZES = ("n", "m", "3")


def _size(text: str) -> Tree:
    return number(text) if text.isdigit() else name(text)


numbers = st.sampled_from(["0", "1", "2", "10", "0.5", "1e3", "2.5e-3"]).map(number)
sizes = st.sampled_from(SIZES).map(_size)
sizes = sizes | st.builds(times, sizes, st.sampled_from(["n", "m"]).map(name))
places = st.sampled_from(["i", "j", "n", "2"]).map(_size)
places = places | st.builds(lambda a, b: sum_(a, neg(b)), places, places)
leaves = st.one_of(
    numbers,
    st.sampled_from(NAMES).map(name),
    st.just(call("I")),
    st.builds(lambda *a: call("I", *a), sizes),
    st.builds(lambda *a: call("ones", *a), sizes, sizes),
    st.builds(lambda *a: call("e", *a), places, sizes),
    st.builds(lambda *a: call("unit", *a), places, places, sizes, sizes),
    st.builds(lambda *a: call("Kmat", *a), sizes, sizes),
)


def _powers(head: str, base: Tree, exponent: Tree) -> Tree:
    """x^-1 is read as the inverse."""
    if head == "power" and (exponent.head, [c.text for c in exponent.children]) == ("neg", ["1"]):
        return inverse(_raised(base))
    return Tree(head, (_raised(base), exponent))


def _raised(base: Tree) -> Tree:
    """An undeclared e is no base: e^x and e^-1 are refused, for exp is meant."""
    return name("x") if base.head == "name" and base.text == "e" else base


def _calls(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    def arguments(text: str) -> st.SearchStrategy[Tree]:
        return st.builds(lambda *a: call(text, *a), *[inner] * CALLS[text])

    return st.sampled_from(sorted(CALLS)).flatmap(arguments)


def _grown(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    products = st.sampled_from(["hadamard", "entrydiv", "kron"])
    derivatives = st.sampled_from(["h", "g", "phi", "softmax"])
    return st.one_of(
        st.lists(inner, min_size=2, max_size=4).map(lambda terms: sum_(*terms)),
        st.builds(neg, inner),
        st.builds(times, inner, inner),
        st.builds(times, inner, inner, inner),
        st.builds(star, inner, inner),
        st.builds(over, inner, inner),
        st.builds(lambda head, a, b: Tree(head, (a, b)), products, inner, inner),
        st.builds(_powers, st.sampled_from(["power", "entrypow"]), inner, inner | numbers.map(neg)),
        st.builds(transpose, inner),
        st.builds(lambda body: inverse(_raised(body)), inner),
        st.builds(norm, inner, st.sampled_from(["", "1", "2", "inf", "F", "*"])),
        st.builds(lambda body, i, j: index(body, i, j), inner, places, places),
        st.builds(index, inner, places),
        _calls(inner),
        st.builds(lambda v, m, n: call("unvec", v, m, n), inner, sizes, sizes),
        st.builds(lambda f, x, v: Tree("D", (x, v), f), derivatives, inner, inner),
        st.builds(lambda f, x, v, w: Tree("D2", (x, v, w), f), derivatives, inner, inner, inner),
        st.builds(lambda f, x: Tree("hess", (x,), f), derivatives, inner),
        st.builds(lambda x, y, v, w: Tree("D", (x, y, v, w), "F"), inner, inner, inner, inner),
        st.builds(lambda head, f, x: Tree(head, (x,), f), st.sampled_from(["J", "grad"]), derivatives, inner),
    )


trees = st.recursive(leaves, _grown, max_leaves=12)
wholes = trees | st.builds(lambda body, v, w: where(body, t0=v, t_1=w), trees, trees, trees)


def juxtaposed(tree: Tree) -> Tree:
    """The tree with every `*` taken for juxtaposition."""
    done: list[Tree] = []
    for part in postorder(tree):
        count = len(part.children)
        children = tuple(done[len(done) - count :])
        del done[len(done) - count :]
        done.append(replace(part, children=children, text=" " if part.head == "times" else part.text))
    return done[0]


@pytest.mark.parametrize("printed", [ascii_text, unicode_text])
@settings(max_examples=600, deadline=None)
@given(tree=wholes)
def test_text_reads_back_to_the_same_tree(printed, tree: Tree) -> None:  # type: ignore[no-untyped-def]
    text = printed(tree)
    back = read(text, DECLARED)
    assert same(juxtaposed(back), juxtaposed(tree)), text
    assert printed(back) == text


STABLE = """
x^T A x
1/2 x^T A x - b^T x
(A + A^T) x
(1/n) sum(x)
1/n X^T (X x - b) + 2 lambda x
||A x - b||_2^2 + lambda ||x||_1
-x^T y^2
(X^T A^T .* B) x
log(1 + exp(-c x^T y))
D(h, x)[y]^T grad(g, h(x))
D2(h, x)[y, z]^T hess(g, h(x))
A^-1 / 2
t0 .* t0 where t0 = A x - b; t1 = exp(t0)
"""


@pytest.mark.parametrize("text", STABLE.strip().splitlines())
def test_reading_and_printing_again_and_again_changes_nothing(text: str) -> None:
    tree = read(text, DECLARED)
    once = ascii_text(tree)
    assert same(read(once, DECLARED), tree)
    assert same(read(unicode_text(tree), DECLARED), tree)
    assert ascii_text(read(unicode_text(tree), DECLARED)) == once


@pytest.mark.parametrize(
    "grow",
    [
        lambda t: times(t, name("x")),
        lambda t: sum_(t, name("x")),
        neg,
        norm,
        transpose,
        lambda t: kron(t, name("A")),
        lambda t: power(t, number(2)),
    ],
)
def test_depth_10_000_reads_back(grow) -> None:  # type: ignore[no-untyped-def]
    tree = name("x")
    for _ in range(9_000):
        tree = grow(tree)
    assert same(read(ascii_text(tree), DECLARED), tree)
    assert same(read(unicode_text(tree), DECLARED), tree)
