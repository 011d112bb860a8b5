"""The text of a rule file, read line by line.

In: the text, where it stands, the functions that are defined already.  Out: a Line for each rule, its two sides as trees; what they
mean is worked out in `loading`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from matcalc.algebra.dimension import ONE
from matcalc.errors import MatcalcError, RuleError
from matcalc.rulebook.loading import COTANGENT, NO_FUNCTIONS, definition, read_let
from matcalc.rulebook.rule import Line
from matcalc.syntax.declarations import Declarations, Function, Variable
from matcalc.syntax.definitions import body_of, signature
from matcalc.syntax.properties import PROPERTIES
from matcalc.syntax.reading import read
from matcalc.syntax.rule_lines import read_rule
from matcalc.syntax.tree import Tree, postorder

# what only a rule says, of where its derivative exists: no entry or eigenvalue ties with the one that f picks
SINGLE = (
    "with a simple largest eigenvalue",
    "with a simple largest singular value",
    *(
        f"with a single {which} entry{where}"
        for which in ("largest", "smallest")
        for where in ("", " in each row", " in each column")
    ),
)
CONDITIONS = (*PROPERTIES, *SINGLE, "integer")
DEEPEST = 100  # levels of a line

_COMMENT = re.compile(r"#.*")
_LET = re.compile(r"let\s+(.*)")
_CONDITION_WORD = re.compile(r"condition\s+(.*)")
_EXPAND = re.compile(r"expand\s+")
_DEFINE = re.compile(r"define\s+")
_WHERE = re.compile(r"\bwhere\b([^=]*:[^=]*)$")  # not that of `E where t0 = ...`


def lines(text: str, place: str, functions: Mapping[str, Function] = NO_FUNCTIONS) -> list[Line]:
    """The rule lines of a file; RuleError for what cannot be read, with the file, the number of the line and a caret.

    `functions` are defined already.

    >>> [line.kind for line in lines("let X, H: n x n\\nD inv(X)[H] = -inv(X) H inv(X)", "my.rules")]
    ['D']
    """
    found = []
    let = ""
    known = dict(functions)
    for number, row in enumerate(text.splitlines(), 1):
        content = _COMMENT.sub("", row).rstrip()
        here = f"{place}:{number}"
        try:
            if not content.strip():
                continue
            if declared := _LET.fullmatch(content):
                let = declared.group(1)
                read_let(let)
            elif word := _CONDITION_WORD.fullmatch(content):
                if word.group(1).strip() not in CONDITIONS:
                    raise RuleError(
                        f"{word.group(1).strip()!r} is no condition", hint="the conditions are " + ", ".join(CONDITIONS)
                    )
            else:
                line = _line(content, here, let, dict(known))
                _refuse_deep(line)
                found.append(line)
                if line.kind == "define":
                    if line.left.text in known:
                        raise RuleError(f"{line.left.text} is defined already", hint="give one of them another name")
                    known[line.left.text] = definition(line)
        except MatcalcError as error:
            placed = bool(error.text) and error.span is not None
            text_, span = (error.text, error.span) if placed else (content, (0, len(content)))
            raise RuleError(f"{here}: {error.message}", text=text_, span=span, hint=error.hint) from None
    return found


def _line(content: str, place: str, let: str, functions: Mapping[str, Function]) -> Line:
    declarations = replace(read_let(let), functions=functions)
    if begins := _DEFINE.match(content):
        return _definition_line(content, begins.end(), place, let, declarations)
    kind = "expand" if (expand := _EXPAND.match(content)) else ""
    if content.startswith("adjoint"):
        # A shape for Y is found when the left side has one; here its name must only be known.
        shape = (ONE, ONE)
        declarations = Declarations(
            {**declarations.variables, COTANGENT: Variable(COTANGENT, shape)}, functions, declarations.dimensions
        )
    rule = read_rule(content[expand.end() :] if expand else content, declarations)
    conditions = tuple(_conditions(rule.where, declarations))
    text = " ".join(content.split())
    return Line(
        kind or rule.kind, text, place, let, rule.left, rule.directions, rule.right, conditions, rule.reason, functions
    )


def _refuse_deep(line: Line) -> None:
    levels: dict[Tree, int] = {}
    for part in (part for side in (line.left, line.right) if side for part in postorder(side)):
        levels[part] = 1 + max((levels[child] for child in part.children), default=0)
    if max(levels.values()) > DEEPEST:
        raise RuleError(f"this line is nested deeper than {DEEPEST} levels", hint="define its parts as functions")


def _definition_line(content: str, start: int, place: str, let: str, declarations: Declarations) -> Line:
    """define f(X) = ..."""
    name, letters, right = signature(content, start, len(content))
    for letter in letters:
        if letter not in declarations.variables:
            raise RuleError(
                f"{letter} is not declared", hint=f"write let {letter}: m x n, or what it is, above the line"
            )
    where = _WHERE.search(content, right)
    end = where.start() if where else len(content)
    conditions = tuple(_conditions(where.group(1), declarations)) if where else ()
    tree = body_of(content, right, end, declarations, (name, *letters))
    left = Tree("call", tuple(Tree("name", text=letter) for letter in letters), name)
    text = " ".join(content.split())
    return Line("define", text, place, let, left, (), tree, conditions, "", declarations.functions)


def _conditions(where: str, declarations: Declarations) -> Iterator[tuple[Tree, str]]:
    """The conditions `A: symmetric; A - B: nonzero` as pairs of an expression and a word of notation.rules."""
    for piece in filter(None, (part.strip() for part in where.split(";"))):
        what, colon, word = piece.rpartition(":")
        word = " ".join(word.split())
        if not colon or word not in CONDITIONS:
            raise RuleError(
                f"{piece!r} is no condition", hint="write where A: word, with one of " + ", ".join(CONDITIONS)
            )
        yield read(what.strip(), declarations), word
