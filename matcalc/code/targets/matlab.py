"""MATLAB and Octave: the table of operations.  Vectors are columns; a row is given as a row or a column, and returned as a row.

Inside, rows are columns too.  {0:7} asks for a name: MATLAB takes no entries of what has none.
"""

from __future__ import annotations

from matcalc.code.arithmetic import Signs
from matcalc.code.language import Laid, Language, Pieces, table
from matcalc.code.sizes import axes
from matcalc.code.targets.matlab_helpers import HELPERS

# operation       level template                                         helpers
_TABLE = """
pi              | 6 | pi                                               |
ones            | 6 | ones({0}, 1)                                     |
ones:00         | 6 | ones({0}, {1})                                   |
zeros           | 6 | zeros({0}, 1)                                    |
zeros:00        | 6 | zeros({0}, {1})                                  |
eye             | 6 | eye({0})                                         |
basis           | 6 | double((1:{0:2})' == {1:2})                      |
power           | 5 | {0:6}.^{1:6}                                     |
power:00        | 5 | {0:6}^{1:6}                                      |
matmul          | 3 | {0:3} * {1:6}                                    |
matmul:11       | 3 | {0:6}' * {1:6}                                   |
matmul:12       | 3 | {1:6}' * {0:6}                                   |
outer           | 3 | {0:6} * {1:6}'                                   |
solve           | 3 | {0:6} \\ {1:6}                                   |
integer_power   | 5 | {0:6}^{1:6}                                      |
matrix_power    | 6 | matrix_power_({0}, {1})                          | matrix_power_
scale_rows      | 2 | {0:4} .* {1:4}                                   |
scale_columns   | 2 | {0:4} .* {1:6}'                                  |
swap            | 6 | swap_({0}, {1})                                  | swap_
take:11         | 6 | {0:7}({1})                                       |
take:21         | 6 | {0:7}({1}, :)                                    |
take_columns    | 6 | {0:7}(:, {1})                                    |
row             | 6 | {0:7}({1}, :)'                                   |
column          | 6 | {0:7}(:, {1})                                    |
entry:10        | 6 | {0:7}({1})                                       |
entry:200       | 6 | {0:7}({1}, {2})                                  |
row_sums        | 6 | sum({0}, 2)                                      |
column_sums     | 6 | sum({0}, 1)'                                     |
dot_entries     | 6 | sum(sum({0:4} .* {1:4}))                         |
dot_entries:11  | 3 | {0:6}' * {1:6}                                   |
row_dots        | 6 | sum({0:4} .* {1:4}, 2)                           |
add_diagonal    | 1 | {0:1} + diag({1})                                |
add_diagonal:20 | 1 | {0:7} + {1:4} * eye(size({0:7}))                 |
kron_eye        | 6 | kron({0}, eye({1}))                              |
eye_kron        | 6 | kron(eye({1}), {0})                              |
swapped_kron    | 6 | swapped_kron_({0}, {1})                          | swapped_kron_
block_rows      | 3 | {0:3} * khatri_rao_({1}, {2})'                   | khatri_rao_
blocks_inner    | 6 | blocks_inner_({0}, {1}, {2})                     | blocks_inner_
blocks_outer    | 6 | blocks_outer_({0}, {1}, {2})                     | blocks_outer_
definite_solve  | 3 | {0:6} \\ {1:6}                                   |
cho_solve       | 3 | {0:7}' \\ ({0:6} \\ {1:6})                       |
cho_inverse     | 6 | cho_inverse_({0})                                | cho_inverse_
transpose       | 6 | {0:6}'                                           |
standing        | 6 | {0:6}                                            |
spread_column   | 0 | {0}                                              |
spread_row      | 6 | {0:6}'                                           |
repeat_column   | 6 | repmat({0}, 1, {1})                              |
repeat_row      | 6 | repmat({0:6}', {1}, 1)                           |
diagonal_matrix | 6 | diag({0})                                        |
diagonal        | 6 | diag({0})                                        |
vec             | 6 | reshape({0}, [], 1)                              |
vec_rows        | 6 | reshape({0:6}', [], 1)                           |
unvec           | 6 | reshape({0}, {1}, {2})                           |
unvec_rows      | 6 | reshape({0}, {2}, {1})'                          |
tr              | 6 | trace({0})                                       |
det             | 6 | det({0})                                         |
logdet          | 6 | logdet_({0})                                     | logdet_
log_det         | 6 | log_det_({0})                                    | log_det_
inv             | 6 | inv({0})                                         |
symmetric_inverse | 6 | inv({0})                                      |
chol_if_definite | 0 | {0}                                              |
inverse_by      | 6 | inv({1})                                         |
logdet_by       | 6 | logdet_({1})                                     | logdet_
log_det_by      | 6 | log_det_({1})                                    | log_det_
pinv            | 6 | pinv({0})                                        |
pinv_singular   | 6 | pinv_singular_({0})                              | pinv_singular_
adj             | 6 | cofactors_({0})'                                 | cofactors_
cof             | 6 | cofactors_({0})                                  | cofactors_
exp             | 6 | exp({0})                                         |
log             | 6 | log({0})                                         |
sin             | 6 | sin({0})                                         |
cos             | 6 | cos({0})                                         |
tan             | 6 | tan({0})                                         |
sinh            | 6 | sinh({0})                                        |
cosh            | 6 | cosh({0})                                        |
tanh            | 6 | tanh({0})                                        |
arcsin          | 6 | asin({0})                                        |
arccos          | 6 | acos({0})                                        |
arctan          | 6 | atan({0})                                        |
sqrt            | 6 | sqrt({0})                                        |
abs             | 6 | abs({0})                                         |
sign            | 6 | sign({0})                                        |
relu            | 6 | max({0}, 0)                                      |
step            | 6 | double({0} > 0)                                  |
sigmoid         | 2 | 1 ./ (1 + exp({0:-}))                            |
sigmoid_of_minus | 2 | 1 ./ (1 + exp({0}))                             |
softplus        | 6 | softplus_({0})                                   | softplus_
max             | 6 | max({0})                                         |
min             | 6 | min({0})                                         |
maximum         | 6 | max({0}, {1})                                    |
minimum         | 6 | min({0}, {1})                                    |
expm            | 6 | expm({0})                                        |
logm            | 6 | logm({0})                                        |
sqrtm           | 6 | sqrtm({0})                                       |
sinm            | 6 | imag(expm(1i * {0:4}))                           |
cosm            | 6 | real(expm(1i * {0:4}))                           |
chol            | 6 | chol({0}, 'lower')                               |
sum             | 6 | sum(sum({0}))                                    |
sum:1           | 6 | sum({0})                                         |
mean            | 6 | mean({0})                                        |
logsumexp       | 6 | logsumexp_({0}, 1)                               | logsumexp_
softmax         | 6 | softmax_({0}, 1)                                 | softmax_
onehot_max      | 6 | onehot_max_rows_({0:6}')'                        | onehot_max_rows_
mean_rows       | 6 | mean({0}, 2)                                     |
mean_cols       | 6 | mean({0}, 1)'                                    |
max_rows        | 6 | max({0}, [], 2)                                  |
max_cols        | 6 | max({0}, [], 1)'                                 |
min_rows        | 6 | min({0}, [], 2)                                  |
min_cols        | 6 | min({0}, [], 1)'                                 |
logsumexp_rows  | 6 | logsumexp_({0}, 2)                               | logsumexp_
logsumexp_cols  | 6 | logsumexp_({0}, 1)'                              | logsumexp_
softmax_rows    | 6 | softmax_({0}, 2)                                 | softmax_
softmax_cols    | 6 | softmax_({0}, 1)                                 | softmax_
onehot_max_rows | 6 | onehot_max_rows_({0})                            | onehot_max_rows_
onehot_max_cols | 6 | onehot_max_rows_({0:6}')'                        | onehot_max_rows_
kron            | 6 | kron({0}, {1})                                   |
kron:12         | 6 | kron({0:6}', {1})                                |
kron:21         | 6 | kron({0}, {1:6}')                                |
khatri_rao      | 6 | khatri_rao_({0}, {1})                            | khatri_rao_
skew            | 6 | skew_({0})                                       | skew_
unskew          | 6 | unskew_({0})                                     | unskew_
tril            | 6 | tril({0})                                        |
triu            | 6 | triu({0})                                        |
sum_diagonals   | 6 | sum_diagonals_({0})                              | sum_diagonals_
lambda_max      | 6 | max(real(eig({0})))                              |
v_max           | 6 | v_max_({0})                                      | v_max_
polar           | 6 | polar_({0})                                      | polar_
D_expm          | 6 | upper_right_(@expm, {0}, {1})                    | upper_right_
D_logm          | 6 | upper_right_(@logm, {0}, {1})                    | upper_right_
D_sqrtm         | 6 | D_sqrtm_({0}, {1})                               | D_sqrtm_
D_sinm          | 6 | upper_right_(@(Y_) imag(expm(1i * Y_)), {0}, {1}) | upper_right_
D_cosm          | 6 | upper_right_(@(Y_) real(expm(1i * Y_)), {0}, {1}) | upper_right_
D_power         | 6 | upper_right_(@(Y_) matrix_power_(Y_, {1}), {0}, {2}) | upper_right_ matrix_power_
D_polar         | 6 | D_polar_({0}, {1})                               | D_polar_
D2_expm         | 6 | D2_(@expm, {0}, {1}, {2})                        | D2_
D2_logm         | 6 | D2_(@logm, {0}, {1}, {2})                        | D2_
D2_sinm         | 6 | D2_(@(Y_) imag(expm(1i * Y_)), {0}, {1}, {2})    | D2_
D2_cosm         | 6 | D2_(@(Y_) real(expm(1i * Y_)), {0}, {1}, {2})    | D2_
D2_power        | 6 | D2_(@(Y_) matrix_power_(Y_, {1}), {0}, {2}, {3}) | D2_ matrix_power_
D2_polar        | 6 | D2_polar_({0}, {1}, {2})                         | D2_polar_
J_expm          | 6 | jacobian_(@(H_) upper_right_(@expm, {0:7}, H_), {0}) | jacobian_ upper_right_
J_logm          | 6 | jacobian_(@(H_) upper_right_(@logm, {0:7}, H_), {0}) | jacobian_ upper_right_
J_sinm          | 6 | jacobian_(@(H_) upper_right_(@(Y_) imag(expm(1i * Y_)), {0:7}, H_), {0}) | jacobian_ upper_right_
J_cosm          | 6 | jacobian_(@(H_) upper_right_(@(Y_) real(expm(1i * Y_)), {0:7}, H_), {0}) | jacobian_ upper_right_
J_power         | 6 | jacobian_(@(H_) upper_right_(@(Y_) matrix_power_(Y_, {1}), {0:7}, H_), {0}) | jacobian_ upper_right_ matrix_power_
J_polar         | 6 | jacobian_(@(H_) D_polar_({0:7}, H_), {0})          | jacobian_ D_polar_
J2_expm         | 6 | jacobian_(@(H_) D2_(@expm, {0:7}, H_, {1}), {0})   | jacobian_ D2_
J2_logm         | 6 | jacobian_(@(H_) D2_(@logm, {0:7}, H_, {1}), {0})   | jacobian_ D2_
J2_sinm         | 6 | jacobian_(@(H_) D2_(@(Y_) imag(expm(1i * Y_)), {0:7}, H_, {1}), {0}) | jacobian_ D2_
J2_cosm         | 6 | jacobian_(@(H_) D2_(@(Y_) real(expm(1i * Y_)), {0:7}, H_, {1}), {0}) | jacobian_ D2_
J2_power        | 6 | jacobian_(@(H_) D2_(@(Y_) matrix_power_(Y_, {1}), {0:7}, H_, {2}), {0}) | jacobian_ D2_ matrix_power_
J2_polar        | 6 | jacobian_(@(H_) D2_polar_({0:7}, H_, {1}), {0})    | jacobian_ D2_polar_
norm            | 6 | norm({0}, 'fro')                                 |
norm:1          | 6 | norm({0})                                        |
norm_1          | 6 | sum(sum(abs({0})))                               |
norm_1:1        | 6 | norm({0}, 1)                                     |
norm_2          | 6 | norm({0})                                        |
norm_inf        | 6 | norm({0}, Inf)                                   |
norm_nuclear    | 6 | sum(svd({0}))                                    |
"""

WORDS = frozenset(
    "ans arguments break case catch classdef continue do else elseif end end_try_catch end_unwind_protect endclassdef"
    " endenumeration endevents endfor endfunction endif endmethods endparfor endproperties endswitch endwhile enumeration"
    " eps events for function global if Inf methods NaN nargin nargout NA otherwise parfor persistent pi properties return spmd"
    " switch try unwind_protect unwind_protect_cleanup until varargin varargout while eval feval false true".split()
)


def _function(made: Pieces) -> Laid:
    """The layout: the function with its documentation, then the helpers, as a file of its own."""
    count = len(made.results)
    results = ["result"] if count == 1 else [f"result{k}" for k in range(1, count + 1)]
    names = made.signature.names
    rows = [
        names[name] for name, shape in made.signature.shapes.items() if len(axes(shape)) == 1 and shape[0].value == 1
    ]
    given = results[0] if count == 1 else f"[{', '.join(results)}]"
    body = [f"{row} = {row}(:);" for row in rows] + [*made.sizes, *made.lines]
    for result, text, is_row in zip(results, made.results, made.rows, strict=True):
        body.append(f"{result} = {f'{text:6}' + chr(39) if is_row else text};")
    lines = [
        f"function {given} = {made.name}({', '.join(names.values())})",
        *(f"    % {line}".rstrip() for line in made.documentation),
        *("    " + line for line in body),
        "end",
    ]
    return Laid((), made.helpers, "\n".join(lines))


LANGUAGE = Language(
    target="matlab",
    title="MATLAB",
    rows=table(_TABLE),
    helpers=HELPERS,
    signs=Signs("+", "-", ".*", "./", "Inf"),
    words=WORDS,
    size="size({argument}, {place})",
    quotient="({0}) / {1:4}",
    root="round(({0})^(1 / {1}))",
    statement="{name} = {text};",
    function=_function,
    gap="\n\n",
    helpers_first=False,
    first=1,
    flat_rows=False,
    integer="{0}",
)
