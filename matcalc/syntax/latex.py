r"""A syntax tree as LaTeX, drawn as the lecture draws it: \mathbf{x}^\top \mathbf{A} \mathbf{x}.

Brackets follow the tables of `printing`, but for what LaTeX draws otherwise: a fraction needs none as a factor and does
under a power.  Functions with a notation of their own are rows of `_NOTATIONS`, the others \operatorname; a function that
is not built in is drawn as its name is.  In exponents and subscripts a name that `ranks` lacks is a number, hence plain.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from matcalc.algebra.functions import FUNCTIONS
from matcalc.syntax import layout, printing
from matcalc.syntax.layout import ATOM, POSTFIX, PRODUCT, SUM, Part, is_word, listed, postfix_base, stands_bare
from matcalc.syntax.names import SIZED
from matcalc.syntax.tree import Tree, point_and_directions, postorder

# <1> the first argument, <1^> the same under a postfix sign, <1.> the same as a size or an index; a row ends at its last bar.
# A notation on the floor `postfix` gets brackets under a postfix sign, one on the floor `atom` does not.
_NOTATIONS = r"""
I            | 0 | atom    | \mathbf{I}
I            | 1 | atom    | \mathbf{I}_{<1.>}
ones         | 1 | atom    | \mathbf{1}_{<1.>}
ones         | 2 | atom    | \mathbf{1}_{<1.> \times <2.>}
zeros        | 1 | atom    | \mathbf{0}
zeros        | 2 | atom    | \mathbf{0}
e            | 2 | atom    | \mathbf{e}_{<1.>}
unit         | 4 | atom    | \mathbf{1}_{<1.>,<2.>}
Kmat         | 2 | atom    | \mathbf{K}_{<1.>,<2.>}
pi           | 0 | atom    | \pi
abs          | 1 | atom    | \left|<1>\right|
dot          | 2 | atom    | \left\langle <1>, <2> \right\rangle
logdet       | 1 | postfix | \log\left|\det <1^>\right|
sqrt         | 1 | postfix | \sqrt{<1>}
pinv         | 1 | postfix | <1^>^{+}
unvec        | 3 | atom    | \operatorname{unvec}_{<2.> \times <3.>}\left(<1>\right)
lambda_max   | 1 | atom    | \lambda_{\max}\left(<1>\right)
v_max        | 1 | atom    | \mathbf{v}_{\max}\left(<1>\right)
D_expm       | 2 | postfix | D\operatorname{expm}\left(<1>\right)\left[<2>\right]
D_logm       | 2 | postfix | D\operatorname{logm}\left(<1>\right)\left[<2>\right]
D_sqrtm      | 2 | postfix | D\operatorname{sqrtm}\left(<1>\right)\left[<2>\right]
D_sinm       | 2 | postfix | D\operatorname{sinm}\left(<1>\right)\left[<2>\right]
D_cosm       | 2 | postfix | D\operatorname{cosm}\left(<1>\right)\left[<2>\right]
D_polar      | 2 | postfix | D\operatorname{polar}\left(<1>\right)\left[<2>\right]
D2_expm      | 3 | postfix | D^{2}\operatorname{expm}\left(<1>\right)\left[<2>, <3>\right]
D2_logm      | 3 | postfix | D^{2}\operatorname{logm}\left(<1>\right)\left[<2>, <3>\right]
D2_sinm      | 3 | postfix | D^{2}\operatorname{sinm}\left(<1>\right)\left[<2>, <3>\right]
D2_cosm      | 3 | postfix | D^{2}\operatorname{cosm}\left(<1>\right)\left[<2>, <3>\right]
D2_polar     | 3 | postfix | D^{2}\operatorname{polar}\left(<1>\right)\left[<2>, <3>\right]
J2_expm      | 2 | postfix | DJ_{\operatorname{expm}}\left(<1>\right)\left[<2>\right]
J2_logm      | 2 | postfix | DJ_{\operatorname{logm}}\left(<1>\right)\left[<2>\right]
J2_sinm      | 2 | postfix | DJ_{\operatorname{sinm}}\left(<1>\right)\left[<2>\right]
J2_cosm      | 2 | postfix | DJ_{\operatorname{cosm}}\left(<1>\right)\left[<2>\right]
J2_polar     | 2 | postfix | DJ_{\operatorname{polar}}\left(<1>\right)\left[<2>\right]
D2_power     | 4 | postfix | D^{2}(\cdot)^{<2.>}\left(<1>\right)\left[<3>, <4>\right]
J2_power     | 3 | postfix | DJ_{(\cdot)^{<2.>}}\left(<1>\right)\left[<3>\right]
J_power      | 2 | atom    | \left(\sum_{r=0}^{<2.> - 1} <1^>^{<2.> - 1 - r} \otimes (<1^>^\top)^{r}\right)
D_power      | 3 | atom    | \left(\sum_{r=0}^{<2.> - 1} <1^>^{r} <3^> <1^>^{<2.> - 1 - r}\right)
"""

# Functions that LaTeX knows by name.
_MACROS = frozenset("exp log sin cos tan sinh cosh tanh arcsin arccos arctan det max min".split())

_INFIX = {"hadamard": r" \odot ", "entrydiv": r" \oslash ", "kron": r" \otimes "}
_POSTFIX = {"transpose": r"^\top", "inverse": "^{-1}", "both": r"^{-\top}"}
_NORMS = {"": "", "1": "_1", "2": "_2", "inf": r"_\infty", "F": "_F", "*": "_*"}

# A fraction is a factor like any other; under a postfix sign it needs brackets, as do Df(x)[v] and a gradient.
_FLOORS = layout.FLOORS | {"over": POSTFIX} | dict.fromkeys(("D", "D2", "D3", "grad", "hess"), POSTFIX)

_ESCAPED = str.maketrans({c: "\\" + c for c in "#$%&_{}"} | {"\\": r"\backslash ", "^": r"\hat{\ }", "~": r"\sim "})


def latex(tree: Tree, ranks: Mapping[str, int] | None = None) -> str:
    r"""The LaTeX of `tree`: vectors and matrices bold, scalars plain; ranks: name -> NUMBER, 0 scalar, 1 vector, 2 matrix.

    A name that `ranks` lacks is plain if it is a lower-case Greek letter, else bold.

    >>> A, x = Tree("name", text="A"), Tree("name", text="x")
    >>> print(latex(Tree("times", (Tree("transpose", (x,)), Tree("times", (A, x), " ")), " ")))
    \mathbf{x}^\top \left(\mathbf{A} \mathbf{x}\right)
    """
    return layout.assemble(tree, _Latex(tree, ranks or {}))


def _rows() -> dict[tuple[str, int], tuple[int, list[str]]]:
    """(name, number of arguments) -> floor, the template split at its places."""
    rows = {}
    for line in _NOTATIONS.strip().splitlines():
        name, arity, floor, drawn = (cell.strip() for cell in line.split("|", 3))
        rows[name, int(arity)] = (ATOM if floor == "atom" else POSTFIX, re.split(r"<(\d[.^]?)>", drawn))
    return rows


NOTATIONS = _rows()


_WORDS = str.maketrans(
    {c: "\\" + c for c in "#$%&_{}"}
    | {"\\": r"$\backslash$", "^": r"${}^\wedge$", "~": r"$\sim$", "<": r"$\langle$", ">": r"$\rangle$"}
)


def escaped(words: str) -> str:
    r"""Words for \text{...}.

    >>> print(escaped("x -> x^T: <G, H>"))
    x $\to$ x${}^\wedge$T: $\langle$G, H$\rangle$
    """
    return r"$\to$".join(part.translate(_WORDS) for part in words.split("->"))


class _Latex:
    """Writes one part as LaTeX.  A place is plain if it is an exponent or a subscript: its names are numbers."""

    def __init__(self, tree: Tree, ranks: Mapping[str, int]) -> None:
        self.ranks = ranks
        self.names = {name for part in postorder(tree) for name in part.text.split(",")}

    def __call__(self, tree: Tree, plain: bool) -> Sequence[Part]:
        match tree.head:
            case "number":
                return [_number(tree.text)]
            case "name":
                return [self.name(tree.text, plain)]
            case "call":
                return self.call(tree, plain)
            case "times":
                left, right = tree.children
                return [*self.left("times", left, plain), _dot(left, right), *self.operand(right, POSTFIX, plain)]
            case "sum":
                return layout.summed(tree.children, lambda term: self.operand(term, PRODUCT, plain))
            case "neg":
                return ["-", *self.operand(tree.children[0], PRODUCT, plain)]
            case "over":
                above, below = tree.children
                return [r"\frac{", *self.operand(above, SUM, plain), "}{", *self.operand(below, SUM, plain), "}"]
            case "hadamard" | "entrydiv" | "kron":
                left, right = tree.children
                sign = _INFIX[tree.head]
                return [*self.left(tree.head, left, plain), sign, *self.operand(right, POSTFIX, plain)]
            case "power" | "entrypow":
                base, exponent = tree.children
                return [*self.operand(base, ATOM, plain), *self.exponent(tree.head, exponent)]
            case "transpose" | "inverse":
                base = postfix_base(tree)
                both = base is not tree.children[0]
                return [*self.operand(base, ATOM, plain), _POSTFIX["both" if both else tree.head]]
            case "norm":
                return [r"\lVert ", *self.operand(tree.children[0], SUM, plain), r" \rVert" + _NORMS[tree.text]]
            case "index":
                return [*self.indexed(tree.children[0], plain), "_{", *listed(tree.children[1:], self.size, ","), "}"]
            case "D" | "D2" | "D3":
                point, directions = point_and_directions(tree)
                sign = f"D^{{{tree.head[1:]}}}" if tree.head != "D" else "D"
                name = self.name(tree.text, False) if tree.text else ""  # D(e)[v] of a derivation
                return [sign + name, *self.fenced("()", point), *self.fenced("[]", directions)]
            case "J":
                word = rf"\operatorname{{{tree.text}}}" if tree.text in FUNCTIONS else self.name(tree.text, False)
                return ["J_{", word, "}", *self.fenced("()", tree.children)]
            case "grad":
                return [r"\nabla " + self.drawn(tree.text, False), *self.fenced("()", tree.children)]
            case "hess":
                return [r"\nabla^{2} " + self.drawn(tree.text, False), *self.fenced("()", tree.children)]
            case "total":
                return [rf"\sum_{{{tree.text}}} ", *self.operand(tree.children[0], PRODUCT, plain)]
            case "where":
                body, *values = tree.children
                parts = self.operand(body, SUM, plain)
                for number, (name, value) in enumerate(zip(tree.text.split(","), values, strict=True)):
                    sign = r",\ " if number else r" \quad\text{where}\quad "
                    parts += [sign, self.name(name, plain), " = ", *self.operand(value, SUM, plain)]
                return parts
        raise ValueError(f"no such head: {tree.head}")

    def floor(self, tree: Tree) -> int:
        if tree.head == "call" and (tree.text, len(tree.children)) in NOTATIONS:
            return NOTATIONS[tree.text, len(tree.children)][0]
        if tree.head == "number" and "e" in tree.text.lower():
            return POSTFIX if tree.text.lower().startswith("1e") else PRODUCT
        return _FLOORS[tree.head]

    def operand(self, tree: Tree, floor: int, plain: bool) -> list[Part]:
        """`tree` at a place that asks for this floor."""
        return [r"\left(", (tree, plain), r"\right)"] if self.floor(tree) < floor else [(tree, plain)]

    def left(self, operator: str, tree: Tree, plain: bool) -> list[Part]:
        """The left operand of a product-like operator."""
        return self.operand(tree, PRODUCT if stands_bare(operator, tree) else POSTFIX, plain)

    def size(self, tree: Tree) -> list[Part]:
        return self.operand(tree, SUM, True)

    def fenced(self, pair: str, trees: Sequence[Tree]) -> list[Part]:
        r"""`(\mathbf{x}, \mathbf{y})`: brackets that grow only where there is more in them than words."""
        grows = any(not is_word(tree) and tree.head != "number" for tree in trees)
        left, right = (r"\left", r"\right") if grows else ("", "")
        return [left + pair[0], *listed(trees, lambda tree: self.operand(tree, SUM, False)), right + pair[1]]

    def call(self, tree: Tree, plain: bool) -> list[Part]:
        notation = NOTATIONS.get((tree.text, len(tree.children)))
        if notation is None:
            if tree.text not in FUNCTIONS:
                return [self.function(tree.text, plain), *(self.fenced("()", tree.children) if tree.children else ())]
            name = printing.SHOWN.get(tree.text, tree.text)
            word = "\\" + name if name in _MACROS else rf"\operatorname{{{name.translate(_ESCAPED)}}}"
            return [word, r"\left(", *listed(tree.children, lambda child: self.operand(child, SUM, plain)), r"\right)"]
        parts: list[Part] = []
        for number, text in enumerate(notation[1]):
            if number % 2 == 0:
                parts.append(text)
            else:
                floor = ATOM if text.endswith("^") else SUM
                parts += self.operand(tree.children[int(text[0]) - 1], floor, plain or text.endswith("."))
        return parts

    def exponent(self, head: str, tree: Tree) -> list[Part]:
        r"""`^{2}`, `^{-1/2}`, `^{\odot k}`."""
        parts, signed = self.size(tree), tree.head == "neg"
        body = tree.children[0] if signed else tree
        if body.head == "over" and all(is_word(child) or child.head == "number" for child in body.children):
            above, below = body.children
            parts = ["-" if signed else "", (above, True), "/", (below, True)]
        if head == "power":
            return ["^{", *parts, "}"]
        if self.floor(tree) < PRODUCT:
            parts = [r"\left(", *parts, r"\right)"]
        return [r"^{\odot ", *parts, "}"]

    def indexed(self, tree: Tree, plain: bool) -> list[Part]:
        """What an index stands at: an entry is a scalar, so the name of its matrix is plain."""
        letter = self.drawn(tree.text, False) if tree.head == "name" else "_"
        return [letter] if "_" not in letter else [r"\left(", (tree, plain), r"\right)"]

    def function(self, name: str, plain: bool) -> str:
        r"""A constant or a function that is declared or defined: `\phi`, `g_{1}`, `\operatorname{swish}`."""
        letters = name.partition("_")[0].rstrip("0123456789")
        is_word = len(letters) > 1 and letters not in printing.GREEK and name not in SIZED
        return rf"\operatorname{{{name.translate(_ESCAPED)}}}" if is_word else self.name(name, plain)

    def name(self, name: str, plain: bool) -> str:
        """The name, bold if it is a vector or a matrix."""
        letters = name.partition("_")[0].rstrip("0123456789")
        scalar = plain or (letters in printing.GREEK and letters.islower())
        return self.drawn(name, self.ranks.get(name, 0 if scalar else 1) > 0)

    def drawn(self, name: str, bold: bool) -> str:
        r"""`\mathbf{x}_{1}` for x_1, and for x1 unless both occur."""
        stem, _, subscript = name.partition("_")
        letters = stem.rstrip("0123456789")
        digits = stem[len(letters) :]
        if digits and not subscript and f"{letters}_{digits}" not in self.names:
            subscript, digits = digits, ""
        word = ("\\" + letters if letters in printing.GREEK else letters.translate(_ESCAPED)) + digits
        if bold:
            word = (r"\boldsymbol" if letters in printing.GREEK else r"\mathbf") + f"{{{word}}}"
        elif digits or (letters not in printing.GREEK and len(letters) > 1):
            word = rf"\mathit{{{word}}}"
        return word + _subscript(subscript)


def _subscript(text: str) -> str:
    if text in printing.GREEK:
        return rf"_{{\{text}}}"
    if text.isdecimal() or len(text) <= 2:
        return f"_{{{text.translate(_ESCAPED)}}}" if text else ""
    return rf"_{{\mathrm{{{text.translate(_ESCAPED)}}}}}"


def _number(text: str) -> str:
    r"""`2`, `0.5`, `2.5 \cdot 10^{-3}`, `10^{-3}`."""
    mantissa, _, exponent = text.lower().partition("e")
    power = f"10^{{{exponent.removeprefix('+')}}}"
    return (power if mantissa == "1" else rf"{mantissa} \cdot {power}") if exponent else mantissa


def _dot(left: Tree, right: Tree) -> str:
    r"""Between two factors: `\cdot` where digits would run together, else nothing: 2 \cdot 3, 2 \cdot \frac{1}{3}."""
    base = postfix_base(right) if right.head in ("power", "entrypow", "transpose", "inverse") else right
    last = left.children[1] if left.head == "times" else left
    return r" \cdot " if base.head == "number" or (last.head == "number" and right.head == "over") else " "
