"""The constructors keep the value, meet where the mathematics is the same, and do not undo each other."""

from fractions import Fraction

import numpy as np
import pytest

from matcalc.algebra import chains, entries, entrywise, kronecker, linear, matrix_powers, products, sums, transposes
from matcalc.algebra.dimension import ONE, named
from matcalc.algebra.leaves import ONE as ONE_NODE
from matcalc.algebra.leaves import ZERO, basis, identity, number, ones, size, symbol
from matcalc.algebra.traversal import rebuild
from matcalc.algebra.walks import postorder
from matcalc.numeric.evaluation import evaluate
from tests.expressions import SHAPES, Generator, flat, random_values

m, n = named("m"), named("n")
A, B, C = symbol("A", (m, n)), symbol("B", (n, n)), symbol("C", (n, m))
x, y, s, t = symbol("x", (n, ONE)), symbol("y", (n, ONE)), symbol("s", (ONE, ONE)), symbol("t", (ONE, ONE))


def T(node):
    return transposes.transpose(node)


def mul(*factors):
    return products.product(factors)


SAME = [
    ("A + A = 2 A",                  sums.plus(A, A),                            sums.times_number(2, A)),
    ("x^T B x = x^T B^T x",          mul(T(x), B, x),                            mul(T(x), T(B), x)),
    ("tr(B C A) = tr(A B C)",        linear.trace(mul(B, C, A)),                  linear.trace(mul(A, B, C))),
    ("tr(X) = tr(X^T)",              linear.trace(mul(A, C)),                     linear.trace(mul(T(C), T(A)))),
    ("tr(x y^T) = y^T x",            linear.trace(mul(x, T(y))),                  mul(T(y), x)),
    ("B B^-1 = I",                   mul(B, matrix_powers.inverse(B)),                identity(n)),
    ("B B^2 = B^3",                  mul(B, matrix_powers.power(B, number(2))), matrix_powers.power(B, number(3))),
    ("(B^-1)^T = (B^T)^-1",          T(matrix_powers.inverse(B)),                     matrix_powers.inverse(T(B))),
    ("A^T + A^T = 2 A^T",            sums.plus(T(A), T(A)),                      T(sums.times_number(2, A))),
    ("A^T + C = (A + C^T)^T",        sums.plus(T(A), C),                         T(sums.plus(A, T(C)))),
    ("x .* y = y .* x",              entrywise.hadamard([x, y]),                 entrywise.hadamard([y, x])),
    ("s t = t s",                    entrywise.hadamard([s, t]),                 mul(t, s)),
    ("(s x)^T y = s x^T y",          mul(T(products.scaled(s, x)), y),           entrywise.hadamard([s, mul(T(x), y)])),
    ("s sqrt(2 s) sqrt(2 s) = 2 s^2", entrywise.hadamard([s, *[entrywise.power(sums.times_number(2, s), number(Fraction(1, 2)))] * 2]), sums.times_number(2, entrywise.power(s, number(2)))),
    ("s s^-1 = 1",                   entrywise.divide(s, s),                     ONE_NODE),
    ("x y^T x = (x^T y) x",          mul(x, T(y), x),                            products.scaled(mul(T(x), y), x)),
    ("sum(x + y) = sum(x) + sum(y)", linear.total(sums.plus(x, y)),               sums.plus(linear.total(x), linear.total(y))),
    ("tr(I) = n",                    linear.trace(identity(n)),                   size(n)),
    ("x - x = 0",                    mul(T(y), sums.minus(x, x)),                ZERO),
    ("vec(x) = x",                   linear.vectorised(x),                        x),
    ("A ⊗ (B ⊗ C) = (A ⊗ B) ⊗ C",    kronecker.product(A, kronecker.product(B, C)),  kronecker.product(kronecker.product(A, B), C)),
    ("x ⊗ (y^T ⊗ A) = x y^T ⊗ A",    kronecker.product(x, kronecker.product(T(y), A)), kronecker.product(mul(x, T(y)), A)),
    ("(A ⊗ x) ⊗ y^T = A ⊗ x y^T",    kronecker.product(kronecker.product(A, x), T(y)), kronecker.product(A, mul(x, T(y)))),
    ("A (x^T ⊗ B) = x^T ⊗ A B",      mul(A, kronecker.product(T(x), B)),           kronecker.product(T(x), mul(A, B))),
    ("(A ⊗ x) B = A B ⊗ x",          mul(kronecker.product(A, x), B),              kronecker.product(mul(A, B), x)),
    ("(A ⊗ B)^T = A^T ⊗ B^T",        T(kronecker.product(A, B)),                   kronecker.product(T(A), T(B))),
    ("x^T S y = y^T S^T x for a sum S of x y^T and B", mul(T(x), sums.minus(mul(x, T(y)), B), y), mul(T(y), sums.minus(mul(y, T(x)), T(B)), x)),
    ("diag(x y^T + B^T) = x .* y + diag(B)", linear.diagonal(sums.plus(mul(x, T(y)), T(B))), sums.plus(entrywise.hadamard([x, y]), linear.diagonal(B))),
    ("1 ./ (A^T + ones) = (1 ./ (A + ones))^T", entrywise.power(sums.plus(T(A), ones(n, m)), number(-1)), T(entrywise.power(sums.plus(A, ones(m, n)), number(-1)))),
    ("(A x y^T)[1,2] = (A x)[1] y[2]", entries.entry(mul(A, x, T(y)), number(1), number(2)), entrywise.hadamard([entries.entry(mul(A, x), number(1), ONE_NODE), entries.entry(y, number(2), ONE_NODE)])),
    ("e(2,n)[2] = 1",                entries.entry(basis(number(2), n), number(2), ONE_NODE), ONE_NODE),
    ("e(2,n)[1] = 0",                entries.entry(basis(number(2), n), number(1), ONE_NODE), ZERO),
    ("1_mn 1_nm = n 1_mm",           mul(ones(m, n), ones(n, m)),                products.scaled(size(n), ones(m, m))),
    ("1_n^T 1_nm = n 1_m^T",         mul(T(ones(n)), ones(n, m)),                products.scaled(size(n), T(ones(m)))),
    ("1_nn^3 = n^2 1_nn",            matrix_powers.power(ones(n, n), number(3)), products.scaled(entrywise.power(size(n), number(2)), ones(n, n))),
    ("tr(1_nn) = n",                 linear.trace(ones(n, n)),                    size(n)),
    ("sum(1_mn B) = m sum(B)",       linear.total(mul(ones(m, n), B)),            products.scaled(size(m), linear.total(B))),
    ("sum(A 1_n) = sum(A)",          linear.total(mul(A, ones(n))),               linear.total(A)),
    ("(B - B)^3 = 0",                matrix_powers.power(sums.minus(B, B), number(3)), sums.minus(B, B)),
    ("2 (x - y) = -2 (y - x)",       mul(B, sums.minus(x, y)),                   sums.times_number(-1, mul(B, sums.minus(y, x)))),
]  # fmt: skip


@pytest.mark.parametrize(("law", "left", "right"), SAME, ids=[row[0] for row in SAME])
def test_equal_things_meet(law, left, right):
    assert left is right


DIFFERENT = [
    ("(x^2)^(1/2) is not x", entrywise.power(entrywise.power(s, number(2)), number(sums.divide(1, 2))), s),
    ("tr(B C A) is not tr(C B A)-like", linear.trace(mul(B, B, T(B))), linear.trace(mul(B, B, B))),
    ("A B is not B^T A^T", mul(T(B), B), mul(B, T(B))),
]


@pytest.mark.parametrize(("law", "left", "right"), DIFFERENT, ids=[row[0] for row in DIFFERENT])
def test_different_things_stay_apart(law, left, right):
    assert left is not right


@pytest.mark.parametrize("seed", range(150))
def test_constructors_keep_the_value_and_are_idempotent(seed):
    rng = np.random.default_rng(seed)
    values = random_values(rng)
    node, value = Generator(rng, values).expression(int(rng.integers(3, 16)))
    found = evaluate(node, flat(values), SHAPES)
    np.testing.assert_allclose(np.ravel(found), np.ravel(value), rtol=1e-6, atol=1e-6 * max(1.0, np.abs(value).max()))
    for part in postorder(node):
        if part.children:
            assert rebuild(part, part.children) is part


@pytest.mark.parametrize("word", ["BCD", "DCB", "BCBD", "BCBC", "BCBCBD", "CBBDCB", "BDBDBDBC", "DDDDDDC", "CDBCDBCDA"])
def test_a_trace_is_the_first_of_all_its_rotations(word: str) -> None:
    """Every rotation of tr(X_1 ... X_k), and its transpose, is one node: the one that comes first in the order of chains."""
    letters = {letter: symbol(letter, (n, n)) for letter in "ABCD"}
    chain = products.product([letters[letter] for letter in word]).children
    turned = tuple(T(factor) for factor in reversed(chain))
    rotations = [each[k:] + each[:k] for each in (chain, turned) for k in range(len(chain))]
    found = {linear.trace(mul(*each)) for each in rotations}
    assert [list(trace.children[0].children) for trace in found] == [list(min(rotations, key=chains.rank))]


@pytest.mark.parametrize(
    ("depth", "wider"),
    [(64, lambda M, k: mul(M, B, M)), (20_000, lambda M, k: mul(M, symbol(f"C_{k}", (n, n))))],
    ids=["M B M, 64 times", "M C_k, 20,000 times"],
)
def test_the_transpose_of_nested_products_takes_each_of_them_once(depth: int, wider) -> None:
    """(M B M)^T = M^T B^T M^T with one M^T: linear in the nested products, written out 2^64 factors, and without recursion."""
    M = mul(*(symbol(f"M_{k}", (n, n)) for k in range(products.LONGEST + 8)))
    for k in range(depth):
        M = wider(M, k)
    turned = T(M)
    assert sum(1 for _ in postorder(turned)) == sum(1 for _ in postorder(M)) + sum(
        1 for node in postorder(M) if not node.children
    )
    assert T(turned) is M


DECIMALS = [
    # in a product           content   what is left
    ((1, Fraction("0.333")),  1,        (1, Fraction("0.333"))),
    ((Fraction("0.851"), Fraction("0.25")), Fraction("0.1"), (Fraction("8.51"), Fraction("2.5"))),
    ((Fraction("0.9"), Fraction("0.1")), Fraction("0.1"), (9, 1)),
    ((1000, 2000),            1000,     (1, 2)),
    ((123456, 2),             2,        (61728, 1)),
]  # fmt: skip


@pytest.mark.parametrize(("coefficients", "content", "left"), DECIMALS)
@pytest.mark.parametrize("c", [1, -3, Fraction(2, 7), Fraction("0.044715")])
def test_large_coefficients_without_common_divisor_are_decimals(coefficients, content, left, c) -> None:
    """c (a x + b y) = (c content) (a' x + b' y), with the same a', b' for every c."""
    taken, scalars, body = sums.split(sums.add([(c * a, term) for a, term in zip(coefficients, (x, y), strict=True)]))
    assert (taken, scalars) == (c * content, [])
    assert dict(zip(body.children, body.data, strict=True)) == dict(zip((x, y), left, strict=True))
    assert sums.content(body) == 1
