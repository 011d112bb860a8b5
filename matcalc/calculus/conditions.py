"""Where an answer holds: "X invertible", "x != 0", "entries of A x nonzero".

In: what f needs as it was written and as it is differentiated (needs.py), the leaves it is differentiated by, what is declared.
Out: Conditions on the variables, each a short sentence.

- Left out is what always holds (x^T x + 1 > 0), what another line says (det(X) > 0 says that X is invertible), and what is asked of
  parts that do not move: who asks for the derivative of A^-1 x by x has an invertible A.  Only where such a part cancels is it said.
- Entries that are zero whatever X is are at no kink: |X - X^T| has a derivative where the entries off the diagonal are nonzero.
- Entries that are zero since X is declared so are: max(X, X^T) has no derivative at a symmetric X, but for symmetric directions.
  That is a condition on the directions.  Where no value or slope is left (log of a diagonal X), the answer holds nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from matcalc.algebra import sums
from matcalc.algebra.leaves import is_zero
from matcalc.algebra.nodes import Node, RowSymbol
from matcalc.algebra.transposes import transpose
from matcalc.algebra.walks import dependents, symbols
from matcalc.calculus.needs import NO_CUT, OF_ZEROS, Holds, Need, of_node, reduced
from matcalc.rewrite.form import textbook
from matcalc.rewrite.identities import simplifier
from matcalc.rewrite.properties import Known
from matcalc.syntax.properties import NOT_ZERO, SINGULAR

DIRECTIONS, NOWHERE = "directions", "nowhere"
BETWEEN = "between -1 and 1"
_ENTRYWISE = {"positive": "> 0", "nonnegative": ">= 0", "nonzero": "!= 0"}

# of the entries of a matrix, those that may be nonzero, and how it is said of them; the first pattern that fits is the narrowest
_PATTERNS: dict[str, tuple[str, Callable[[int, int], bool]]] = {
    "diagonal": ("diagonal entries of {}", lambda i, j: i == j),
    "skew":     ("off-diagonal entries of {}", lambda i, j: i != j),
    "lower":    ("entries of {} on and below the diagonal", lambda i, j: i >= j),
    "upper":    ("entries of {} on and above the diagonal", lambda i, j: i <= j),
    "":         ("entries of {}", lambda i, j: True),
}  # fmt: skip
_ZERO, _NOT_POSITIVE = "zero", "not positive"
_NEVER = {_ZERO: "is 0", _NOT_POSITIVE: "is not positive", SINGULAR: "is singular"}

# what X and X + H are alike: linear spaces of matrices
_SPACES = ("diagonal", "lower", "upper", "skew", "symmetric", "toeplitz")
_TIES = frozenset(_SPACES) | {"orthogonal", "unit", "simplex"}

# what a word says besides
_SAYS = {
    "positive":          ("nonnegative", "nonzero", NOT_ZERO),
    "nonzero":           (NOT_ZERO,),
    "invertible":        ("full rank",),
    "positive definite": ("invertible", "full rank", "symmetric"),
    NO_CUT:              ("invertible", "full rank"),
}  # fmt: skip


_ENOUGH = {NO_CUT: ("positive definite",)}


@dataclass(frozen=True, slots=True)
class Condition:
    """That the `argument` is what the `word` says, in the entries of a `pattern`.

    Or, for the word DIRECTIONS, that directions of the variable `argument` are of the kind `pattern`; for NOWHERE, that it cannot be.
    """

    argument: Node
    word: str
    pattern: str = ""

    @property
    def is_nowhere(self) -> bool:
        """Whether it never holds."""
        return self.word == NOWHERE

    @property
    def is_of_directions(self) -> bool:
        """Whether it is about the directions in which the variable may move."""
        return self.word == DIRECTIONS

    def about(self, i: int, j: int) -> bool:
        """Whether it is about the entry (i, j) of the argument."""
        return _PATTERNS[self.pattern][1](i, j)

    def sentence(self, text: Callable[[Node], str]) -> str:
        """The condition in words; `text` writes an expression."""
        if self.is_of_directions:
            return f"directions of {text(self.argument)} {self.pattern}"
        if self.is_nowhere:
            return f"nowhere: {text(self.argument)} {_NEVER.get(self.pattern, 'has entries that are 0')}"
        argument, word = self.argument, self.word
        if word == "nonzero" and text(argument).startswith("-"):
            argument = sums.times_number(-1, argument)
        said = text(transpose(argument) if isinstance(argument, RowSymbol) else argument)
        if word == NOT_ZERO or (argument.is_scalar and word in _ENTRYWISE):
            return f"{said} {_ENTRYWISE.get(word, '!= 0')}"
        if word == BETWEEN and argument.is_scalar:
            return f"-1 < {said} < 1"
        return (
            f"{_PATTERNS[self.pattern][0].format(said)} {word}" if word in (*_ENTRYWISE, BETWEEN) else f"{said} {word}"
        )


def conditions(
    written: Sequence[Need],
    own: Sequence[Need],
    root: Node,
    leaves: Sequence[Node],
    properties: Mapping[str, frozenset[str]],
) -> tuple[Condition, ...]:
    """Where the derivative of `root` by the leaves holds, if f was `written` with these needs and `root` has its `own`.

    `properties` are those declared of names.

    >>> from matcalc.algebra.dimension import SCALAR; from matcalc.algebra.leaves import symbol
    >>> c = symbol("c", SCALAR)
    >>> conditions([Need(c, "nonzero")], [], c, [c], {}) == (Condition(c, "nonzero"),)
    True
    """
    setting = _Setting(leaves, properties)
    always = setting.free.holds
    integers = {need.integer for need in written}
    after = [each for need in own for each in reduced(_of_integer(need, integers), always)]
    simple = simplifier({})  # as `root` is
    before = [each for need in written for each in reduced(replace(need, argument=simple(need.argument)), always)]
    before, after = _one_multiple(before, after)
    moving = dependents(root, leaves, *(need.argument for need in (*before, *after)))
    shown = {(need.argument, word) for need in after for word in (need.word, *_SAYS.get(need.word, ()))}
    found: dict[Need, None] = {}
    for k, need in enumerate((*before, *after)):
        if need.argument in moving or need.above in moving:
            need = _inside(need, always)
        elif k >= len(before) or (need.argument, need.word) in shown:
            continue
        if need.word and not setting.is_told(need):
            found[replace(need, above=None, whole=False, integer=None)] = None
    needs = _without_repetitions(found, always)
    return tuple(dict.fromkeys(condition for need in needs for condition in setting.placed(need)))


def _of_integer(need: Need, integers: Set[Node | None]) -> Need:
    """det(X^k) is det(X)^k: the exponent of a matrix power stands for an integer there, too."""
    return replace(need, word="nonzero", integer=need.above) if need.above in integers - {None} else need


def _one_multiple(*lists: list[Need]) -> list[list[Need]]:
    """Of c - d and d - c, whose zeros are the same, the one whose sign is asked for too, else the first."""
    chosen: dict[Node, Node] = {}
    for need in sorted((need for needs in lists for need in needs), key=lambda need: need.word in OF_ZEROS):
        chosen.setdefault(sums.primitive(need.argument), need.argument)
    return [
        [
            replace(need, argument=chosen[sums.primitive(need.argument)]) if need.word in OF_ZEROS else need
            for need in needs
        ]
        for needs in lists
    ]


def kinks_of(node: Node) -> tuple[Condition, ...]:
    """Where this one function has no kink, whatever is declared."""
    setting = _Setting((), {})
    needs = (
        each
        for need in of_node(node)
        if need.word == "nonzero" or need.kink
        for each in reduced(need, setting.free.holds)
    )
    return tuple(condition for need in needs for condition in setting.placed(need))


def _inside(need: Need, always: Holds) -> Need:
    """Where f is defined on all sides: a root of what may be negative has no derivative at 0."""
    if need.word != "nonnegative":
        return need
    return replace(need, word="" if always(need.argument, "nonnegative") else "positive")


def _without_repetitions(found: Mapping[Need, None], always: Holds) -> list[Need]:
    """Those that no other one says; of a kink and a pole at the same place the pole."""
    said = {
        (less.argument, less.word)
        for need in found
        for word in _SAYS.get(need.word, ())
        for whole in (False, True)
        for less in reduced(Need(need.argument, word, whole=whole), always)
        if (less.argument, less.word) != (need.argument, need.word)
    }
    poles = {(need.argument, need.word) for need in found if not need.kink}
    return [
        need
        for need in found
        if (need.argument, need.word) not in said and not (need.kink and (need.argument, need.word) in poles)
    ]


class _Setting:
    """What is known: `told` with all that is declared, `free` without what is declared of the variables that move."""

    def __init__(self, leaves: Sequence[Node], properties: Mapping[str, frozenset[str]]) -> None:
        names = {leaf.data for leaf in leaves}
        self.leaves = leaves
        self.properties = properties
        self.held = {name: words for name, words in properties.items() if name not in names}
        self.told, self.free = Known(properties), Known(self.held)
        self.tied = {name for name, words in properties.items() if words & _TIES}

    def is_told(self, need: Need) -> bool:
        """Whether what is declared says that it holds, or that it is not needed."""
        if need.integer is not None and self.told.holds(need.integer, "positive"):
            return True
        return any(self.told.holds(need.argument, word) for word in (need.word, *_ENOUGH.get(need.word, ())))

    def placed(self, need: Need) -> Iterator[Condition]:
        """The condition that a need is: in which entries, in which directions, or nowhere."""
        argument, word = need.argument, need.word
        names = {leaf.data for leaf in symbols(argument)} if self.tied else set[str]()
        free = _pattern(argument, self.free, self.held if names & self.tied & self.held.keys() else None)
        told = _pattern(argument, self.told, self.properties) if names & self.tied else free
        if free == _ZERO and need.kink:
            return
        if need.kink:
            spaces = [
                (leaf, _space(self.properties.get(leaf.data, frozenset())))
                for leaf in self.leaves
                if leaf.data in names
            ]
            if told != free and not all(space for _, space in spaces):
                yield Condition(argument, NOWHERE, told)
                return
            if told != _ZERO:
                yield Condition(argument, word, told if word == "nonzero" else "")
            if told != free:
                yield from (Condition(leaf, DIRECTIONS, space) for leaf, space in spaces)
        elif told == _ZERO or (told and word in ("positive", "nonzero")):
            yield Condition(argument, NOWHERE, told)
        elif word == "positive" and self.told.holds(sums.times_number(-1, argument), "nonnegative"):
            yield Condition(argument, NOWHERE, _NOT_POSITIVE)
        elif word == "invertible" and self.told.holds(argument, SINGULAR):
            yield Condition(argument, NOWHERE, SINGULAR)
        else:
            yield Condition(argument, word)


def _pattern(argument: Node, known: Known, properties: Mapping[str, frozenset[str]] | None) -> str:
    """The narrowest pattern of the entries that may be nonzero; with `properties`, of the form that the argument has under them."""
    if properties is not None:
        argument = textbook(argument, properties)
    if is_zero(argument):
        return _ZERO
    if argument.is_scalar or argument.shape[0] is not argument.shape[1]:
        return ""
    return next(pattern for pattern in _PATTERNS if not pattern or known.holds(argument, pattern))


def _space(words: Set[str]) -> str:
    """The linear space that X is declared to be in, "" if it is in none or in another set too."""
    kinds = [word for word in _SPACES if word in words]
    if not kinds or words & (_TIES - set(_SPACES)):
        return ""
    return " ".join([kinds[0], *(["toeplitz"] if "toeplitz" in kinds[1:] else [])])
