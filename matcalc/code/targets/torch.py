"""PyTorch: the table of operations.  New tensors have the type and the device of the arguments; autograd can go through.

A scalar argument may be a number or a 0-d tensor; one that a function of torch is taken of is made a tensor first.
"""

from __future__ import annotations

from matcalc.code.language import Language, table
from matcalc.code.targets.numbers import NUMBERS
from matcalc.code.targets.python import SPOKEN, WORDS, function, signs
from matcalc.code.targets.torch_helpers import HELPERS

# operation       level template                                         helpers
_TABLE = """
pi              | 6 | torch.pi                                         |
ones:0          | 6 | torch.ones({0}, {like})                          |
ones:00         | 6 | torch.ones(({0}, {1}), {like})                   |
zeros:0         | 6 | torch.zeros({0}, {like})                         |
zeros:00        | 6 | torch.zeros(({0}, {1}), {like})                  |
eye             | 6 | torch.eye({0}, {like})                           |
basis           | 6 | torch.eye({0}, {like})[{1}]                      |
power           | 5 | {0:6}**{1:6}                                     |
matmul          | 3 | {0:3} @ {1:6}                                    |
outer           | 6 | torch.outer({0}, {1})                            |
solve           | 6 | torch.linalg.solve({0}, {1})                     |
integer_power   | 6 | torch.linalg.matrix_power({0}, {1})              |
matrix_power    | 6 | _matrix_power({0}, {1})                          | _matrix_power
scale_rows      | 2 | {0:6}[:, None] * {1:4}                           |
scale_columns   | 2 | {0:4} * {1:4}                                    |
swap            | 6 | _swap({0}, {1})                                  | _swap
take            | 6 | {0:6}[{1}]                                       |
take_columns    | 6 | {0:6}[:, {1}]                                    |
row             | 6 | {0:6}[{1}]                                       |
column          | 6 | {0:6}[:, {1}]                                    |
entry:10        | 6 | {0:6}[{1}]                                       |
entry:200       | 6 | {0:6}[{1}, {2}]                                  |
row_sums        | 6 | torch.sum({0}, dim=1)                            |
column_sums     | 6 | torch.sum({0}, dim=0)                            |
dot_entries     | 6 | torch.sum({0:4} * {1:4})                         |
row_dots        | 6 | torch.sum({0:4} * {1:4}, dim=1)                  |
add_diagonal    | 6 | _add_diagonal({0}, {1})                          | _add_diagonal
kron_eye        | 6 | _kron({0}, torch.eye({1}, {like}))               | _kron
eye_kron        | 6 | _kron(torch.eye({1}, {like}), {0})               | _kron
swapped_kron    | 6 | _swapped_kron({0}, {1})                          | _swapped_kron
block_rows      | 3 | {0:3} @ _khatri_rao({1}, {2}).T                  | _khatri_rao
blocks_inner    | 6 | _blocks_inner({0}, {1}, {2})                     | _blocks_inner
blocks_outer    | 6 | _blocks_outer({0}, {1}, {2})                     | _blocks_outer
definite_solve  | 6 | _cho_solve(torch.linalg.cholesky({0}), {1})      | _cho_solve
cho_solve       | 6 | _cho_solve({0}, {1})                             | _cho_solve
cho_inverse     | 6 | torch.cholesky_inverse({0})                      |
transpose       | 6 | {0:6}.T                                          |
standing        | 6 | {0:6}[:, None]                                   |
spread_column   | 6 | {0:6}[:, None]                                   |
spread_row      | 0 | {0}                                              |
repeat_column   | 6 | {0:6}[:, None].repeat(1, {1})                    |
repeat_row      | 6 | {0:6}.repeat({1}, 1)                             |
diagonal_matrix | 6 | torch.diag({0})                                  |
diagonal        | 6 | torch.diagonal({0})                              |
vec             | 6 | {0:6}.T.reshape(-1)                              |
vec_rows        | 6 | {0:6}.reshape(-1)                                |
unvec           | 6 | {0:6}.reshape({2}, {1}).T                        |
unvec_rows      | 6 | {0:6}.reshape({1}, {2})                          |
tr              | 6 | torch.trace({0})                                 |
det             | 6 | torch.linalg.det({0})                            |
logdet          | 6 | torch.linalg.slogdet({0})[1]                     |
log_det         | 6 | _log_det({0})                                    | _log_det
inv             | 6 | torch.linalg.inv({0})                            |
symmetric_inverse | 6 | torch.linalg.inv({0})                         |
chol_if_definite | 0 | {0}                                              |
inverse_by      | 6 | torch.linalg.inv({1})                            |
logdet_by       | 6 | torch.linalg.slogdet({1})[1]                     |
log_det_by      | 6 | _log_det({1})                                    | _log_det
pinv            | 6 | torch.linalg.pinv({0})                           |
pinv_singular   | 6 | _pinv_singular({0})                              | _pinv_singular
adj             | 6 | _cofactors({0}).T                                | _cofactors
cof             | 6 | _cofactors({0})                                  | _cofactors
exp             | 6 | torch.exp({0})                                   |
log             | 6 | torch.log({0})                                   |
sin             | 6 | torch.sin({0})                                   |
cos             | 6 | torch.cos({0})                                   |
tan             | 6 | torch.tan({0})                                   |
sinh            | 6 | torch.sinh({0})                                  |
cosh            | 6 | torch.cosh({0})                                  |
tanh            | 6 | torch.tanh({0})                                  |
arcsin          | 6 | torch.asin({0})                                  |
arccos          | 6 | torch.acos({0})                                  |
arctan          | 6 | torch.atan({0})                                  |
sqrt            | 6 | torch.sqrt({0})                                  |
abs             | 6 | torch.abs({0})                                   |
sign            | 6 | torch.sign({0})                                  |
relu            | 6 | torch.relu({0})                                  |
step            | 6 | _step({0})                                       | _step
sigmoid         | 6 | torch.sigmoid({0})                               |
sigmoid_of_minus | 6 | torch.sigmoid({0:-})                            |
softplus        | 6 | _softplus({0})                                   | _softplus
max             | 6 | torch.max({0})                                   |
min             | 6 | torch.min({0})                                   |
maximum         | 6 | torch.maximum({0}, {1})                          |
minimum         | 6 | torch.minimum({0}, {1})                          |
expm            | 6 | torch.linalg.matrix_exp({0})                     |
logm            | 6 | _logm({0})                                       | _logm
sqrtm           | 6 | _sqrtm({0})                                      | _sqrtm
sinm            | 6 | torch.linalg.matrix_exp(1j * {0:4}).imag         |
cosm            | 6 | torch.linalg.matrix_exp(1j * {0:4}).real         |
chol            | 6 | torch.linalg.cholesky({0})                       |
sum             | 6 | torch.sum({0})                                   |
mean            | 6 | torch.mean({0})                                  |
logsumexp       | 6 | torch.logsumexp({0}, dim=0)                      |
softmax         | 6 | torch.softmax({0}, dim=0)                        |
onehot_max      | 6 | _onehot_max({0})                                 | _onehot_max
mean_rows       | 6 | torch.mean({0}, dim=1)                           |
mean_cols       | 6 | torch.mean({0}, dim=0)                           |
max_rows        | 6 | torch.amax({0}, dim=1)                           |
max_cols        | 6 | torch.amax({0}, dim=0)                           |
min_rows        | 6 | torch.amin({0}, dim=1)                           |
min_cols        | 6 | torch.amin({0}, dim=0)                           |
logsumexp_rows  | 6 | torch.logsumexp({0}, dim=1)                      |
logsumexp_cols  | 6 | torch.logsumexp({0}, dim=0)                      |
softmax_rows    | 6 | torch.softmax({0}, dim=1)                        |
softmax_cols    | 6 | torch.softmax({0}, dim=0)                        |
onehot_max_rows | 6 | _onehot_max_rows({0})                            | _onehot_max_rows
onehot_max_cols | 6 | _onehot_max_rows({0:6}.T).T                      | _onehot_max_rows
kron            | 6 | _kron({0}, {1})                                  | _kron
kron:11         | 6 | torch.kron({0}, {1})                             |
kron:12         | 6 | _kron({0:6}[None, :], {1})                       | _kron
kron:21         | 6 | _kron({0}, {1:6}[None, :])                       | _kron
khatri_rao      | 6 | _khatri_rao({0}, {1})                            | _khatri_rao
skew            | 6 | _skew({0})                                       | _skew
unskew          | 6 | _unskew({0})                                     | _unskew
tril            | 6 | torch.tril({0})                                  |
triu            | 6 | torch.triu({0})                                  |
sum_diagonals   | 6 | _sum_diagonals({0})                              | _sum_diagonals
lambda_max      | 6 | torch.linalg.eigvalsh({0})[-1]                   |
v_max           | 6 | _v_max({0})                                      | _v_max
polar           | 6 | _polar({0})                                      | _polar
D_expm          | 6 | _D_expm({0}, {1})                                | _D_expm
D_logm          | 6 | _D_logm({0}, {1})                                | _D_logm
D_sqrtm         | 6 | _D_sqrtm({0}, {1})                               | _D_sqrtm
D_sinm          | 6 | _D_expm(1j * {0:4}, 1j * {1:4}).imag             | _D_expm
D_cosm          | 6 | _D_expm(1j * {0:4}, 1j * {1:4}).real             | _D_expm
D_power         | 6 | _D_power({0}, {1}, {2})                          | _D_power
D_polar         | 6 | _D_polar({0}, {1})                               | _D_polar
D2_expm         | 6 | _D2(torch.linalg.matrix_exp, {0}, {1}, {2})      | _D2
D2_logm         | 6 | _D2(_logm, {0}, {1}, {2})                        | _D2 _logm
D2_sinm         | 6 | _D2(torch.linalg.matrix_exp, 1j * {0:4}, 1j * {1:4}, 1j * {2:4}).imag | _D2
D2_cosm         | 6 | _D2(torch.linalg.matrix_exp, 1j * {0:4}, 1j * {1:4}, 1j * {2:4}).real | _D2
D2_power        | 6 | _D2(_matrix_power, {0}, {2}, {3}, {1})           | _D2 _matrix_power
D2_polar        | 6 | _D2_polar({0}, {1}, {2})                         | _D2_polar
J_expm          | 6 | _jacobian(_D_expm, {0})                          | _jacobian _D_expm
J_logm          | 6 | _jacobian(_D_logm, {0})                          | _jacobian _D_logm
J_sinm          | 6 | _jacobian(lambda X, H: _D_expm(1j * X, 1j * H).imag, {0}) | _jacobian _D_expm
J_cosm          | 6 | _jacobian(lambda X, H: _D_expm(1j * X, 1j * H).real, {0}) | _jacobian _D_expm
J_power         | 6 | _jacobian(lambda X, H, k: _D_power(X, k, H), {0}, {1}) | _jacobian _D_power
J_polar         | 6 | _jacobian(_D_polar, {0})                         | _jacobian _D_polar
J2_expm         | 6 | _jacobian(lambda X, H, K: _D2(torch.linalg.matrix_exp, X, H, K), {0}, {1}) | _jacobian _D2
J2_logm         | 6 | _jacobian(lambda X, H, K: _D2(_logm, X, H, K), {0}, {1}) | _jacobian _D2 _logm
J2_sinm         | 6 | _jacobian(lambda X, H, K: _D2(torch.linalg.matrix_exp, 1j * X, 1j * H, 1j * K).imag, {0}, {1}) | _jacobian _D2
J2_cosm         | 6 | _jacobian(lambda X, H, K: _D2(torch.linalg.matrix_exp, 1j * X, 1j * H, 1j * K).real, {0}, {1}) | _jacobian _D2
J2_power        | 6 | _jacobian(lambda X, H, k, K: _D2(_matrix_power, X, H, K, k), {0}, {1}, {2}) | _jacobian _D2 _matrix_power
J2_polar        | 6 | _jacobian(_D2_polar, {0}, {1})                   | _jacobian _D2_polar
norm            | 6 | torch.linalg.vector_norm({0})                    |
norm_1          | 6 | torch.sum(torch.abs({0}))                        |
norm_2          | 6 | torch.linalg.matrix_norm({0}, 2)                 |
norm_inf        | 6 | torch.max(torch.abs({0}))                        |
norm_nuclear    | 6 | torch.linalg.matrix_norm({0}, "nuc")             |
"""

LANGUAGE = Language(
    target="torch",
    rows=table(_TABLE),
    helpers=HELPERS,
    signs=signs("math.inf"),
    words=WORDS,
    function=function({"math": "import math", "numpy": "import numpy", "": "import torch"}),
    like="dtype={0}.dtype, device={0}.device",
    like_nothing="dtype=torch.float64",
    array="torch.as_tensor({0}, {like})",
    array_alone="{0} if torch.is_tensor({0}) else torch.tensor({0}, dtype=torch.float64)",
    numbers=NUMBERS,
    module="PyTorch",
    extra="torch",
    **SPOKEN,
)
