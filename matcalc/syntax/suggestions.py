"""What was perhaps meant by a name that nobody declared: names glued together, a slip of the pen, another program's word."""

from __future__ import annotations

from collections.abc import Iterable

from matcalc.errors import MatcalcError, Span
from matcalc.syntax.complaints import complain, shown
from matcalc.syntax.names import is_default
from matcalc.syntax.tables import Lexeme

LONGEST = 40  # letters of a name that is worth a guess

# What other programs call it.
ELSEWHERE = {
    "norm": "||x||", "transpose": "X^T", "inverse": "inv(X)", "maximum": "max(a, b)", "minimum": "min(a, b)",
    "sgn": "sign(x)", "eye": "I(n)", "identity": "I(n)", "hadamard": "A .* B", "matmul": "A B", "outer": "a b^T",
    "inner": "dot(a, b)", "asin": "arcsin(x)", "acos": "arccos(x)", "atan": "arctan(x)", "sec": "1 ./ cos(x)",
    "diagonal": "diag(A)", "cholesky": "chol(A)", "lambdamax": "lambda_max(A)", "heaviside": "step(x)", "cross": "skew(a) b",
    "onenorm": "||x||_1", "sqr": "x .^ 2", "square": "x .^ 2", "pow": "x .^ p", "grad": "grad(g, x) of a declared function g",
    "D": "D(g, x)[v] of a declared function g", "J": "J(g, x) of a declared function g",
}  # fmt: skip


def unknown_name(text: str, span: Span, name: str, functions: Iterable[str], values: Iterable[str]) -> MatcalcError:
    """An undeclared name that is neither of the default form nor a function's."""
    if name.startswith(("sum_", "prod_")):
        return complain("over an index", text, span, function=name.partition("_")[0])
    if name.lower() in ELSEWHERE:
        hint = f"write {ELSEWHERE[name.lower()]}"
    elif name[0] == "d" and text[: span[0]].rstrip().endswith("/") and text[: span[0]].rstrip("/ ").endswith("d"):
        hint = "write the function only, and name the variable with wrt"  # d/dx
    else:
        hint = _nearest(name, functions, values) or f"declare it, for example where '{shown(name)}: n'"
    return complain("unknown name", text, span, hint=hint)


def _nearest(name: str, functions: Iterable[str], values: Iterable[str]) -> str:
    known, called = frozenset(values), frozenset(functions)
    for function in sorted(called, key=len, reverse=True):
        rest = name[len(function) :] if name.startswith(function) else ""
        if rest in known or (is_default(rest) and rest[0].isupper()):
            return f"did you mean '{function}({rest})'?  Or declare it, for example where '{name}: n'"
    parts = _split(name, known)
    likely = len(name) < 4 or any(part in known or len(part) > 1 for part in parts)
    if parts and likely and not _close(name, called):
        return f"did you mean '{' '.join(parts)}'?  Or declare it, for example where '{name}: n'"
    close = _close(name, called | known)
    return f"did you mean '{close}'?" if close else ""


def _close(name: str, candidates: frozenset[str]) -> str:
    if len(name) > LONGEST:
        return ""
    if name.lower() in candidates:
        return name.lower()
    import difflib

    found = difflib.get_close_matches(name, sorted(candidates), 1, 0.75 if len(name) > 3 else 0.6)
    return found[0] if found and len(name) > 2 else ""


def split(name: str, known: frozenset[str]) -> str:
    """The name with spaces between the names that it may be glued from.

    >>> split("Ax", frozenset())
    'A x'
    """
    return " ".join(_split(name, known)) or name


def _split(name: str, known: frozenset[str]) -> list[str]:
    """The name cut into the fewest parts that are declared or letters with digits; empty if it cannot be cut."""
    if len(name) > LONGEST:
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
        best.append(
            min(options, key=lambda parts: (sum(part not in known for part in parts), len(parts)), default=None)
        )
    return best[-1] or []


def not_a_function(
    text: str, lexeme: Lexeme, name: str, functions: Iterable[str], values: Iterable[str]
) -> MatcalcError:
    """A name glued to a bracket that is no function's."""
    span = (lexeme.start, lexeme.end)
    known, called = frozenset(values), frozenset(functions)
    written = shown(text[lexeme.start : lexeme.end])
    if meant := ELSEWHERE.get(name, ELSEWHERE.get(name.lower())):
        hint = f"write {meant}"
    elif name == "sigma":
        hint = f"write sigmoid(...), declare it, for example where 'sigma: elementwise', or write {written} * (...) for a product"
    elif is_default(name):
        hint = f"declare it, for example where '{name}: R^n -> R', or write {written} * (...) for a product"
    elif close := _close(name, called):
        hint = f"did you mean {close}(...)?"
    elif (parts := _split(name, known)) and any(part in known for part in parts):
        hint = f"did you mean '{' '.join(parts)} (...)'?"
    else:
        hint = f"declare it, for example where '{shown(name)}: R^n -> R'"
    return complain("not a function", text, span, hint=hint)


def unknown_size(text: str, span: Span, size: str) -> MatcalcError:
    """The size of I_mn, which is neither declared nor one letter."""
    letters = size.isalpha() and len(size) < 4
    hint = f"write I({' '.join(size)})" if letters else f"declare a dimension {shown(size)}, or write I(n)"
    return complain("size unknown", text, span, size=shown(size), hint=hint)
