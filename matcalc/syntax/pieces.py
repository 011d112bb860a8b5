"""Small trees that an expression is written with: numbers, calls, juxtaposed factors, dimensions.

Trees go in, a tree comes out.  Nothing is decided here about what is written first or where a quotient goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from matcalc.algebra.dimension import ONE, Dimension, Shape
from matcalc.algebra.nodes import Rational
from matcalc.syntax.tree import Tree, postorder

_DIGITS = 4000  # Python refuses to print an integer of more than 4300 digits at once
_LONGEST = 10**_DIGITS
SMALLEST = Fraction(1, 10**4)  # of the decimals without exponent
FINEST = 10**24  # denominator of decimals
EIGHTHS = (2, 4, 8)  # denominators of fractions that are written as such, unless decimals stand beside them


def name(text: str) -> Tree:
    """A name."""
    return Tree("name", text=text)


def call(word: str, *arguments: Tree) -> Tree:
    """word(arguments)."""
    return Tree("call", arguments, word)


def sign(negative: bool, tree: Tree) -> Tree:
    """-a, or a."""
    return Tree("neg", (tree,)) if negative else tree


def _integer(value: int) -> Tree:
    groups = []
    while value >= _LONGEST:
        value, group = divmod(value, _LONGEST)
        groups.append(str(group).zfill(_DIGITS))
    return Tree("number", text="".join([str(value), *reversed(groups)]))


def is_decimal(value: Rational, *, point: bool = False) -> bool:
    """Whether a fraction is written with a point: 0.1, 0.2, 0.35, but 1/2, 3/4, 1/3; `point`: also 0.5, 0.25, 0.125."""
    rest = value.denominator
    if rest in EIGHTHS:
        return point
    if rest % 5 or rest > FINEST:
        return False
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def number(value: Rational, *, point: bool = False) -> Tree:
    """A rational number: 3, -3, 1/2, 0.1; `point`: 0.5 for 1/2.

    >>> from matcalc.syntax.printing import ascii_text
    >>> [ascii_text(number(value)) for value in (-3, Fraction(1, 2), Fraction(7, 20))]
    ['-3', '1/2', '0.35']
    """
    if not is_decimal(value, point=point):
        return fraction(value)
    return sign(value < 0, Tree("number", text=_with_point(magnitude(value))))


def fraction(value: Rational) -> Tree:
    """A rational number, never with a point: 3, -1/10."""
    size = magnitude(value)
    tree = _integer(size.numerator)
    if size.denominator != 1:
        tree = Tree("over", (tree, _integer(size.denominator)))
    return sign(value < 0, tree)


def _with_point(size: Rational) -> str:
    """The digits of a decimal: 0.35, 1e-8."""
    places = 0
    while (size * 10**places).denominator != 1:
        places += 1
    digits = str((size * 10**places).numerator)
    if size < SMALLEST:
        rest = f".{digits[1:]}" if len(digits) > 1 else ""
        return f"{digits[0]}{rest}e-{places - len(digits) + 1}"
    digits = digits.zfill(places + 1)
    return f"{digits[:-places]}.{digits[-places:]}"


def magnitude(value: Rational) -> Rational:
    """|c|."""
    return -value if value < 0 else value


def length(value: Rational, *, point: bool = False) -> int:
    """The number of tokens of |c| as a coefficient: 0 for 1, 1 for 2, 3 for 1/2."""
    if magnitude(value) == 1:
        return 0
    return 1 if value.denominator == 1 or is_decimal(value, point=point) else 3


def characters(size: Rational, *, point: bool = False) -> int:
    """How long a positive number is when it is written: 1 for 2, 3 for 1/2 and for 0.1."""
    if is_decimal(size, point=point):
        return len(_with_point(size))
    below = 0 if size.denominator == 1 else 1 + _digits(size.denominator)
    return _digits(size.numerator) + below


def _digits(value: int) -> int:
    # a bit is log10(2) = 0.30103 digits; long integers have no text
    return len(str(value)) if value < _LONGEST else 1 + int(value.bit_length() * 0.30103)


def juxtaposed(factors: Sequence[Tree]) -> Tree:
    """a b c, left-deep; factors that are products themselves are spliced in."""
    flat: list[Tree] = []
    for factor in factors:
        flat += _juxtaposed_factors(factor)
    return _left_deep("times", flat, " ")


def spliced(tree: Tree) -> Tree:
    """a b c for a (b c), wherever a product is a factor of a product."""
    out: dict[Tree, Tree] = {}
    for part in postorder(tree):
        children = tuple(out[child] for child in part.children)
        is_product = part.head == "times" and part.text == " "
        out[part] = juxtaposed(children) if is_product else replace(part, children=children)
    return out[tree]


def _juxtaposed_factors(tree: Tree) -> list[Tree]:
    factors = []
    while tree.head == "times" and tree.text == " ":
        tree, right = tree.children
        factors.append(right)
    factors.append(tree)
    return factors[::-1]


def entrywise(factors: Sequence[Tree]) -> Tree:
    """a .* b .* c, left-deep."""
    return _left_deep("hadamard", factors, "")


def _left_deep(head: str, factors: Iterable[Tree], text: str) -> Tree:
    first, *rest = factors
    tree = first
    for factor in rest:
        tree = Tree(head, (tree, factor), text)
    return tree


def quotient(head: str, above: Sequence[Tree], below: Sequence[Tree]) -> Tree:
    """above / below (head over) or above ./ below (head entrydiv) for factors already put together; 1 where none is above."""
    top = juxtaposed(above) if above else number(1)
    return Tree(head, (top, juxtaposed(below))) if below else top


def power(head: str, base: Tree, exponent: Rational) -> Tree:
    """base^p, or base .^ p for head entrypow; sqrt(base) for p = 1/2."""
    if exponent == 1:
        return base
    if exponent == Fraction(1, 2):
        return call("sqrt", base)
    return Tree(head, (base, number(exponent)))


def dimension(size: Dimension) -> Tree:
    """A dimension: n, 3, m*n, n + 1.

    >>> from matcalc.algebra.dimension import constant, named
    >>> from matcalc.syntax.printing import ascii_text
    >>> ascii_text(dimension(constant(2) * named("n") * named("m") + ONE))
    '2 m n + 1'
    """
    terms = []
    for monomial, coefficient in size.terms:
        factors = [name(each) for each in monomial]
        terms.append(juxtaposed([_integer(coefficient)] * (coefficient > 1 or not factors) + factors))
    return terms[0] if len(terms) == 1 else Tree("sum", tuple(terms))


def sized(word: str, shape: Shape) -> Tree:
    """ones(n) for a column, ones(m, n) for a matrix."""
    rows, columns = shape
    return call(word, *map(dimension, (rows,) if columns is ONE else shape))
