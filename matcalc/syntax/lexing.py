"""From text to lexemes: names are spelled in ASCII, and every name is told what it is.

The grammar has no function names and does not know a norm's opening bar from its closing one.  Both are settled here, by a
Vocabulary (what is declared) and by the lexemes around: a name before a bracket is a call or a factor, `||` opens or closes,
`I_n` is a constant.  Brackets are matched here too, so that an unclosed one is shown at its opening.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from matcalc import limits
from matcalc.algebra.functions import ALIASES, FUNCTIONS, INTERNAL
from matcalc.syntax import complaints
from matcalc.syntax.tables import Lexeme, scan

# Greek letters, drawn -> spelled.  The first drawing of a letter is the one that is printed.
GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "ο": "omicron", "π": "pi", "ρ": "rho",
    "σ": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
    "Α": "Alpha", "Β": "Beta", "Γ": "Gamma", "Δ": "Delta", "Ε": "Epsilon", "Ζ": "Zeta", "Η": "Eta", "Θ": "Theta",
    "Ι": "Iota", "Κ": "Kappa", "Λ": "Lambda", "Μ": "Mu", "Ν": "Nu", "Ξ": "Xi", "Ο": "Omicron", "Π": "Pi", "Ρ": "Rho",
    "Σ": "Sigma", "Τ": "Tau", "Υ": "Upsilon", "Φ": "Phi", "Χ": "Chi", "Ψ": "Psi", "Ω": "Omega",
    "µ": "mu", "ϵ": "epsilon", "ϑ": "theta", "ϕ": "phi", "ϖ": "pi", "ϱ": "rho", "ς": "sigma",
}  # fmt: skip
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼᵣᵤᵥ", "0123456789aeoxhklmnpstijruv", strict=True))
SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+", strict=True))

BUILT_IN = frozenset(FUNCTIONS) - INTERNAL | frozenset(ALIASES)
SIZED = {"I": (1,), "ones": (1, 2), "zeros": (1, 2), "e": (2,), "unit": (4,), "Kmat": (2,)}  # constants: numbers of arguments
DERIVATIVES = {"D": "DIFFERENTIAL", "J": "JACOBIAN", "grad": "JACOBIAN"}
SHADOWED = {
    "e": "the unit vector e(i, n)",
    "I": "the identity matrix",
    "pi": "the number pi",
    "D": "the differential D(h, x)[v]",
    "unit": "the matrix unit unit(i, j, m, n)",
}

_LETTER = "(?:[A-Za-z]|" + "|".join(sorted(set(GREEK.values()), key=len, reverse=True)) + ")"
_DEFAULT = re.compile(_LETTER + r"[0-9]*(?:_[A-Za-z0-9]+)?")
_NORMS = {"": "", "1": "1", "2": "2", "inf": "inf", "infty": "inf", "∞": "inf", "\\infty": "inf", "F": "F", "*": "*"}
_ENDS = frozenset({
    "NAME", "NUMBER", "CONSTANT", "CLOSING", "CLOSING_SQUARE", "RBRACE", "NORM_CLOSE",
    "TRANSPOSE", "INVERSE_TRANSPOSE", "SUPERSCRIPT",
})  # fmt: skip
_PAIRS = {"CLOSING": "OPENING", "CLOSING_SQUARE": "LSQB", "RBRACE": "LBRACE", "NORM_CLOSE": "NORM_OPEN"}
_OPENINGS = frozenset(_PAIRS.values())


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """What the names of a text mean: declared `functions` (with their arity), and all `names` that stand for a value."""

    functions: Mapping[str, int]
    names: frozenset[str]

    def arity(self, name: str) -> int | None:
        """The number of arguments of the function `name`, or None if there is no such function."""
        if name in self.functions:
            return self.functions[name]
        if name in self.names or name not in BUILT_IN:
            return None
        return 3 if name == "unvec" else FUNCTIONS[ALIASES.get(name, name)].arity

    def knows(self, name: str) -> bool:
        """Whether `name` may stand for a value: it is declared, or of the form that needs no declaration."""
        return name in self.names or name == "pi" or is_default(name)


def is_default(name: str) -> bool:
    """Whether a name needs no declaration: one letter, or a Greek one, with digits or a subscript.

    >>> [is_default(name) for name in ("x1", "W_ij", "mu0", "Ax", "lgo")]
    [True, True, True, False, False]
    """
    return _DEFAULT.fullmatch(name) is not None


def spelled(name: str) -> str:
    """A name in ASCII: Greek letters by their names, a drawn or braced subscript behind `_`.

    >>> [spelled(name) for name in ("λ", "x₁", "Σ_{xx}", "µ0", "x1")]
    ['lambda', 'x_1', 'Sigma_xx', 'mu0', 'x1']
    """
    if name.isascii() and "{" not in name:
        return name
    out: list[str] = []
    below = False
    for c in name:
        if c in SUBSCRIPTS:
            out.append(SUBSCRIPTS[c] if below else "_" + SUBSCRIPTS[c])
            below = True
        elif c not in "{}":
            out.append(GREEK.get(c, c))
            below = False
    return "".join(out)


def lexemes(text: str, vocabulary: Vocabulary, start: int = 0, end: int | None = None) -> list[Lexeme]:
    """The lexemes of `text[start:end]` as the grammar wants them, with `$END`; a MatcalcError for what no grammar could mend."""
    if len(text) > limits.text:
        raise complaints.too_long(text)
    end = len(text) if end is None else end
    raw = scan(text, start, end)
    if not raw:
        raise complaints.nothing(text)
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
                raise complaints.unknown_character(self.text, lexeme)
            elif kind == "SUBSCRIPT":
                raise complaints.subscript(self.text, lexeme, out[-1] if out else None)
            out.append(lexeme)
            at += 1
        if self.open:
            raise complaints.never_closed(self.text, self.open[-1], sum(lexeme.type == "BAR" for lexeme in raw))
        out.append(Lexeme("$END", "", end, end))
        return out

    # ---- names

    def name(self, at: int) -> int:
        """Settle the name at `at`; the position after what was used."""
        raw, out = self.raw, self.out
        lexeme = raw[at]
        word = spelled(lexeme.text)
        following = raw[at + 1].type if at + 1 < len(raw) else "$END"
        if following == "OPENING":
            return self.before_bracket(at, word)
        kind = "NAME"
        if word == "where":
            kind = "WHERE"
        elif word not in self.values:
            if word == "I" or word.startswith("I_"):
                kind, word = "CONSTANT", word[2:]
            elif self.vocabulary.arity(word) is not None:
                kind = "FUNCTION" if word in BUILT_IN and self.vocabulary.arity(word) == 1 else "FUNCTION_NAME"
                if following in ("CIRCUMFLEX", "SUPERSCRIPT", "TRANSPOSE", "INVERSE_TRANSPOSE", "SUBSCRIPT", "ENTRYPOW"):
                    raise complaints.function_raised(self.text, lexeme, raw[at + 1])
            elif word in SIZED and len(word) > 1:
                raise complaints.size_missing(self.text, lexeme, word)
        out.append(Lexeme(kind, word, lexeme.start, lexeme.end))
        return at + 1

    def before_bracket(self, at: int, word: str) -> int:
        """Settle a name that stands before a round bracket: a call, a derivative, or a factor."""
        raw, out, vocabulary = self.raw, self.out, self.vocabulary
        lexeme = raw[at]
        if out and (out[-1].type in ("CIRCUMFLEX", "ENTRYPOW")):
            if vocabulary.arity(word) is not None:
                raise complaints.call_in_exponent(self.text, lexeme, out[-1])
            kind = "NAME"
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
            raise complaints.not_a_function(self.text, lexeme, word, self.functions(), self.values)
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
        raise complaints.function_undeclared(self.text, raw[at], inner, word)

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
            raise complaints.too_deep(self.text, lexeme)

    def close(self, lexeme: Lexeme) -> None:
        if not self.open:
            raise complaints.never_opened(self.text, lexeme)
        opening = self.open.pop()
        if opening.type != _PAIRS[lexeme.type]:
            raise complaints.mismatched(self.text, opening, lexeme)

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
            raise complaints.norm_never_opened(self.text, lexeme, self.open[-1] if self.open else None)
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
            raise complaints.norm_unknown(self.text, subscript, index)
        out.append(Lexeme("NORM_CLOSE", _NORMS[index], lexeme.start, subscript.end if subscript and not power else lexeme.end))
        out.extend(power)
        return at + 1 if subscript else at

    def squared(self, at: int) -> list[Lexeme]:
        """The exponent of ||x||^2_2, which stands before the subscript; empty if there is none."""
        for shape in (("SUPERSCRIPT",), ("CIRCUMFLEX", "NUMBER"), ("CIRCUMFLEX", "LBRACE", "NUMBER", "RBRACE")):
            found = self.raw[at : at + len(shape) + 1]
            if tuple(lexeme.type for lexeme in found) == (*shape, "SUBSCRIPT"):
                return found[:-1]
        return []

    # ---- numbers

    def number(self, lexeme: Lexeme) -> None:
        digits, _, exponent = lexeme.text.lower().partition("e")
        power = exponent.lstrip("+-0")
        if len(digits) > limits.exponent or len(power) > 9 or (power and int(power) > limits.exponent):
            raise complaints.number_too_large(self.text, lexeme)

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
            raise complaints.fraction_in_exponent(self.text, out[first], raw[at], raw[at + 1])


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
