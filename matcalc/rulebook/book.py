"""The rule book: which rule is about this expression?

`book()` is the shipped one.  It is read and validated once and kept in the user's cache folder under the text of the rule
files; a line becomes expressions when it is first needed, so that a start costs what its own rules cost.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from matcalc import resources
from matcalc.algebra.dimension import Dimension
from matcalc.algebra.nodes import Call, Node, Number
from matcalc.errors import RuleError, UnsupportedError
from matcalc.rulebook import loading, matching
from matcalc.rulebook.rule import REWRITTEN, AdjointRule, DerivativeRule, Identity, Line, dimensions_of, fit, function_key

FORMAT = "1"  # of the remembered lines
FILES = tuple(f"{name}.rules" for name in "notation linear bilinear chain adjoint identities".split())

# What is known of nothing that nobody has declared: rules under these conditions wait for declarations.
DECLARED_ONLY = frozenset("symmetric skew orthogonal diagonal invertible".split()) | {"positive definite", "full rank"}

Index = dict[str, dict[str, list[Identity]]]


class RuleBook:
    """Rule lines, filed under what they are about.

    >>> from matcalc.algebra import calls, nodes; from matcalc.algebra.dimension import named
    >>> rule = book().derivative(calls.call("logdet", [nodes.symbol("S", (named("k"), named("k")))]))
    >>> rule.text if rule else None
    'D logdet(X)[H] = tr(inv(X) H) where X: invertible'
    """

    def __init__(self, entries: Iterable[Sequence[Any]] = ()) -> None:
        self._entries: list[tuple[str, str, str]] = []  # kind, text, packed line
        self._made: dict[int, Any] = {}
        self._filed: dict[tuple[str, str], list[int]] = {}
        self._slots: dict[str, list[int]] = {}
        self._indexes: dict[tuple[bool, bool], Index] = {}
        self.add(entries)

    def add(self, entries: Iterable[Sequence[Any]]) -> None:
        """File the entries that `entry` has made; where two are about the same, the later one is asked first."""
        for kind, keys, slots, text, line in entries:
            number = len(self._entries)
            self._entries.append((kind, text, line))
            for key in keys:
                self._filed.setdefault((_SHELF.get(kind, kind), key), []).append(number)
                if slots:
                    self._slots[key] = slots
        self._indexes.clear()

    def lines(self) -> list[Line]:
        """All lines, in order."""
        return [loading.unpacked(json.loads(line)) for _, _, line in self._entries]

    def texts(self) -> list[tuple[str, str]]:
        """The kind and the text of all lines, in order."""
        return [(kind, text) for kind, text, _ in self._entries]

    def forget(self) -> None:
        """Forget the expressions made of the lines: for `nodes.clear`, after which they would not be those of anybody else."""
        self._made.clear()
        self._indexes.clear()

    # ---- derivatives

    def derivative(self, node: Node, moving: Collection[int] | None = None) -> DerivativeRule | None:
        """The rule for D of this call, with a direction for each argument of `moving` (all that are not numbers, if not given).

        None if there is none, or if the call is linear; UnsupportedError with the reason that an `unsupported` line gives.
        """
        if moving is None:
            moving = [k for k, child in enumerate(node.children) if type(child) is not Number]
        key = function_key(node)
        if key is None:
            return None
        for number in self._filed.get(("D", key), ())[::-1] if key != "X.^k" else self._powers(node):
            kind, text, _ = self._entries[number]
            if kind == "unsupported":
                self._refuse(number, node)
                continue
            rule: DerivativeRule = self._rule(number, loading.derivative_rule)
            if max(moving, default=0) < len(rule.directions) and _is_about(rule, node):
                return rule
        return None

    def _powers(self, node: Node) -> list[int]:
        # In the order of the file: integer exponents need no condition.
        root = self._filed.get(("D", "sqrt"), []) if _is_half(node) else []
        return root + self._filed.get(("D", "X.^k"), [])

    def _refuse(self, number: int, node: Node) -> None:
        line: Line = self._rule(number, lambda line: line)
        left = self._rule(~number, lambda _: loading.lowered(line)[0])
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

        >>> book().adjoint("A H B").text, book().adjoint("sum").text
        ('adjoint A H B = A^T Y B^T', 'adjoint sum(H) = Y ones(m, n)')
        """
        numbers = self._filed.get(("adjoint", f"{key}/{slot}"), ())[::-1]
        for number in numbers:
            rule: AdjointRule = self._rule(number, loading.adjoint_rule)
            if node is None or len(numbers) == 1 or rule.direction.is_column is node.children[slot].is_column:
                return rule
        raise UnsupportedError(f"no adjoint of {key} in its argument {slot + 1}")

    # ---- identities

    def identities(self, *, declared: bool, expand: bool) -> Index:
        """The identities by the two keys of `matching.keys`; without what needs declarations, or makes an expression larger."""
        wanted = (declared, expand)
        if wanted not in self._indexes:
            found: Index = {}
            for (kind, key), numbers in self._filed.items():
                if kind == "identity":
                    first, _, second = key.partition("/")
                    rules = [rule for number in numbers for rule in self._wanted(number, key, declared, expand)]
                    if rules:
                        found.setdefault(first, {})[second] = rules
            self._indexes[wanted] = found
        return self._indexes[wanted]

    def _wanted(self, number: int, key: str, declared: bool, expand: bool) -> list[Identity]:
        kind, text, _ = self._entries[number]
        if kind == "expand" and not expand:
            return []
        rules: dict[str, list[Identity]] = self._rule(number, _by_key)
        return [r for r in rules.get(key, ()) if declared or not any(word in DECLARED_ONLY for _, word in r.conditions)]

    def _rule(self, number: int, make: Any) -> Any:
        made = self._made.get(number)
        if made is None:
            line = loading.unpacked(json.loads(self._entries[max(number, ~number)][2]))
            made = self._made[number] = make(line)
        return made


_SHELF = {"unsupported": "D", "expand": "identity"}


def _by_key(line: Line) -> dict[str, list[Identity]]:
    found: dict[str, list[Identity]] = {}
    for rule in loading.identities(line):
        for key in matching.keys(rule):
            found.setdefault("/".join(key), []).append(rule)
    return found


def _is_half(node: Node) -> bool:
    exponent = node.children[1]
    return type(exponent) is Number and exponent.data * 2 == 1


def _is_about(rule: DerivativeRule, node: Node) -> bool:
    for letter in rule.integers:
        exponent = node.children[rule.arguments.index(letter)]
        if not (type(exponent) is Number and type(exponent.data) is int):
            return False
    return dimensions_of(dict(zip(rule.arguments, node.children, strict=False))) is not None


def entry(line: Line) -> list[Any]:
    """What is kept of a line: its kind, the keys it is filed under, the arguments it is linear in, its text, and itself."""
    keys: list[str] = []
    slots: list[int] = []
    if line.kind in ("D", "unsupported"):
        keys = [loading.derivative_key(loading.lowered(line)[0])]
    elif line.kind in ("linear", "bilinear"):
        key, found = loading.slots(line)
        keys, slots = [key], list(found)
    elif line.kind == "adjoint":
        keys = ["/".join(map(str, loading.adjoint_key(line)))]
    elif line.kind in REWRITTEN:
        keys = list(_by_key(line))
    return [line.kind, keys, slots, line.text, json.dumps(loading.packed(line), separators=(",", ":"))]


_shipped: RuleBook | None = None


def book() -> RuleBook:
    """The shipped rules, and those that `load` has added."""
    global _shipped
    if _shipped is None:
        texts = [resources.text("rules", name) for name in FILES]
        source = FORMAT + "\0".join(texts)
        entries = resources.remembered("rules", source)
        if entries is None:
            lines = [line for name, text in zip(FILES, texts, strict=True) for line in loading.lines(text, f"rules/{name}")]
            entries = _validated(lines, RuleBook())
            resources.remember("rules", source, entries)
        _shipped = RuleBook(entries)
    return _shipped


def read_file(path: str | os.PathLike[str]) -> list[Line]:
    """The lines of a user's rule file, validated beside the shipped ones and not yet in force."""
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise RuleError(f"cannot read the rules in {os.fspath(path)}: {error}") from None
    lines = loading.lines(text, os.path.basename(os.fspath(path)))
    _validated(lines, book())
    return lines


def install(lines: Iterable[Line]) -> None:
    """Put lines that were read and checked into the book."""
    book().add([entry(line) for line in lines])


def load(path: str | os.PathLike[str]) -> list[Line]:
    """Read, validate and install a user's rule file; whether its lines are true is for `numeric.rule_check` to say first."""
    lines = read_file(path)
    install(lines)
    return lines


def _validated(lines: Sequence[Line], beside: RuleBook) -> list[Any]:
    from matcalc.rulebook import validation  # only when the cache is cold

    validation.validate(lines, beside.lines())
    return [entry(line) for line in lines]


def forget() -> None:
    """Forget the expressions that the shipped rules were made into (see RuleBook.forget)."""
    if _shipped is not None:
        _shipped.forget()

