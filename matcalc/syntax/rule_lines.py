"""From a line of a rule file to the typed syntax trees of its parts; both sides are read as a user's text is."""

from __future__ import annotations

import re

from matcalc.errors import MatcalcError
from matcalc.records import record
from matcalc.syntax import complaints
from matcalc.syntax.declarations import NOTHING, Declarations
from matcalc.syntax.names import spelled
from matcalc.syntax.reading import read_part, vocabulary_of
from matcalc.syntax.tree import Tree


@record
class RuleLine:
    """One line of a rule file: its `kind`, the `left` side, the names of its `directions`, the `right` side, and its condition.

    `kind` is linear, bilinear, D, adjoint, identity, law or unsupported; `where` is the text of the condition, `reason` that
    of an unsupported line.
    """

    kind: str
    left: Tree
    directions: tuple[str, ...] = ()
    right: Tree | None = None
    where: str = ""
    reason: str = ""


_KEYWORD = re.compile(r"\s*(linear|bilinear|D|adjoint|law|unsupported)\s")
_DIRECTIONS = re.compile(r"\[([^][]*)\]\s*")
_FORMS = {
    "linear": "linear tr(X)",
    "bilinear": "bilinear A .* B",
    "D": "D inv(X)[H] = -inv(X) H inv(X)",
    "adjoint": "adjoint A H = A^T Y",
    "identity": "(A B)^T = B^T A^T",
    "law": "law tr(A B) = tr(B A)",
    "unsupported": "unsupported f(X): why, and what to do",
}


def read_rule(line: str, declarations: Declarations = NOTHING) -> RuleLine:
    """One line of a rule file, whose letters the `declarations` (its `let` lines) type; a comment begins with `#`.

    >>> from matcalc.syntax.declarations import read_declarations
    >>> let = read_declarations("X, H: n x n")
    >>> rule = read_rule("D inv(X)[H] = -inv(X) H inv(X)   # where X: invertible is in the table of functions", let)
    >>> rule.kind, rule.left.head, rule.directions
    ('D', 'inverse', ('H',))
    """
    end = line.find("#") if "#" in line else len(line)
    keyword = _KEYWORD.match(line, 0, end)
    kind = keyword.group(1) if keyword else "identity"
    start = keyword.end() if keyword else 0
    condition = reason = ""
    if kind == "unsupported":
        colon = line.find(":", start, end)
        if colon < 0:
            raise _not_a_line(line, end, kind)
        end, reason = colon, line[colon + 1 : end].strip()
    elif found := list(re.finditer(r"\bwhere\b", line[:end])):
        condition, end = line[found[-1].end() : end].strip(), found[-1].start()
    equal = line.find("=", start, end)
    if (equal < 0) is (kind in ("D", "adjoint", "identity", "law")):
        raise _not_a_line(line, end, kind)
    last = end if equal < 0 else equal
    directions: tuple[str, ...] = ()
    if kind == "D":
        bracket = line.rfind("[", start, last)
        if bracket < 0 or not (names := _DIRECTIONS.fullmatch(line, bracket, last)):
            raise _not_a_line(line, end, kind)
        directions = tuple(spelled(name.strip()) for name in names.group(1).split(","))
        last = bracket
    vocabulary = vocabulary_of(declarations, directions)
    left = read_part(line, start, last, declarations, vocabulary)
    right = None if equal < 0 else read_part(line, equal + 1, end, declarations, vocabulary)
    return RuleLine(kind, left, directions, right, condition, reason)


def _not_a_line(line: str, end: int, kind: str) -> MatcalcError:
    first = len(line) - len(line.lstrip())
    article = "an" if kind[0] in "aiu" else "a"
    return complaints.complain("rule", line, (first, end), article=article, line=kind, form=_FORMS[kind])
