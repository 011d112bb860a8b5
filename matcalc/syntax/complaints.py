"""What is said about a text that cannot be read: one table of sentences, and the few that need more than the place.

`complain("never closed", text, span)` makes the error; in its sentence `{here}` is the text at the place.  The sentences are
part of the interface; tests/syntax/test_messages.py holds them word for word.  Which one is said of lexemes that do not fit where
they stand is chosen in `misplaced.py`.
"""

from __future__ import annotations

from matcalc import limits
from matcalc.errors import LimitError, MatcalcError, Span, SyntaxProblem, UnknownNameError

SHOWN = 40  # characters of the text that a sentence repeats

_OPERATOR = "write it, or remove the operator"
_ROUND = "write ( ) for brackets"
_INSIDE = "a product with a norm inside a norm needs its *: ||A * ||x|| ||"
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
    "raised": ("'{function}' has no argument before '{mark}'", "write {function}(x)^{power} for a power of the value"),
    "inverted": (
        "'{function}' has no argument before '{mark}'",
        "write arc{function}(x) for the inverse function, 1 ./ {function}(x) for the reciprocal",
    ),
    "reciprocal": ("'{function}' has no argument before '{mark}'", "write 1 ./ {function}(x) for the reciprocal"),
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
