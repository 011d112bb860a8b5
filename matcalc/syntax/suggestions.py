"""What was perhaps meant by a name that nobody declared: names glued together, a slip of the pen, another program's word."""

from __future__ import annotations

import re
from collections.abc import Iterable

from matcalc.errors import MatcalcError, Span, UnknownNameError
from matcalc.syntax.complaints import complain, shown
from matcalc.syntax.names import is_default
from matcalc.syntax.tables import Lexeme

LONGEST = 40  # letters of a name that is worth a guess
_OVER = ("sum_", "prod_")
_DEFINES = re.compile(r"\s*\w+\s*\([^()]*\)\s*=(?!=)")  # f(x) = x^T x
_LOGARITHM = re.compile(r"log(?:_?([0-9]+)|_([a-zA-Z]))")

# What other programs call it.
ELSEWHERE = {
    "norm": "||x||", "transpose": "X^T", "inverse": "inv(X)", "maximum": "max(a, b)", "minimum": "min(a, b)",
    "sgn": "sign(x)", "eye": "I(n)", "identity": "I(n)", "hadamard": "A .* B", "matmul": "A B", "outer": "a b^T",
    "inner": "dot(a, b)", "asin": "arcsin(x)", "acos": "arccos(x)", "atan": "arctan(x)", "sec": "1 ./ cos(x)",
    "diagonal": "diag(A)", "cholesky": "chol(A)", "lambdamax": "lambda_max(A)", "heaviside": "step(x)", "cross": "skew(a) b",
    "onenorm": "||x||_1", "sqr": "x .^ 2", "square": "x .^ 2", "pow": "x .^ p", "grad": "grad(g, x) of a declared function g",
    "log1p": "log(1 + x)", "expm1": "exp(x) - 1", "exp2": "exp(log(2) x)", "reciprocal": "1 ./ x", "power": "x .^ p",
    "lg": "log(x)/log(10)", "cbrt": "x .^ (1/3)", "rsqrt": "1 ./ sqrt(x)", "csc": "1 ./ sin(x)", "cot": "1 ./ tan(x)",
    "sech": "1 ./ cosh(x)", "arcsinh": "log(x + sqrt(1 + x.^2))", "asinh": "log(x + sqrt(1 + x.^2))",
    "arccosh": "log(x + sqrt(x.^2 - 1))", "acosh": "log(x + sqrt(x.^2 - 1))", "arctanh": "1/2 log((1 + x) ./ (1 - x))",
    "atanh": "1/2 log((1 + x) ./ (1 - x))", "logistic": "sigmoid(x)", "expit": "sigmoid(x)", "logit": "log(x ./ (1 - x))",
    "silu": "x .* sigmoid(x)", "swish": "x .* sigmoid(x)", "mish": "x .* tanh(softplus(x))", "leaky_relu": "max(a x, x)",
    "gelu": "1/2 x .* (1 + tanh(sqrt(2/pi) (x + 0.044715 x.^3)))", "elu": "max(x, 0) + min(exp(x) - 1, 0)",
    "rmsnorm": "x / sqrt(mean(x.^2))", "layernorm": "(x - mean(x)) / sqrt(mean((x - mean(x)).^2))",
    "eig": "lambda_max(A)", "eigvals": "lambda_max(A)", "eigh": "lambda_max(A)", "eigvalsh": "lambda_max(A)",
    "svd": "||A||_2 or ||A||_*", "svdvals": "||A||_2 or ||A||_*", "cosine_similarity": "a^T b / (||a|| ||b||)",
    "logsigmoid": "log(sigmoid(x))", "log_sigmoid": "log(sigmoid(x))",
    "log_softmax": "log(softmax(x))", "logsoftmax": "log(softmax(x))", "clip": "max(a, min(x, b))",
    "clamp": "max(a, min(x, b))", "argmax": "onehot_max(x)", "amax": "max(x)", "amin": "min(x)",
    "prod": "exp(sum(log(x))), which needs positive entries", "cumsum": "tril(ones(n, n)) x", "var": "mean((x - mean(x)).^2)",
    "std": "sqrt(mean((x - mean(x)).^2))", "normalize": "x / ||x||", "entropy": "-x^T log(x)", "slogdet": "logdet(A)",
    "determinant": "det(A)", "kronecker": "kron(A, B)", "solve": "inv(A) b", "flatten": "vec(X)", "reshape": "unvec(x, m, n)",
    "matrix_power": "A^k", "matrix_exp": "expm(A)", "pinverse": "pinv(A)", "pseudoinverse": "pinv(A)",
    "D": "D(g, x)[v] of a declared function g", "J": "J(g, x) of a declared function g",
}  # fmt: skip


def unknown_name(text: str, span: Span, name: str, functions: Iterable[str], values: Iterable[str]) -> MatcalcError:
    """An undeclared name that is neither of the default form nor a function's."""
    if name.startswith(_OVER):
        return complain("over an index", text, span, function=name.partition("_")[0])
    if meant := _elsewhere(name):
        hint = f"write {meant}"
    elif name[0] == "d" and text[: span[0]].rstrip().endswith("/") and text[: span[0]].rstrip("/ ").endswith("d"):
        hint = "write the function only, and name the variable with wrt"  # d/dx
    else:
        hint = _nearest(name, functions, values) or f"declare it, for example where '{shown(name)}: n'"
    return complain("unknown name", text, span, hint=hint)


def _elsewhere(name: str) -> str:
    """What is written here for another program's word; the logarithm to another base is a quotient."""
    if base := _LOGARITHM.fullmatch(name):
        return f"log(x)/log({base[1] or base[2]})"
    return ELSEWHERE.get(name) or ELSEWHERE.get(name.lower(), "")


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


def not_in_f(name: str, values: Iterable[str], declaring: str) -> UnknownNameError:
    """A name to differentiate by that f does not have: perhaps one of its `values` is meant; `declaring` is how a name is declared.

    >>> print(not_in_f("X", ["x", "A"], 'where="X: n"').hint)
    did you mean 'x'?  Or declare it: where="X: n"; its derivative is then 0
    """
    known = frozenset(values)
    close = next((value for value in sorted(known) if value.casefold() == name.casefold()), "") or _close(name, known)
    hint = f"declare it: {declaring}; its derivative is then 0"
    if close:
        hint = f"did you mean '{close}'?  Or {hint}"
    return UnknownNameError(f"'{name}' is neither declared nor in the expression", hint=hint)


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
    text: str, lexeme: Lexeme, end: int, name: str, functions: Iterable[str], values: Iterable[str]
) -> MatcalcError:
    """A name glued to a bracket that is no function's, in an expression that ends at `end`: a line of a rule file goes on."""
    span = (lexeme.start, lexeme.end)
    if name.startswith(_OVER):
        return complain("over an index", text, span, function=name.partition("_")[0])
    if (defines := _DEFINES.match(text, 0, end)) and not text[: lexeme.start].strip():
        return complain("equal", text, (defines.end() - 1, defines.end()))
    known, called = frozenset(values), frozenset(functions)
    written = shown(text[lexeme.start : lexeme.end])
    if meant := _elsewhere(name):
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
