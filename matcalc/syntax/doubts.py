"""What people mean in two ways, told by the text alone: each check refuses it, with both readings or with what to write instead.

In: the builder of the tree, and the parts that are about to be joined.  Where shapes decide it is asked in `ambiguity`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from matcalc import syntax
from matcalc.syntax import complaints
from matcalc.syntax.complaints import complain
from matcalc.syntax.declarations import t_is_scalar
from matcalc.syntax.tables import Lexeme
from matcalc.syntax.tree import PRODUCTS, Tree

if TYPE_CHECKING:
    from matcalc.syntax.building import Builder


def check_transpose(builder: Builder, body: Tree, mark: Lexeme) -> None:
    """X^T where T is a declared scalar."""
    if "T" in mark.text and t_is_scalar(builder.declarations.variables):
        base = complaints.shown(builder.source(body))
        base, power = (base, f"{base}^(T)") if mark.type == "TRANSPOSE" else (f"{base}^-1", f"{base}^(-T)")
        raise complain("T is a scalar", builder.text, (body.span[0], mark.end), base=base, power=power)


def check_base(builder: Builder, body: Tree, exponent: Tree) -> None:
    """e^x and e.^x for exp(x), where nobody declared e."""
    if body.head == "name" and body.text == "e" and "e" not in builder.values:
        above = builder.source(exponent)
        if above[0] in "({":
            above = above[1:-1]
        raise complain("base e", builder.text, (body.span[0], exponent.span[1]), exponent=complaints.shown(above))


def check_exponent(builder: Builder, body: Tree, exponent: Tree) -> None:
    """Towers a^b^c; ^t and ^H, which are a power to some."""
    span = (body.span[0], exponent.span[1])
    if body.head in ("power", "entrypow", "inverse") and not body.bracketed:
        raise complaints.tower(builder.text, span, body.children[0].span, body.span)
    if exponent.head == "name" and exponent.text in ("T", "t", "H") and exponent.text not in builder.values:
        kind = "power or adjoint" if exponent.text == "H" else "power or transpose"
        base = complaints.shown(builder.source(body))
        raise complain(kind, builder.text, span, exponent=exponent.text, base=base)


def check_glued(builder: Builder, lexeme: Lexeme) -> None:
    """x^TAx, by which people mean x^T A x."""
    name = lexeme.text
    if name[0] == "T" and name != "T" and name not in builder.values:
        sign = "-" if builder.text[: lexeme.start].rstrip().endswith(("-", "−")) else ""
        rest = complaints.shown(syntax.suggestions.split(name[1:].lstrip("_"), builder.values))
        raise complain("transpose glued", builder.text, (lexeme.start, lexeme.end), sign=sign, rest=rest)


def check_numbers(builder: Builder, left: Tree, right: Tree) -> None:
    """1^T x for a row of ones, x 1 for a column of ones, x 2 for any product."""
    for operand in (left, right):
        body = operand.children[0] if operand.head == "transpose" else None
        if body is not None and body.head == "number" and body.text == "1":
            raise complain("row of ones", builder.text, operand.span)
    if builder.text[right.span[0]] in "0123456789.":
        column = builder.source(right) == "1"
        raise complain("column of ones" if column else "number after", builder.text, right.span)


def check_fraction(builder: Builder, left: Tree, right: Tree) -> None:
    """p/q y is (p/q) y only where nobody doubts it: 1/2 x, lambda/2 y, 1/n y; not 1/2n."""
    p, q = left.children
    base = q.children[0] if q.head == "power" else q
    simple = p.head in ("number", "name") and not p.bracketed and base.head in ("number", "name")
    glued = q.head == "number" and q.span[1] == right.span[0] and builder.text[right.span[0]].isalpha()
    if q.bracketed or (simple and not glued):
        return
    above, below, last = builder.source(p), builder.source(q), builder.source(right)
    span = (left.span[0], right.span[1])
    raise complaints.two_readings(builder.text, span, f"({above}/{below}) {last}", f"{above}/({below} {last})")


def check_bare(builder: Builder, left: Tree, right: Tree) -> None:
    """`tr A B`, `sin x^T y`: what stands behind a bare call may be meant as part of its argument."""
    last = left
    while not last.bracketed and (last.head in PRODUCTS or last.head == "neg"):
        last = last.children[-1]
    if last.span[0] not in builder.bare:
        return
    opened, closed, argument = "", "", last
    while argument.span[0] in builder.bare:  # log det X: to the X
        function = builder.bare[argument.span[0]]
        opened += builder.text[function.start : function.end] + "("
        closed += ")"
        argument = argument.children[0]
    begun, behind = opened + builder.source(argument), builder.source(right)
    span = (last.span[0], right.span[1])
    raise complaints.two_readings(builder.text, span, f"{begun} {behind}{closed}", f"{begun}{closed} {behind}")
