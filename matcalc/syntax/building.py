"""The actions of the grammar: each alias of grammar/expression.lark is a method that makes a Tree of its parts.

Whether people mean one thing by it is asked in `doubts`, as soon as both parts are known and the text between them too.
"""

from __future__ import annotations

from itertools import pairwise

from matcalc import limits, syntax
from matcalc.algebra.dimension import SCALAR
from matcalc.algebra.functions import ALIASES
from matcalc.errors import Span
from matcalc.syntax import complaints, doubts
from matcalc.syntax.complaints import FORMS, complain
from matcalc.syntax.declarations import Declarations
from matcalc.syntax.names import BUILT_IN, ORDERS, SIZED, SUPERSCRIPTS, Vocabulary
from matcalc.syntax.tables import Lexeme
from matcalc.syntax.tree import Tree, postorder


class Builder:
    """Builds the tree of `text`, whose names mean what the `vocabulary` says; of shapes it asks only which are scalars."""

    def __init__(self, text: str, found: list[Lexeme], declarations: Declarations, vocabulary: Vocabulary) -> None:
        self.text = text
        self.declarations = declarations
        self.vocabulary = vocabulary
        bound = [lexeme.text for lexeme, equal in pairwise(found) if equal.type == "EQUAL"]
        self.values = vocabulary.names.union(bound) if bound else vocabulary.names
        self.bare: dict[int, Lexeme] = {}  # where a bare call begins -> its function

    def source(self, tree: Tree) -> str:
        """What stands in the text for a tree."""
        return self.text[tree.span[0] : tree.span[1]]

    # ---- lists and brackets

    def first(self, item: object) -> list[object]:
        """The first of a list."""
        return [item]

    def another(self, items: list[object], item: object) -> list[object]:
        """One more."""
        items.append(item)
        return items

    def subtracted(self, terms: list[Tree], minus: Lexeme, term: Tree) -> list[Tree]:
        """One more term of a sum, with its sign."""
        terms.append(self.negative(minus, term))
        return terms

    def brackets(self, opening: Lexeme, body: Tree, closing: Lexeme) -> Tree:
        """(a)."""
        return body.in_brackets((opening.start, closing.end))

    # ---- atoms

    def number(self, lexeme: Lexeme) -> Tree:
        """2, 0.5, 1e3."""
        return Tree("number", (), lexeme.text, (lexeme.start, lexeme.end))

    def name(self, lexeme: Lexeme) -> Tree:
        """x; UnknownNameError if it needs a declaration and has none."""
        name, span = lexeme.text, (lexeme.start, lexeme.end)
        if not (name in self.values or self.vocabulary.knows(name)):
            raise syntax.suggestions.unknown_name(
                self.text, span, name, [*self.vocabulary.functions, *BUILT_IN], self.values
            )
        return Tree("name", (), name, span)

    def constant(self, lexeme: Lexeme) -> Tree:
        """I, or I_n, whose lexeme has the text n."""
        size, span = lexeme.text, (lexeme.start, lexeme.end)
        if not size:
            return Tree("call", (), "I", span)
        if not size.isdigit() and size not in self.values and not self.vocabulary.knows(size):
            raise syntax.suggestions.unknown_size(self.text, span, size)
        below = Tree("number" if size.isdigit() else "name", (), size, (lexeme.start + 2, lexeme.end))
        return Tree("call", (below,), "I", span)

    def norm(self, opening: Lexeme, body: Tree, closing: Lexeme) -> Tree:
        """||a||_2; the closing lexeme has the subscript as its text."""
        return Tree("norm", (body,), closing.text, (opening.start, closing.end))

    # ---- calls

    def call(self, function: Lexeme, opening: Lexeme, arguments: list[Tree], closing: Lexeme) -> Tree:
        """f(a, b)."""
        return self._called(function, arguments, (function.start, closing.end))

    def bare_call(self, function: Lexeme, argument: Tree) -> Tree:
        """f a, as in log det X."""
        self.bare[function.start] = function
        return self._called(function, [argument], (function.start, argument.span[1]))

    def _called(self, function: Lexeme, arguments: list[Tree], span: Span) -> Tree:
        """A declared function, a built-in one, or a constant with its size."""
        name, count = function.text, len(arguments)
        if name in self.vocabulary.functions:
            self._check_arity(function, count, span)
            return Tree("call", tuple(arguments), name, span)
        name = ALIASES.get(name, name)
        if name in ("max", "min") and count == 2:
            return Tree("call", tuple(arguments), name + "imum", span)
        if name in SIZED:
            if count not in SIZED[name]:
                raise complaints.arity(self.text, span, name, SIZED[name], count)
            product = "; I * (...) for a product" if name == "I" else ""
            self._check_integers(arguments, "not a size", form=FORMS[name] + product)
            if name == "I":
                self._check_identity(function, arguments[0], FORMS[name] + product)
            return Tree("call", tuple(arguments), name, span)
        self._check_arity(function, count, span)
        if name == "unvec":
            self._check_integers(arguments[1:], "not a size", form=FORMS[name])
        if name in ("inv", "kron"):
            return Tree("inverse" if name == "inv" else "kron", tuple(arguments), "", span, True)
        return Tree("call", tuple(arguments), name, span)

    def jacobian(
        self, derivative: Lexeme, opening: Lexeme, function: Lexeme, comma: list[Tree], closing: Lexeme
    ) -> Tree:
        """J(h, x), grad(g, x), hess(g, x)."""
        span = (derivative.start, closing.end)
        self._check_arity(function, len(comma), span)
        return Tree(derivative.text, tuple(comma), ALIASES.get(function.text, function.text), span)

    def differential(
        self,
        derivative: Lexeme,
        opening: Lexeme,
        function: Lexeme,
        arguments: list[Tree],
        closing: Lexeme,
        directions: list[Tree],
        end: Lexeme,
    ) -> Tree:
        """D(h, x)[v], D2(h, x)[v, w]; each direction has as many parts as there are arguments."""
        span = (derivative.start, end.end)
        self._check_arity(function, len(arguments), (derivative.start, closing.end))
        order = ORDERS[derivative.text]
        if len(directions) != order * len(arguments):
            raise complaints.directions(self.text, span, len(arguments), len(directions), order)
        return Tree(derivative.text, (*arguments, *directions), ALIASES.get(function.text, function.text), span)

    def _check_arity(self, function: Lexeme, count: int, span: Span) -> None:
        arity = self.vocabulary.arity(function.text)
        if arity is not None and arity != count:
            raise complaints.arity(self.text, span, function.text, (arity,), count)

    def _check_integers(self, arguments: list[Tree], kind: str, **parts: str) -> None:
        """Dimensions and indices consist of integers and names of scalars, with + - and products."""
        for argument in arguments:
            for part in postorder(argument):
                if part.head == "name":
                    variable = self.declarations.variables.get(part.text)
                    fits = variable is None or variable.shape == SCALAR
                else:
                    fits = part.head in ("sum", "neg", "times") or (part.head == "number" and part.text.isdigit())
                if not fits:
                    raise complain(kind, self.text, argument.span, **parts)

    def _check_identity(self, function: Lexeme, size: Tree, form: str) -> None:
        # I(N) has the size N, but I (A + B) is meant as a product.
        if size.head == "name" and self.text[function.end] == "(":
            return
        for part in postorder(size):
            if part.head == "name" and part.text[0].isupper() and part.text not in self.values:
                raise complain("not a size", self.text, size.span, form=form)

    def index(self, body: Tree, indices: list[Tree], closing: Lexeme) -> Tree:
        """X[i, j], x[i]."""
        if len(indices) > 2:
            raise complain("three indices", self.text, (indices[0].span[0], indices[-1].span[1]))
        self._check_integers(indices, "not an index")
        return Tree("index", (body, *indices), "", (body.span[0], closing.end))

    # ---- postfix

    def transpose(self, body: Tree, mark: Lexeme) -> Tree:
        """a^T."""
        doubts.check_transpose(self, body, mark)
        return Tree("transpose", (body,), "", (body.span[0], mark.end))

    def inverse_transpose(self, body: Tree, mark: Lexeme) -> Tree:
        """a^-T."""
        doubts.check_transpose(self, body, mark)
        span = (body.span[0], mark.end)
        return Tree("transpose", (Tree("inverse", (body,), "", span),), "", span)

    def superscript(self, body: Tree, mark: Lexeme) -> Tree:
        """a², a⁻¹."""
        digits = "".join(SUPERSCRIPTS[c] for c in mark.text)
        span = (mark.start, mark.end)
        exponent = Tree("number", (), digits.lstrip("+-"), span)
        return self._raised("power", body, Tree("neg", (exponent,), "", span) if digits[0] == "-" else exponent)

    def power(self, body: Tree, exponent: Tree) -> Tree:
        """a^b."""
        doubts.check_base(self, body, exponent)
        return self._raised("power", body, exponent)

    def entrypow(self, body: Tree, mark: Lexeme, exponent: Tree) -> Tree:
        """a .^ b."""
        if (exponent.children[0] if exponent.head == "neg" else exponent).head not in ("number", "over"):
            doubts.check_base(self, body, exponent)  # but e.^2 of residuals e
        return self._raised("entrypow", body, exponent)

    def _raised(self, head: str, body: Tree, exponent: Tree) -> Tree:
        """a^b or a .^ b; a^-1 is the inverse."""
        span = (body.span[0], exponent.span[1])
        doubts.check_exponent(self, body, exponent)
        number = exponent.children[0] if exponent.head == "neg" else exponent
        if number.head == "number":
            if number.text.isdigit() and (len(number.text) > 9 or int(number.text) > limits.exponent):
                raise complain("exponent large", self.text, number.span)
            if exponent.head == "neg" and number.text == "1" and head == "power":
                return Tree("inverse", (body,), "", span)
        return Tree(head, (body, exponent), "", span)

    def exponent_name(self, lexeme: Lexeme) -> Tree:
        """The k of a^k."""
        doubts.check_glued(self, lexeme)
        return self.name(lexeme)

    def braces(self, opening: Lexeme, body: Tree, closing: Lexeme) -> Tree:
        """{a}: it groups an exponent, whose place includes it."""
        return Tree(body.head, body.children, body.text, (opening.start, closing.end), body.bracketed)

    # ---- products and sums

    def juxtaposed(self, left: Tree, right: Tree) -> Tree:
        """a b."""
        doubts.check_numbers(self, left, right)
        if left.head == "over" and not left.bracketed:
            doubts.check_fraction(self, left, right)
        if self.bare:
            doubts.check_bare(self, left, right)
        return Tree("times", (left, right), " ", (left.span[0], right.span[1]))

    def _product(self, head: str, left: Tree, right: Tree, text: str = "") -> Tree:
        return Tree(head, (left, right), text, (left.span[0], right.span[1]))

    def times(self, left: Tree, mark: Lexeme, right: Tree) -> Tree:
        """a * b."""
        return self._product("times", left, right, "*")

    def over(self, left: Tree, right: Tree) -> Tree:
        """a / b."""
        return self._product("over", left, right)

    def hadamard(self, left: Tree, mark: Lexeme, right: Tree) -> Tree:
        """a .* b."""
        return self._product("hadamard", left, right)

    def entrydiv(self, left: Tree, mark: Lexeme, right: Tree) -> Tree:
        """a ./ b."""
        return self._product("entrydiv", left, right)

    def kron(self, left: Tree, mark: Lexeme, right: Tree) -> Tree:
        """a ⊗ b."""
        return self._product("kron", left, right)

    def negative(self, minus: Lexeme, body: Tree) -> Tree:
        """-a."""
        return Tree("neg", (body,), "", (minus.start, body.span[1]))

    def positive(self, body: Tree) -> Tree:
        """+a."""
        return body

    def sum(self, terms: list[Tree]) -> Tree:
        """a + b - c, flat."""
        if len(terms) == 1:
            return terms[0]
        return Tree("sum", tuple(terms), "", (terms[0].span[0], terms[-1].span[1]))

    # ---- where

    def binding(self, name: Lexeme, value: Tree) -> tuple[Lexeme, Tree]:
        """t0 = a."""
        return name, value

    def where(self, body: Tree, where: Lexeme, bindings: list[tuple[Lexeme, Tree]]) -> Tree:
        """a where t0 = ...; t1 = ...: every value may use the names before it."""
        pending = {name.text for name, _ in bindings}
        for name, value in bindings:
            if name.text not in pending or self._has_meaning(name.text):
                raise complain("bound twice", self.text, (name.start, name.end))
            for part in postorder(value):
                if part.head == "name" and part.text in pending:
                    raise complain("used before", self.text, part.span)
            pending.remove(name.text)
        values = [value for _, value in bindings]
        names = ",".join(name.text for name, _ in bindings)
        return Tree("where", (body, *values), names, (body.span[0], values[-1].span[1]))

    def _has_meaning(self, name: str) -> bool:
        return name in self.vocabulary.names or self.vocabulary.arity(name) is not None
