"""Random well-shaped expressions as a user would type them: every function, operator and property that the README lists.

One table says what there is: each row is the text of one operation with a slot per operand, `{m x n}` an operand of that shape,
`{n positive}` one with positive entries.  Letters are dimensions, the same in the whole row; those that the result does not fix
are drawn.  Brackets are put where a slot asks for more than the operand binds, so that what is drawn is what is read.
Everything follows from the seed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from random import Random

Shape = tuple[str, str]  # the dimensions as they are written: ("n", "1"), ("m*n", "3")

LONGEST = 110  # characters of a text; a longer one is drawn again
NAMES = ("m", "n", "p")  # the dimensions

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
_CONSTANTS = "ones({0}) zeros({0}) e(1,{0}) e(i,{0})"

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


def _shape(text: str) -> Shape:
    rows, _, columns = text.partition(" x ")
    return rows, columns or "1"


def _row(line: str) -> Row:
    often, binds, result, kind, text = (cell.strip() for cell in line.split("|", 4))
    pieces = _SLOT.split(text)
    slots = []
    for at in range(1, len(pieces), 2):
        words = pieces[at].split()
        kinds = [word for word in words if word.isalpha() and len(word) > 1]
        shape = _shape(" ".join(word for word in words if word not in kinds))
        slots.append((shape, " ".join(kinds), _needed(pieces[at - 1], pieces[at + 1], _LEVELS[binds], at == 1)))
    shape = _shape(result.replace("<", "").replace(">", ""))
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


@dataclass(frozen=True)
class Text:
    """A drawn expression: `text` between the `parts`, its `shape` and `kind`, how tightly it `binds` and its parts must."""

    shape: Shape
    kind: str
    binds: int
    text: tuple[str, ...]
    parts: tuple[Text, ...] = ()
    needed: tuple[int, ...] = ()

    def __str__(self) -> str:
        written = self.text[0]
        for part, needed, after in zip(self.parts, self.needed, self.text[1:], strict=True):
            written += (str(part) if part.binds >= needed else f"({part})") + after
        return written

    def smaller(self) -> Iterator[Text]:
        """The texts that are left if one part takes the place of what it stands in, or gets smaller itself."""
        for part in self.parts:
            if part.shape == self.shape and (part.kind == self.kind or not self.kind):
                yield part
        for k, part in enumerate(self.parts):
            for less in part.smaller():
                yield replace(self, parts=(*self.parts[:k], less, *self.parts[k + 1 :]))


@dataclass(frozen=True)
class Question:
    """What to differentiate: a text, what it is differentiated by, and the declarations."""

    f: Text
    wrt: tuple[str, ...]
    where: dict[str, str]
    structure: str | None = None

    def has_stray_dimension(self) -> bool:
        """Whether the name of a dimension stands as a number where no shape makes it one."""
        numbers = re.sub(r"\b(ones|zeros|e|unit|Kmat|I)\([^()]*\)", "", str(self.f))
        declared = " ".join(self.where.values())
        return any(re.search(rf"\b{name}\b", numbers) and not re.search(rf"\b{name}\b", declared) for name in NAMES)

    def smaller(self) -> Iterator[Question]:
        """The questions about smaller texts, leaves put in the place of parts first."""
        leaves = {name: _variable(name, text) for name, text in self.where.items()}
        for less in _with_leaves(self.f, list(leaves.values())):
            yield replace(self, f=less)
        for less in self.f.smaller():
            yield replace(self, f=less)
        for name, text in self.where.items():
            shape = text.partition(", ")[0]
            if shape != text:
                yield replace(self, where={**self.where, name: shape})


def _with_leaves(f: Text, leaves: list[Text]) -> Iterator[Text]:
    for k, part in enumerate(f.parts):
        if part.parts:
            for leaf in leaves:
                if leaf.shape == part.shape and (leaf.kind == part.kind or not part.kind):
                    yield replace(f, parts=(*f.parts[:k], leaf, *f.parts[k + 1 :]))
        for less in _with_leaves(part, leaves):
            yield replace(f, parts=(*f.parts[:k], less, *f.parts[k + 1 :]))


def _variable(name: str, declared: str) -> Text:
    shape, _, told = declared.partition(", ")
    kind = "positive" if told == "positive" else "definite" if told == "positive definite" else ""
    return Text(("1", "1") if shape == "scalar" else _shape(shape), kind, NAME, (name,))


def as_text(f: str) -> Text:
    """An expression that is written out already."""
    return Text(("1", "1"), "", SUM, (f,))


def question(seed: int) -> Question:
    """The question of this seed.

    >>> str(question(1).f) == str(question(1).f)
    True
    """
    random = Random(seed)
    while True:
        drawn = _Draw(random)
        found = drawn.question()
        if len(str(found.f)) <= LONGEST and found.where and not found.has_stray_dimension():
            return found


_SHAPES = (
    ("1", "1"),
    ("n", "1"),
    ("m", "1"),
    ("n", "1"),
    ("1", "n"),
    ("m", "n"),
    ("p", "m"),
    ("n", "n"),
    ("n", "n"),
    ("m", "m"),
)
_OF_SQUARE = (
    "symmetric",
    "skew",
    "orthogonal",
    "diagonal",
    "lower",
    "upper",
    "toeplitz",
    "invertible",
    "symmetric, invertible",
)
_LETTERS = {
    "matrix": list("XABCGPQRSUVWYZ"),
    "vector": list("xyabcuvwzgqr"),
    "scalar": ["t", "s", "alpha", "beta", "lambda", "mu"],
}


@dataclass
class _Draw:
    """One question while it is drawn."""

    random: Random
    where: dict[str, str] = field(default_factory=dict)
    leaves: list[Text] = field(default_factory=list)
    dimensions: tuple[str, ...] = NAMES

    def question(self) -> Question:
        random = self.random
        if random.random() < 0.15:
            literal = random.choice(("2", "3", "3", "4"))
            self.dimensions = tuple(random.sample([literal, *random.sample(NAMES, 2)], 3))
        main = self.variable(self.shape(random.choice(_SHAPES)), "positive" if random.random() < 0.15 else "")
        while True:
            f = self.draw(
                self.shape(random.choice(_SHAPES) if random.random() < 0.5 else ("1", "1")), "", random.randint(2, 5)
            )
            used = set(_leaves(f))
            if f.parts:
                break
        others = [leaf.text[0] for leaf in self.leaves if leaf.text[0] in used]
        wrt = [main.text[0]] if main.text[0] in used or not others else [random.choice(others)]
        if random.random() < 0.08 and len(others) > 1:
            wrt = random.sample(others, 2)
        where = {name: text for name, text in self.where.items() if name in used or name in wrt}
        structure = None
        if len(wrt) == 1 and any(word in where[wrt[0]] for word in ("symmetric", "definite")):
            structure = random.choice((None, "projected", "independent"))
        return Question(f, tuple(wrt), where, structure)

    def shape(self, letters: Shape) -> Shape:
        """The shape with this question's dimensions for the letters."""
        known = dict(zip(NAMES, self.dimensions, strict=True))
        return known.get(letters[0], letters[0]), known.get(letters[1], letters[1])

    def variable(self, shape: Shape, kind: str) -> Text:
        """A new variable."""
        rows, columns = shape
        sort = "scalar" if shape == ("1", "1") else "vector" if "1" in shape else "matrix"
        name = next(letter for letter in _LETTERS[sort] if letter not in self.where)
        told = {"positive": ", positive", "definite": ", positive definite"}.get(kind, "")
        if not kind and rows == columns != "1" and self.random.random() < 0.45:
            told = f", {self.random.choice(_OF_SQUARE)}"
        self.where[name] = ("scalar" if sort == "scalar" else rows if columns == "1" else f"{rows} x {columns}") + told
        made = Text(shape, kind, NAME, (name,))
        self.leaves.append(made)
        return made

    def leaf(self, shape: Shape, kind: str) -> Text:
        """A variable of the shape, the first more often than others, a constant, or a new variable."""
        random = self.random
        if shape == ("1", "1") and not kind and random.random() < 0.35:
            number = random.choice(("2", "3", "1/2", "0.5", "-1", "pi", *(d for d in self.dimensions if d.isalpha())))
            return Text(shape, "", NAME if number.isalnum() else TIMES if number != "-1" else SUM, (number,))
        if not kind and shape[1] == "1" != shape[0] and random.random() < 0.08:
            return Text(shape, "", ATOM, (random.choice(_CONSTANTS.split()).format(shape[0]),))
        fitting = [leaf for leaf in self.leaves if leaf.shape == shape and (leaf.kind == kind or not kind)]
        turned = [
            leaf
            for leaf in self.leaves
            if leaf.shape == shape[::-1] != shape or (leaf.shape == shape and shape[0] == shape[1] != "1")
        ]
        if not kind and turned and random.random() < (0.25 if fitting else 0.6):
            return Text(shape, "", POSTFIX, ("", "^T"), (random.choice(turned),), (ATOM,))
        if fitting and random.random() < 0.85:
            return fitting[0] if random.random() < 0.6 else random.choice(fitting)
        if kind == "small":
            return Text(shape, kind, ATOM, ("tanh(", ")"), (self.leaf(shape, ""),), (SUM,))
        try:
            return self.variable(shape, kind)
        except StopIteration:
            return Text(shape, kind, ATOM, (f"ones({shape[0]},{shape[1]})" if shape != ("1", "1") else "2",))

    def draw(self, shape: Shape, kind: str, depth: int) -> Text:
        """An expression of the shape, of at most `depth` operations one inside the other."""
        random = self.random
        if kind.startswith("leaf "):
            return self.leaf(shape, kind.removeprefix("leaf "))
        if depth <= 0 or random.random() < 0.08:
            return self.leaf(shape, kind)
        fitting = [(row, known) for row in ROWS if row.kind == kind and (known := _fit(row.result, shape)) is not None]
        if not fitting:
            return self.leaf(shape, kind)
        row, known = random.choices(fitting, [row.often for row, _ in fitting])[0]
        letters = {name for slot, _, _ in row.slots for side in slot for name in re.findall("[a-z]", side)}
        letters |= {name for piece in row.text for name in re.findall("<([a-z])>", piece)}
        for letter in sorted(letters - known.keys()):
            known[letter] = (
                "*".join(random.sample(self.dimensions, 2))
                if random.random() < 0.03
                else random.choice(self.dimensions)
            )
        parts = [self.draw(_filled(slot, known), inner, depth - random.randint(1, 2)) for slot, inner, _ in row.slots]
        text = tuple(re.sub("<([a-z])>", lambda found: known[found[1]], piece) for piece in row.text)
        return Text(shape, kind, row.binds, text, tuple(parts), tuple(needed for _, _, needed in row.slots))


def _leaves(f: Text) -> Iterator[str]:
    if not f.parts:
        yield f.text[0]
    for part in f.parts:
        yield from _leaves(part)


def _fit(pattern: Shape, shape: Shape) -> dict[str, str] | None:
    """The dimensions for the letters of the pattern, None if it does not fit; a letter stands for anything but 1."""
    known: dict[str, str] = {}
    for expected, actual in zip(pattern, shape, strict=True):
        letters, sides = expected.split("*"), actual.split("*")
        if len(letters) == 1:
            sides = [actual]
        if len(letters) != len(sides):
            return None
        for letter, side in zip(letters, sides, strict=True):
            if letter.isdigit() or side == "1":
                if letter != side:
                    return None
            elif known.setdefault(letter, side) != side:
                return None
    return known


def _filled(slot: Shape, known: dict[str, str]) -> Shape:
    rows, columns = ("*".join(known.get(letter, letter) for letter in side.split("*")) for side in slot)
    return rows, columns
