"""Limits of sequences and functions, with the K that goes with a delta."""

from __future__ import annotations

import pytest
import sympy

from matcalc import limit
from matcalc.calculus.definition.germs import Germs
from matcalc.syntax.printing import ascii_text
from matcalc.syntax.reading import read

SEQUENCES = [
    # s_n                                delta    limit        K
    ("1/n",                              0.01,    "0",         100),
    ("(-1)^n/n",                         0.01,    "0",         100),
    ("sin(n)/n",                         0.01,    "0",         99),
    ("n/2^n",                            "1/1000", "0",        13),
    ("(n + 1)/(2 n - 5)",                0.01,    "1/2",       177),
    ("1/sqrt(n)",                        0.01,    "0",         10000),
    ("log(n)/n",                         0.01,    "0",         647),
    ("2 + (-1)^n/n^2 + 1/(n^2 + 1)",     0.001,   "2",         44),
    ("(-1/2)^n + 3",                     1e-6,    "3",         19),
    ("5",                                0.1,     "5",         1),
    ("1/(n - 3)",                        0.1,     "0",         13),
    ("(1 + 1/n)^n",                      0.01,    "exp(1)",    None),
    ("sqrt(n + 1) - sqrt(n)",            0.1,     "0",         24),
    ("sqrt(n) - sqrt(n + 1)",            0.01,    "0",         2499),
    ("sqrt(n^2 + 1) - n",                0.01,    "0",         49),
    ("1/(sqrt(n) + 1)",                  0.1,     "0",         81),
    ("sin(1/n)",                         0.01,    "0",         99),
    ("(-1)^n sin(1/n)",                  0.01,    "0",         99),
    ("n sin(1/n)",                       0.01,    "1",         None),
    ("n tan(pi/n)",                      0.01,    "pi",        None),
    ("n sin(2 pi/n)",                    0.01,    "2 pi",      None),
    ("n^2 (1 - cos(1/n))",               0.01,    "1/2",       None),
]  # fmt: skip


@pytest.mark.parametrize(("s", "delta", "value", "K"), SEQUENCES)
def test_limits_of_sequences_and_their_K(s, delta, value, K):
    found = limit(s, delta=delta)
    assert (ascii_text(found.limit), found.K) == (value, K)


@pytest.mark.parametrize(("s", "delta", "K"), [(s, delta, K) for s, delta, _, K in SEQUENCES if K is not None])
def test_K_is_right_and_the_smallest(s, delta, K):
    found, tree, bound = limit(s, delta=delta), read(s, directions=["n"]), float(sympy.Rational(str(delta)))

    def apart(n: int) -> float:
        return abs(float(Germs().value(tree, {"n": sympy.Integer(n)})) - float(Germs().value(found.limit, {})))

    assert all(apart(n) < bound for n in range(K + 1, K + 40))
    assert not found.smallest or apart(K) >= bound * (1 - 1e-12)


NO_LIMIT = [
    # s_n                two sequences, and their limits
    ("(-1)^n",           ("2 k", "1"), ("2 k + 1", "-1")),
    ("cos(pi n/3)",      ("6 k", "1"), ("6 k + 3", "-1")),
    ("n sin(pi n/2)",    ("4 k", "0"), ("4 k + 1", "infinity")),
]  # fmt: skip


@pytest.mark.parametrize(("s", "one", "other"), NO_LIMIT)
def test_no_limit_is_shown_by_two_subsequences(s, one, other):
    found = limit(s)
    assert (found.limit, found.decided) == (None, True)
    pairs = [(ascii_text(along.sequence), ascii_text(along.limit)) for along in found.disagree]
    known = dict([one, other])
    assert all(known.get(at, value) == value for at, value in pairs)
    assert pairs[0][1] != pairs[1][1]


def test_unbounded_is_no_limit_and_sin_n_is_not_decided():
    assert limit("n^2").verdict == "lim n -> infinity of n^2: no limit, s_n grows without bound"
    assert not limit("sin(n)").decided


FUNCTIONS = [
    # g                    to   limit
    ("sin(x)/x",           0,   "1"),
    ("(x^2 - 1)/(x - 1)",  1,   "2"),
    ("x sin(1/x)",         0,   "0"),
    ("abs(x)/x",           0,   None),
    ("sin(1/x)",           0,   None),
    ("1/x",                0,   None),
    ("1/x^2",              0,   None),
    ("step(x)",            0,   None),
]  # fmt: skip


@pytest.mark.parametrize(("g", "to", "value"), FUNCTIONS)
def test_limits_of_functions(g, to, value):
    found = limit(g, "x", to=to)
    assert found.decided
    assert (None if found.limit is None else ascii_text(found.limit)) == value
