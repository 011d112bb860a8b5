"""Lexemes that do not fit where they stand: which sentence of `complaints.py` is said about them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from matcalc.algebra.functions import FUNCTIONS
from matcalc.errors import MatcalcError, SyntaxProblem
from matcalc.syntax.complaints import complain, two_readings
from matcalc.syntax.names import GREEK, SUPERSCRIPTS, is_default
from matcalc.syntax.tables import Lexeme

_SUM = "sums over an index are not read yet; write sum(x) for the sum of all entries, or a product such as a^T x"
_PLAIN = "LaTeX is not read yet; write x^T A x / 2, without backslashes"
_PRODUCT = "write A B or A * B for a product, A .* B entry by entry"
_INNER = "write dot(x, y) for an inner product"
_COMPARED = f"{_INNER}, step(x) or max(a, b) for a comparison"
_DIVIDED = "write inv(A) b for the solution x of A x = b"

# A character that means nothing here: what to write.
_CHARACTERS = {
    "|": "write ||x|| for a norm, abs(x) for entrywise absolute values, det(A) for a determinant",
    "$": "write the expression without $ signs",
    '"': "write the expression without quotes",
    "`": "write the expression without quotes",
    "“": "write the expression without quotes",
    "’": "write A^T or A' for the transpose",
    "′": "write A^T or A' for the transpose",
    "×": "write A B or A * B for a product; × stands in declarations only",
    "÷": "write a / b, or A ./ B entry by entry",
    "½": "write 1/2",
    "¼": "write 1/4",
    ".": "write 2 or 2.0 for a number, A .* B, A ./ B and A .^ p entry by entry",
    "–": "write - for minus",
    "—": "write - for minus",
    "∑": _SUM,
    "∂": "write the function only, and name the variable with wrt",
    "∇": "write the function only, and name the variable with wrt",
    "√": "write sqrt(x)",
    "∞": "infinity stands only in the subscript of a norm: ||x||_inf",
    ":": "declarations stand in where; X e(j, n) is column j of X, e(i, m)^T X row i",
    "_": "a subscript follows its name at once: x_1, x_{ij}",
    "†": "write pinv(A) for the pseudoinverse, A^T for the transpose",
    "ᵗ": "write A^T or A' for the transpose",
    "⁺": "write pinv(A) for the pseudoinverse",
    "∙": _PRODUCT,
    "•": _PRODUCT,
    "∗": _PRODUCT,
    "⊘": "write A ./ B for the entrywise quotient",
    "∏": "write exp(sum(log(x))) for the product of all entries, which are positive",
    "∈": "declarations stand in where: A: m x n",
    "<": _COMPARED,
    ">": _COMPARED,
    "≤": _COMPARED,
    "≥": _COMPARED,
    "⟨": _INNER,
    "⟩": _INNER,
    "〈": _INNER,
    "〉": _INNER,
}  # fmt: skip
_LATEX = {
    "\\frac": "write a / b for \\frac{a}{b}",
    "\\sum": _SUM,
    "\\left": "write brackets without \\left and \\right",
    "\\right": "write brackets without \\left and \\right",
    "\\|": "write || for a norm",
    "\\Vert": "write || for a norm",
    "\\lVert": "write || for a norm",
    "\\sqrt": "write sqrt(x)",
    "\\times": _CHARACTERS["×"],
    "\\odot": "write A .* B for the entrywise product",
    "\\circ": "write A .* B for the entrywise product",
    "\\partial": _CHARACTERS["∂"],
    "\\nabla": _CHARACTERS["∇"],
}

# What stands before, what stands there: what people mean by it.
_TOGETHER = {
    ("*", "*"): "write X^2 for a power",
    ("^", "*"): "write A^T for the transpose; all is real here",
    ("^", "+"): "write pinv(A) for the pseudoinverse",
    ("^", "†"): "write pinv(A) for the pseudoinverse",
    ("^", "'"): "write A^T or A' for the transpose",
    (".", "'"): "write A^T or A' for the transpose",
    (".", "T"): "write A^T for the transpose",
    ("/", "/"): "write a / b",
    ("-", ">"): "an arrow stands in declarations only",
    ("|", "|"): "write || for a norm, without a space between",
}  # fmt: skip

_POWER = re.compile(r"\^? ?(-?[0-9]+|⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
_MATES = {"(": ")", "[": "]", "{": "}", ")": "(", "]": "[", "}": "{"}
_OPERATORS = frozenset({"PLUS", "MINUS", "TIMES", "SLASH", "HADAMARD", "ENTRYDIV", "ENTRYPOW", "KRON", "CIRCUMFLEX"})
_OPERANDS = frozenset({"CALL", "FUNCTION", "FUNCTION_NAME", "CONSTANT", "NORM_OPEN", "DIFFERENTIAL", "JACOBIAN"})


def unknown_character(text: str, lexeme: Lexeme) -> MatcalcError:
    """A character, or a command of LaTeX, that means nothing here."""
    piece = lexeme.text
    before, after = text[: lexeme.start].rstrip()[-1:], text[lexeme.end : lexeme.end + 1]
    if piece.startswith("\\"):
        greek = piece[1:] in GREEK.values()
        divides = (piece == "\\" or (len(piece) == 2 and piece[1].isalpha())) and (
            before.isalnum() or before in tuple(")]'")
        )
        hint = _LATEX.get(piece) or (f"write {piece[1:]}" if greek else _DIVIDED if divides else _PLAIN)
    else:
        hint = (
            _TOGETHER.get((before, piece)) or _TOGETHER.get((piece, after)) or _CHARACTERS.get(piece) or _plainly(piece)
        )
    return complain("unknown", text, (lexeme.start, lexeme.end), hint=hint)


def _plainly(character: str) -> str:
    """A letter or digit that is drawn bold, italic or wide, as it is typed."""
    import unicodedata

    plain = unicodedata.normalize("NFKC", character)
    return f"write {plain}" if plain != character and plain.isascii() and plain.isalnum() else ""


def never_closed(text: str, opening: Lexeme, bars: int) -> MatcalcError:
    """An opening bracket or norm without its end; `bars` counts the || of the text."""
    if opening.type == "NORM_OPEN":
        return complain("norms open" if bars > 2 else "norm open", text, (opening.start, opening.end))
    return complain("never closed", text, (opening.start, opening.end), mate=_MATES[opening.text])


def wrongly_closed(text: str, opening: Lexeme | None, closing: Lexeme) -> MatcalcError:
    """A closing bracket whose opening one is another, a norm, or none."""
    if opening is None:
        return complain("never opened", text, (closing.start, closing.end), mate=_MATES[closing.text])
    place = (opening.start, opening.end)
    if opening.type == "NORM_OPEN":
        return complain("norm crossed", text, place, closing=closing.text)
    return complain("mismatched", text, place, closing=closing.text, mate=_MATES[opening.text])


def norm_wrongly_closed(text: str, opening: Lexeme | None, bar: Lexeme) -> MatcalcError:
    """A || with a subscript where no norm is open, or a bracket is."""
    if opening is None:
        return complain("norm closes nothing", text, (bar.start, bar.end))
    return complain("norm crosses", text, (opening.start, opening.end), mate=_MATES[opening.text])


def subscript(text: str, lexeme: Lexeme, before: Lexeme | None) -> MatcalcError:
    """A subscript behind anything but a name or a norm; behind a function it counts something."""
    counts = before is not None and before.end == lexeme.start and not is_default(before.text)
    if before is not None and counts and before.type in ("FUNCTION", "FUNCTION_NAME", "NAME"):
        return complain("over an index", text, (before.start, lexeme.end), function=before.text)
    return complain("subscript", text, (lexeme.start, lexeme.end))


def function_raised(text: str, function: Lexeme, mark: Lexeme) -> MatcalcError:
    """`sin^2(x)`, `g'(x)`, `sum_{i=1}^N x_i`."""
    if mark.type == "SUBSCRIPT":
        return subscript(text, mark, function._replace(type="FUNCTION"))
    name = text[function.start : function.end]
    kind, power = "transposed" if mark.type == "TRANSPOSE" else "raised", "2"
    if found := _POWER.match(text, mark.start):
        power = "".join(SUPERSCRIPTS.get(c, c) for c in found[1])
        if power == "-1":
            kind = "inverted" if f"arc{name}" in FUNCTIONS else "reciprocal"
    return complain(kind, text, (function.start, mark.end), function=name, mark=mark.text, power=power)


def fraction_in_exponent(text: str, base: Lexeme, mark: Lexeme, slash: Lexeme, below: Lexeme) -> SyntaxProblem:
    """`A^-1/2`."""
    name, start = (base.text, base.start) if base.type in ("NAME", "NUMBER") else ("(...)", mark.start)
    above, power = text[mark.end : slash.start].strip(), text[mark.end : below.end].strip()
    first, second = f"{name}{mark.text}({power})", f"({name}{mark.text}{above})/{below.text}"
    return two_readings(text, (start, below.end), first, second)


def unreadable(text: str, lexemes: list[Lexeme], at: int, fits: Iterable[str]) -> MatcalcError:
    """The lexeme at `at` is none of those that fit: what is missing there, or too much."""
    lexeme = lexemes[at]
    span, here = (lexeme.start, lexeme.end), text[lexeme.start : lexeme.end]
    if at == 0:
        before, place, word = Lexeme("", "", 0, 0), (0, 0), ""
    else:
        before = lexemes[at - 1]
        place, word = (before.start, before.end), text[before.start : before.end]
    both = (before.start, lexeme.end)
    if (word, here) in _TOGETHER:
        return complain("unknown", text, both, hint=_TOGETHER[word, here])
    if "FUNCTION_NAME" in (before.type, lexeme.type):
        return complain("needs brackets", text, place if before.type == "FUNCTION_NAME" else span)
    if before.type == "FUNCTION" and lexeme.type == "MINUS":
        return complain("sign after", text, span, function=word)
    if before.type == "FUNCTION":
        return complain("needs argument", text, place)
    if before.type == "CLOSING" and set(fits) == {"LSQB"}:
        return complain("no direction", text, place)
    if lexeme.type == "EQUAL":
        return complain("equal", text, span)
    if before.type in ("CIRCUMFLEX", "ENTRYPOW") and lexeme.type in _OPERANDS:
        return complain("exponent", text, span, mark=word)
    if before.type in _OPERATORS and lexeme.type not in _OPERATORS:
        return complain("after operator", text, place)
    if (before.type, lexeme.type) in (("OPENING", "CLOSING"), ("NORM_OPEN", "NORM_CLOSE"), ("LSQB", "CLOSING_SQUARE")):
        return complain("empty brackets", text, both)
    if lexeme.type == "TRANSPOSE" and here == "'" and at == 0:
        return complain("unknown", text, span, hint=_CHARACTERS['"'])
    if lexeme.type in _OPERATORS or lexeme.type in ("TRANSPOSE", "INVERSE_TRANSPOSE", "SUPERSCRIPT"):
        return complain("before operator", text, span)
    kind = {"COMMA": "comma", "OPENING_BRACE": "brace", "LSQB": "square", "SEMICOLON": "semicolon", "$END": "early"}
    return complain(kind.get(lexeme.type, "unexpected"), text, span)
