"""What is said about a text that cannot be read: one table of sentences, and the few that need more than the place.

`complain("never closed", text, span)` makes the error; in its sentence `{here}` is the text at the place.  The sentences are
part of the interface; tests/syntax/test_messages.py holds them word for word.
"""

from __future__ import annotations

from collections.abc import Iterable

from matcalc import limits
from matcalc.errors import LimitError, MatcalcError, Span, SyntaxProblem, UnknownNameError
from matcalc.syntax.names import GREEK, is_default
from matcalc.syntax.tables import Lexeme

SHOWN = 40  # characters of the text that a sentence repeats

_OPERATOR = "write it, or remove the operator"
_ROUND = "write ( ) for brackets"
_SUM = "sums over an index are not read yet; write sum(x) for the sum of all entries, or a product such as a^T x"
_INSIDE = "a product with a norm inside a norm needs its *: ||A * ||x|| ||"
_PLAIN = "LaTeX is not read yet; write x^T A x / 2, without backslashes"
_DERIVATIVE = "a derivative is J(g, x), grad(g, x) or D(g, x)[v]"

# what is wrong: the sentence, what to write
_PROBLEMS = {
    "nothing": ("there is nothing to read", "write an expression such as x^T A x"),
    "unknown": ("cannot read '{here}'", "{hint}"),
    "unexpected": ("cannot read '{here}' here", ""),
    "early": ("the expression stops too early", ""),
    "never closed": ("this '{here}' is never closed", "write '{mate}' where it ends"),
    "never opened": ("this '{here}' closes nothing", "remove it, or write '{mate}' where it begins"),
    "mismatched": ("this '{here}' is closed by '{closing}'", "write '{mate}' where it ends"),
    "norm open": ("this norm is never closed", "write ||x||, ||x||_1 or ||A||_F"),
    "norms open": ("this norm is never closed", _INSIDE),
    "norm crossed": ("this norm is not closed before the '{closing}'", "write || where it ends"),
    "norm crosses": ("this '{here}' is not closed before the norm ends", "write '{mate}' where it ends"),
    "norm closes nothing": ("this '{here}' closes no norm", _INSIDE),
    "norm unknown": ("there is no norm with the subscript '{index}'", "the norms are ||x||, _1, _2, _inf, and of a matrix _F, _2, _1, _*"),
    "subscript": ("the subscript '{here}' belongs to no name", "write x_1 or x_{{ij}} for a name, (A x)[i] for an entry"),
    "over an index": ("'{function}' over an index is not read yet", "write sum(x) for the sum of all entries, or a product such as a^T x"),
    "after operator": ("an operand is missing after '{here}'", _OPERATOR),
    "before operator": ("an operand is missing before '{here}'", _OPERATOR),
    "empty brackets": ("there is nothing between these brackets", "write what they hold, or remove them"),
    "equal": ("an expression has no '='", "write one side only; values stand behind where: t^2 where t = x^T x"),
    "comma": ("a ',' stands only between arguments and indices", "write f(a, b), X[i, j] or D(h, x)[v]"),
    "brace": ("a '{{' stands only in exponents and subscripts", _ROUND),
    "square": ("a '[' stands only behind what it indexes", _ROUND + ", X[i, j] for an entry"),
    "semicolon": ("a ';' stands only between declarations and between the values of where", ""),
    "number after": ("'{here}' follows by juxtaposition, which no number may", "write * {here} for a product, ^{here} for a power"),
    "row of ones": ("'{here}' is the number 1", "write ones(n)^T for a row of ones"),
    "column of ones": ("'{here}' is the number 1, which follows no factor", "write ones(n) for a column of ones, sum(x) for x^T ones(n)"),
    "needs brackets": ("'{here}' is a function and needs its arguments in brackets", "write {here}(...)"),
    "sign after": ("a sign after '{function}' needs brackets", "write {function}({here}x)"),
    "needs argument": ("'{here}' needs an argument", "write {here}(x)"),
    "raised": ("'{function}' has no argument before '{mark}'", "write {function}(x)^2 for a power of the value"),
    "transposed": ("'{function}' has no argument before '{mark}'", "write {function}(x)^T for the transpose; " + _DERIVATIVE),
    "exponent": ("'{here}' needs brackets in an exponent", "write x{mark}({here}...)"),
    "call in exponent": ("'{here}' needs brackets in an exponent", "write x{mark}({here}(...))"),
    "size missing": ("'{here}' needs its size", "write {form}"),
    "not a size": ("'{here}' is neither a dimension nor an index", "write {form}"),
    "not an index": ("'{here}' is no index", "an index is an integer, a name, or a sum such as i + 1"),
    "three indices": ("an entry has at most two indices", "write X[i, j] or x[i]"),
    "arity": ("{name} takes {wanted}, not {count}", "write {form}"),
    "no direction": ("this differential has no direction", "write one per argument: D(h, x)[v], D(B, a, c)[v, w]"),
    "directions": ("this differential has {wanted} and {count}", "write {times} per argument: {form}"),
    "power or transpose": (
        "'^{exponent}' is a transpose to some and a power to others",
        "write {base}^T for the transpose, or declare '{exponent}: scalar'",
    ),
    "power or adjoint": (
        "'^H' is a conjugate transpose to some and a power to others",
        "write {base}^T, all is real here, or declare 'H: scalar'",
    ),
    "T is a scalar": (
        "'{here}' can be read in two ways, because T is a scalar",
        "write {base}' for the transpose, {power} for the power",
    ),
    "transpose glued": (
        "the exponent '{here}' begins with T and is not declared",
        "write ^{sign}T {rest} for the transpose times {rest}, or declare '{here}: scalar'",
    ),
    "bound twice": ("'{here}' has a value or a meaning already", "give each value its own name: t0, t1"),
    "rule": ("this is not {article} {line} line", "write it like {form}"),
}  # fmt: skip
_NAMES = {
    "unknown name": ("no name '{here}' is declared", "{hint}"),
    "not a function": ("'{here}' is not a function", "{hint}"),
    "derivative of": ("'{here}' is not a declared function", "declare it, for example where '{here}: R^n -> R^m'"),
    "size unknown": ("no dimension '{size}' is declared", "{hint}"),
    "base e": ("'e' is not declared", "write exp({exponent}) for the exponential, or declare 'e: scalar'"),
    "used before": ("'{here}' is used before it has its value", "give the values in the order of their use"),
}  # fmt: skip
_LIMITS = {
    "long": ("the text has {count} characters, more than {limits.text}", "raise matcalc.limits.text"),
    "deep": ("this is nested deeper than {limits.nesting} levels", "raise matcalc.limits.nesting"),
    "digits": ("this number has more than {limits.exponent} digits", "raise matcalc.limits.exponent"),
    "exponent large": (
        "this exponent is larger than {limits.exponent}",
        "raise matcalc.limits.exponent, or name it: x^k",
    ),
}

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
    "<": "write step(x) or max(a, b) for a comparison",
    ">": "write step(x) or max(a, b) for a comparison",
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

_MATES = {"(": ")", "[": "]", "{": "}", ")": "(", "]": "[", "}": "{"}
_OPERATORS = frozenset({"PLUS", "MINUS", "TIMES", "SLASH", "HADAMARD", "ENTRYDIV", "ENTRYPOW", "KRON", "CIRCUMFLEX"})
_OPERANDS = frozenset({"CALL", "FUNCTION", "FUNCTION_NAME", "CONSTANT", "NORM_OPEN", "DIFFERENTIAL", "JACOBIAN"})
_NUMBERS = {0: "no", 1: "one", 2: "two", 3: "three", 4: "four"}
FORMS = {
    "max": "max(x), max(a, b) or max(a, max(b, c))",
    "min": "min(x), min(a, b) or min(a, min(b, c))",
    "I": "I, I_n or I(n)",
    "ones": "ones(n) or ones(m, n)",
    "zeros": "zeros(n) or zeros(m, n)",
    "e": "e(i, n)",
    "unit": "unit(i, j, m, n)",
    "Kmat": "Kmat(m, n)",
    "unvec": "unvec(v, m, n)",
}


def complain(kind: str, text: str, span: Span, **parts: object) -> MatcalcError:
    """The error of this `kind` about `text` at `span`.

    >>> print(complain("not an index", "X[i, B]", (5, 6)))
    'B' is no index
      X[i, B]
           ^
    hint: an index is an integer, a name, or a sum such as i + 1
    """
    parts["here"] = shown(text[span[0] : span[1]])
    for table, error in ((_PROBLEMS, SyntaxProblem), (_NAMES, UnknownNameError), (_LIMITS, LimitError)):
        if kind in table:
            message, hint = table[kind]
            return error(message.format(**parts, limits=limits), text=text, span=span, hint=hint.format(**parts))
    raise KeyError(kind)


def shown(piece: str) -> str:
    """A piece of the text as a sentence repeats it: on one line, and shortened in its middle."""
    piece = " ".join(piece.split())
    if len(piece) > SHOWN:
        piece = piece[: SHOWN // 2] + "..." + piece[-SHOWN // 3 :]
    return piece if piece.isprintable() else piece.encode("unicode_escape").decode("ascii")


def two_readings(text: str, span: Span, first: str, second: str) -> SyntaxProblem:
    """What people mean in two ways, with both ways bracketed."""
    message = f"'{shown(text[span[0] : span[1]])}' can be read in two ways"
    return SyntaxProblem(message, text=text, span=span, hint=f"write {shown(first)} or {shown(second)}")


def unknown_character(text: str, lexeme: Lexeme) -> MatcalcError:
    """A character, or a command of LaTeX, that means nothing here."""
    piece = lexeme.text
    if piece.startswith("\\"):
        greek = piece[1:] in GREEK.values()
        hint = _LATEX.get(piece) or (f"write {piece[1:]}" if greek else _PLAIN)
    else:
        before, after = text[: lexeme.start].rstrip()[-1:], text[lexeme.end : lexeme.end + 1]
        hint = _TOGETHER.get((before, piece)) or _TOGETHER.get((piece, after)) or _CHARACTERS.get(piece, "")
    return complain("unknown", text, (lexeme.start, lexeme.end), hint=hint)


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
    kind = "transposed" if mark.type == "TRANSPOSE" else "raised"
    name = text[function.start : function.end]
    return complain(kind, text, (function.start, mark.end), function=name, mark=mark.text)


def fraction_in_exponent(text: str, base: Lexeme, mark: Lexeme, slash: Lexeme, below: Lexeme) -> SyntaxProblem:
    """`A^-1/2`."""
    name, start = (base.text, base.start) if base.type in ("NAME", "NUMBER") else ("(...)", mark.start)
    raised, power = text[mark.start : slash.start], text[mark.end : below.end]
    return two_readings(text, (start, below.end), f"{name}{mark.text}({power})", f"({name}{raised})/{below.text}")


def arity(text: str, span: Span, name: str, expected: tuple[int, ...], count: int) -> MatcalcError:
    """A function with the wrong number of arguments."""
    wanted = " or ".join(_NUMBERS.get(number, str(number)) for number in expected)
    form = FORMS.get(name) or f"{name}({', '.join('abcdefgh'[: expected[-1]])})"
    if name in ("max", "min"):
        wanted = "one or two"
    plural = "" if wanted == "one" else "s"
    return complain(
        "arity", text, span, name=name, wanted=f"{wanted} argument{plural}", count=_NUMBERS.get(count, count), form=form
    )


def directions(text: str, span: Span, arguments: int, count: int, order: int) -> MatcalcError:
    """`D(h, x)[v, w]`, `D2(h, x)[v]`."""
    wanted = f"{_NUMBERS.get(arguments, arguments)} argument{'s' * (arguments > 1)}"
    given = f"{_NUMBERS.get(count, count)} direction{'s' * (count > 1)}"
    form = "D(h, x)[v], D(B, a, c)[v, w]" if order == 1 else f"D{order}(h, x)[{', '.join('uvw'[-order:])}]"
    times = "one" if order == 1 else _NUMBERS[order]
    return complain("directions", text, span, wanted=wanted, count=given, times=times, form=form)


def tower(text: str, span: Span, bottom: Span, middle: Span) -> SyntaxProblem:
    """`a^b^c`: `bottom` is where a stands, `middle` where a^b does."""
    base, first, whole = (text[a:b] for a, b in (bottom, middle, span))
    above = whole[len(base) :].lstrip()
    mark = ".^" if above.startswith(".^") else "^"
    return two_readings(text, span, f"({first}){whole[len(first) :]}", f"{base}{mark}({above.removeprefix(mark)})")


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
