"""What is said about a text that cannot be read: one function per complaint, each makes the error with its place and hint.

The sentences are part of the interface; tests/syntax/test_messages.py holds them word for word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from matcalc import limits
from matcalc.errors import LimitError, MatcalcError, Span, SyntaxProblem, UnknownNameError
from matcalc.syntax.tables import Lexeme

SHOWN = 40  # characters of the text that a sentence repeats

# What other programs call it.
ELSEWHERE = {
    "norm": "||x||", "transpose": "X^T", "t": "X^T", "inverse": "inv(X)", "maximum": "max(a, b)", "minimum": "min(a, b)",
    "sgn": "sign(x)", "eye": "I(n)", "identity": "I(n)", "hadamard": "A .* B", "matmul": "A B", "outer": "a b^T",
    "inner": "dot(a, b)", "asin": "arcsin(x)", "acos": "arccos(x)", "atan": "arctan(x)", "sec": "1 ./ cos(x)",
    "diagonal": "diag(A)", "cholesky": "chol(A)", "lambdamax": "lambda_max(A)", "heaviside": "step(x)", "cross": "skew(a) b",
    "onenorm": "||x||_1", "sqr": "x .^ 2", "square": "x .^ 2", "pow": "x .^ p", "grad": "grad(g, x) of a declared function g",
    "d": "D(g, x)[v] of a declared function g", "j": "J(g, x) of a declared function g",
}  # fmt: skip

CHARACTERS = {
    "|": "write ||x|| for a norm, abs(x) for entrywise absolute values, det(A) for a determinant",
    "$": "write the expression without $ signs",
    '"': "write the expression without quotes",
    "`": "write the expression without quotes",
    "“": "write the expression without quotes",
    "’": "write A^T or A' for the transpose",
    "′": "write A^T or A' for the transpose",
    "×": "write A B or A * B for a product; × stands in declarations only",
    "÷": "write a / b, or A ./ B entry by entry",
    ".": "write 2 or 2.0 for a number, A .* B, A ./ B and A .^ p entry by entry",
    "–": "write - for minus",
    "—": "write - for minus",
    "∑": "sums over an index are not read yet; write sum(x) for the sum of all entries, or a product such as a^T x",
    "∂": "write the function only and name the variable with wrt",
    "∇": "write the function only and name the variable with wrt",
    "√": "write sqrt(x)",
    "∞": "infinity stands only as the subscript of a norm: ||x||_inf",
    ":": "declarations stand in where; write X e(j, n) for column j of X and e(i, m)^T X for row i",
    "†": "write pinv(A) for the pseudoinverse, A^T for the transpose",
    "!": "write the gamma function or factorial as a declared function",
    "<": "an expression has no comparison; write step(x) or max(a, b)",
    ">": "an expression has no comparison; write step(x) or max(a, b)",
}  # fmt: skip

LATEX = {
    "\\frac": "write a / b for \\frac{a}{b}",
    "\\sum": CHARACTERS["∑"],
    "\\left": "write brackets without \\left and \\right",
    "\\right": "write brackets without \\left and \\right",
    "\\|": "write || for a norm",
    "\\Vert": "write || for a norm",
    "\\lVert": "write || for a norm",
    "\\sqrt": "write sqrt(x)",
    "\\times": CHARACTERS["×"],
    "\\odot": "write A .* B for the entrywise product",
    "\\circ": "write A .* B for the entrywise product",
    "\\dagger": CHARACTERS["†"],
    "\\partial": CHARACTERS["∂"],
    "\\nabla": CHARACTERS["∇"],
}
PLAIN = "LaTeX is not read yet; write plain text such as x^T A x / 2"

# What stands before, what stands there: what people mean by it.
TOGETHER = {
    ("*", "*"): "write X^2 for a power",
    ("^", "*"): "write A^T for the transpose; complex conjugates are not supported",
    ("^", "+"): "write pinv(A) for the pseudoinverse",
    ("^", "'"): "write A^T or A' for the transpose",
    (".", "'"): "write A^T or A' for the transpose",
    ("/", "/"): "write a / b",
    ("-", ">"): "an arrow stands in declarations only",
}

OPERATORS = frozenset({"PLUS", "MINUS", "TIMES", "SLASH", "HADAMARD", "ENTRYDIV", "ENTRYPOW", "KRON", "CIRCUMFLEX"})


def shown(piece: str) -> str:
    """A piece of the text as a sentence repeats it: on one line, and shortened in its middle."""
    piece = " ".join(piece.split())
    if len(piece) > SHOWN:
        piece = piece[: SHOWN // 2] + "..." + piece[-SHOWN // 3 :]
    return piece if piece.isprintable() else piece.encode("unicode_escape").decode("ascii")


def quoted(piece: str) -> str:
    """The same in quotes."""
    return f"'{shown(piece)}'"


def two_readings(text: str, span: Span, first: str, second: str) -> SyntaxProblem:
    """What people mean in two ways, with both ways bracketed."""
    message = f"{quoted(text[span[0] : span[1]])} can be read in two ways"
    return SyntaxProblem(message, text=text, span=span, hint=f"write {shown(first)} or {shown(second)}")


# ---- limits


def too_long(text: str) -> LimitError:
    return LimitError(
        f"the text has {len(text)} characters, more than {limits.text}", hint="raise matcalc.limits.text"
    )


def too_deep(text: str, lexeme: Lexeme) -> LimitError:
    return LimitError(
        f"nested deeper than {limits.nesting} levels",
        text=text,
        span=(lexeme.start, lexeme.end),
        hint="raise matcalc.limits.nesting",
    )


def number_too_large(text: str, lexeme: Lexeme) -> LimitError:
    return LimitError(
        f"the number {quoted(lexeme.text)} has more than {limits.exponent} digits",
        text=text,
        span=(lexeme.start, lexeme.end),
        hint="give it a name and its value at evaluation",
    )


def exponent_too_large(text: str, span: Span) -> LimitError:
    return LimitError(
        f"the exponent is larger than {limits.exponent}",
        text=text,
        span=span,
        hint="give it a name: x^k",
    )


# ---- characters, brackets, norms


def nothing(text: str) -> SyntaxProblem:
    return SyntaxProblem("there is nothing to read", text=text, hint="write an expression such as x^T A x")


def unknown_character(text: str, lexeme: Lexeme) -> SyntaxProblem:
    piece = lexeme.text
    if piece.startswith("\\"):
        name = piece[1:]
        greek = name.isalpha() and name.lower() in _GREEK_NAMES
        hint = LATEX.get(piece) or (f"write {name}" if greek else PLAIN)
    else:
        before = text[: lexeme.start].rstrip()[-1:]
        hint = TOGETHER.get((before, piece)) or CHARACTERS.get(piece, "")
    return SyntaxProblem(f"cannot read {quoted(piece)}", text=text, span=(lexeme.start, lexeme.end), hint=hint)


_GREEK_NAMES = frozenset(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi psi omega".split()
)


def never_closed(text: str, opening: Lexeme, bars: int) -> SyntaxProblem:
    if opening.type == "NORM_OPEN":
        hint = "a product with a norm inside a norm needs its *: ||A * ||x|| ||" if bars > 2 else "write ||x||, ||x||_1 or ||A||_F"
        message = "this norm is never closed"
    else:
        closing = {"OPENING": ")", "LSQB": "]", "LBRACE": "}"}[opening.type]
        message, hint = f"this '{opening.text}' is never closed", f"write '{closing}' where it ends"
    return SyntaxProblem(message, text=text, span=(opening.start, opening.end), hint=hint)


def never_opened(text: str, closing: Lexeme) -> SyntaxProblem:
    return SyntaxProblem(
        f"this '{closing.text}' closes nothing",
        text=text,
        span=(closing.start, closing.end),
        hint=f"remove it, or write '{_MATES[closing.text]}' where it begins",
    )


_MATES = {")": "(", "]": "[", "}": "{"}


def mismatched(text: str, opening: Lexeme, closing: Lexeme) -> SyntaxProblem:
    if opening.type == "NORM_OPEN":
        message = f"this norm is not closed before the '{closing.text}'"
        hint = "write || where it ends"
    else:
        message = f"this '{opening.text}' is closed by '{closing.text}'"
        mate = {"(": ")", "[": "]", "{": "}"}[opening.text]
        hint = f"write '{mate}' where it ends"
    return SyntaxProblem(message, text=text, span=(opening.start, opening.end), hint=hint)


def norm_never_opened(text: str, bar: Lexeme, inside: Lexeme | None) -> SyntaxProblem:
    if inside is not None:
        return SyntaxProblem(
            f"this '{inside.text}' is not closed before the norm ends",
            text=text,
            span=(inside.start, inside.end),
            hint="close the bracket first",
        )
    return SyntaxProblem(
        "this '||' closes no norm",
        text=text,
        span=(bar.start, bar.end),
        hint="a product with a norm inside a norm needs its *: ||A * ||x|| ||",
    )


def norm_unknown(text: str, subscript: Lexeme, index: str) -> SyntaxProblem:
    return SyntaxProblem(
        f"there is no norm with the subscript {quoted(index)}",
        text=text,
        span=(subscript.start, subscript.end),
        hint="the norms are ||x||, _1, _2, _inf, and of a matrix _F, _2, _1, _* (nuclear)",
    )


def subscript(text: str, lexeme: Lexeme, before: Lexeme | None) -> SyntaxProblem:
    if before is not None and before.type == "FUNCTION":
        return SyntaxProblem(
            f"{before.text} over an index is not read yet",
            text=text,
            span=(before.start, lexeme.end),
            hint="write sum(x) for the sum of all entries, or a product such as a^T x",
        )
    return SyntaxProblem(
        f"the subscript {quoted(lexeme.text)} belongs to no name",
        text=text,
        span=(lexeme.start, lexeme.end),
        hint="write x_1 or x_{ij} for a name, (A x)[i] for an entry",
    )


# ---- names


def unknown_name(text: str, span: Span, name: str, functions: Iterable[str], values: Iterable[str]) -> UnknownNameError:
    """An undeclared name that is neither of the default form nor a function's."""
    if name.startswith(("sum_", "prod_")):
        hint = "sums over an index are not read yet; write sum(x) for the sum of all entries, or a product such as a^T x"
    elif name.lower() in ELSEWHERE:
        hint = f"write {ELSEWHERE[name.lower()]}"
    else:
        hint = _nearest(name, functions, values) or f"declare it, for example where '{shown(name)}: n'"
    return UnknownNameError(f"no name {quoted(name)} is declared", text=text, span=span, hint=hint)


def _nearest(name: str, functions: Iterable[str], values: Iterable[str]) -> str:
    known, called = frozenset(values), frozenset(functions)
    split = _split(name, known)
    if split and (len(split) <= 4 and (len(name) <= 4 or any(part in known for part in split))):
        lower = name.lower()
        if lower not in called and not _close(name, called):
            return f"did you mean '{' '.join(split)}'?  Or declare it, for example where '{name}: n'"
    close = _close(name, called | known)
    return f"did you mean '{close}'?" if close else ""


def _close(name: str, candidates: frozenset[str]) -> str:
    if len(name) > 40:
        return ""
    if name.lower() in candidates:
        return name.lower()
    import difflib

    found = difflib.get_close_matches(name, sorted(candidates), 1, 0.75 if len(name) > 3 else 0.6)
    return found[0] if found and len(name) > 2 else ""


def _split(name: str, known: frozenset[str]) -> list[str]:
    """The name cut into the fewest parts that are declared or letters with digits; empty if it cannot be cut."""
    from matcalc.syntax.lexing import is_default

    if len(name) > 40:
        return []
    best: list[list[str] | None] = [[]]
    for end in range(1, len(name) + 1):
        options = [
            [*before, name[start:end]]
            for start in range(end)
            if (before := best[start]) is not None
            and (name[start:end] in known or is_default(name[start:end]))
            and not (start and name[start - 1] == "_")
        ]
        best.append(min(options, key=lambda parts: (sum(part not in known for part in parts), len(parts)), default=None))
    return best[-1] or []
