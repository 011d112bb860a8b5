"""What a scalar function does right beside a point: its value there, its leading term c h^k for h > 0, its limit as h -> 0.

The tree as written is evaluated with SymPy numbers, or along a path p + h v with h > 0.  What has no value raises Undefined:
division by 0, a log or a root of what is negative.  |u|, relu(u), max(u, w) and roots are taken by the leading term of u, so that a kink
is seen from its own side.  `critical` collects the leading coefficients that decided and hold a free symbol: where one of them is
0, another answer may hold.  `smooth` is false once a kink or the end of a domain was met.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from matcalc.errors import UnsupportedError
from matcalc.rewrite.sympy_words import SAME, of_number, rational
from matcalc.syntax.printing import ascii_text
from matcalc.syntax.tree import Tree, postorder

LARGEST = 400  # operations: SymPy needs seconds for a limit of more


class Undefined(Exception):
    """The function has no (real) value, and why."""


class Undecided(Exception):
    """SymPy finds no leading term or limit."""


class Germs:
    """Values of trees at a point, or along a path in the positive symbol `h`.

    >>> from matcalc.syntax.reading import read
    >>> import sympy
    >>> h = sympy.Symbol("h", positive=True)
    >>> germs = Germs(h)
    >>> germs.limit(germs.value(read("abs(x)/x"), {"x": -h}))
    -1
    """

    def __init__(self, h: Any = None) -> None:
        import sympy

        self.sympy = sympy
        self.h = h
        self.critical: list[Any] = []
        self.smooth = True

    # ---- values

    def value(self, tree: Tree, at: Mapping[str, Any]) -> Any:
        """The value of `tree` where its names have these values; Undefined where it has none."""
        out: dict[Tree, Any] = {}
        for part in postorder(tree):
            rule = _RULES.get(part.head)
            if rule is None:
                raise UnsupportedError(f"no limits of '{ascii_text(part)}'", hint="scalar operations and functions have them")
            try:
                out[part] = at[part.text] if part.head == "name" and part.text in at else rule(self, part, [out[c] for c in part.children])
            except Undefined as problem:
                raise Undefined(f"{problem} in {ascii_text(part)}") if " in " not in str(problem) else problem from None
            if out[part].has(self.sympy.zoo, self.sympy.nan):
                raise Undefined(f"no value of {ascii_text(part)}")
        return out[tree]

    def divide(self, above: Any, below: Any) -> Any:
        """above / below."""
        if self.is_zero(below):
            raise Undefined("division by 0")
        self._decided_by(below)
        return above / below

    def power(self, base: Any, exponent: Any) -> Any:
        """base^p: any base for an integer p >= 0, not 0 for p < 0, positive otherwise."""
        if exponent.is_integer and exponent.is_nonnegative:
            return base**exponent
        if exponent.is_integer:
            self.divide(self.sympy.S.One, base)
            return base**exponent
        if self.is_zero(base):
            self.smooth = False
            if exponent.is_positive:
                return self.sympy.S.Zero
            raise Undefined("a power of 0")
        k, core, lead = self.leading(base)
        if self.sign(lead) == -1:
            raise Undefined("a root of a negative number" if exponent.is_Rational else "a power of a negative number")
        self._note(lead)
        if k != 0:
            self.smooth = False
            return self.h ** (k * exponent) * core**exponent
        return base**exponent

    def absolute(self, u: Any) -> Any:
        """|u|."""
        if self.is_zero(u):
            self.smooth = False
            return self.sympy.S.Zero
        k, core, lead = self.leading(u)
        self.smooth = self.smooth and k == 0
        sign = self.sign(lead)
        if sign is None:
            self._note(lead)
            return self._scaled(k, self.sympy.Abs(core))
        return sign * u

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
        self._note(lead)
        extreme = self.sympy.Max if which == 1 else self.sympy.Min
        orders = [self.leading(each)[0] for each in (u, w) if not self.is_zero(each)]
        scale = self.h ** min(orders) if self.h is not None else self.sympy.S.One
        return scale * extreme(self.sympy.cancel(u / scale), self.sympy.cancel(w / scale))

    def logarithm(self, u: Any) -> Any:
        """log(u), of what is positive."""
        if self.is_zero(u):
            raise Undefined("log of 0")
        k, core, lead = self.leading(u)
        if self.sign(lead) == -1:
            raise Undefined("log of a negative number")
        self._note(lead)
        return k * self.sympy.log(self.h) + self.sympy.log(core) if k else self.sympy.log(u)

    def arc(self, name: str, u: Any) -> Any:
        """arcsin(u) or arccos(u), for |u| <= 1."""
        for end in (1 - u, 1 + u):
            if self.is_zero(end):
                self.smooth = False
            elif self.sign(self.leading(end)[2]) == -1:
                raise Undefined(f"{name} of a number beyond 1")
            else:
                self.smooth = self.smooth and self.leading(end)[0] == 0
                self._note(self.leading(end)[2])
        return of_number(name, u)

    def _scaled(self, k: Any, body: Any) -> Any:
        return body if k == 0 else self.h**k * body

    def _decided_by(self, u: Any) -> None:
        self._note(self.leading(u)[2])

    def _note(self, lead: Any) -> None:
        for part in self.sympy.fraction(self.sympy.factor(lead)):
            if part.free_symbols and not part.is_positive:
                self.critical.append(part)

    # ---- leading terms and limits

    def is_zero(self, u: Any) -> bool:
        """Whether u is 0 identically."""
        if u.is_zero is not None:
            return bool(u.is_zero)
        if not u.free_symbols:
            return bool(u.equals(0))
        return bool(self.sympy.cancel(self.sympy.together(u)) == 0) if u.is_rational_function() else bool(self.sympy.simplify(u) == 0)

    def sign(self, c: Any) -> int | None:
        """1, -1 or 0; None where it depends on the symbols."""
        if c.is_positive:
            return 1
        if c.is_negative:
            return -1
        if self.is_zero(c):
            return 0
        return None if c.free_symbols else (1 if c.evalf() > 0 else -1)

    def leading(self, u: Any) -> tuple[Any, Any, Any]:
        """(k, w, c) with u = h^k w, and w -> c, not 0 identically, as h -> 0."""
        if self.h is None or not u.has(self.h):
            return self.sympy.S.Zero, u, u
        if u.count_ops() > LARGEST:
            raise UnsupportedError("this is too long for a limit by SymPy", hint="ask for the derivative: matcalc diff")
        above, below = self.sympy.fraction(self.sympy.together(u))
        if above.is_polynomial(self.h) and below.is_polynomial(self.h):
            (m, p, a), (n, q, b) = (self._lowest(side) for side in (above, below))
            k = self.sympy.Integer(m - n)
            return k, self.sympy.cancel(p / q), self.sympy.cancel(a / b)
        return self._leading_by_sympy(u)

    def _lowest(self, u: Any) -> tuple[int, Any, Any]:
        """(k, u/h^k, coefficient of h^k) of a polynomial in h."""
        terms = self.sympy.Poly(self.sympy.expand(u), self.h).terms()[::-1]
        for (k,), c in terms:
            if not self.is_zero(c):
                rest = self.sympy.Add(*(c * self.h ** (m - k) for (m,), c in terms if m >= k))
                return k, rest, c
        raise Undefined("division by 0")

    def _leading_by_sympy(self, u: Any) -> tuple[Any, Any, Any]:
        try:
            here = u.subs(self.h, 0)
            if here.is_finite is not False and not here.has(self.sympy.zoo, self.sympy.nan, self.sympy.oo, self.sympy.AccumBounds):
                if not self.is_zero(here):
                    return self.sympy.S.Zero, u, here
            c, k = self.sympy.powdenest(u.as_leading_term(self.h), force=True).as_coeff_exponent(self.h)
        except (NotImplementedError, ValueError, TypeError, AttributeError, RecursionError, self.sympy.PoleError):
            raise Undecided from None
        if c.has(self.h) or c.has(self.sympy.AccumBounds, self.sympy.oo, self.sympy.zoo, self.sympy.nan) or self.is_zero(c):
            raise Undecided
        return k, self.sympy.powdenest(self.sympy.expand(u / self.h**k), force=True), c

    def limit(self, u: Any) -> Any:
        """The limit as h -> 0: a number, an expression, +-oo; None where there is none; Undecided where SymPy finds no answer."""
        if self.is_zero(u):
            return self.sympy.S.Zero
        try:
            k, _, lead = self.leading(u)
        except Undecided:
            return self._limit_by_sympy(u)
        self._note(lead if k < 0 else self.sympy.fraction(lead)[1])
        if k >= 0:
            return lead if k == 0 else self.sympy.S.Zero
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
        self._note(lead)
        extreme = self.sympy.Max if which == 1 else self.sympy.Min
        orders = [self.leading(each)[0] for each in (u, w) if not self.is_zero(each)]
        scale = self.h ** min(orders) if self.h is not None else self.sympy.S.One
        return scale * extreme(self.sympy.cancel(u / scale), self.sympy.cancel(w / scale))

    def logarithm(self, u: Any) -> Any:
        """log(u), of what is positive."""
        if self.is_zero(u):
            raise Undefined("log of 0")
        k, core, lead = self.leading(u)
        if self.sign(lead) == -1:
            raise Undefined("log of a negative number")
        self._note(lead)
        return k * self.sympy.log(self.h) + self.sympy.log(core) if k else self.sympy.log(u)

    def arc(self, name: str, u: Any) -> Any:
        """arcsin(u) or arccos(u), for |u| <= 1."""
        for end in (1 - u, 1 + u):
            if self.is_zero(end):
                self.smooth = False
            elif self.sign(self.leading(end)[2]) == -1:
                raise Undefined(f"{name} of a number beyond 1")
            else:
                self.smooth = self.smooth and self.leading(end)[0] == 0
                self._note(self.leading(end)[2])
        return of_number(name, u)

    def _scaled(self, k: Any, body: Any) -> Any:
        return body if k == 0 else self.h**k * body

    def _decided_by(self, u: Any) -> None:
        self._note(self.leading(u)[2])

    def _note(self, lead: Any) -> None:
        for part in self.sympy.fraction(self.sympy.factor(lead)):
            if part.free_symbols and not part.is_positive:
                self.critical.append(part)

    # ---- leading terms and limits

    def is_zero(self, u: Any) -> bool:
        """Whether u is 0 identically."""
        if u.is_zero is not None:
            return bool(u.is_zero)
        if not u.free_symbols:
            return bool(u.equals(0))
        return bool(self.sympy.cancel(self.sympy.together(u)) == 0) if u.is_rational_function() else bool(self.sympy.simplify(u) == 0)

    def sign(self, c: Any) -> int | None:
        """1, -1 or 0; None where it depends on the symbols."""
        if c.is_positive:
            return 1
        if c.is_negative:
            return -1
        if self.is_zero(c):
            return 0
        return None if c.free_symbols else (1 if c.evalf() > 0 else -1)

    def leading(self, u: Any) -> tuple[Any, Any, Any]:
        """(k, w, c) with u = h^k w, and w -> c, not 0 identically, as h -> 0."""
        if self.h is None or not u.has(self.h):
            return self.sympy.S.Zero, u, u
        if u.count_ops() > LARGEST:
            raise UnsupportedError("this is too long for a limit by SymPy", hint="ask for the derivative: matcalc diff")
        above, below = self.sympy.fraction(self.sympy.together(u))
        if above.is_polynomial(self.h) and below.is_polynomial(self.h):
            (m, p, a), (n, q, b) = (self._lowest(side) for side in (above, below))
            k = self.sympy.Integer(m - n)
            return k, self.sympy.cancel(p / q), self.sympy.cancel(a / b)
        return self._leading_by_sympy(u)

    def _lowest(self, u: Any) -> tuple[int, Any, Any]:
        """(k, u/h^k, coefficient of h^k) of a polynomial in h."""
        terms = self.sympy.Poly(self.sympy.expand(u), self.h).terms()[::-1]
        for (k,), c in terms:
            if not self.is_zero(c):
                rest = self.sympy.Add(*(c * self.h ** (m - k) for (m,), c in terms if m >= k))
                return k, rest, c
        raise Undefined("division by 0")

    def _leading_by_sympy(self, u: Any) -> tuple[Any, Any, Any]:
        try:
            here = u.subs(self.h, 0)
            if here.is_finite is not False and not here.has(self.sympy.zoo, self.sympy.nan, self.sympy.oo, self.sympy.AccumBounds):
                if not self.is_zero(here):
                    return self.sympy.S.Zero, u, here
            c, k = self.sympy.powdenest(u.as_leading_term(self.h), force=True).as_coeff_exponent(self.h)
        except (NotImplementedError, ValueError, TypeError, AttributeError, RecursionError, self.sympy.PoleError):
            raise Undecided from None
        if c.has(self.h) or c.has(self.sympy.AccumBounds, self.sympy.oo, self.sympy.zoo, self.sympy.nan) or self.is_zero(c):
            raise Undecided
        return k, self.sympy.powdenest(self.sympy.expand(u / self.h**k), force=True), c

    def limit(self, u: Any) -> Any:
        """The limit as h -> 0: a number, an expression, +-oo; None where there is none; Undecided where SymPy finds no answer."""
        if self.is_zero(u):
            return self.sympy.S.Zero
        try:
            k, _, lead = self.leading(u)
        except Undecided:
            return self._limit_by_sympy(u)
        if k == 0 or k < 0:
            self._note(lead)
            self._note(self.sympy.fraction(lead)[1])
        if k > 0:
            self._note(self.sympy.fraction(lead)[1])
            return self.sympy.S.Zero
        if k == 0:
            return lead
        sign = self.sign(lead)
        return self.sympy.sign(lead) * self.sympy.oo if sign is None else sign * self.sympy.oo

    def _limit_by_sympy(self, u: Any) -> Any:
        try:
            found = self.sympy.limit(u, self.h, 0, "+")
        except (NotImplementedError, ValueError, TypeError, AttributeError, RecursionError, self.sympy.PoleError):
            raise Undecided from None
        if isinstance(found, self.sympy.AccumBounds):
            return None
        if found.has(self.sympy.Limit, self.sympy.nan, self.sympy.zoo, self.sympy.AccumBounds, self.sympy.I):
            raise Undecided
        return found


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
    raise UnsupportedError(f"no limits of {name}", span=part.span, hint="scalar functions such as exp, sin, abs, relu have them")


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
