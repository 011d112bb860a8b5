"""What a name may be, and how it is spelled: letters drawn or spelled, subscripts, the names that mean something by themselves.

Inside matcalc a name is ASCII: λ is lambda, x₁ is x_1, Σ_{xx} is Sigma_xx.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from matcalc.algebra.functions import ALIASES, FUNCTIONS, INTERNAL
from matcalc.records import record

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
# Constants before a bracket, and how many arguments they may have.
SIZED = {"I": (1,), "ones": (1, 2), "zeros": (1, 2), "e": (2,), "unit": (4,), "Kmat": (2,)}
# Before a bracket that begins with the name of a function; of order k, D2(h, x)[v, w] has k directions.
ORDERS = {"D": 1, "D2": 2, "D3": 3}
DERIVATIVES = dict.fromkeys(ORDERS, "DIFFERENTIAL") | dict.fromkeys(("J", "grad", "hess"), "JACOBIAN")
RESERVED = frozenset({"ones", "zeros", "Kmat", "grad", "hess", "where", "in"})  # not to be declared
SHADOWED = {
    "e": "the unit vector e(i, n)",
    "I": "the identity matrix",
    "pi": "the number pi",
    "D": "the differential D(h, x)[v]",
    "unit": "the matrix unit unit(i, j, m, n)",
}

_LETTER = "(?:[A-Za-z]|" + "|".join(sorted(set(GREEK.values()), key=len, reverse=True)) + ")"
_DEFAULT = re.compile(_LETTER + r"[0-9]*(?:_[A-Za-z0-9]+)?")


@record
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
