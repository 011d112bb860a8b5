"""From text to lexemes: names are spelled in ASCII, and every name is told what it is.

The grammar has no function names and does not know a norm's opening bar from its closing one.  Both are settled here, by a
Vocabulary (what is declared) and by the lexemes around: a name before a bracket is a call or a factor, `||` opens or closes,
`I_n` is a constant.  Brackets are matched here too, so that an unclosed one is shown at its opening.
"""

from __future__ import annotations

from matcalc import limits, syntax
from matcalc.errors import MatcalcError
from matcalc.syntax import complaints
from matcalc.syntax.names import BUILT_IN, DERIVATIVES, SIZED, SUBSCRIPTS, Vocabulary, is_default, spelled
from matcalc.syntax.tables import Lexeme, scan

_NORMS = {"": "", "1": "1", "2": "2", "inf": "inf", "infty": "inf", "∞": "inf", "\\infty": "inf", "F": "F", "*": "*"}
_ENDS = frozenset({
    "NAME", "NUMBER", "CONSTANT", "CLOSING", "CLOSING_SQUARE", "CLOSING_BRACE", "NORM_CLOSE",
    "TRANSPOSE", "INVERSE_TRANSPOSE", "SUPERSCRIPT",
})  # fmt: skip
_RAISED = frozenset({"CIRCUMFLEX", "ENTRYPOW", "SUPERSCRIPT", "TRANSPOSE", "INVERSE_TRANSPOSE", "SUBSCRIPT"})
_SQUARED = (("SUPERSCRIPT",), ("CIRCUMFLEX", "NUMBER"), ("CIRCUMFLEX", "OPENING_BRACE", "NUMBER", "CLOSING_BRACE"))
_PAIRS = {"CLOSING": "OPENING", "CLOSING_SQUARE": "LSQB", "CLOSING_BRACE": "OPENING_BRACE", "NORM_CLOSE": "NORM_OPEN"}
_OPENINGS = frozenset(_PAIRS.values())


def lexemes(text: str, vocabulary: Vocabulary, start: int = 0, end: int | None = None) -> list[Lexeme]:
    """The lexemes of `text[start:end]` as the grammar wants them, with `$END`; a MatcalcError for what no grammar could mend."""
    if len(text) > limits.text:
        raise complaints.complain("long", text, (0, 1), count=len(text))
    end = len(text) if end is None else end
    raw = scan(text, start, end)
    if not raw:
        raise complaints.complain("nothing", text, (0, 0))
    return _Sorting(text, raw, vocabulary).sorted(end)


class _Sorting:
    """One pass over the raw lexemes of `text`; `out` is what has been settled, `open` the brackets and norms still open."""

    def __init__(self, text: str, raw: list[Lexeme], vocabulary: Vocabulary) -> None:
        self.text = text
        self.raw = raw
        self.vocabulary = vocabulary
        self.values = vocabulary.names | _bound(raw)
        self.without_bracket: frozenset[str] | None = None
        self.with_comma: frozenset[int] | None = None
        self.out: list[Lexeme] = []
        self.open: list[Lexeme] = []

    def sorted(self, end: int) -> list[Lexeme]:
        out, raw = self.out, self.raw
        at = 0
        while at < len(raw):
            lexeme = raw[at]
            kind = lexeme.type
            if kind == "NAME":
                at = self.name(at)
                continue
            if kind == "BAR":
                at = self.bar(at)
                continue
            if kind in _PAIRS:
                self.close(lexeme)
            elif kind in _OPENINGS:
                self.enter(lexeme)
            elif kind == "NUMBER":
                self.number(lexeme)
            elif kind == "SLASH":
                self.slash(at)
            elif kind == "UNKNOWN":
                raise syntax.misplaced.unknown_character(self.text, lexeme)
            elif kind == "SUBSCRIPT":
                raise syntax.misplaced.subscript(self.text, lexeme, out[-1] if out else None)
            out.append(lexeme)
            at += 1
        if self.open:
            raise syntax.misplaced.never_closed(self.text, self.open[-1], sum(lexeme.type == "BAR" for lexeme in raw))
        out.append(Lexeme("$END", "", end, end))
        return out

    def complain(self, kind: str, lexeme: Lexeme, **parts: object) -> MatcalcError:
        return complaints.complain(kind, self.text, (lexeme.start, lexeme.end), **parts)

    # ---- names

    def name(self, at: int) -> int:
        """Settle the name at `at`; the position after what was used."""
        raw, out = self.raw, self.out
        lexeme = raw[at]
        word = spelled(lexeme.text)
        following = raw[at + 1].type if at + 1 < len(raw) else "$END"
        if following == "OPENING" and word != "where":
            return self.before_bracket(at, word)
        kind = "NAME"
        if word == "where":
            kind = "WHERE"
        elif word not in self.values:
            if word == "I" or word.startswith("I_"):
                kind, word = "CONSTANT", word[2:]
            elif self.vocabulary.arity(word) is not None:
                kind = "FUNCTION" if word in BUILT_IN and self.vocabulary.arity(word) == 1 else "FUNCTION_NAME"
                if following in _RAISED:
                    raise syntax.misplaced.function_raised(self.text, lexeme, raw[at + 1])
            elif word in SIZED and len(word) > 1:
                raise self.complain("size missing", lexeme, form=complaints.FORMS[word])
        out.append(Lexeme(kind, word, lexeme.start, lexeme.end))
        return at + 1

    def before_bracket(self, at: int, word: str) -> int:
        """Settle a name that stands before a round bracket: a call, a derivative, or a factor."""
        raw, out, vocabulary = self.raw, self.out, self.vocabulary
        lexeme = raw[at]
        before = [mark for mark in out[-2:] if mark.type != "MINUS"][-1:]
        if before and before[0].type in ("CIRCUMFLEX", "ENTRYPOW") and out[-1].type in (before[0].type, "MINUS"):
            if vocabulary.arity(word) is not None:
                raise self.complain("call in exponent", lexeme, mark=before[0].text)
            kind = "NAME"
        elif word.startswith("I_") and word not in self.values and lexeme.end < raw[at + 1].start:
            kind, word = "CONSTANT", word[2:]
        elif word in DERIVATIVES and word not in vocabulary.functions and self.names_function(at + 2, word):
            out.append(Lexeme(DERIVATIVES[word], word, lexeme.start, lexeme.end))
            self.enter(raw[at + 1])
            out.append(raw[at + 1])
            function = raw[at + 2]
            out.append(Lexeme("FUNCTION_NAME", spelled(function.text), function.start, function.end))
            return at + 3
        elif vocabulary.arity(word) is not None or (word in SIZED and self.means_constant(at, word)):
            kind = "CALL"
        elif word in self.values or word == "pi" or (is_default(word) and self.is_factor(at, word)):
            kind = "NAME"
        else:
            raise syntax.suggestions.not_a_function(self.text, lexeme, raw[-1].end, word, self.functions(), self.values)
        out.append(Lexeme(kind, word, lexeme.start, lexeme.end))
        return at + 1

    def names_function(self, at: int, word: str) -> bool:
        """Whether `name ,` stands at `at`, as in D(h, x); the name must then be a function's, unless D itself is a variable."""
        raw = self.raw
        if at + 1 >= len(raw) or raw[at].type != "NAME" or raw[at + 1].type != "COMMA":
            return False
        inner = spelled(raw[at].text)
        if self.vocabulary.arity(inner) is not None:
            return True
        if word in self.values:
            return False
        raise self.complain("derivative of", raw[at])

    def means_constant(self, at: int, word: str) -> bool:
        # A factor's bracket has no comma, so e(i, n) is the unit vector even beside a variable e.
        if word in ("e", "unit"):
            return self.raw[at + 1].start in self.lists()
        return word not in self.values

    def lists(self) -> frozenset[int]:
        """Where the round brackets that hold a comma begin."""
        if self.with_comma is None:
            found: set[int] = set()
            inside: list[Lexeme] = []
            for lexeme in self.raw:
                if lexeme.type in _OPENINGS:
                    inside.append(lexeme)
                elif lexeme.type in _PAIRS and inside:
                    inside.pop()
                elif lexeme.type == "COMMA" and inside:
                    found.add(inside[-1].start)
            self.with_comma = frozenset(found)
        return self.with_comma

    def is_factor(self, at: int, word: str) -> bool:
        """Whether an undeclared name before a bracket multiplies it: there is a space between, or it also stands elsewhere."""
        if self.raw[at].end < self.raw[at + 1].start:
            return True
        if self.without_bracket is None:
            following = [*(lexeme.type for lexeme in self.raw[1:]), "$END"]
            self.without_bracket = frozenset(
                spelled(lexeme.text)
                for lexeme, after in zip(self.raw, following, strict=True)
                if lexeme.type == "NAME" and after != "OPENING"
            )
        return word in self.without_bracket

    def functions(self) -> list[str]:
        return [*self.vocabulary.functions, *BUILT_IN]

    # ---- brackets and norms

    def enter(self, lexeme: Lexeme) -> None:
        self.open.append(lexeme)
        if len(self.open) > limits.nesting:
            raise self.complain("deep", lexeme)

    def close(self, lexeme: Lexeme) -> None:
        opening = self.open.pop() if self.open else None
        if opening is None or opening.type != _PAIRS[lexeme.type]:
            raise syntax.misplaced.wrongly_closed(self.text, opening, lexeme)

    def bar(self, at: int) -> int:
        """Settle a `||`: it closes if a norm is innermost and an operand has just ended, or if a subscript follows."""
        raw, out = self.raw, self.out
        lexeme = raw[at]
        after = raw[at + 1] if at + 1 < len(raw) else lexeme
        subscript = after if after.type == "SUBSCRIPT" and after.start == lexeme.end else None
        inside = bool(self.open) and self.open[-1].type == "NORM_OPEN"
        if subscript is None and not (inside and out[-1].type in _ENDS):
            opening = Lexeme("NORM_OPEN", "||", lexeme.start, lexeme.end)
            self.enter(opening)
            out.append(opening)
            return at + 1
        if not inside:
            raise syntax.misplaced.norm_wrongly_closed(self.text, self.open[-1] if self.open else None, lexeme)
        self.open.pop()
        at += 1
        power: list[Lexeme] = []
        if subscript is None:
            power = self.squared(at)
            if power:
                at += len(power)
                subscript = raw[at]
        index = _below(subscript.text) if subscript else ""
        if index not in _NORMS:
            assert subscript is not None
            raise self.complain("norm unknown", subscript, index=index)
        end = subscript.end if subscript and not power else lexeme.end
        out.append(Lexeme("NORM_CLOSE", _NORMS[index], lexeme.start, end))
        out.extend(power)
        return at + 1 if subscript else at

    def squared(self, at: int) -> list[Lexeme]:
        """The exponent of ||x||^2_2, which stands before the subscript; empty if there is none."""
        for shape in _SQUARED:
            found = self.raw[at : at + len(shape) + 1]
            if tuple(lexeme.type for lexeme in found) == (*shape, "SUBSCRIPT"):
                return [*found[:-2], found[-2]._replace(end=found[-1].end)]
        return []

    # ---- numbers

    def number(self, lexeme: Lexeme) -> None:
        digits, _, exponent = lexeme.text.lower().partition("e")
        power = exponent.lstrip("+-0")
        if len(digits) > limits.exponent or len(power) > 9 or (power and int(power) > limits.exponent):
            raise self.complain("digits", lexeme)

    def slash(self, at: int) -> None:
        """`A^-1/2` and `x^1/2`, written without spaces, are read in two ways."""
        out, raw = self.out, self.raw
        if at + 1 >= len(raw) or raw[at + 1].type != "NUMBER" or not out or out[-1].type != "NUMBER":
            return
        first = len(out) - 2
        signed = first >= 0 and out[first].type == "MINUS"
        first -= signed
        raised = first > 0 and out[first].type in ("CIRCUMFLEX", "ENTRYPOW")
        glued = out[-1].end == raw[at].start and raw[at].end == raw[at + 1].start
        if raised and glued and (signed or out[-1].text == "1"):
            raise syntax.misplaced.fraction_in_exponent(self.text, out[first - 1], out[first], raw[at], raw[at + 1])


def _bound(raw: list[Lexeme]) -> frozenset[str]:
    """The names that `where t0 = ...; t1 = ...` gives values to."""
    for at, lexeme in enumerate(raw):
        if lexeme.type == "NAME" and lexeme.text == "where":
            return frozenset(
                spelled(name.text)
                for name, equal in zip(raw[at + 1 :], raw[at + 2 :], strict=False)
                if name.type == "NAME" and equal.type == "EQUAL"
            )
    return frozenset()


def _below(subscript: str) -> str:
    """What stands in a subscript: `_{2}`, `_2` and `₂` are 2."""
    if subscript.startswith("_"):
        return subscript[1:].strip("{}").strip()
    return "".join(SUBSCRIPTS[c] for c in subscript)
