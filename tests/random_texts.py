"""Random well-shaped expressions as a user would type them: every function, operator and property that the README lists.

The table in tests/random_rows.py says what there is.  Brackets are put where a slot asks for more than the operand binds, so that
what is drawn is what is read.  Everything follows from the seed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from random import Random

from tests.random_rows import ATOM, NAME, POSTFIX, ROWS, SUM, TIMES, Shape, shape_of

LONGEST = 110  # characters of a text; a longer one is drawn again
NAMES = ("m", "n", "p")  # the dimensions

_CONSTANTS = "ones({0}) zeros({0}) e(1,{0}) e(i,{0})"


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
    return Text(("1", "1") if shape == "scalar" else shape_of(shape), kind, NAME, (name,))


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
