"""The one table of functions: name, shapes of the arguments and of the value, where it is defined, what it is.

A signature is written as a lecturer would: `m x n -> n x m`.  A name is a dimension, the same in the whole line; `n` alone is
a column; `1` is a scalar.  `entry` says that the function acts entry by entry: any shape, the same shape back.  A function
with two signatures is told apart by the rank of its argument (`diag`).  `domain` is the property that the first argument must
have for the function to be defined, in words if it has no name; where the derivative exists is said by its line in rules/.

Adding a function is a row here, a line in rules/ and a row in the printers of code/ and numeric/.
"""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.algebra.dimension import ONE, Dimension, Shape, constant, named, shown
from matcalc.errors import ShapeError
from matcalc.records import record


@record
class Function:
    """One function: its `name`, its `signatures` (argument shapes, value shape), `entrywise` or not, its `domain`, one line of meaning."""

    name: str
    signatures: tuple[tuple[tuple[Shape, ...], Shape], ...]
    entrywise: bool
    domain: str
    meaning: str

    @property
    def arity(self) -> int:
        """The number of arguments."""
        return len(self.signatures[0][0])


# name             shapes                       domain               meaning
_TABLE = """
tr                | n x n -> 1                 |                    | trace
det               | n x n -> 1                 |                    | determinant
logdet            | n x n -> 1                 | invertible         | log |det X|
inv               | n x n -> n x n             | invertible         | inverse
pinv              | m x n -> n x m             |                    | Moore-Penrose inverse
adj               | n x n -> n x n             |                    | adjugate, det(X) inv(X)
cof               | n x n -> n x n             |                    | cofactor matrix, det(X) inv(X)^T
exp               | entry                      |                    | e^t
log               | entry                      | positive           | natural logarithm
sin               | entry                      |                    | sine
cos               | entry                      |                    | cosine
tan               | entry                      |                    | tangent
sinh              | entry                      |                    | hyperbolic sine
cosh              | entry                      |                    | hyperbolic cosine
tanh              | entry                      |                    | hyperbolic tangent
arcsin            | entry                      | between -1 and 1   | inverse sine
arccos            | entry                      | between -1 and 1   | inverse cosine
arctan            | entry                      |                    | inverse tangent
sqrt              | entry                      | nonnegative        | square root
abs               | entry                      |                    | absolute value
sign              | entry                      |                    | -1, 0 or 1
relu              | entry                      |                    | max(t, 0)
step              | entry                      |                    | 1 where t > 0, else 0
sigmoid           | entry                      |                    | 1 / (1 + exp(-t))
softplus          | entry                      |                    | log(1 + exp(t))
max               | n -> 1                     |                    | largest entry
min               | n -> 1                     |                    | smallest entry
maximum           | m x n, m x n -> m x n      |                    | max(a, b), entry by entry
minimum           | m x n, m x n -> m x n      |                    | min(a, b), entry by entry
expm              | n x n -> n x n             |                    | matrix exponential
logm              | n x n -> n x n             | with no real eigenvalue <= 0 | principal matrix logarithm
sqrtm             | n x n -> n x n             | with no real eigenvalue <= 0 | principal matrix square root
sinm              | n x n -> n x n             |                    | matrix sine
cosm              | n x n -> n x n             |                    | matrix cosine
chol              | n x n -> n x n             | positive definite  | lower Cholesky factor L, L L^T = X
sum               | m x n -> 1                 |                    | sum of all entries
mean              | n -> 1                     |                    | mean of the entries
logsumexp         | n -> 1                     |                    | log(sum(exp(x)))
softmax           | n -> n                     |                    | exp(x) / sum(exp(x))
onehot_max        | n -> n                     |                    | 1 at the first largest entry, else 0
mean_rows         | m x n -> m                 |                    | mean of each row
mean_cols         | m x n -> n                 |                    | mean of each column
max_rows          | m x n -> m                 |                    | largest entry of each row
max_cols          | m x n -> n                 |                    | largest entry of each column
min_rows          | m x n -> m                 |                    | smallest entry of each row
min_cols          | m x n -> n                 |                    | smallest entry of each column
logsumexp_rows    | m x n -> m                 |                    | logsumexp of each row
logsumexp_cols    | m x n -> n                 |                    | logsumexp of each column
softmax_rows      | m x n -> m x n             |                    | softmax of each row
softmax_cols      | m x n -> m x n             |                    | softmax of each column
onehot_max_rows   | m x n -> m x n             |                    | 1 at the first largest entry of each row, else 0
onehot_max_cols   | m x n -> m x n             |                    | 1 at the first largest entry of each column, else 0
diag              | n -> n x n ; n x n -> n    |                    | vector to diagonal matrix, matrix to the vector of its diagonal
vec               | m x n -> m*n               |                    | the columns, stacked
unvec             | m*n -> m x n               |                    | unvec(v, m, n): the m x n matrix whose columns, stacked, are v
kron              | m x n, p x q -> m*p x n*q  |                    | Kronecker product
khatri_rao        | m x n, p x n -> m*p x n    |                    | Kronecker product of the columns, one by one
dot               | n, n -> 1                  |                    | a^T b
skew              | 3 -> 3 x 3                 |                    | cross-product matrix
unskew            | 3 x 3 -> 3                 |                    | the w with skew(w) = (A - A^T)/2
tril              | n x n -> n x n             |                    | lower triangle with the diagonal, 0 above
triu              | n x n -> n x n             |                    | upper triangle with the diagonal, 0 below
sum_diagonals     | n x n -> n x n             |                    | entry (i, j) is the sum along the diagonal of X through it
lambda_max        | n x n -> 1                 |                    | largest eigenvalue of a symmetric matrix
v_max             | n x n -> n                 | with a simple largest eigenvalue | its unit eigenvector, the largest entry positive
polar             | m x n -> m x n             | full rank          | U V^T of the thin singular value decomposition U diag(s) V^T
D_expm            | n x n, n x n -> n x n      |                    | Frechet derivative of expm
D_logm            | n x n, n x n -> n x n      | with no real eigenvalue <= 0 | Frechet derivative of logm
D_sqrtm           | n x n, n x n -> n x n      | with no real eigenvalue <= 0 | Z with S Z + Z S = H, S = sqrtm(X)
D_sinm            | n x n, n x n -> n x n      |                    | Frechet derivative of sinm
D_cosm            | n x n, n x n -> n x n      |                    | Frechet derivative of cosm
D_power           | n x n, 1, n x n -> n x n   |                    | D_power(X, k, H): sum of X^r H X^(k-1-r), r = 0 .. k-1
D_polar           | m x n, m x n -> m x n      | full rank          | derivative of polar
D2_expm           | n x n, n x n, n x n -> n x n |                  | D2_expm(X, H, K): second Frechet derivative of expm
D2_logm           | n x n, n x n, n x n -> n x n | with no real eigenvalue <= 0 | second Frechet derivative of logm
D2_sinm           | n x n, n x n, n x n -> n x n |                  | second Frechet derivative of sinm
D2_cosm           | n x n, n x n, n x n -> n x n |                  | second Frechet derivative of cosm
D2_power          | n x n, 1, n x n, n x n -> n x n |               | sum of X^q (H X^r K + K X^r H) X^s, q + r + s = k - 2
D2_polar          | m x n, m x n, m x n -> m x n | full rank        | second derivative of polar
J_expm            | n x n -> n*n x n*n         |                    | J(expm, X): its Jacobian, a row per entry of vec(X)
J_logm            | n x n -> n*n x n*n         | with no real eigenvalue <= 0 | J(logm, X)
J_sinm            | n x n -> n*n x n*n         |                    | J(sinm, X)
J_cosm            | n x n -> n*n x n*n         |                    | J(cosm, X)
J_polar           | m x n -> m*n x m*n         | full rank          | J(polar, X)
J_power           | n x n, 1 -> n*n x n*n      |                    | J_power(X, k): the Jacobian of X^k, sum of X^(k-1-r) ⊗ (X^T)^r
J2_expm           | n x n, n x n -> n*n x n*n  |                    | J2_expm(X, K): derivative of J(expm, X) in the direction K
J2_logm           | n x n, n x n -> n*n x n*n  | with no real eigenvalue <= 0 | derivative of J(logm, X)
J2_sinm           | n x n, n x n -> n*n x n*n  |                    | derivative of J(sinm, X)
J2_cosm           | n x n, n x n -> n*n x n*n  |                    | derivative of J(cosm, X)
J2_polar          | m x n, m x n -> m*n x m*n  | full rank          | derivative of J(polar, X)
J2_power          | n x n, 1, n x n -> n*n x n*n |                  | J2_power(X, k, K): derivative of J_power(X, k)
norm              | m x n -> 1                 |                    | 2-norm of a vector, Frobenius norm of a matrix
norm_1            | m x n -> 1                 |                    | sum of the absolute values of the entries
norm_inf          | n -> 1                     |                    | largest absolute value
norm_2            | n x m -> 1                 |                    | largest singular value of a matrix
norm_nuclear      | m x n -> 1                 |                    | sum of the singular values
"""


def _dimension(text: str) -> Dimension:
    product = ONE
    for part in text.split("*"):
        product = product * (constant(int(part)) if part.isdigit() else named(part))
    return product


def _shape(text: str) -> Shape:
    rows, _, columns = text.strip().partition(" x ")
    return _dimension(rows), _dimension(columns or "1")


def _row(line: str) -> Function:
    name, shapes, domain, meaning = (cell.strip() for cell in line.split("|", 3))
    entrywise = shapes == "entry"
    signatures = []
    for signature in ("m x n -> m x n" if entrywise else shapes).split(";"):
        arguments, _, value = signature.partition("->")
        signatures.append((tuple(_shape(part) for part in arguments.split(",")), _shape(value)))
    return Function(name, tuple(signatures), entrywise, domain, meaning)


FUNCTIONS: dict[str, Function] = {row.name: row for row in map(_row, _TABLE.strip().splitlines())}

# Written otherwise, meant the same.
ALIASES = {"trace": "tr", "ln": "log"}

# Of a matrix, these need a suffix: they could mean rows, columns or all entries.
VECTOR_ONLY = frozenset({"mean", "max", "min", "logsumexp", "softmax"})

# Defined on symmetric matrices.
SYMMETRIC_ONLY = frozenset({"chol", "lambda_max", "v_max"})

# D_f(X, H), D2_f(X, H, K): the derivatives of a matrix function f as (bi)linear maps; name -> f, number of directions.
# J(f, X): the matrix of the first map.  J2_f(X, K): that of the second one in H.
FRECHET = {
    f"{head}_{f}": (f, order)
    for head, order in (("D", 1), ("D2", 2))
    for f in ("expm", "logm", "sqrtm", "sinm", "cosm", "power", "polar")
    if f"{head}_{f}" in FUNCTIONS
}
JACOBIAN = {name: f"J_{name}" for name in FUNCTIONS if f"J_{name}" in FUNCTIONS}
SECOND_JACOBIAN = frozenset(name for name in FUNCTIONS if name.startswith("J2_"))

# Their second argument is the exponent of a matrix power: what stands there is an integer.
OF_POWER = frozenset(name for name in FUNCTIONS if name.endswith("_power"))

# Printed as norms, max(a, b), min(a, b), J(expm, X); not names that a user may call.
INTERNAL = frozenset({"norm", "norm_1", "norm_inf", "norm_2", "norm_nuclear", "maximum", "minimum", *JACOBIAN.values()})


def value_shape(name: str, arguments: Sequence[Shape]) -> Shape:
    """The shape of a function's value from those of its arguments; ShapeError if no signature fits.

    >>> value_shape("pinv", [(named("p"), named("q"))])
    (q, p)
    """
    function = FUNCTIONS[name]
    if function.entrywise:
        return arguments[0]
    for pattern, value in function.signatures:
        known: dict[str, Dimension] = {}
        if len(pattern) == len(arguments) and all(map(_fits, pattern, arguments, [known] * len(pattern))):
            return value[0].substitute(known), value[1].substitute(known)
    raise ShapeError(f"{name} does not take {', '.join(map(shown, arguments))}")


def _fits(pattern: Shape, shape: Shape, known: dict[str, Dimension]) -> bool:
    for expected, actual in zip(pattern, shape, strict=True):
        name = expected.name
        if name is None:
            if expected is not actual:
                return False
        elif known.setdefault(name, actual) is not actual:
            return False
    return True
