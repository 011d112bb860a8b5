"""Julia: the table of operations.  Vectors and rows are Vectors, matrices Matrices; it needs LinearAlgebra and Statistics only."""

from __future__ import annotations

import re

from matcalc.code.arithmetic import Signs
from matcalc.code.language import Laid, Language, Pieces, table
from matcalc.code.targets.julia_helpers import HELPERS

# operation       level template                                         helpers
_TABLE = """
pi              | 6 | pi                                               |
ones            | 6 | ones({0})                                        |
ones:00         | 6 | ones({0}, {1})                                   |
zeros           | 6 | zeros({0})                                       |
zeros:00        | 6 | zeros({0}, {1})                                  |
eye             | 6 | Matrix(1.0I, {0}, {0})                           |
basis           | 6 | Float64.(1:{0:2} .== {1:2})                      |
power           | 5 | {0:6} .^ {1:6}                                   |
power:00        | 5 | {0:6}^{1:6}                                      |
matmul          | 3 | {0:3} * {1:6}                                    |
matmul:11       | 6 | dot({0}, {1})                                    |
matmul:12       | 3 | {1:6}' * {0:6}                                   |
outer           | 3 | {0:6} * {1:6}'                                   |
solve           | 3 | {0:6} \\ {1:6}                                   |
integer_power   | 5 | {0:6}^{1:6}                                      |
matrix_power    | 5 | {0:6}^Int({1})                                   |
scale_rows      | 2 | {0:4} .* {1:4}                                   |
scale_columns   | 2 | {0:4} .* {1:6}'                                  |
swap            | 6 | _swap({0}, {1})                                  | _swap
take:11         | 6 | {0:6}[{1}]                                       |
take:21         | 6 | {0:6}[{1}, :]                                    |
take_columns    | 6 | {0:6}[:, {1}]                                    |
row             | 6 | {0:6}[{1}, :]                                    |
column          | 6 | {0:6}[:, {1}]                                    |
entry:10        | 6 | {0:6}[{1}]                                       |
entry:200       | 6 | {0:6}[{1}, {2}]                                  |
row_sums        | 6 | vec(sum({0}, dims=2))                            |
column_sums     | 6 | vec(sum({0}, dims=1))                            |
dot_entries     | 6 | dot({0}, {1})                                    |
row_dots        | 6 | vec(sum({0:4} .* {1:4}, dims=2))                 |
add_diagonal    | 1 | {0:1} + Diagonal({1})                            |
add_diagonal:20 | 1 | {0:1} + {1:4} * I                                |
kron_eye        | 6 | kron({0}, Matrix(1.0I, {1}, {1}))                |
eye_kron        | 6 | kron(Matrix(1.0I, {1}, {1}), {0})                |
swapped_kron    | 6 | _swapped_kron({0}, {1})                          | _swapped_kron
block_rows      | 3 | {0:3} * _khatri_rao({1}, {2})'                   | _khatri_rao
blocks_inner    | 6 | _blocks_inner({0}, {1}, {2})                     | _blocks_inner
blocks_outer    | 6 | _blocks_outer({0}, {1}, {2})                     | _blocks_outer
definite_solve  | 3 | cholesky(Symmetric({0})) \\ {1:6}                |
cho_solve       | 6 | _cho_solve({0}, {1})                             | _cho_solve
cho_inverse     | 6 | _cho_inverse({0})                                | _cho_inverse
transpose       | 6 | {0:6}'                                           |
standing        | 6 | reshape({0}, :, 1)                               |
spread_column   | 0 | {0}                                              |
spread_row      | 6 | {0:6}'                                           |
repeat_column   | 6 | repeat({0}, 1, {1})                              |
repeat_row      | 6 | repeat({0:6}', {1})                              |
diagonal_matrix | 6 | diagm({0})                                       |
diagonal        | 6 | diag({0})                                        |
vec             | 6 | vec({0})                                         |
vec_rows        | 6 | vec(permutedims({0}))                            |
unvec           | 6 | reshape({0}, {1}, {2})                           |
unvec_rows      | 6 | permutedims(reshape({0}, {2}, {1}))              |
tr              | 6 | tr({0})                                          |
det             | 6 | det({0})                                         |
logdet          | 6 | logabsdet({0})[1]                                |
log_det         | 6 | logdet({0})                                      |
inv             | 6 | inv({0})                                         |
symmetric_inverse | 6 | inv(Symmetric({0}))                           |
chol_if_definite | 0 | {0}                                              |
inverse_by      | 6 | inv(Symmetric({1}))                              |
logdet_by       | 6 | logabsdet({1})[1]                                |
log_det_by      | 6 | logdet({1})                                      |
pinv            | 6 | pinv({0})                                        |
pinv_singular   | 6 | _pinv_singular({0})                              | _pinv_singular
adj             | 6 | _cofactors({0})'                                 | _cofactors
cof             | 6 | _cofactors({0})                                  | _cofactors
exp             | 6 | exp{dot}({0})                                    |
log             | 6 | log{dot}({0})                                    |
sin             | 6 | sin{dot}({0})                                    |
cos             | 6 | cos{dot}({0})                                    |
tan             | 6 | tan{dot}({0})                                    |
sinh            | 6 | sinh{dot}({0})                                   |
cosh            | 6 | cosh{dot}({0})                                   |
tanh            | 6 | tanh{dot}({0})                                   |
arcsin          | 6 | asin{dot}({0})                                   |
arccos          | 6 | acos{dot}({0})                                   |
arctan          | 6 | atan{dot}({0})                                   |
sqrt            | 6 | sqrt{dot}({0})                                   |
abs             | 6 | abs{dot}({0})                                    |
sign            | 6 | sign{dot}({0})                                   |
relu            | 6 | max{dot}({0}, 0)                                 |
step            | 6 | _step{dot}({0})                                  | _step
sigmoid         | 6 | _sigmoid{dot}({0})                               | _sigmoid
sigmoid_of_minus | 6 | _sigmoid{dot}({0:-})                            | _sigmoid
softplus        | 6 | _softplus{dot}({0})                              | _softplus
max             | 6 | maximum({0})                                     |
min             | 6 | minimum({0})                                     |
maximum         | 6 | max{dot}({0}, {1})                               |
minimum         | 6 | min{dot}({0}, {1})                               |
expm            | 6 | exp({0})                                         |
logm            | 6 | log({0})                                         |
sqrtm           | 6 | sqrt({0})                                        |
sinm            | 6 | sin({0})                                         |
cosm            | 6 | cos({0})                                         |
chol            | 6 | Matrix(cholesky(Symmetric({0})).L)               |
sum             | 6 | sum({0})                                         |
mean            | 6 | mean({0})                                        |
logsumexp       | 6 | _logsumexp({0})                                  | _logsumexp
softmax         | 6 | _softmax({0})                                    | _softmax
onehot_max      | 6 | _onehot_max({0})                                 | _onehot_max
mean_rows       | 6 | vec(mean({0}, dims=2))                           |
mean_cols       | 6 | vec(mean({0}, dims=1))                           |
max_rows        | 6 | vec(maximum({0}, dims=2))                        |
max_cols        | 6 | vec(maximum({0}, dims=1))                        |
min_rows        | 6 | vec(minimum({0}, dims=2))                        |
min_cols        | 6 | vec(minimum({0}, dims=1))                        |
logsumexp_rows  | 6 | map(_logsumexp, eachrow({0}))                    | _logsumexp
logsumexp_cols  | 6 | map(_logsumexp, eachcol({0}))                    | _logsumexp
softmax_rows    | 6 | mapslices(_softmax, {0}, dims=2)                 | _softmax
softmax_cols    | 6 | mapslices(_softmax, {0}, dims=1)                 | _softmax
onehot_max_rows | 6 | mapslices(_onehot_max, {0}, dims=2)              | _onehot_max
onehot_max_cols | 6 | mapslices(_onehot_max, {0}, dims=1)              | _onehot_max
kron            | 6 | kron({0}, {1})                                   |
kron:12         | 6 | kron({0:6}', {1})                                |
kron:21         | 6 | kron({0}, {1:6}')                                |
khatri_rao      | 6 | _khatri_rao({0}, {1})                            | _khatri_rao
skew            | 6 | _skew({0})                                       | _skew
unskew          | 6 | _unskew({0})                                     | _unskew
tril            | 6 | tril({0})                                        |
triu            | 6 | triu({0})                                        |
sum_diagonals   | 6 | _sum_diagonals({0})                              | _sum_diagonals
lambda_max      | 6 | eigmax(Symmetric({0}))                           |
v_max           | 6 | _v_max({0})                                      | _v_max
polar           | 6 | _polar({0})                                      | _polar
D_expm          | 6 | _upper_right(exp, {0}, {1})                      | _upper_right
D_logm          | 6 | _upper_right(log, {0}, {1})                      | _upper_right
D_sqrtm         | 6 | _D_sqrtm({0}, {1})                               | _D_sqrtm
D_sinm          | 6 | _upper_right(sin, {0}, {1})                      | _upper_right
D_cosm          | 6 | _upper_right(cos, {0}, {1})                      | _upper_right
D_power         | 6 | _upper_right(_Y -> _Y^Int({1}), {0}, {2})        | _upper_right
D_polar         | 6 | _D_polar({0}, {1})                               | _D_polar
D2_expm         | 6 | _D2(exp, {0}, {1}, {2})                          | _D2
D2_logm         | 6 | _D2(log, {0}, {1}, {2})                          | _D2
D2_sinm         | 6 | _D2(sin, {0}, {1}, {2})                          | _D2
D2_cosm         | 6 | _D2(cos, {0}, {1}, {2})                          | _D2
D2_power        | 6 | _D2(_Y -> _Y^Int({1}), {0}, {2}, {3})            | _D2
D2_polar        | 6 | _D2_polar({0}, {1}, {2})                         | _D2_polar
J_expm          | 6 | _jacobian(_H -> _upper_right(exp, {0:7}, _H), {0}) | _jacobian _upper_right
J_logm          | 6 | _jacobian(_H -> _upper_right(log, {0:7}, _H), {0}) | _jacobian _upper_right
J_sinm          | 6 | _jacobian(_H -> _upper_right(sin, {0:7}, _H), {0}) | _jacobian _upper_right
J_cosm          | 6 | _jacobian(_H -> _upper_right(cos, {0:7}, _H), {0}) | _jacobian _upper_right
J_power         | 6 | _jacobian(_H -> _upper_right(_Y -> _Y^Int({1}), {0:7}, _H), {0}) | _jacobian _upper_right
J_polar         | 6 | _jacobian(_H -> _D_polar({0:7}, _H), {0})          | _jacobian _D_polar
J2_expm         | 6 | _jacobian(_H -> _D2(exp, {0:7}, _H, {1}), {0})     | _jacobian _D2
J2_logm         | 6 | _jacobian(_H -> _D2(log, {0:7}, _H, {1}), {0})     | _jacobian _D2
J2_sinm         | 6 | _jacobian(_H -> _D2(sin, {0:7}, _H, {1}), {0})     | _jacobian _D2
J2_cosm         | 6 | _jacobian(_H -> _D2(cos, {0:7}, _H, {1}), {0})     | _jacobian _D2
J2_power        | 6 | _jacobian(_H -> _D2(_Y -> _Y^Int({1}), {0:7}, _H, {2}), {0}) | _jacobian _D2
J2_polar        | 6 | _jacobian(_H -> _D2_polar({0:7}, _H, {1}), {0})    | _jacobian _D2_polar
norm            | 6 | norm({0})                                        |
norm_1          | 6 | norm({0}, 1)                                     |
norm_2          | 6 | opnorm({0})                                      |
norm_inf        | 6 | norm({0}, Inf)                                   |
norm_nuclear    | 6 | sum(svdvals({0}))                                |
"""

WORDS = frozenset(
    "abstract ans as baremodule begin break catch const continue do else elseif end export false finally for function global"
    " if im import in isa let local macro missing module mutable nothing outer primitive public quote return struct true try"
    " type using where while I Inf NaN Float64 Int LinearAlgebra Statistics eval include length pi round size div".split()
)


def _function(made: Pieces) -> Laid:
    """The layout: the libraries, helpers, the documentation, the function."""
    arguments = ", ".join(made.signature.names.values())
    body = [*made.sizes, *made.lines, f"return {', '.join(made.results)}"]
    text = "\n".join([*made.helpers, *body])
    libraries = ["using LinearAlgebra", *["using Statistics"] * bool(re.search(r"\bmean\(", text))]
    lines = [f"function {made.name}({arguments})", *("    " + line for line in body), "end"]
    if made.documentation:
        inside = [re.sub(r'([\\$"])', r"\\\1", line) for line in made.documentation]
        lines = ['"""', f"    {made.name}({arguments})", "", *inside, '"""', *lines]
    return Laid(libraries, made.helpers, "\n".join(lines))


LANGUAGE = Language(
    target="julia",
    title="Julia",
    rows=table(_TABLE),
    helpers=HELPERS,
    signs=Signs(".+", ".-", ".*", "./", "Inf"),
    words=WORDS,
    size="size({argument}, {place})",
    quotient="div({0}, {1})",
    root="round(Int, ({0})^(1 / {1}))",
    statement="{name} = {text}",
    function=_function,
    gap="\n\n",
    first=1,
    integer="Int({0})",
)
