"""The forms of a derivative: Df(x)[v], and all that is read off it, each made when it is first asked for.

Differentiation runs on a copy of the variables without properties; properties enter only what is displayed, in `_shown`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from matcalc.algebra import transposes
from matcalc.algebra.nodes import Node, RowSymbol
from matcalc.api.expression import Expr
from matcalc.calculus import forms
from matcalc.calculus.adjoint import gradient
from matcalc.calculus.differential import differential
from matcalc.calculus.structure import structured
from matcalc.errors import NotScalarError, UnsupportedError
from matcalc.rewrite.form import textbook
from matcalc.rewrite.identities import simplify_by_rules
from matcalc.syntax import meanings
from matcalc.syntax.declarations import Variable
from matcalc.syntax.names import spelled

if TYPE_CHECKING:
    from matcalc.code.documentation import About


class Forms:
    """f, the variables it is differentiated by, their directions, and the differential, gradient, Jacobian, Hessian of f.

    `names` are those of the variables, `leaves` the variables as nodes, `moving` their directions; `defaults` is what was assumed when
    f was read.

    >>> import matcalc
    >>> d = matcalc.diff("A x", wrt="x")
    >>> d.differential, d.jacobian(), d.form[0]
    (A v, A^T, 'jacobian')
    """

    def __init__(
        self,
        f: Expr,
        wrt: Sequence[str],
        directions: Sequence[str],
        *,
        several: bool,
        structure: str | None,
        layout: str,
        defaults: tuple[str, ...] = (),
        notes: tuple[str, ...] = (),
    ) -> None:
        self.f = f
        self.names: tuple[str, ...] = tuple(wrt)
        self.several = several
        self.structure = structure
        self.layout = layout
        self.defaults = defaults  # what was assumed when f was read
        self.notes = notes  # what surprises some people about how it was read
        self.leaves: Sequence[Node] = [_leaf(f.variables[name]) for name in wrt]
        self.moving: Sequence[Node] = [
            forms.direction_of(leaf, v) for leaf, v in zip(self.leaves, directions, strict=True)
        ]

    @property
    def wrt(self) -> str | list[str]:
        """The variable, or the list of them."""
        return list(self.names) if self.several else self.names[0]

    @property
    def direction(self) -> str | list[str]:
        """The name of the direction, or the list of them."""
        names = [leaf.data for leaf in self.moving]
        return names if self.several else names[0]

    # ---- how it is made and shown

    @cached_property
    def _properties(self) -> dict[str, frozenset[str]]:
        return {name: variable.properties for name, variable in self.f.variables.items() if variable.properties}

    def _shown(self, node: Node, *directions: Node, what: str = "", layout: str = "") -> Expr:
        self.f.refuse_if_forgotten()
        known = (*self.f.directions, *self.moving, *directions)
        shown = textbook(node, self._properties)
        return Expr(
            shown,
            self.f.variables,
            known,
            of=self.f.node,
            last=self.leaves,
            functions=self.f.functions,
            about=partial(self._about, what, layout or self.layout) if what and not self.several else None,
        )

    def _about(self, what: str, layout: str, shown: Expr, target: str, name: str) -> About:
        from matcalc.api.programs import Options, about

        return about(self, Options(target, what, name), layout, shown)

    @cached_property
    def _node(self) -> Node:
        # Without any property: those of the variables must not touch f before it is differentiated.
        return simplify_by_rules(self.f.node, {})

    @cached_property
    def _change(self) -> Node:
        # Simplified: the derivative of tr(expm(X) H) is known, that of tr(D_expm(X, H)) is not.
        change = differential(self._node, dict(zip(self.leaves, self.moving, strict=True)))
        return simplify_by_rules(change, {})

    @cached_property
    def _gradients(self) -> dict[Node, Node]:
        found = gradient(self._node, self.leaves)
        return {leaf: simplify_by_rules(G, {}) for leaf, G in found.items()}

    def shown(self, node: Node) -> Expr:
        """A node over the variables of f as an expression in textbook form."""
        return self._shown(node)

    @cached_property
    def value(self) -> Expr:
        """f, printed as it was read and computed in its stable form: log(1 + exp(x)) as softplus(x)."""
        return Expr(self._node, self.f.variables, self.f.directions, tree=self.f.tree, functions=self.f.functions)

    # ---- the forms

    @cached_property
    def differential(self) -> Expr:
        """Df(x)[v] = lim (f(x + e v) - f(x)) / e, of f's shape, always; for a list of variables the sum over all directions.

        >>> import matcalc
        >>> matcalc.diff("X^-1", wrt="X").differential
        -X^-1 H X^-1
        """
        return self._shown(self._change, what="differential")

    @property
    def gradient(self) -> Any:
        """The G with Df(X)[H] = tr(G^T H) for all H, of X's shape; NotScalarError unless f is a scalar.  For a list a dict name -> Expr.

        Of a symmetric X it is the gradient over all matrices; `structure` asks for another one.

        >>> import matcalc
        >>> matcalc.diff("logdet(X)", wrt="X").gradient
        X^-T
        """
        return self._gradient

    @cached_property
    def _gradient(self) -> Expr | dict[str, Expr]:
        found = ((leaf, self._structured(self._gradients[leaf], leaf)) for leaf in self.leaves)
        made = {leaf.data: self._shown(G, what="gradient") for leaf, G in found}
        return made if self.several else made[self.names[0]]

    def _structured(self, G: Node, leaf: Node) -> Node:
        """A gradient by `leaf` as the structure asks for it, laid out as the variable: of a row as a row.

        Of several variables those that are square matrices have a structure.
        """
        square = [other for other in self.leaves if other.shape[0] is other.shape[1]]
        structure = self.structure if leaf in square or not square else None
        made = structured(G, structure, self._properties.get(leaf.data, frozenset()))
        return transposes.transpose(made) if type(leaf) is RowSymbol else made

    def jacobian(self, layout: str | None = None) -> Any:
        """The Jacobian on vec(X): "denominator" layout has one row per input, the gradients of the components are its columns.

        "numerator" is its transpose, d vec F / d vec(X)^T; by default the layout is that of `diff`.  By a scalar t it is Df(t)[1],
        of f's shape for a matrix f.  UnsupportedError where it has no matrix notation.  For a list a dict name -> Expr.

        >>> import matcalc
        >>> matcalc.diff("A X C", wrt="X").jacobian("numerator")
        kron(C^T, A)
        """
        layout = layout or self.layout
        if layout not in forms.LAYOUTS:
            raise UnsupportedError(f"the layout is 'denominator' or 'numerator', not {layout!r}")
        made = {}
        for name, leaf, direction in zip(self.names, self.leaves, self.moving, strict=True):
            change = differential(self._node, {leaf: direction}) if self.several else self._change
            made[name] = self._shown(forms.jacobian(change, direction, layout), what="jacobian", layout=layout)
        return made if self.several else made[self.names[0]]

    @cached_property
    def hessian(self) -> Expr:
        """The H with D2f(X)[U, V] = vec(U)^T H vec(V): n x n for a vector, mn x mn for a matrix, a scalar for a scalar.

        NotScalarError unless f is a scalar; UnsupportedError for a list (ask for `mixed`) and with a `structure`.

        >>> import matcalc
        >>> matcalc.diff("||A X||_F^2", wrt="X").hessian
        2 kron(I(p), A^T A)
        """
        if self.several:
            raise UnsupportedError(
                "a Hessian is by one variable", hint="ask for d.mixed(x, y), in a terminal --show mixed"
            )
        self._need_scalar("Hessian")
        if self.structure is not None:
            raise UnsupportedError(
                "a Hessian by the entries of a structured variable is not known",
                hint="ask without structure for the one by all entries, or for hvp, which changes the gradient that is shown",
            )
        leaf = self.leaves[0]
        return self._shown(forms.hessian(self._gradients[leaf], leaf, self.moving[0]), what="hessian")

    @cached_property
    def hvp(self) -> Expr:
        """D grad f(x)[v] of a scalar f: the Hessian times the direction, in the shape of x, without the Hessian.

        Under a `structure` the change of the gradient that is shown, for a direction v that has the structure of x.

        >>> import matcalc
        >>> matcalc.diff("tr(X^T A X)", wrt="X").hvp
        (A + A^T) H
        """
        self._refuse_list("Hessian-vector product")
        self._need_scalar("Hessian-vector product")
        leaf, direction = self.leaves[0], self.moving[0]
        change = simplify_by_rules(differential(self._gradients[leaf], {leaf: direction}), {})
        return self._shown(self._structured(change, leaf), what="hvp")

    @cached_property
    def second_differential(self) -> Expr:
        """D2f(x)[v, w]: the differential of the differential, of f's shape, bilinear in both directions.

        >>> import matcalc
        >>> matcalc.diff("a^T X^-1 b", wrt="X").second_differential
        a^T X^-1 (H X^-1 K + K X^-1 H) X^-1 b
        """
        self._refuse_list("second differential")
        leaf, first = self.leaves[0], self.moving[0]
        taken = [*self.differential.names(), first.data]
        second = forms.direction_of(leaf, forms.default_names(leaf, taken, 1)[0])
        return self._shown(differential(self._change, {leaf: second}), second)

    def mixed(self, x: str, y: str) -> Expr:
        """d2f / dx dy^T of a scalar f: one row per entry of vec(x), one column per entry of vec(y).

        By two scalars it is d2f / ds dt for any f, laid out as Df(t)[1] is.

        >>> import matcalc
        >>> matcalc.diff("x^T A y", wrt=["x", "y"]).mixed("x", "y")
        A
        """
        x, y = spelled(x), spelled(y)
        for name in (x, y):
            if name not in self.names:
                raise UnsupportedError(f"{name} is not among the variables {', '.join(self.names)}")
        rows, columns = self.leaves[self.names.index(x)], self.leaves[self.names.index(y)]
        if rows.is_scalar and columns.is_scalar:
            return self._shown(forms.by_scalar(forms.by_scalar(self._node, rows), columns))
        self._need_scalar("mixed derivative")
        return self._shown(forms.hessian(self._gradients[rows], columns, self.moving[self.names.index(y)]))

    def partial(self, *at: str | int) -> Any:
        """df/dX_ij = Df(X)[1_ij] as a SymPy expression, 1_ij the matrix unit; indices, names or numbers, count from 1.

        ShapeError for another number of indices than the variable has.

        >>> import matcalc
        >>> matcalc.diff("tr(A X)", wrt="X").partial("i", "j")
        A[j, i]
        """
        from matcalc.calculus.partial import partial as by_entry

        self._refuse_list("partial derivative")
        words = self._properties.get(self.names[0], frozenset())
        return by_entry(self._change, self.moving[0], at, lambda unit: structured(unit, self.structure, words))

    def partial_of(self, *at: str | int) -> tuple[str, ...]:
        """The entry of a vector or matrix f whose derivative `partial` is, by its free indices; none of a scalar f.

        >>> import matcalc
        >>> d = matcalc.diff("A x", wrt="x")
        >>> d.partial_of("i"), d.partial("i")
        (('r',), A[r, i])
        """
        from matcalc.calculus.partial import entry_names

        self._refuse_list("partial derivative")
        return entry_names(self._change, self.moving[0], at)

    @cached_property
    def result(self) -> Expr:
        """What a textbook gives: gradient, Jacobian, Df(t)[1] or the differential, by the shapes of f and x."""
        shown: Expr = self.form[1]
        return shown

    @cached_property
    def form(self) -> tuple[str, Any]:
        """The name of the form that `result` is in, and the result.

        >>> import matcalc
        >>> matcalc.diff("t^2 b", wrt="t", where="t: scalar").form
        ('derivative', 2 t b)
        """
        if self.several:
            return "differential", self.differential
        f, leaf = self.f.node, self.leaves[0]
        try:
            if f.is_scalar:
                return "gradient", self.gradient
            if leaf.is_scalar:
                return "derivative", self.jacobian("numerator") if f.is_matrix or f.is_column else self._row_slope()
            if not f.is_matrix and not leaf.is_matrix:
                return "jacobian", self.jacobian()
        except UnsupportedError:  # it has no name; the differential always has one
            pass
        return "differential", self.differential

    def _row_slope(self) -> Expr:
        return self._shown(transposes.transpose(forms.jacobian(self._change, self.moving[0], "numerator")))

    def _need_scalar(self, what: str) -> None:
        if not self.f.node.is_scalar:
            rows, columns = self.f.node.shape
            raise NotScalarError(
                f"a {what} needs a scalar function, and this one is {rows} x {columns}",
                hint="ask for the jacobian or the differential",
            )

    def _refuse_list(self, what: str) -> None:
        if self.several:
            hint = "for two variables ask for d.mixed(x, y), in a terminal --show mixed"
            raise UnsupportedError(f"a {what} is by one variable", hint=hint)


def _leaf(variable: Variable) -> Node:
    """The variable as a node without properties: a symbol, or that of a row."""
    node = meanings.variable(variable.name, variable.shape)
    return node.children[0] if node.is_row else node
