"""A node as the text of a self-contained NumPy function, as an expert would write it.

Scalars are numbers, vectors and rows 1-d arrays, matrices 2-d.  Every operation of code/values.py and every function of
algebra/functions.py is a row of the table; what NumPy lacks is a helper, written in front of the function where it is used.
Names of the user are made safe; numbers count from 1 outside and from 0 inside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from matcalc.algebra.nodes import Node
from matcalc.code.numpy_helpers import HELPERS
from matcalc.code.program import order, program
from matcalc.code.python_signature import RESERVED, Signature, dimension, parameters, size_lines
from matcalc.code.python_text import ATOM, Text, added, literal, multiplied, negated, place
from matcalc.code.values import Value
from matcalc.errors import UnsupportedError

WIDTH = 88  # characters of a line; longer expressions get names for their parts

# operation       level template                                         helper
_TABLE = """
pi              | 6 | np.pi                                            |
ones_1          | 6 | np.ones({0})                                     |
ones_2          | 6 | np.ones(({0}, {1}))                              |
zeros_1         | 6 | np.zeros({0})                                    |
zeros_2         | 6 | np.zeros(({0}, {1}))                             |
eye             | 6 | np.eye({0})                                      |
basis           | 6 | _basis({0}, {1})                                 | _basis
power           | 5 | {0:6}**{1:6}                                     |
matmul          | 3 | {0:3} @ {1:6}                                    |
outer           | 6 | np.outer({0}, {1})                               |
solve           | 6 | np.linalg.solve({0}, {1})                        |
integer_power   | 6 | np.linalg.matrix_power({0}, {1})                 |
matrix_power    | 6 | _matrix_power({0}, {1})                          | _matrix_power
scale_rows      | 2 | {0:6}[:, None] * {1:4}                           |
scale_columns   | 2 | {0:4} * {1:4}                                    |
swap            | 6 | _swap({0}, {1})                                  | _swap
take            | 6 | {0:6}[{1}]                                       |
take_columns    | 6 | {0:6}[:, {1}]                                    |
row             | 6 | {0:6}[{1}]                                       |
column          | 6 | {0:6}[:, {1}]                                    |
entry_1         | 6 | {0:6}[{1}]                                       |
entry_2         | 6 | {0:6}[{1}, {2}]                                  |
row_sums        | 6 | np.sum({0}, axis=1)                              |
column_sums     | 6 | np.sum({0}, axis=0)                              |
transpose       | 6 | {0:6}.T                                          |
standing        | 6 | {0:6}[:, None]                                   |
diagonal_matrix | 6 | np.diag({0})                                     |
diagonal        | 6 | np.diag({0})                                     |
vec             | 6 | {0:6}.ravel(order="F")                           |
vec_rows        | 6 | {0:6}.ravel()                                    |
unvec           | 6 | {0:6}.reshape(({1}, {2}), order="F")             |
unvec_rows      | 6 | {0:6}.reshape(({1}, {2}))                        |
tr              | 6 | np.trace({0})                                    |
det             | 6 | np.linalg.det({0})                               |
logdet          | 6 | np.linalg.slogdet({0})[1]                        |
inv             | 6 | np.linalg.inv({0})                               |
pinv            | 6 | np.linalg.pinv({0})                              |
pinv_singular   | 6 | np.linalg.pinv({0}, rcond=1e-12)                 |
adj             | 6 | _cofactors({0}).T                                | _cofactors
cof             | 6 | _cofactors({0})                                  | _cofactors
exp             | 6 | np.exp({0})                                      |
log             | 6 | np.log({0})                                      |
sin             | 6 | np.sin({0})                                      |
cos             | 6 | np.cos({0})                                      |
tan             | 6 | np.tan({0})                                      |
sinh            | 6 | np.sinh({0})                                     |
cosh            | 6 | np.cosh({0})                                     |
tanh            | 6 | np.tanh({0})                                     |
arcsin          | 6 | np.arcsin({0})                                   |
arccos          | 6 | np.arccos({0})                                   |
arctan          | 6 | np.arctan({0})                                   |
sqrt            | 6 | np.sqrt({0})                                     |
abs             | 6 | np.abs({0})                                      |
sign            | 6 | np.sign({0})                                     |
relu            | 6 | np.maximum({0}, 0)                               |
step            | 6 | np.heaviside({0}, 0)                             |
softplus        | 6 | np.logaddexp(0, {0})                             |
max             | 6 | np.max({0})                                      |
min             | 6 | np.min({0})                                      |
maximum         | 6 | np.maximum({0}, {1})                             |
minimum         | 6 | np.minimum({0}, {1})                             |
expm            | 6 | _expm({0})                                       | _expm
logm            | 6 | _logm({0})                                       | _logm
sqrtm           | 6 | _sqrtm({0})                                      | _sqrtm
sinm            | 6 | _expm(1j * {0:4}).imag                           | _expm
cosm            | 6 | _expm(1j * {0:4}).real                           | _expm
chol            | 6 | np.linalg.cholesky({0})                          |
sum             | 6 | np.sum({0})                                      |
mean            | 6 | np.mean({0})                                     |
logsumexp       | 6 | _logsumexp({0})                                  | _logsumexp
softmax         | 6 | _softmax({0})                                    | _softmax
onehot_max      | 6 | _onehot_max({0})                                 | _onehot_max
mean_rows       | 6 | np.mean({0}, axis=1)                             |
mean_cols       | 6 | np.mean({0}, axis=0)                             |
max_rows        | 6 | np.max({0}, axis=1)                              |
max_cols        | 6 | np.max({0}, axis=0)                              |
min_rows        | 6 | np.min({0}, axis=1)                              |
min_cols        | 6 | np.min({0}, axis=0)                              |
logsumexp_rows  | 6 | _logsumexp({0}, axis=1)                          | _logsumexp
logsumexp_cols  | 6 | _logsumexp({0}, axis=0)                          | _logsumexp
softmax_rows    | 6 | _softmax({0}, axis=1)                            | _softmax
softmax_cols    | 6 | _softmax({0}, axis=0)                            | _softmax
onehot_max_rows | 6 | _onehot_max_rows({0})                            | _onehot_max_rows
onehot_max_cols | 6 | _onehot_max_rows({0:6}.T).T                      | _onehot_max_rows
kron            | 6 | np.kron({0}, {1})                                |
khatri_rao      | 6 | _khatri_rao({0}, {1})                            | _khatri_rao
skew            | 6 | _skew({0})                                       | _skew
tril            | 6 | np.tril({0})                                     |
triu            | 6 | np.triu({0})                                     |
lambda_max      | 6 | np.linalg.eigvalsh({0})[-1]                      |
v_max           | 6 | _v_max({0})                                      | _v_max
polar           | 6 | _polar({0})                                      | _polar
D_expm          | 6 | _D_expm({0}, {1})                                | _D_expm
D_logm          | 6 | _D_logm({0}, {1})                                | _D_logm
D_sqrtm         | 6 | _D_sqrtm({0}, {1})                               | _D_sqrtm
D_sinm          | 6 | _D_expm(1j * {0:4}, 1j * {1:4}).imag             | _D_expm
D_cosm          | 6 | _D_expm(1j * {0:4}, 1j * {1:4}).real             | _D_expm
D_power         | 6 | _D_power({0}, {1}, {2})                          | _D_power
D_polar         | 6 | _D_polar({0}, {1})                               | _D_polar
J_expm          | 6 | _jacobian(_D_expm, {0})                          | _jacobian _D_expm
J_logm          | 6 | _jacobian(_D_logm, {0})                          | _jacobian _D_logm
J_sinm          | 6 | _jacobian(lambda X, H: _D_expm(1j * X, 1j * H).imag, {0}) | _jacobian _D_expm
J_cosm          | 6 | _jacobian(lambda X, H: _D_expm(1j * X, 1j * H).real, {0}) | _jacobian _D_expm
J_power         | 6 | _jacobian(lambda X, H: _D_power(X, {1}, H), {0}) | _jacobian _D_power
J_polar         | 6 | _jacobian(_D_polar, {0})                         | _jacobian _D_polar
norm            | 6 | np.linalg.norm({0})                              |
norm_1          | 6 | np.sum(np.abs({0}))                              |
norm_2          | 6 | np.linalg.norm({0}, 2)                           |
norm_inf        | 6 | np.max(np.abs({0}))                              |
norm_nuclear    | 6 | np.linalg.norm({0}, "nuc")                       |
"""


@dataclass(frozen=True, slots=True)
class Row:
    """How one operation is written: its `template`, how tightly that binds, the names of the helpers in it."""

    level: int
    template: str
    helper: str


def _row(line: str) -> tuple[str, Row]:
    operation, level, template, helper = (cell.strip() for cell in line.split("|"))
    return operation, Row(int(level), template, helper)


TEMPLATES = dict(map(_row, _TABLE.strip().splitlines()))

# told apart by how many sizes or places they have
BY_COUNT = {"ones": 0, "zeros": 0, "entry": 1}

# never worth a name of its own
_BARE = frozenset("argument index number pi size place transpose standing".split())


def emit(node: Node, arguments: Sequence[Node] = (), *, name: str = "gradient") -> str:
    """The text of a Python function of NumPy arrays that computes `node`.

    Its arguments are `arguments` (symbols, rows as their transposes), then the other symbols of `node` in order of appearance,
    the indices, and the dimensions that no array fixes.  UnsupportedError where a function is known by its shapes only.

    >>> from matcalc.algebra import products; from matcalc.algebra.dimension import ONE, named
    >>> from matcalc.algebra.nodes import symbol
    >>> n = named("n"); A, x = symbol("A", (n, n)), symbol("x", (n, ONE))
    >>> print(emit(products.product([products.inverse(A), x])))
    import numpy as np
    <BLANKLINE>
    <BLANKLINE>
    def gradient(A, x):
        return np.linalg.solve(A, x)
    <BLANKLINE>
    """
    if not name.isidentifier() or name in RESERVED or name in HELPERS:
        raise UnsupportedError(f"{name!r} cannot name a Python function", hint="a letter, then letters, digits and _")
    return _text(node, arguments, name)[0]


def compiled(node: Node) -> tuple[Callable[..., Any], list[str]]:
    """The emitted function itself, and the names of its arguments in order: symbols, indices, dimensions."""
    text, signature = _text(node, (), "value")
    space: dict[str, Any] = {}
    exec(compile(text, "<matcalc>", "exec"), space)
    return space["value"], list(signature.names)


def _text(node: Node, arguments: Sequence[Node], name: str) -> tuple[str, Signature]:
    values = list(order(program([node])))
    signature = parameters(node, arguments, values)
    writer = _Writer(values, signature)
    helpers = [HELPERS[helper] for helper in _with_their_own(writer.helpers)]
    head = f"def {name}({', '.join(signature.names.values())}):"
    body = "\n".join("    " + line for line in [*size_lines(signature), *writer.lines])
    return "\n\n\n".join(["import numpy as np", *helpers, f"{head}\n{body}"]) + "\n", signature


class _Writer:
    """The lines of the function's body: one pass over the values, a name for each that is used twice or is long."""

    def __init__(self, values: Sequence[Value], signature: Signature) -> None:
        self.lines: list[str] = []
        self.helpers: dict[str, None] = {}
        self._signature = signature
        self._texts: dict[Value, Text] = {}
        self._count = 0
        uses: dict[Value, int] = {}
        for value in values:
            for operand in value.operands:
                uses[operand] = uses.get(operand, 0) + 1
        for value in values:
            self._shorten(value)
            self._texts[value] = self._written(value)
            if uses.get(value, 0) > 1 and not self._bare(value):
                self._name(value)
        self.lines.append(f"return {self._texts[values[-1]]}")

    def _bare(self, value: Value) -> bool:
        if value.operation in ("transpose", "standing"):
            return self._texts[value.operands[0]].isidentifier()
        return value.operation in _BARE

    def _name(self, value: Value) -> None:
        """`t0 = ...`, and t0 from now on."""
        self.lines.append(f"t{self._count} = {self._texts[value]}")
        self._texts[value] = Text(f"t{self._count}", ATOM)
        self._count += 1

    def _shorten(self, value: Value) -> None:
        """Names for the longest operands, until the operation fits on a line."""
        operands = dict.fromkeys(value.operands)
        total = sum(len(self._texts[operand]) + 3 for operand in value.operands)
        for operand in sorted(operands, key=lambda operand: -len(self._texts[operand])):
            if total <= WIDTH - 16 or len(self._texts[operand]) < 8:
                break
            total -= len(self._texts[operand]) - 3
            self._name(operand)

    def _written(self, value: Value) -> Text:
        special = _SPECIAL.get(value.operation)
        operands = [self._texts[operand] for operand in value.operands]
        if special is not None:
            return special(value, operands, self._signature)
        key = value.operation
        if key in BY_COUNT:
            key = f"{key}_{len(operands) - BY_COUNT[key]}"
        row = TEMPLATES[key]
        self.helpers.update(dict.fromkeys(row.helper.split()))
        return Text(row.template.format(*operands), row.level)


_SPECIAL: dict[str, Callable[[Value, Sequence[Text], Signature], Text]] = {
    "argument": lambda value, operands, signature: Text(signature.written(value.data), ATOM),
    "index":    lambda value, operands, signature: Text(signature.written(value.data), ATOM),
    "size":     lambda value, operands, signature: dimension(value.data, signature),
    "number":   lambda value, operands, signature: literal(value.data),
    "place":    lambda value, operands, _: place(value, operands),
    "add":      lambda value, operands, _: added(value, operands),
    "multiply": lambda value, operands, _: multiplied(value, operands),
    "sigmoid":  lambda value, operands, _: Text(f"np.exp(-np.logaddexp(0, {negated(operands[0])}))", ATOM),
}  # fmt: skip


def _with_their_own(helpers: Iterable[str]) -> list[str]:
    """The helpers and those that they call, callees first."""
    found: dict[str, None] = {}
    waiting = list(helpers)[::-1]
    while waiting:
        helper = waiting.pop()
        calls = [other for other in HELPERS if other != helper and f"{other}(" in HELPERS[helper]]
        missing = [other for other in calls if other not in found]
        if missing:
            waiting += [helper, *missing]
        else:
            found[helper] = None
    return list(found)
