"""The lines of a function's body in one target: a name for each value that is used twice or is long.

In: values, operands first, which of them are results, the arguments, the target.  Out: lines, the texts of the results, the helpers
that are called.  One pass; what is no row of the target's table is the arithmetic of code/arithmetic.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from matcalc.algebra.functions import FUNCTIONS
from matcalc.code.arithmetic import ATOM, NAME, SUM, Text, added, literal, multiplied, negated
from matcalc.code.array_types import sources
from matcalc.code.in_place import changes, copied, is_negated, taken
from matcalc.code.language import Language, Row
from matcalc.code.signature import Signature, dimension
from matcalc.code.sizes import axes
from matcalc.code.temporaries import Temporaries
from matcalc.code.values import Value

WIDTH = 88  # characters of a line; longer expressions get names for their parts

# never worth a name of its own
_BARE = frozenset("argument index number pi size place transpose standing spread_column spread_row".split())

# of numbers, a number, whatever the library
_ARITHMETIC = frozenset("number pi size index place add multiply power".split())


class Writer:
    """The body of a function that computes `results`: its `lines`, the texts of the `results`, the `helpers` that it calls."""

    def __init__(
        self,
        values: Sequence[Value],
        results: Sequence[Value],
        signature: Signature,
        language: Language,
        *,
        in_place: bool = False,
    ) -> None:
        self.lines: list[str] = []
        self.helpers: dict[str, None] = {}
        self._language = language
        self._signature = signature
        self._texts: dict[Value, Text] = {}
        made, self._numbers = _numbers(values, language) if language.numbers else ([], frozenset[Value]())
        self._sources = sources(values)
        self._like = self._type_of_arguments(made)
        for name in made:
            safe = signature.names[name]
            made_array = language.array if self._like != language.like.format(safe) else language.array_alone
            self.lines.append(self._assigned(safe, made_array.format(safe, like=self._like)))
        uses = dict.fromkeys(results, 1)
        for value in values:
            for operand in value.operands:
                uses[operand] = uses.get(operand, 0) + 1
        self._temporaries = Temporaries(uses, again=in_place)
        for value in values:
            held = taken(value, self._temporaries.is_last) if in_place else copied(value, uses)
            if held is not None and self._changed(value, held):
                continue
            self._shorten(value)
            self._texts[value] = self._written(value)
            self._temporaries.written(value)
            if uses.get(value, 0) > 1 and not self._bare(value):
                self._name(value)
        if sum(len(self._texts[result]) + 2 for result in results) > WIDTH and len(results) > 1:
            for result in dict.fromkeys(results):
                self._name(result)
        self.results = [self._texts[result] for result in results]

    def _changed(self, value: Value, held: Value) -> bool:
        """The operand `held` is changed to `value` where it stands, if that can be said."""
        found = self._language.rows.get(value.operation)
        row = found if isinstance(found, Row) else None
        if changes(value, "", held, self._texts, row, self._language.signs) is None:
            return False
        self._name(held)
        name = self._texts[held]
        lines = changes(value, name, held, self._texts, row, self._language.signs) or []
        if row is not None:
            self.helpers |= {
                helper: None for helper in row.helpers if any(line.startswith(f"{helper}(") for line in lines)
            }
        self.lines += lines
        self._texts[value] = negated(name) if is_negated(value) else name
        self._temporaries.written(value, held)
        return True

    def _type_of_arguments(self, made: Sequence[str]) -> str:
        """What gives a new array the type of the first argument that is an array, or is made one: for what meets no array."""
        shapes, names = self._signature.shapes, self._signature.names
        arrays = [name for name in names if name in shapes and axes(shapes[name])]
        first = next(iter([*arrays, *made]), None)
        return self._language.like.format(names[first]) if first is not None else self._language.like_nothing

    def _like_of(self, value: Value) -> str:
        """What gives a new array the type of the argument that `value` takes it from; else that of the first."""
        name = self._sources.get(value)
        return self._language.like.format(self._signature.names[name]) if name is not None else self._like

    def _bare(self, value: Value) -> bool:
        if value.operation in ("transpose", "standing", "spread_column", "spread_row"):
            return self._texts[value.operands[0]].isidentifier()
        return value.operation in _BARE

    def _assigned(self, name: str, text: str) -> str:
        return self._language.statement.format(name=name, text=text)

    def _name(self, value: Value) -> None:
        """`t0 = ...`, and t0 from now on, if it has no name."""
        if self._texts[value].isidentifier():
            return
        name = self._temporaries.name(value)
        self.lines.append(self._assigned(name, self._texts[value]))
        self._texts[value] = Text(name, ATOM)

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
        operands = [self._texts[operand] for operand in value.operands]
        special = _SPECIAL.get(value.operation)
        if special is not None:
            return special(self, value, operands)
        language = self._language
        row = language.numbers.get(value.operation) if value in self._numbers else None
        if row is None:
            if language.array and _takes_arrays(value):
                pairs = list(zip(value.operands, operands, strict=True))
                operands = [self._lifted(text) if operand in self._numbers else text for operand, text in pairs]
            row = language.row(value.operation, [operand.rank for operand in value.operands])
        self.helpers.update(dict.fromkeys(row.helpers))
        for k, operand in enumerate(value.operands):
            if f"{{{k}:{NAME}}}" in row.template and not operands[k].isidentifier():
                self._name(operand)
                operands[k] = self._texts[operand]
        dot = "." if any(operand.rank for operand in value.operands) else ""
        return Text(row.template.format(*operands, dot=dot, like=self._like_of(value)), row.level or operands[0].level)

    def _lifted(self, number: Text) -> Text:
        return Text(self._language.array.format(number, like=self._like), ATOM)

    # ---- what no table says

    def _argument(self, value: Value, _: Sequence[Text]) -> Text:
        return Text(self._signature.written(value.data), ATOM)

    def _size(self, value: Value, _: Sequence[Text]) -> Text:
        return dimension(value.data, self._signature)

    def _number(self, value: Value, _: Sequence[Text]) -> Text:
        return literal(value.data, self._language.signs)

    def _place(self, value: Value, operands: Sequence[Text]) -> Text:
        """An index, counted from where the language counts; one that is computed is made an integer."""
        index, text, first = value.operands[0], operands[0], self._language.first
        if index.operation == "number":
            return literal(index.data - 1 + first, self._language.signs)
        if index.operation not in ("index", "size"):
            text = Text(self._language.integer.format(text), ATOM)
        return text if first else Text(f"{text:1} - 1", SUM)

    def _add(self, value: Value, operands: Sequence[Text]) -> Text:
        return added(value, operands, self._language.signs)

    def _multiply(self, value: Value, operands: Sequence[Text]) -> Text:
        return multiplied(value, operands, self._language.signs)


_SPECIAL: dict[str, Callable[[Writer, Value, Sequence[Text]], Text]] = {
    "argument": Writer._argument,
    "index":    Writer._argument,
    "size":     Writer._size,
    "number":   Writer._number,
    "place":    Writer._place,
    "add":      Writer._add,
    "multiply": Writer._multiply,
}  # fmt: skip


def _takes_arrays(value: Value) -> bool:
    """Whether the operation is a function of its scalars, and no arithmetic."""
    function = FUNCTIONS.get(value.operation)
    return not value.rank and function is not None and (function.entrywise or value.operation in ("maximum", "minimum"))


def _numbers(values: Sequence[Value], language: Language) -> tuple[list[str], frozenset[Value]]:
    """The scalar arguments to make arrays, and the values that stay plain numbers, in a library that does not take a number for any type.

    exp(2) and 2 c are numbers; where functions take arrays only, exp(c) makes c an array, and elsewhere is what the library makes of c.
    """
    made: dict[str, None] = {}
    rests: dict[Value, frozenset[str]] = {}  # of a number: the scalar arguments that it rests on
    for value in values:
        if value.rank or not all(operand in rests for operand in value.operands):
            continue
        below = frozenset[str]().union(*(rests[operand] for operand in value.operands))
        if value.operation == "argument":
            below = frozenset([value.data])
        elif value.operation not in _ARITHMETIC and (below or value.operation not in language.numbers):
            continue
        rests[value] = below
    if not language.array:
        return [], frozenset(value for value, below in rests.items() if not below)
    for value in values:
        if _takes_arrays(value) and value not in rests:
            made.update((name, None) for operand in value.operands for name in sorted(rests.get(operand, ())))
    return list(made), frozenset(value for value, below in rests.items() if not below & made.keys())
