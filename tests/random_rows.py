"""What a random expression is made of: each row is the text of one operation with a slot per operand.

`{m x n}` is an operand of that shape, `{n positive}` one with positive entries.  Letters are dimensions, the same in the whole row; those
that the result does not fix are drawn.  Brackets are put where a slot asks for more than the operand binds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

Shape = tuple[str, str]  # the dimensions as they are written: ("n", "1"), ("m*n", "3")

SUM, TIMES, POSTFIX, ATOM, NAME = range(5)  # how tightly an operation binds
_LEVELS = {"+": SUM, "*": TIMES, "^": POSTFIX, ".": ATOM}  # of the table

# often | binds | result | kind | text
#   kinds: any; positive (every entry); small (every entry between -1 and 1); definite (symmetric positive definite)
_TABLE = """
6 | * | 1     |          | {1 x n} {n}
4 | * | 1     |          | {n}^T {n}
4 | * | 1     |          | {m}^T {m x n} {n}
1 | . | 1     |          | dot({n}, {n})
5 | . | 1     |          | tr({n x n})
3 | . | 1     |          | tr({m x n}^T {m x n})
2 | . | 1     |          | tr({m x n} {n x m})
3 | . | 1     |          | det({n x n})
3 | . | 1     |          | logdet({n x n})
1 | . | 1     |          | log(det({n x n definite}))
1 | . | 1     |          | log(det({n x n}))
5 | . | 1     |          | sum({m x n})
3 | . | 1     |          | sum({n})
1 | . | 1     |          | sum({1 x n})
3 | . | 1     |          | ||{n}||
2 | . | 1     |          | ||{n}||_2
2 | . | 1     |          | ||{n}||_1
2 | . | 1     |          | ||{n}||_inf
2 | . | 1     |          | ||{m x n}||_F
1 | . | 1     |          | ||{m x n}||
1 | . | 1     |          | ||{m x n}||_1
1 | . | 1     |          | ||{m x n}||_2
1 | . | 1     |          | ||{m x n}||_*
1 | . | 1     |          | ||{1 x n}||
3 | ^ | 1     |          | ||{n}||_2^2
2 | ^ | 1     |          | ||{m x n}||_F^2
1 | ^ | 1     |          | ||{n}||^3
1 | ^ | 1     |          | ||{n}||_1^2
2 | . | 1     |          | mean({n})
2 | . | 1     |          | max({n})
2 | . | 1     |          | min({n})
3 | . | 1     |          | logsumexp({n})
1 | . | 1     |          | logsumexp(vec({m x n}))
1 | . | 1     |          | lambda_max({n x n definite})
2 | . | 1     |          | {m x n}[1,2]
1 | . | 1     |          | {m x n}[i,j]
2 | . | 1     |          | {n}[2]
1 | . | 1     |          | {n}[i]
3 | * | 1     |          | {1} ({1})
2 | * | 1     |          | {1} * {1}
3 | + | 1     |          | {1} + {1}
3 | + | 1     |          | {1} - {1}
1 | + | 1     |          | -{1}
2 | * | 1     |          | ({1})/({1})
1 | * | 1     |          | 1/(<n>) ({1})
3 | ^ | 1     |          | {1}^2
1 | ^ | 1     |          | {1}^3
1 | ^ | 1     |          | {1}^(-1)
1 | ^ | 1     |          | {1}^(-2)
2 | ^ | 1     |          | {1 positive}^(1/2)
1 | ^ | 1     |          | {1 positive}^(-3/2)
1 | ^ | 1     |          | {1 positive}^{1}
1 | ^ | 1     |          | ({1}^2)^(1/2)
1 | ^ | 1     |          | 2^({1})
1 | . | 1     |          | max({1}, {1})
1 | . | 1     |          | min({1}, {1})
1 | . | 1     |          | max({1}, 0)
1 | . | 1     |          | log({1}^2)
1 | . | 1     |          | log(det({n x n})^2)
1 | . | 1     |          | sqrt({n}^T {n})
1 | . | 1     | positive | exp({1})
1 | . | 1     | positive | softplus({1})
1 | + | 1     | positive | {n}^T {n} + 1
1 | + | 1     | positive | ||{m x n}||_F^2 + 1
1 | . | 1     | positive | sum({m x n positive})
1 | . | 1     | positive | mean({n positive})
1 | . | 1     | positive | det({n x n definite})
1 | * | 1     | small    | 1/2 sin({1})
1 | ^ | <n>   |          | {n}^T
6 | * | m     |          | {m x n} {n}
3 | * | n     |          | {m x n}^T {m}
2 | ^ | n     |          | {1 x n}^T
3 | + | n     |          | {n} + {n}
3 | + | n     |          | {n} - {n}
1 | + | n     |          | -{n}
2 | + | n     |          | {n} + 1
1 | + | n     |          | 2 - {n}
1 | + | n     |          | {n} - {1} ones(<n>)
3 | * | n     |          | {1} {n}
1 | * | n     |          | {n} * {1}
2 | * | n     |          | {n} / ({1})
1 | * | n     |          | {n} / ||{n}||
4 | * | n     |          | {n} .* {n}
2 | * | n     |          | {n} ./ {n}
1 | * | n     |          | {n} ./ {n positive}
1 | * | n     |          | 1 ./ {n}
3 | ^ | n     |          | {n}.^2
1 | ^ | n     |          | {n}.^3
1 | ^ | n     |          | {n}.^(-1)
1 | ^ | n     |          | {n positive}.^(1/2)
1 | ^ | n     |          | {n positive}.^{1}
2 | . | n     |          | diag({n x n})
3 | . | n     |          | softmax({n})
1 | . | n     |          | v_max({n x n definite})
1 | . | n     |          | max({n}, {n})
1 | . | n     |          | min({n}, {n})
1 | . | n     |          | max({n}, 0)
1 | . | n     |          | onehot_max({n})
1 | . | m     |          | logsumexp_rows({m x n})
1 | . | n     |          | logsumexp_cols({m x n})
1 | . | m     |          | mean_rows({m x n})
1 | . | n     |          | mean_cols({m x n})
1 | . | m     |          | max_rows({m x n})
1 | . | n     |          | max_cols({m x n})
1 | . | m     |          | min_rows({m x n})
1 | . | n     |          | min_cols({m x n})
1 | * | n     |          | {n x n}^-1 {n}
1 | * | m     |          | {m x n} ones(<n>)
9 | . | m*n   |          | vec({m x n})
3 | . | m*n   |          | kron({n}, {m})
2 | * | m*n   |          | Kmat(<n>,<m>) {m*n}
2 | * | m*n   |          | ({n x n} ⊗ {m x m}) {m*n}
2 | . | n     | positive | exp({n})
1 | . | n     | positive | softplus({n})
1 | . | n     | positive | sigmoid({n})
1 | . | n     | positive | softmax({n})
1 | + | n     | positive | {n}.^2 + 1
1 | . | n     | small    | tanh({n})
1 | * | 3     |          | skew({3}) {3}
1 | * | 3     |          | unskew({3 x 3})
6 | * | 1 x n |          | {m}^T {m x n}
4 | ^ | 1 x n |          | {n}^T
1 | + | 1 x n |          | {1 x n} + {1 x n}
1 | * | 1 x n |          | {1 x n} .* {1 x n}
1 | * | 1 x n |          | {1} {1 x n}
1 | * | 1 x n |          | {1 x n} {n x n}
9 | * | m x n |          | {m x p} {p x n}
3 | * | m x n |          | {m x p} {n x p}^T
3 | * | m x n |          | {p x m}^T {p x n}
4 | ^ | m x n |          | {n x m}^T
4 | * | m x n |          | {m} {n}^T
3 | + | m x n |          | {m x n} + {m x n}
3 | + | m x n |          | {m x n} - {m x n}
1 | + | m x n |          | -{m x n}
3 | * | m x n |          | {1} {m x n}
1 | * | m x n |          | {m x n} * {1}
1 | * | m x n |          | {m x n} / ({1})
4 | * | m x n |          | {m x n} .* {m x n}
2 | * | m x n |          | {m x n} ./ {m x n}
1 | ^ | m x n |          | {m x n}.^2
1 | ^ | m x n |          | {m x n}.^3
1 | ^ | m x n |          | {m x n}.^(-1)
1 | ^ | m x n |          | {m x n positive}.^(1/2)
1 | ^ | m x n |          | {m x n positive}.^{1}
1 | . | m x n |          | exp({m x n} + 1)
1 | . | m x n |          | sin({m x n} - {1})
1 | . | m x n |          | max({m x n}, {m x n})
1 | . | m x n |          | min({m x n}, {m x n})
1 | . | m x n |          | max({m x n}, 0)
1 | . | m x n |          | softmax_rows({m x n})
1 | . | m x n |          | softmax_cols({m x n})
2 | . | m x n |          | pinv({n x m})
1 | . | m x n |          | polar({m x n})
1 | . | m x n |          | unvec({m*n}, <m>, <n>)
1 | . | m x n |          | onehot_max_rows({m x n})
2 | * | m x n |          | diag({m}) {m x n}
2 | * | m x n |          | {m x n} diag({n})
1 | + | m x n |          | {m x n} + {m} ones(<n>)^T
1 | * | m x n |          | {1} ones(<m>,<n>)
1 | * | m x n |          | {m x n} - zeros(<m>,<n>)
1 | * | m x n |          | {m} e(1,<n>)^T
1 | * | m x n |          | {1} unit(1,2,<m>,<n>)
3 | . | n x n |          | diag({n})
2 | . | n x n |          | diag(diag({n x n}))
3 | ^ | n x n |          | {n x n}^-1
2 | . | n x n |          | inv({n x n})
1 | ^ | n x n |          | {n x n}^-T
3 | ^ | n x n |          | {n x n}^2
1 | ^ | n x n |          | {n x n}^3
1 | ^ | n x n |          | {n x n}^-2
1 | ^ | n x n |          | {n x n}^k
1 | . | n x n |          | adj({n x n})
1 | . | n x n |          | cof({n x n})
2 | . | n x n |          | expm({n x n})
1 | . | n x n |          | logm({n x n definite})
1 | . | n x n |          | sqrtm({n x n definite})
1 | . | n x n |          | sinm({n x n})
1 | . | n x n |          | cosm({n x n})
1 | . | n x n |          | chol({n x n definite})
1 | . | n x n |          | tril({n x n})
1 | . | n x n |          | triu({n x n})
1 | . | n x n |          | sum_diagonals({n x n})
1 | . | n x n |          | D_expm({n x n}, {n x n})
1 | . | n x n |          | D_sinm({n x n}, {n x n})
1 | . | n x n |          | D_logm({n x n definite}, {n x n})
1 | . | n x n |          | D_sqrtm({n x n definite}, {n x n})
1 | ^ | n x n |          | {n x n leaf definite}^(1/2)
2 | + | n x n |          | {n x n} + I
1 | + | n x n |          | I - {1} {n x n}
1 | + | n x n |          | {n x n} + {n x n}^T
1 | + | n x n |          | {n x n} + {1} I(<n>)
1 | * | n x n |          | I .* {n x n}
9 | * | m*p x n*q |      | {m x n} ⊗ {p x q}
9 | . | m*p x n*q |      | kron({m x n}, {p x q})
6 | . | m*p x n   |      | khatri_rao({m x n}, {p x n})
3 | * | m*n x m*n |      | Kmat(<m>,<n>) {m*n x m*n}
1 | * | m*n x p   |      | Kmat(<n>,<m>) {m*n x p}
9 | . | 3 x 3 |          | skew({3})
2 | . | m x n | positive | exp({m x n})
1 | . | m x n | positive | sigmoid({m x n})
1 | . | m x n | positive | softplus({m x n})
1 | . | m x n | small    | tanh({m x n})
3 | + | n x n | definite | {m x n}^T {m x n} + I
1 | + | n x n | definite | {n x n leaf definite} + {n} {n}^T
"""

_ENTRYWISE = {
    "": "exp sin cos tan sinh cosh tanh arctan abs sign relu step sigmoid softplus",
    " positive": "log sqrt",
    " small": "arcsin arccos",
}
_SLOT = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Row:
    """One operation: how `often`, how tightly it `binds`, shape and kind of its `result`, `text` between the `slots`."""

    often: int
    binds: int
    result: Shape
    kind: str
    text: tuple[str, ...]
    slots: tuple[tuple[Shape, str, int], ...]  # shape, kind, how tightly the operand must bind


def shape_of(text: str) -> Shape:
    """`m x n`, `n`, `1`."""
    rows, _, columns = text.partition(" x ")
    return rows, columns or "1"


def _row(line: str) -> Row:
    often, binds, result, kind, text = (cell.strip() for cell in line.split("|", 4))
    pieces = _SLOT.split(text)
    slots = []
    for at in range(1, len(pieces), 2):
        words = pieces[at].split()
        kinds = [word for word in words if word.isalpha() and len(word) > 1]
        shape = shape_of(" ".join(word for word in words if word not in kinds))
        slots.append((shape, " ".join(kinds), _needed(pieces[at - 1], pieces[at + 1], _LEVELS[binds], at == 1)))
    shape = shape_of(result.replace("<", "").replace(">", ""))
    return Row(
        int(often),
        _LEVELS[binds],
        shape if "<" not in result else ("1", shape[0]),
        kind,
        tuple(pieces[::2]),
        tuple(slots),
    )


_TERM_BEGINS = ("", "-", " + ", " - ", "2 - ", "I - ", "exp(", "sin(")


def _needed(before: str, after: str, binds: int, first: bool) -> int:
    """How tightly an operand must bind between these two texts."""
    if before.endswith("^"):
        return NAME
    if after.startswith(("^", ".^", "[")):
        return ATOM
    if before.endswith(("(", "|", ", ")) and (after.startswith((")", "|", ", "))):
        return SUM
    if before in _TERM_BEGINS and (after.startswith((" + ", " - ")) or (after in ("", ")") and before != "")):
        return SUM if first and before in ("", "exp(", "sin(") else TIMES
    return POSTFIX


def _rows() -> Iterator[Row]:
    # norms hold a bar on each side: the cells are split at " | "
    for line in _TABLE.strip().splitlines():
        yield _row(line.replace(" | ", "\0").replace("|", "\1").replace("\0", " | ").replace("\1", "‖"))
    for kind, names in _ENTRYWISE.items():
        for name in names.split():
            for shape, often in (("1", 1), ("n", 1), ("m x n", 1), ("1 x n", 0)):
                if often:
                    yield _row(f"{often} | . | {shape} | | {name}({{{shape}{kind}}})")


ROWS = [replace(row, text=tuple(piece.replace("‖", "|") for piece in row.text)) for row in _rows()]
