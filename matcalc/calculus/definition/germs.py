"""What a scalar function does right beside a point: its value there, its leading term c h^k for h > 0, its limit as h -> 0.

The tree as written is evaluated with SymPy numbers, or along a path p + h v with h > 0.  What has no value raises Undefined:
division by 0, a log or a root of what is negative.  |u|, relu(u), max(u, w) and roots are taken by the leading term of u, so that a kink
is seen from its own side.  `critical` collects the leading coefficients that were divided by, or whose sign decided, and that hold
a free symbol: where one of them is 0, another answer may hold.  `smooth` is false once a kink or the end of a domain was met.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from matcalc.calculus.definition.leading import Leading
from matcalc.errors import UnsupportedError
from matcalc.rewrite.sympy_words import SAME, of_number, rational
from matcalc.syntax.printing import ascii_text
from matcalc.syntax.tree import Tree, postorder

if TYPE_CHECKING:
    from matcalc.calculus.definition.scalars import ScalarFunction

HIGHEST = 100  # power of what varies


class Undefined(Exception):
    """The function has no (real) value, and why."""

    def __init__(self, reason: str, part: str = "") -> None:
        super().__init__(f"{reason} in {part}" if part else reason)
        self.reason, self.part = reason, part


class Germs(Leading):
    """Values of trees at a point, or along a path in the positive symbol `h`.

    >>> from matcalc.syntax.reading import read
    >>> import sympy
    >>> h = sympy.Symbol("h", positive=True)
    >>> germs = Germs(h)
    >>> germs.limit(germs.value(read("abs(x)/x"), {"x": -h}))
    -1
    """

    # ---- values

    def value(self, tree: Tree, at: Mapping[str, Any]) -> Any:
        """The value of `tree` where its names have these values; Undefined where it has none."""
        out: dict[Tree, Any] = {}
        for part in postorder(tree):
            if part.head == "name" and part.text in at:
                out[part] = at[part.text]
                continue
            rule = _RULES.get(part.head)
            if rule is None:
                raise UnsupportedError(
                    f"no limits of '{ascii_text(part)}'", hint="scalar operations and functions have them"
                )
            try:
                out[part] = rule(self, part, [out[child] for child in part.children])
            except Undefined as problem:
                raise Undefined(problem.reason, problem.part or ascii_text(part)) from None
            if out[part].has(self.sympy.zoo, self.sympy.nan):
                raise Undefined("no value", ascii_text(part))
        return out[tree]

    def divide(self, above: Any, below: Any) -> Any:
        """above / below."""
        if self.is_zero(below):
            raise Undefined("division by 0")
        self._note(self.leading(below)[2])
        return above / below

    def power(self, base: Any, exponent: Any) -> Any:
        """base^p: any base for an integer p >= 0, not 0 for an integer p < 0, positive otherwise (0 for p > 0)."""
        if exponent.is_Integer and abs(exponent) > HIGHEST and base.free_symbols:
            hint = "ask for the derivative: matcalc diff"
            raise UnsupportedError(f"powers above {HIGHEST} are not expanded", hint=hint)
        if exponent.is_integer and exponent.is_nonnegative:
            return base**exponent
        if self.is_zero(base):
            self.smooth = False
            if exponent.is_positive:
                return self.sympy.S.Zero
            raise Undefined("division by 0" if exponent.is_negative else "a power of 0")
        k, core, lead = self.leading(base)
        self._note(lead)
        if exponent.is_integer:
            return base**exponent
        if self.sign(lead) == -1:
            raise Undefined("a root of a negative number" if exponent.is_Rational else "a power of a negative number")
        if k == 0:
            return base**exponent
        self.smooth = False
        return self.h ** (k * exponent) * core**exponent

    def absolute(self, u: Any) -> Any:
        """|u|."""
        return self.larger(u, -u) if self._settled(u) else self._absolute(u)

    def _absolute(self, u: Any) -> Any:
        k, core, lead = self.leading(u)
        self._note_kink(lead)
        return self.sympy.Abs(core) if k == 0 else self.h**k * self.sympy.Abs(core)

    def _settled(self, u: Any) -> bool:
        """Whether the sign of u right beside the point is known."""
        return self.is_zero(u) or self.sign(self.leading(u)[2]) is not None

    def signum(self, u: Any) -> Any:
        """sign(u), 0 at 0."""
        if self.is_zero(u):
            self.smooth = False
            return self.sympy.S.Zero
        k, _, lead = self.leading(u)
        self.smooth = self.smooth and k == 0
        self._note(lead)
        sign = self.sign(lead)
        return self.sympy.sign(lead) if sign is None else self.sympy.Integer(sign)

    def larger(self, u: Any, w: Any, which: int = 1) -> Any:
        """max(u, w), or min(u, w) for which = -1."""
        gap = u - w
        if self.is_zero(gap):
            self.smooth = False
            return u
        k, _, lead = self.leading(gap)
        self.smooth = self.smooth and k == 0
        sign = self.sign(lead)
        if sign is not None:
            return u if sign == which else w
        self._note_kink(lead)
        extreme = self.sympy.Max if which == 1 else self.sympy.Min
        orders = [self.leading(each)[0] for each in (u, w) if not self.is_zero(each)]
        scale = self.sympy.S.One if self.h is None else self.h ** min(orders)
        return scale * extreme(self.sympy.cancel(u / scale), self.sympy.cancel(w / scale))

    def logarithm(self, u: Any) -> Any:
        """log(u), of what is positive."""
        if self.is_zero(u):
            raise Undefined("log of 0")
        k, core, lead = self.leading(u)
        if self.sign(lead) == -1:
            raise Undefined("log of a negative number")
        self._note(lead)
        return self.sympy.log(u) if k == 0 else k * self.sympy.log(self.h) + self.sympy.log(core)

    def arc(self, name: str, u: Any) -> Any:
        """arcsin(u) or arccos(u), for |u| <= 1."""
        for end in (1 - u, 1 + u):
            if self.is_zero(end):
                self.smooth = False
                continue
            k, _, lead = self.leading(end)
            if self.sign(lead) == -1:
                raise Undefined(f"{name} of a number beyond 1")
            self.smooth = self.smooth and k == 0
            self._note(lead)
        return of_number(name, u)

    def _note_kink(self, lead: Any) -> None:
        """|u| is continuous where u is 0; at a point alone it decides whether there is a kink."""
        if self.h is None:
            self._note(lead)


def value_there(f: ScalarFunction, at: Mapping[str, Any], value: Any = None) -> tuple[Any, str]:
    """f's value at a point and "", or None and why it has none; a `value` that is given where f has another is refused."""
    try:
        found = Germs().value(f.tree, at)
    except Undefined as problem:
        return value, str(problem) if value is None else ""
    if value is not None and not Germs().is_zero(found - value):
        raise UnsupportedError(f"f has the value {found} at this point, not {value}", hint="leave the value out")
    return found, ""


# ---- what each head of a tree is: (germs, part, values of its children) -> value

Rule = Callable[[Germs, Tree, list[Any]], Any]


def _name(germs: Germs, part: Tree, _: list[Any]) -> Any:
    return germs.sympy.pi if part.text == "pi" else germs.sympy.Symbol(part.text, real=True)


def _call(germs: Germs, part: Tree, values: list[Any]) -> Any:
    name, u = part.text, values[0]
    if name in _KINKS:
        return _KINKS[name](germs, *values)
    if name in ("arcsin", "arccos"):
        return germs.arc(name, u)
    if name in SAME or name in ("sigmoid", "softplus"):
        return of_number(name, u)
    raise UnsupportedError(
        f"no limits of {name}", span=part.span, hint="scalar functions such as exp, sin, abs, relu have them"
    )


_KINKS: dict[str, Callable[..., Any]] = {
    "abs":     Germs.absolute,
    "sign":    Germs.signum,
    "relu":    lambda germs, u: germs.larger(u, germs.sympy.S.Zero),
    "step":    lambda germs, u: germs.larger(germs.signum(u), germs.sympy.S.Zero),  # step(0) = 0
    "maximum": Germs.larger,
    "minimum": lambda germs, u, w: germs.larger(u, w, -1),
    "log":     Germs.logarithm,
    "sqrt":    lambda germs, u: germs.power(u, germs.sympy.Rational(1, 2)),
}  # fmt: skip

_RULES: dict[str, Rule] = {
    "number":    lambda germs, part, _: rational(Fraction(part.text)),
    "name":      _name,
    "sum":       lambda germs, _, values: germs.sympy.Add(*values),
    "neg":       lambda germs, _, values: -values[0],
    "times":     lambda germs, _, values: germs.sympy.Mul(*values),
    "hadamard":  lambda germs, _, values: germs.sympy.Mul(*values),
    "kron":      lambda germs, _, values: germs.sympy.Mul(*values),
    "over":      lambda germs, _, values: germs.divide(*values),
    "entrydiv":  lambda germs, _, values: germs.divide(*values),
    "power":     lambda germs, _, values: germs.power(*values),
    "entrypow":  lambda germs, _, values: germs.power(*values),
    "inverse":   lambda germs, _, values: germs.divide(germs.sympy.S.One, values[0]),
    "transpose": lambda germs, _, values: values[0],
    "norm":      lambda germs, _, values: germs.absolute(values[0]),
    "call":      _call,
}  # fmt: skip
