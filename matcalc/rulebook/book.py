"""The rule book: which rule is about this expression?

A line becomes expressions when it is first needed.  `in_force.book()` is the book that everybody asks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from matcalc.algebra.dimension import Dimension
from matcalc.algebra.functions import OF_POWER
from matcalc.algebra.nodes import Call, Defined, MatrixPower, Node, Number, bit, keep
from matcalc.algebra.walks import postorder
from matcalc.errors import UnsupportedError
from matcalc.rulebook import finding, loading, packing
from matcalc.rulebook.rule import (
    AdjointRule,
    DerivativeRule,
    IdentityRule,
    Line,
    dimensions_of,
    fit,
    function_key,
    nodes_of,
)
from matcalc.syntax.declarations import Function

NO_FILES: Mapping[str, Sequence[Sequence[Any]]] = MappingProxyType({})
MOST_HEADS = 4096  # sets of heads for which the rules are remembered


# What hardly anything is that nobody has declared to be so: a rule under such a condition waits until somebody has declared
# one of the words behind it.
WAITS_FOR: dict[str, frozenset[str]] = {
    "symmetric":         frozenset({"symmetric", "diagonal", "positive definite", "positive semidefinite"}),
    "skew":              frozenset({"skew"}),
    "orthogonal":        frozenset({"orthogonal"}),
    "diagonal":          frozenset({"diagonal"}),
    "invertible":        frozenset({"invertible", "orthogonal", "positive definite"}),
    "positive definite": frozenset({"positive definite"}),
    "full rank":         frozenset({"full rank", "invertible", "orthogonal", "positive definite"}),
    "unit":              frozenset({"unit"}),
}  # fmt: skip


class Identities:
    """The identities that may apply where some properties are declared, by the two keys of `finding.keys`.

    `settled` is what is known of expressions without any variable's property: they stay what they are, or become this.
    """

    __slots__ = ("_book", "_kept", "_numbers", "about", "settled", "touches")

    def __init__(self, book: RuleBook, numbers: dict[str, dict[str, list[int]]]) -> None:
        self._book = book
        self._numbers = numbers
        self._kept: dict[tuple[str, str], list[IdentityRule]] = {}
        self.settled: dict[Node, Node] = {}
        # of nodes in which the same heads occur it is asked again and again
        self.about = lru_cache(maxsize=MOST_HEADS)(self._about)
        self.touches = lru_cache(maxsize=MOST_HEADS)(self._touches)

    def _about(self, first: str, heads: int) -> Mapping[str, Sequence[IdentityRule]]:
        """By the second key, the rules under the first one that may apply to a node in which these `heads` occur."""
        found = {}
        for second in self._numbers.get(first, ()):
            if second == finding.ANY or bit(second.rstrip("'")) & heads:
                rules = [rule for rule in self._under(first, second) if not rule.heads & ~heads]
                if rules:
                    found[second] = rules
        return found

    def _touches(self, heads: int) -> bool:
        """Whether any rule may apply to a node in which no other than these `heads` occur, or to a part of it."""
        return any(bit(first) & heads and self.about(first, heads) for first in self._numbers)

    def _under(self, first: str, second: str) -> list[IdentityRule]:
        """The rules under these two keys, in the order of the files."""
        key = (first, second)
        kept = self._kept.get(key)
        if kept is None:
            numbers = self._numbers[first][second]
            kept = self._kept[key] = [rule for number in numbers for rule in self._book.identities_of(number, key)]
        return kept


class RuleBook:
    """Rule lines, filed under what they are about.

    >>> from matcalc.algebra import calls; from matcalc.algebra.dimension import named
    >>> from matcalc.algebra.leaves import symbol
    >>> from matcalc.rulebook.in_force import book
    >>> rule = book().derivative(calls.call("logdet", [symbol("S", (named("k"), named("k")))]))
    >>> rule.text if rule else None
    'D logdet(X)[H] = tr(inv(X) H) where X: invertible'
    """

    def __init__(
        self, entries: Iterable[Sequence[Any]] = (), files: Mapping[str, Sequence[Sequence[Any]]] = NO_FILES
    ) -> None:
        self._shipped = list(entries)
        self.files = dict(files)
        self.defined: dict[str, Function] = {}  # by the files
        self._entries: list[tuple[str, str]] = []  # kind, packed line
        self._waiting: dict[int, list[frozenset[str]]] = {}
        self._made: dict[int, Any] = {}
        self._filed: dict[tuple[str, str], list[int]] = {}
        self._slots: dict[str, list[int]] = {}
        self._identities: dict[tuple[frozenset[str], bool], Identities] = {}
        for of_file in (self._shipped, *self.files.values()):
            self._add(of_file)

    def _add(self, entries: Iterable[Sequence[Any]]) -> None:
        """File the entries that `packing.entry` has made; where two are about the same, the later one is asked first."""
        for kind, keys, slots, words, line in entries:
            if kind == "define":
                made = loading.definition(self._line(line))
                keep(postorder(*nodes_of(made)))
                self.defined[made.name] = made
            place = len(self._entries)
            self._entries.append((kind, line))
            waits = [WAITS_FOR[word] for word in words if word in WAITS_FOR]
            if waits:
                self._waiting[place] = waits
            for key in keys:
                self._filed.setdefault((_SHELF.get(kind, kind), key), []).append(place)
                if slots:
                    self._slots[key] = slots

    def of_files(self, files: Mapping[str, Sequence[Sequence[Any]]]) -> RuleBook:
        """The shipped rules with the entries of these files."""
        return RuleBook(self._shipped, files)

    def _line(self, packed: str) -> Line:
        return packing.unpacked(packed, self.defined)

    def lines(self) -> list[Line]:
        """All lines, in order."""
        return [self._line(line) for _, line in self._entries]

    def functions(self) -> set[str]:
        """The functions whose derivative is given, or refused with a reason."""
        return {key for kind, key in self._filed if kind in ("D", "linear", "bilinear", "define")}

    def forget(self) -> None:
        """Forget what is known of expressions that are not of the lines."""
        for identities in self._identities.values():
            identities.settled.clear()

    # ---- derivatives

    def derivative(self, node: Node, moving: Collection[int] | None = None) -> DerivativeRule | None:
        """The rule for D of this call, with a direction for each argument of `moving` (all that are not numbers, if not given).

        None if there is none, if the call is linear, or for X^3, which the product rule is about; UnsupportedError with the reason
        that an `unsupported` line gives.
        """
        if moving is None:
            moving = [k for k, child in enumerate(node.children) if type(child) is not Number]
        key = function_key(node)
        if key is None or (key == "X^k" and type(node.children[1]) is Number):
            return None
        for place in self._filed.get(("D", key), ())[::-1] if key != "X.^k" else self._powers(node):
            kind = self._entries[place][0]
            if kind == "unsupported":
                self._refuse(place, node)
                continue
            rule: DerivativeRule = self._rule(place, loading.derivative_rule)
            if max(moving, default=0) < len(rule.directions) and _is_about(rule, node):
                return rule
        return None

    def _powers(self, node: Node) -> list[int]:
        # In the order of the file: integer exponents need no condition.
        root = self._filed.get(("D", "sqrt"), []) if _is_half(node) else []
        return root + self._filed.get(("D", "X.^k"), [])

    def _refuse(self, place: int, node: Node) -> None:
        line: Line = self._rule(place, lambda line: line)
        left = self._rule(~place, lambda _: loading.lowered(line)[0])
        if type(node) is Defined and left.data != node.data:
            return
        known: dict[str, Dimension] | None = {}
        for letter, child in zip(left.children, node.children, strict=True):
            known = None if known is None else fit(letter.shape, child.shape, known)  # type: ignore[assignment]
        if known is not None:
            reason, _, hint = line.reason.partition(";")
            what = {"X^k": "a symbolic matrix power"}.get(function_key(node) or "", function_key(node))
            raise UnsupportedError(f"no derivative of {what}: {reason.strip()}", hint=hint.strip())

    def linear_slots(self, node: Node) -> tuple[int, ...]:
        """The arguments, from 0, in which this call is linear, each for itself; () if no line says so."""
        return tuple(self._slots.get(node.data, ())) if type(node) is Call else ()

    # ---- adjoints

    def adjoint(self, key: str, slot: int = 0, node: Node | None = None) -> AdjointRule:
        """The adjoint of the linear map `key`: `A H B` as adjoint.rules writes it, or a function that is linear in `slot`.

        The call `node` tells diag of a vector from diag of a matrix.

        >>> from matcalc.rulebook.in_force import book
        >>> book().adjoint("A H B").text, book().adjoint("sum").text
        ('adjoint A H B = A^T Y B^T', 'adjoint sum(H) = Y ones(m, n)')
        """
        places = self._filed.get(("adjoint", f"{key}/{slot}"), ())[::-1]
        for place in places:
            rule: AdjointRule = self._rule(place, loading.adjoint_rule)
            if node is None or len(places) == 1 or rule.direction.is_column is node.children[slot].is_column:
                return rule
        raise UnsupportedError(
            f"the gradient through {key} has no matrix notation here",
            hint="ask for the differential, which always exists",
        )

    # ---- identities

    def identities(self, words: frozenset[str] = frozenset(), *, expand: bool = False) -> Identities:
        """The identities for expressions of whose variables these words are declared; with `expand`, also what makes them larger."""
        kept = self._identities.get((words, expand))
        if kept is None:
            shelves: dict[str, dict[str, list[int]]] = {}
            for (kind, key), places in self._filed.items():
                if kind == "identity" and (running := [p for p in places if self._runs(p, words, expand)]):
                    first, _, second = key.partition("/")
                    shelves.setdefault(first, {})[second] = running
            kept = self._identities[words, expand] = Identities(self, shelves)
        return kept

    def _runs(self, place: int, words: frozenset[str], expand: bool) -> bool:
        if self._entries[place][0] == "expand" and not expand:
            return False
        return all(words & waits for waits in self._waiting.get(place, ()))

    def identities_of(self, place: int, key: tuple[str, str]) -> list[IdentityRule]:
        """The patterns of one line that are looked up under `key`."""
        rules: dict[tuple[str, str], list[IdentityRule]] = self._rule(place, _identities)
        return rules.get(key, [])

    def _rule(self, place: int, make: Any) -> Any:
        made = self._made.get(place)
        if made is None:
            line = self._line(self._entries[max(place, ~place)][1])
            made = self._made[place] = make(line)
            keep(postorder(*nodes_of(made)))
        return made


_SHELF = {"unsupported": "D", "expand": "identity"}


def _identities(line: Line) -> dict[tuple[str, str], list[IdentityRule]]:
    return finding.by_keys(loading.identities(line))


def _is_half(node: Node) -> bool:
    exponent = node.children[1]
    return type(exponent) is Number and exponent.data * 2 == 1


def _is_about(rule: DerivativeRule, node: Node) -> bool:
    if type(node) is Defined and node.data != rule.about:  # another function of this name
        return False
    is_integer = type(node) is MatrixPower or (type(node) is Call and node.data in OF_POWER)
    for letter in () if is_integer else rule.integers:  # the exponent of a matrix power stands for an integer anyway
        exponent = node.children[rule.arguments.index(letter)]
        if not (type(exponent) is Number and type(exponent.data) is int):
            return False
    return dimensions_of(dict(zip(rule.arguments, node.children, strict=False))) is not None
