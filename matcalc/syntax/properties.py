"""The properties that a variable may be declared to have: what each implies, what it is said of, and how they are read."""

from __future__ import annotations

import re

from matcalc.errors import DeclarationError
from matcalc.syntax.complaints import shown

# property               implies                          of
_PROPERTIES = """
symmetric              |                                | square
skew                   |                                | square
orthogonal             | invertible                     | square
diagonal               |                                | square
lower                  |                                | square
upper                  |                                | square
toeplitz               |                                | square
positive definite      | symmetric, invertible          | square
positive semidefinite  | symmetric                      | square
invertible             |                                | square
full rank              |                                |
positive               |                                |
nonnegative            |                                |
nonzero                |                                |
simplex                |                                | vector
unit                   |                                | vector
"""
_ROWS = [[cell.strip() for cell in line.split("|")] for line in _PROPERTIES.strip().splitlines()]
PROPERTIES = tuple(name for name, _, _ in _ROWS)
IMPLIED = {name: frozenset(implied.split(", ")) - {""} for name, implied, _ in _ROWS}
OF = {name: of for name, _, of in _ROWS}
EXCLUDE = (("symmetric", "skew"), ("positive definite", "skew"), ("positive", "skew"))
_LONGEST = max(len(name.split()) for name in PROPERTIES)
# Not to be declared, of a matrix as a whole: some entry is not 0; no value of it has an inverse.
NOT_ZERO, SINGULAR = "not zero", "singular"
WORDS = frozenset(word for name in PROPERTIES for word in name.split())


def read_properties(text: str, start: int, end: int) -> frozenset[str]:
    """The properties in `text[start:end]`, separated by spaces or commas, with all that they imply; longest match.

    >>> sorted(read_properties("positive definite", 0, 17))
    ['invertible', 'positive definite', 'symmetric']
    """
    if start >= end:
        return frozenset()
    words = [
        (match.group().lower(), start + match.start(), start + match.end())
        for match in re.finditer(r"[^\s,-]+|-(?![A-Za-z])", text[start:end])
    ]
    found: set[str] = set()
    at = 0
    while at < len(words):
        for count in range(min(_LONGEST, len(words) - at), 0, -1):
            phrase = " ".join(word for word, _, _ in words[at : at + count])
            if phrase in IMPLIED:
                found |= {phrase} | IMPLIED[phrase]
                at += count
                break
        else:
            word, first, last = words[at]
            message = f"'{shown(word)}' is no property"
            raise DeclarationError(message, text=text, span=(first, last), hint=_meant(word) + _ALL)
    return frozenset(found)


# What others call it.
_ELSEWHERE = {
    "spd": "positive definite", "pd": "positive definite", "posdef": "positive definite", "definite": "positive definite",
    "psd": "positive semidefinite", "semidefinite": "positive semidefinite", "sym": "symmetric", "antisymmetric": "skew",
    "orthonormal": "orthogonal", "unitary": "orthogonal", "nonsingular": "invertible", "regular": "invertible", "diag": "diagonal",
    "triangular": "lower or upper", "tril": "lower", "triu": "upper", "normalized": "unit", "probability": "simplex",
}  # fmt: skip
_ALL = "the properties are " + ", ".join(PROPERTIES)


def _meant(word: str) -> str:
    """What to write for a word that is no property, as the beginning of a hint."""
    import difflib

    meant = _ELSEWHERE.get(word) or next(
        iter(difflib.get_close_matches(word, sorted(WORDS | IMPLIED.keys()), 1, 0.8)), ""
    )
    if meant:
        return f"write {meant}; "
    return "a matrix is m x n; " if len(word) == 1 or word.isdecimal() else ""
