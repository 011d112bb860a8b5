"""The Python array API standard: one function for NumPy, PyTorch, JAX, CuPy and all that follow the standard.

The function has one more argument, xp=None: the namespace of functions.  If it is None, the first array's own, or that of
array_api_compat.  A scalar argument may be a number or a 0-d array; one that a function is taken of is made an array first.
"""

from __future__ import annotations

from dataclasses import replace

from matcalc.code.language import Language, Pieces, table
from matcalc.code.sizes import axes
from matcalc.code.targets.array_api_helpers import HELPERS
from matcalc.code.targets.numbers import NUMBERS
from matcalc.code.targets.python import SPOKEN, WORDS, function, signs, uses

# operation       level template                                         helpers, or the targets that have it
_TABLE = """
pi              | 6 | xp.pi                                            |
ones:0          | 6 | xp.ones({0}, {like})                             |
ones:00         | 6 | xp.ones(({0}, {1}), {like})                      |
zeros:0         | 6 | xp.zeros({0}, {like})                            |
zeros:00        | 6 | xp.zeros(({0}, {1}), {like})                     |
eye             | 6 | xp.eye({0}, {like})                              |
basis           | 6 | xp.eye({0}, {like})[{1}, :]                      |
power           | 5 | {0:6}**{1:6}                                     |
matmul          | 3 | {0:3} @ {1:6}                                    |
outer           | 2 | {0:6}[:, None] * {1:4}                           |
solve           | 6 | xp.linalg.solve({0}, {1})                        |
integer_power   | 6 | xp.linalg.matrix_power({0}, {1})                 |
matrix_power    | 6 | _matrix_power(xp, {0}, {1})                      | _matrix_power
scale_rows      | 2 | {0:6}[:, None] * {1:4}                           |
scale_columns   | 2 | {0:4} * {1:4}                                    |
swap            | 6 | _swap(xp, {0}, {1})                              | _swap
take            | 6 | xp.take({0}, {1}, axis=0)                        |
take_columns    | 6 | xp.take({0}, {1}, axis=1)                        |
row             | 6 | {0:6}[{1}, :]                                    |
column          | 6 | {0:6}[:, {1}]                                    |
entry:10        | 6 | {0:6}[{1}]                                       |
entry:200       | 6 | {0:6}[{1}, {2}]                                  |
row_sums        | 6 | xp.sum({0}, axis=1)                              |
column_sums     | 6 | xp.sum({0}, axis=0)                              |
dot_entries     | 6 | xp.sum({0:4} * {1:4})                            |
row_dots        | 6 | xp.sum({0:4} * {1:4}, axis=1)                    |
add_diagonal    | 1 | {0:1} + _diag(xp, {1})                           | _diag
add_diagonal:20 | 1 | {0:7} + {1:4} * _eye(xp, {0:7})                  | _eye
kron_eye        | 6 | _kron(xp, {0}, xp.eye({1}, {like}))              | _kron
eye_kron        | 6 | _kron(xp, xp.eye({1}, {like}), {0})              | _kron
swapped_kron    | 6 | _swapped_kron(xp, {0}, {1})                      | _swapped_kron
block_rows      | 3 | {0:3} @ _khatri_rao(xp, {1}, {2}).T              | _khatri_rao
blocks_inner    | 6 | _blocks_inner(xp, {0}, {1}, {2})                 | _blocks_inner
blocks_outer    | 6 | _blocks_outer(xp, {0}, {1}, {2})                 | _blocks_outer
definite_solve  | 6 | xp.linalg.solve({0}, {1})                        |
cho_solve       | 6 | _cho_solve(xp, {0}, {1})                         | _cho_solve
cho_inverse     | 6 | _cho_inverse(xp, {0})                            | _cho_inverse
transpose       | 6 | {0:6}.T                                          |
standing        | 6 | {0:6}[:, None]                                   |
spread_column   | 6 | {0:6}[:, None]                                   |
spread_row      | 0 | {0}                                              |
repeat_column   | 6 | xp.repeat({0:6}[:, None], {1}, axis=1)           |
repeat_row      | 6 | xp.repeat({0:6}[None, :], {1}, axis=0)           |
diagonal_matrix | 6 | _diag(xp, {0})                                   | _diag
diagonal        | 6 | xp.linalg.diagonal({0})                          |
vec             | 6 | xp.reshape({0:6}.T, (-1,))                       |
vec_rows        | 6 | xp.reshape({0}, (-1,))                           |
unvec           | 6 | xp.reshape({0}, ({2}, {1})).T                    |
unvec_rows      | 6 | xp.reshape({0}, ({1}, {2}))                      |
tr              | 6 | xp.linalg.trace({0})                             |
det             | 6 | xp.linalg.det({0})                               |
logdet          | 6 | xp.linalg.slogdet({0})[1]                        |
log_det         | 6 | _log_det(xp, {0})                                | _log_det
inv             | 6 | xp.linalg.inv({0})                               |
symmetric_inverse | 6 | xp.linalg.inv({0})                            |
chol_if_definite | 0 | {0}                                              |
inverse_by      | 6 | xp.linalg.inv({1})                               |
logdet_by       | 6 | xp.linalg.slogdet({1})[1]                        |
log_det_by      | 6 | _log_det(xp, {1})                                | _log_det
pinv            | 6 | xp.linalg.pinv({0})                              |
pinv_singular   | 6 | _pinv_singular(xp, {0})                          | _pinv_singular
adj             | 6 | _cofactors(xp, {0}).T                            | _cofactors
cof             | 6 | _cofactors(xp, {0})                              | _cofactors
exp             | 6 | xp.exp({0})                                      |
log             | 6 | xp.log({0})                                      |
sin             | 6 | xp.sin({0})                                      |
cos             | 6 | xp.cos({0})                                      |
tan             | 6 | xp.tan({0})                                      |
sinh            | 6 | xp.sinh({0})                                     |
cosh            | 6 | xp.cosh({0})                                     |
tanh            | 6 | xp.tanh({0})                                     |
arcsin          | 6 | xp.asin({0})                                     |
arccos          | 6 | xp.acos({0})                                     |
arctan          | 6 | xp.atan({0})                                     |
sqrt            | 6 | xp.sqrt({0})                                     |
abs             | 6 | xp.abs({0})                                      |
sign            | 6 | xp.sign({0})                                     |
relu            | 6 | _relu(xp, {0})                                   | _relu
step            | 6 | _step(xp, {0})                                   | _step
sigmoid         | 6 | _sigmoid(xp, {0})                                | _sigmoid
sigmoid_of_minus | 6 | _sigmoid(xp, {0:-})                             | _sigmoid
softplus        | 6 | _softplus(xp, {0})                               | _softplus
max             | 6 | xp.max({0})                                      |
min             | 6 | xp.min({0})                                      |
maximum         | 6 | xp.maximum({0}, {1})                             |
minimum         | 6 | xp.minimum({0}, {1})                             |
expm            | - | no matrix exponential                            | numpy, jax, torch, julia or matlab
logm            | - | no matrix logarithm                              | numpy, jax, torch, julia or matlab
sqrtm           | - | no matrix square root                            | numpy, jax, torch, julia or matlab
sinm            | - | no matrix sine                                   | numpy, jax, torch, julia or matlab
cosm            | - | no matrix cosine                                 | numpy, jax, torch, julia or matlab
chol            | 6 | xp.linalg.cholesky({0}, upper=False)                     |
sum             | 6 | xp.sum({0})                                      |
mean            | 6 | xp.mean({0})                                     |
logsumexp       | 6 | _logsumexp(xp, {0})                              | _logsumexp
softmax         | 6 | _softmax(xp, {0})                                | _softmax
onehot_max      | 6 | _onehot_max(xp, {0})                             | _onehot_max
mean_rows       | 6 | xp.mean({0}, axis=1)                             |
mean_cols       | 6 | xp.mean({0}, axis=0)                             |
max_rows        | 6 | xp.max({0}, axis=1)                              |
max_cols        | 6 | xp.max({0}, axis=0)                              |
min_rows        | 6 | xp.min({0}, axis=1)                              |
min_cols        | 6 | xp.min({0}, axis=0)                              |
logsumexp_rows  | 6 | _logsumexp(xp, {0}, axis=1)                      | _logsumexp
logsumexp_cols  | 6 | _logsumexp(xp, {0}, axis=0)                      | _logsumexp
softmax_rows    | 6 | _softmax(xp, {0}, axis=1)                        | _softmax
softmax_cols    | 6 | _softmax(xp, {0}, axis=0)                        | _softmax
onehot_max_rows | 6 | _onehot_max_rows(xp, {0})                        | _onehot_max_rows
onehot_max_cols | 6 | _onehot_max_rows(xp, {0:6}.T).T                  | _onehot_max_rows
kron:11         | 6 | xp.reshape({0:6}[:, None] * {1:4}, (-1,))        |
kron:12         | 6 | _kron(xp, {0:6}[None, :], {1})                   | _kron
kron:21         | 6 | _kron(xp, {0}, {1:6}[None, :])                   | _kron
kron            | 6 | _kron(xp, {0}, {1})                              | _kron
khatri_rao      | 6 | _khatri_rao(xp, {0}, {1})                        | _khatri_rao
skew            | 6 | _skew(xp, {0})                                   | _skew
unskew          | 6 | _unskew(xp, {0})                                 | _unskew
tril            | 6 | xp.tril({0})                                     |
triu            | 6 | xp.triu({0})                                     |
sum_diagonals   | 6 | _sum_diagonals(xp, {0})                          | _sum_diagonals
lambda_max      | 6 | xp.linalg.eigvalsh({0})[-1]                      |
v_max           | 6 | _v_max(xp, {0})                                  | _v_max
polar           | 6 | _polar(xp, {0})                                  | _polar
D_expm          | - | no matrix exponential                            | numpy, jax, torch, julia or matlab
D_logm          | - | no matrix logarithm                              | numpy, jax, torch, julia or matlab
D_sqrtm         | - | no matrix square root                            | numpy, jax, torch, julia or matlab
D_sinm          | - | no matrix sine                                   | numpy, jax, torch, julia or matlab
D_cosm          | - | no matrix cosine                                 | numpy, jax, torch, julia or matlab
D_power         | 6 | _D_power(xp, {0}, {1}, {2})                      | _D_power
D_polar         | 6 | _D_polar(xp, {0}, {1})                           | _D_polar
D2_expm         | - | no matrix exponential                            | numpy, jax, torch, julia or matlab
D2_logm         | - | no matrix logarithm                              | numpy, jax, torch, julia or matlab
D2_sinm         | - | no matrix sine                                   | numpy, jax, torch, julia or matlab
D2_cosm         | - | no matrix cosine                                 | numpy, jax, torch, julia or matlab
D2_power        | 6 | _D2(xp, _matrix_power, {0}, {2}, {3}, {1})       | _D2 _matrix_power
D2_polar        | 6 | _D2_polar(xp, {0}, {1}, {2})                     | _D2_polar
J_expm          | - | no matrix exponential                            | numpy, jax, torch, julia or matlab
J_logm          | - | no matrix logarithm                              | numpy, jax, torch, julia or matlab
J_sinm          | - | no matrix sine                                   | numpy, jax, torch, julia or matlab
J_cosm          | - | no matrix cosine                                 | numpy, jax, torch, julia or matlab
J_power         | 6 | _jacobian(xp, lambda xp, X, H, k: _D_power(xp, X, k, H), {0}, {1}) | _jacobian _D_power
J_polar         | 6 | _jacobian(xp, _D_polar, {0})                     | _jacobian _D_polar
J2_expm         | - | no matrix exponential                            | numpy, jax, torch, julia or matlab
J2_logm         | - | no matrix logarithm                              | numpy, jax, torch, julia or matlab
J2_sinm         | - | no matrix sine                                   | numpy, jax, torch, julia or matlab
J2_cosm         | - | no matrix cosine                                 | numpy, jax, torch, julia or matlab
J2_power        | 6 | _jacobian(xp, lambda xp, X, H, k, K: _D2(xp, _matrix_power, X, H, K, k), {0}, {1}, {2}) | _jacobian _D2 _matrix_power
J2_polar        | 6 | _jacobian(xp, _D2_polar, {0}, {1})               | _jacobian _D2_polar
norm            | 6 | xp.linalg.vector_norm({0})                       |
norm_1          | 6 | xp.sum(xp.abs({0}))                              |
norm_2          | 6 | xp.linalg.matrix_norm({0}, ord=2)                |
norm_inf        | 6 | xp.max(xp.abs({0}))                              |
norm_nuclear    | 6 | xp.linalg.matrix_norm({0}, ord="nuc")            |
"""


def _with_namespace(made: Pieces) -> Pieces:
    """The function with `xp = _namespace(A)` at its head, where it uses xp; A is its first argument that is an array."""
    if not uses("\n".join([*made.lines, *made.results]), "xp"):
        return made
    shapes, names = made.signature.shapes, made.signature.names
    arrays = sorted((name for name in names if name in shapes), key=lambda name: not axes(shapes[name]))
    first = names[arrays[0]] if arrays else "None"
    lines = ["if xp is None:", f"    xp = _namespace({first})", *made.lines]
    return replace(made, helpers=[HELPERS["_namespace"], *made.helpers], lines=lines)


LANGUAGE = Language(
    target="array-api",
    rows=table(_TABLE),
    helpers=HELPERS,
    signs=signs("math.inf"),
    words=WORDS | {"xp"},
    function=function({"math": "import math"}, _with_namespace, "xp=None"),
    vectors_first=True,
    like='dtype={0}.dtype, device=getattr({0}, "device", None)',
    like_nothing="dtype=xp.float64",
    array="xp.asarray({0}, {like})",
    array_alone='xp.asarray({0}, dtype=getattr({0}, "dtype", xp.float64))',
    numbers=NUMBERS,
    module="an array library",
    extra="array-api-compat",
    **SPOKEN,
)
