"""Where answers hold: what is said of every function that has a domain or a kink, and that it is true.

The table has what a textbook says, and its lines are tried: where the conditions hold, the answer is the derivative.
"""

from __future__ import annotations

from time import process_time

import pytest

import matcalc
from matcalc.algebra.functions import FUNCTIONS
from matcalc.algebra.walks import postorder as nodes
from matcalc.calculus.needs import may_need
from matcalc.errors import EvaluationError
from matcalc.rulebook.in_force import book
from matcalc.rulebook.lines import SINGLE
from matcalc.rulebook.loading import lowered
from matcalc.syntax.reading import read
from matcalc.syntax.tree import postorder

SYMMETRIC = "X: n x n symmetric"

# f                       wrt | where                       | holds where
TABLE = """
abs(x)                    | x | x: n                        | entries of x nonzero
sign(x)                   | x | x: n                        | entries of x nonzero
relu(A x)                 | x |                             | entries of A x nonzero
step(-2 x)                | x | x: n                        | entries of x nonzero
max(x, y)                 | x | x, y: n                     | entries of x - y nonzero
min(x, 0)                 | x | x: n                        | entries of x nonzero
max(x, -x)                | x | x: n                        | entries of x nonzero
max(x)                    | x | x: n                        | x with a single largest entry
min(x)                    | x | x: n                        | x with a single smallest entry
max_rows(X)               | X | X: m x n                    | X with a single largest entry in each row
max_cols(X)               | X | X: m x n                    | X with a single largest entry in each column
min_rows(X)               | X | X: m x n                    | X with a single smallest entry in each row
min_cols(X)               | X | X: m x n                    | X with a single smallest entry in each column
onehot_max(x)             | x | x: n                        | x with a single largest entry
onehot_max_rows(X)        | X | X: m x n                    | X with a single largest entry in each row
onehot_max_cols(X)        | X | X: m x n                    | X with a single largest entry in each column
||x||                     | x | x: n                        | x != 0
||x||_1                   | x | x: n                        | entries of x nonzero
||x||_inf                 | x | x: n                        | x != 0; abs(x) with a single largest entry
||X||_F                   | X | X: m x n                    | X != 0
||X||_1                   | X | X: m x n                    | entries of X nonzero
||X||_2                   | X | X: m x n                    | X with a simple largest singular value; X != 0
||X||_*                   | X | X: m x n                    | X full rank
lambda_max(S)             | S | S: n x n symmetric           | S with a simple largest eigenvalue
v_max(S)                  | S | S: n x n symmetric           | S with a simple largest eigenvalue
sqrt(x)                   | x | x: n                        | entries of x positive
log(x)                    | x | x: n                        | entries of x positive
log(r)                    | r | r: 1 x n                    | entries of r positive
arcsin(x)                 | x | x: n                        | entries of x between -1 and 1
arccos(c)                 | c | c: scalar                   | -1 < c < 1
tan(c)                    | c | c: scalar                   | cos(c) != 0
c^p                       | c | c, p: scalar                | c > 0
c^p                       | p | c, p: scalar                | c > 0
2^p                       | p | p: scalar                   |
c^(3/2)                   | c | c: scalar                   | c > 0
c^n                       | c | c: scalar; x: n             |
c^-2                      | c | c: scalar                   | c != 0
0^c                       | c | c: scalar                   | c > 0
(-2)^c                    | c | c: scalar                   | nowhere: -2 is not positive
log(-x^T x)               | x | x: n                        | nowhere: -x^T x is not positive
sqrt(-c^2)                | c | c: scalar                   | nowhere: -c^2 is not positive
X^k                       | X | X: n x n; k: scalar         | X invertible
X^k                       | X | X: n x n; k: scalar positive |
tr(X^(k + 1))             | X | X: n x n; k: scalar nonnegative |
tr(X^k)                   | X | X: n x n; k: scalar nonnegative | X invertible
tr(X^-k)                  | X | X: n x n; k: scalar positive | X invertible
X^n                       | X | X: n x n                    |
det(X^k)                  | X | X: n x n; k: scalar         | X invertible
inv(skew(w))              | w | w: 3                        | nowhere: skew(w) is singular
inv(X)                    | X | X: 3 x 3 skew               | nowhere: X is singular
inv(X)                    | X | X: 4 x 4 skew               | X invertible
inv(x x^T)                | x | x: 3                        | nowhere: x x^T is singular
inv(X X^T)                | X | X: 3 x 2                    | nowhere: X X^T is singular
inv(X^T X)                | X | X: 3 x 2                    | X^T X invertible
pinv(x)                   | x | x: n                        | x != 0
||x||                     | x | x: n unit                   |
||x||                     | x | x: n nonzero                |
||X||_F                   | X | X: n x n invertible         |
log(mean(x))              | x | x: n simplex                |
1/(b - c)                 | c | b, c: scalar                | b - c != 0
1/(b - c) + 1/(c - b)^2   | c | b, c: scalar                | b - c != 0
1/(c - 1) + log(1 - c)    | c | c: scalar                   | 1 - c > 0
x/(c - b)                 | x | x: n; b, c: scalar          |
x .^ (-1/2)               | x | x: n                        | entries of x positive
1/(a^T x)                 | x | x, a: n                     | a^T x != 0
a ./ x                    | x | x, a: n                     | entries of x nonzero
inv(X)                    | X | X: n x n                    | X invertible
(2 A X^T B)^-1            | X | X, A, B: n x n              | X invertible
(X^T X)^-1                | X | X: m x n                    | X^T X invertible
kron(A, X)^-1             | X | X: n x n; A: m x m          | X invertible
diag(x)^-1                | x | x: n                        | entries of x nonzero
det(X)                    | X | X: n x n                    | X invertible
logdet(X)                 | X | X: n x n                    | X invertible
log(det(X))               | X | X: n x n                    | det(X) > 0
adj(X)                    | X | X: n x n                    | X invertible
cof(X)                    | X | X: n x n                    | X invertible
pinv(X)                   | X | X: m x n                    | X full rank
polar(X)                  | X | X: m x n                    | X full rank
chol(S)                   | S | S: n x n                    | S positive definite
logm(X)                   | X | X: n x n                    | X with no real eigenvalue <= 0
sqrtm(X)                  | X | X: n x n                    | X with no real eigenvalue <= 0
logm(S)                   | S | S: n x n positive definite  |
c/c                       | c | c: scalar                   | c != 0
sqrt(c)^2                 | c | c: scalar                   | c > 0
exp(log(x))               | x | x: n                        | entries of x positive
x ./ x                    | x | x: n                        | entries of x nonzero
X X^-1                    | X | X: n x n                    | X invertible
tr(X inv(X))              | X | X: n x n                    | X invertible
||c A||_*                 | c | c: scalar; A: m x n         | c A full rank
||c x||                   | c | c: scalar                   | c x != 0
log(det(A X B))           | X | X, A, B: n x n              | det(A X B) > 0
det(A X B)                | X | X, A, B: n x n              | A X B invertible
logdet(A X B)             | X | X, A, B: n x n              | X invertible
inv(inv(X))               | X | X: n x n                    | X invertible
log(det(X)) - log(det(X)) | X | X: n x n                    | det(X) > 0
0 log(c)                  | c | c: scalar                   | c > 0
tr(A^-1 A X)              | X | X, A: n x n                 | A invertible
b/b x                     | x | x: n; b: scalar             | b != 0
tr(A^-1 X)                | X | X, A: n x n                 |
x / b                     | x | x: n; b: scalar             |
x^T x                     | x |                             |
||x||^2                   | x |                             |
abs(c)^2                  | c | c: scalar                   |
log(exp(x))               | x | x: n                        |
log(1 + exp(X w))         | w |                             |
1/(x^T x + 1)             | x |                             |
sqrt(x^T x + 1)           | x |                             |
sqrt(x^T A x)             | x | A: n x n positive definite  | x != 0
log(x^T x)                | x |                             | x != 0
log(1 - sigmoid(a^T x))   | x | x, a: n                     |
log(1 - tanh(x).^2)       | x | x: n                        |
log(softmax(x)[1])        | x | x: n                        |
log(1 - cos(c))           | c | c: scalar                   | 1 - cos(c) != 0
log(1 - exp(c))           | c | c: scalar                   | 1 - exp(c) > 0
log(det(X^T X))           | X | X: m x n                    | X^T X invertible
sqrtm(X^T X)              | X | X: m x n                    | X^T X invertible
sqrtm(X^T X)^-1           | X | X: m x n                    | X^T X invertible
sqrtm(S)^-1               | S | S: n x n                    | S with no real eigenvalue <= 0
log(diag(chol(S)))        | S | S: n x n positive definite  |
log(||X||_F^2)            | X | X: m x n                    | X != 0
log(||X - A||_F^2)        | X | X, A: m x n                 | X - A != 0
1/(x^T A^T A x)           | x | x: n; A: m x n              | A x != 0
1/(x^T A^T B A x)         | x | A: m x n; B: m x m positive definite | A x != 0
log(tr(X^T A X))          | X | X: m x n; A: m x m positive definite | X != 0
log(tr(X A X^T B))        | X | X: m x n; A: n x n; B: m x m | tr(A X^T B X) > 0
log(c^2 x^T x)            | x | x: n; c: scalar             | x != 0
relu(exp(x))              | x | x: n                        |
log(det(S))               | S | S: n x n positive definite  |
log(x)                    | x | x: n positive               |
softmax(x)                | x | x: n                        |
expm(X)                   | X | X: n x n                    |
max(x, x)                 | x | x: n                        |
max(X, X^T)               | X | X: n x n                    | off-diagonal entries of X - X^T nonzero
abs(tril(X))              | X | X: n x n                    | entries of tril(X) on and below the diagonal nonzero
max(X, X^T)               | X | X: n x n symmetric           | directions of X symmetric
max(X, -X^T)              | X | X: n x n skew                | directions of X skew
abs(X)                    | X | X: n x n symmetric           | entries of X nonzero
abs(X)                    | X | X: n x n skew                | off-diagonal entries of X nonzero; directions of X skew
abs(X)                    | X | X: n x n diagonal            | diagonal entries of X nonzero; directions of X diagonal
max(X, 0)                 | X | X: n x n lower               | entries of X on and below the diagonal nonzero; directions of X lower
relu(X.^2 - X)            | X | X: n x n upper               | entries of X.^2 - X on and above the diagonal nonzero; directions of X upper
abs(X A)                  | X | X: n x n lower; A: n x n     | entries of X A nonzero
abs(A - A^T) .* X         | X | X, A: n x n symmetric        |
log(X)                    | X | X: n x n diagonal            | nowhere: X has entries that are 0
sqrt(X)                   | X | X: n x n lower               | nowhere: X has entries that are 0
1 ./ (X - X^T)            | X | X: n x n                    | nowhere: X - X^T has entries that are 0
||X - X^T||_F             | X | X: n x n symmetric           | nowhere: X - X^T is 0
"""  # fmt: skip
ROWS = [[cell.strip() for cell in line.rsplit("|", 3)] for line in TABLE.strip().splitlines()]


@pytest.mark.parametrize(("f", "wrt", "where", "conditions"), ROWS, ids=lambda cell: cell)
def test_the_conditions_are_those_of_a_textbook(f: str, wrt: str, where: str, conditions: str) -> None:
    assert "; ".join(matcalc.diff(f, wrt, where=where or None).conditions) == conditions


@pytest.mark.parametrize("name", [name for name, function in FUNCTIONS.items() if function.domain])
def test_every_function_with_a_domain_is_asked_about_or_is_a_derivative_of_one(name: str) -> None:
    asked = {part.text for row in ROWS for part in postorder(read(row[0])) if part.head == "call"} | {"inv"}
    assert name.split("_", 1)[-1] in asked or name in asked


def test_every_rule_with_a_kink_is_asked_about() -> None:
    """Lines of D whose condition is about more than where f is defined."""
    asked = {node.data for f, wrt, where, _ in ROWS for node in nodes(matcalc.diff(f, wrt, where=where or None).f.node)}
    for line in book().lines():
        if line.kind == "D" and any(word in ("nonzero", *SINGLE) for _, word in line.conditions):
            left = lowered(line)[0]
            assert left.data in asked


@pytest.mark.parametrize(("f", "wrt", "where", "conditions"), [row for row in ROWS if row[3]], ids=lambda cell: cell)
def test_where_the_conditions_hold_the_answer_is_right(f: str, wrt: str, where: str, conditions: str) -> None:
    d = matcalc.diff(f, wrt, where=where or None)
    if conditions.startswith("nowhere"):
        with pytest.raises(EvaluationError, match="no point"):
            d.verify()
    else:
        assert d.verify().ok


def test_a_definition_needs_what_its_right_side_does() -> None:
    d = matcalc.diff("sum(f(A x))", "x", define="f(t) = exp(log(t)) + t/t")
    assert d.conditions == ("entries of A x positive",)
    of_products = matcalc.diff("f(c x)", "x", where="c: scalar; x: n", define="f(t) = t/t")
    assert of_products.conditions == ("c != 0", "entries of x nonzero")


def test_each_of_several_variables_has_its_conditions() -> None:
    assert matcalc.diff("x/y", ["x", "y"], where="x, y: scalar").conditions == ("y != 0",)
    assert matcalc.diff("x/y", "x", where="x, y: scalar").conditions == ()


def test_what_cannot_hold_is_a_warning() -> None:
    tie = "f has a kink where X is symmetric: the answer holds in symmetric directions only"
    assert tie in matcalc.diff("sum(max(X, X^T))", "X", where=SYMMETRIC).warnings
    for structure in ("projected", "independent"):  # these are such directions
        assert not matcalc.diff("sum(max(X, X^T))", "X", where=SYMMETRIC, structure=structure).warnings
    assert (
        "the answer holds nowhere: X has entries that are 0"
        in matcalc.diff("sum(log(X))", "X", where="X: n x n diagonal").warnings
    )


@pytest.mark.parametrize("structure", [None, "projected", "independent"])
def test_at_a_declared_tie_the_answer_is_that_of_the_declared_directions(structure: str | None) -> None:
    """max(X, X^T) = X for symmetric X, so sum(A .* max(X, X^T)) changes by <A, H> in symmetric directions H."""
    d = matcalc.diff("sum(A .* max(X, X^T))", "X", where=f"{SYMMETRIC}; A: n x n", structure=structure)
    plain = matcalc.diff("sum(A .* X)", "X", where=f"{SYMMETRIC}; A: n x n", structure=structure)
    assert str(d.gradient) == str(plain.gradient)


def test_a_polynomial_is_not_looked_at_twice() -> None:
    assert not may_need(read("x^T A x + tr(B X^3)"))
    assert may_need(read("x / c"))


def _needs_time(layers: int, k: int) -> float:
    text = "exp(sin(" * layers + f"{k} x" + "))" * layers
    d = matcalc.diff(f"log(1 + {text})", "x", where="x: scalar")
    start = process_time()
    assert d.requirements == ()
    return process_time() - start


def test_many_layers_are_one_pass() -> None:
    """The needs of a chain of n functions are found in about n steps: 40 times as many take less than 200 times as long."""
    times = [min(_needs_time(layers, k) for k in range(1, 4)) for layers in (25, 1000)]
    assert times[1] < 200 * max(times[0], 1e-3)
