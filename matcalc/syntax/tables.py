"""From grammar/expression.lark to the tables that read a text: what a lexeme looks like, and what to do with it.

Lark makes the tables (LALR(1); a test has it refuse conflicts and colliding terminals).  They are plain data, kept in the
user's cache folder, so that a start with a warm cache imports neither Lark nor pickle: 4 ms instead of 70.  Walking them is
`walk`, iterative, so that depth costs memory and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from matcalc import resources

FORMAT = "2"  # of the remembered tables


class Lexeme(NamedTuple):
    """One piece of the text: its `type` (a terminal of the grammar), its `text` as meant, and where it stands."""

    type: str
    text: str
    start: int
    end: int


class Rule(NamedTuple):
    """One line of the grammar: `origin` consists of `size` parts; the method `action` gets those at `kept`, None passes one on.

    `renames` says that it is made of one part and passes it on.
    """

    origin: str
    size: int
    action: str | None
    kept: tuple[int, ...]
    renames: bool


class Tables(NamedTuple):
    """The grammar, ready to be walked.

    `lexemes` is one regular expression: spaces, then a terminal by its named group, or the end.  `states[i]` maps a symbol to a
    number: a state to go to if it is not negative, else the rule ~number to apply.
    """

    lexemes: re.Pattern[str]
    states: tuple[dict[str, int], ...]
    rules: tuple[Rule, ...]
    start: int
    end: int


class Unexpected(Exception):
    """The lexeme at `position` does not fit; `state` is the row of the table that refused it."""

    def __init__(self, position: int, state: dict[str, int]) -> None:
        super().__init__(position)
        self.position = position
        self.state = state


_tables: Tables | None = None


def tables() -> Tables:
    """The tables of the grammar, made once per process."""
    global _tables
    if _tables is None:
        source = FORMAT + resources.text("grammar", "expression.lark")
        plain = resources.remembered("expression", source)
        if plain is None:
            plain = made_by_lark(source[len(FORMAT) :])
            resources.remember("expression", source, plain)
        _tables = _unpacked(plain)
    return _tables


def made_by_lark(grammar: str, strict: bool = False) -> dict[str, Any]:
    """The tables of a grammar as JSON data; `strict` refuses conflicts and colliding terminals, and needs interegular."""
    from lark import Lark

    class EveryTerminal:
        always_accept = ("BAR", "SUBSCRIPT", "UNKNOWN")

        def process(self, stream: Any) -> Any:
            return stream

    lark = Lark(grammar, parser="lalr", lexer="basic", strict=strict, postlex=EveryTerminal(), maybe_placeholders=False)
    terminals = sorted(lark.terminals, key=lambda t: (-t.priority, -t.pattern.max_width, -len(t.pattern.value), t.name))
    table = lark.parser.parser._parse_table  # type: ignore[union-attr,attr-defined,unused-ignore]
    ignored = "|".join(t.pattern.to_regexp() for t in terminals if t.name in lark.ignore_tokens)
    lexemes = "|".join(f"(?P<{t.name}>{t.pattern.to_regexp()})" for t in terminals if t.name not in lark.ignore_tokens)
    number = {rule: i for i, rule in enumerate(lark.rules)}
    numbers = {state: i for i, state in enumerate(table.states)}
    return {
        "lexemes": rf"(?:{ignored})*+(?:{lexemes}|\Z)",
        "states": [
            {
                symbol: numbers[argument] if str(action) == "Shift" else ~number[argument]
                for symbol, (action, argument) in row.items()
            }
            for row in table.states.values()
        ],
        "rules": [
            [
                rule.origin.name,
                len(rule.expansion),
                rule.alias or (None if rule.options.expand1 else rule.origin.name),
                [i for i, part in enumerate(rule.expansion) if not getattr(part, "filter_out", False)],
            ]
            for rule in lark.rules
        ],
        "start": numbers[table.start_states["start"]],
        "end": numbers[table.end_states["start"]],
    }


def _unpacked(plain: dict[str, Any]) -> Tables:
    return Tables(
        re.compile(plain["lexemes"]),
        tuple(plain["states"]),
        tuple(
            Rule(origin, size, action, tuple(kept), action is None and size == 1)
            for origin, size, action, kept in plain["rules"]
        ),
        plain["start"],
        plain["end"],
    )


def scan(text: str, start: int, end: int) -> list[Lexeme]:
    """The lexemes of `text[start:end]`, spaces left out; every character belongs to one."""
    made = tuple.__new__  # a quarter faster than Lexeme(...)
    return [
        made(Lexeme, (match.lastgroup, match[group], match.start(group), match.end()))
        for match in tables().lexemes.finditer(text, start, end)
        if (group := match.lastindex)
    ]


def walk(lexemes: Iterable[Lexeme], actions: object) -> Any:
    """What the `actions` (one method per alias of the grammar) make of the lexemes, the last of which is `$END`."""
    grammar = tables()
    states, rules = grammar.states, grammar.rules
    path, values = [grammar.start], list[Any]()
    for position, lexeme in enumerate(lexemes):
        kind = lexeme.type
        step = states[path[-1]].get(kind)
        while step is not None and step < 0:
            rule = rules[~step]
            if not rule.renames:
                parts = values[-rule.size :]
                kept = [parts[i] for i in rule.kept]
                values[-rule.size :] = [getattr(actions, rule.action)(*kept) if rule.action else kept[0]]
            del path[-rule.size :]
            state = states[path[-1]][rule.origin]
            path.append(state)
            step = states[state].get(kind)
        if step is not None:
            path.append(step)
            values.append(lexeme)
        elif path[-1] == grammar.end and kind == "$END":
            return values[-1]
        else:
            raise Unexpected(position, states[path[-1]])
    raise AssertionError("the lexemes end with $END")
