"""Derivative: the forms of a derivative, where they hold, the way to them, and programs for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from matcalc.algebra.nodes import Node
from matcalc.algebra.walks import symbols
from matcalc.api.expression import Expr, PublicShape, public_shape
from matcalc.api.forms import Forms
from matcalc.calculus.forms import direction_of
from matcalc.calculus.structure import is_told, structured
from matcalc.syntax.tree import postorder
from matcalc.syntax.understanding import understand

if TYPE_CHECKING:
    from matcalc.calculus.chain import Chain
    from matcalc.calculus.conditions import Condition
    from matcalc.calculus.steps import Steps
    from matcalc.numeric.verification import Report


class Derivative(Forms):
    """The derivative of f by one variable or a list of them, made by `matcalc.diff`.

    Differentiation runs on a copy of the variables without properties; properties enter only what is displayed.

    >>> import matcalc
    >>> d = matcalc.diff("x^T A x", wrt="x")
    >>> str(d.differential), str(d.gradient), str(d.hessian)
    ('x^T (A + A^T) v', '(A + A^T) x', 'A + A^T')
    """

    # ---- what was asked

    @property
    def shapes(self) -> dict[str, PublicShape]:
        """The shape of every name: (), ("n",), (1, "n"), ("m", "n").

        >>> import matcalc
        >>> matcalc.diff("c A x", wrt="x", where="c: scalar").shapes
        {'c': (), 'A': ('m', 'n'), 'x': ('n',)}
        """
        return {name: public_shape(variable.shape) for name, variable in self.f.variables.items()}

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """What the user should know: how the text was read, variables that f does not contain or that are taken for symmetric."""
        occurring = set(symbols(self.f.node))
        absent = [name for name, leaf in zip(self.names, self.leaves, strict=True) if leaf not in occurring]
        written = {part.text for part in postorder(self.f.tree)} if absent else ()
        why = {name: "cancels out of f" if name in written else "does not occur in f" for name in absent}
        cancelled = (f"{name} {what}, so the derivative is 0" for name, what in why.items())
        return (*self.notes, *cancelled, *self.taken_for_symmetric(), *self._contradictions())

    def taken_for_symmetric(self) -> Iterator[str]:
        """Which variables a `structure` takes for symmetric though nothing is said of them."""
        for name, leaf in zip(self.names, self.leaves, strict=True):
            told = is_told(self._properties.get(name, frozenset()))
            if self.structure and leaf.is_matrix and leaf.shape[0] is leaf.shape[1] and not told:
                yield f"{name} is not declared symmetric, and structure='{self.structure}' takes it to be"

    def _contradictions(self) -> Iterator[str]:
        """Where what is declared of a variable is where f has a kink, or no value."""
        for found in self.requirements:
            if found.is_nowhere:
                yield f"the answer holds {found.sentence(self._written)}"
            elif found.is_of_directions and self.structure is None:
                kind, name = found.pattern, self._written(found.argument)
                yield f"f has a kink where {name} is {kind}: the answer holds in {kind} directions only"

    # ---- as programs

    def code(
        self,
        target: str = "numpy",
        what: str = "result",
        name: str | None = None,
        sizes: Mapping[str, int] | None = None,
        *,
        wrt_first: bool = False,
        flat: bool = False,
        check: bool = False,
    ) -> str:
        """The text of a function that computes `what`: see matcalc/api/programs.py for the list.

        Its arguments are f's variables in order of appearance, then wrt, then directions; with `wrt_first` the variable, the
        direction and the rest, as scipy.optimize calls it.  `flat`: a matrix variable, its direction and its gradient are vec of
        them, columns stacked.  `sizes` are expected ones; they choose the order of products.  `check` adds what it is the derivative
        of, and a function check_NAME that compares both by central differences at one point.

        >>> import matcalc
        >>> d = matcalc.diff("||A x - b||_2^2", wrt="x")
        >>> d.code("torch", "value_and_gradient", "f").splitlines()[-1].strip()
        'return t0 @ t0, 2 * (A.T @ t0)'
        """
        from matcalc.api import programs

        return programs.code(self, programs.Options(target, what, name, sizes, wrt_first, flat), check=check)

    def function(
        self,
        target: str = "numpy",
        what: str = "result",
        name: str | None = None,
        sizes: Mapping[str, int] | None = None,
        *,
        wrt_first: bool = False,
        flat: bool = False,
    ) -> Callable[..., Any]:
        """The function that `code` writes down, compiled; its arguments are positional or keywords.

        UnsupportedError for a target that is not Python, MissingExtraError where its library is not installed.

        >>> import matcalc, numpy as np
        >>> fun = matcalc.diff("||A x - b||_2^2", wrt="x").function(what="value_and_gradient")
        >>> fun(np.eye(2), np.array([1.0, 2.0]), x=np.array([3.0, 3.0]))
        (np.float64(5.0), array([4., 2.]))
        """
        from matcalc.api import programs

        return programs.function(self, programs.Options(target, what, name, sizes, wrt_first, flat))

    # ---- whether and where it holds

    @cached_property
    def conditions(self) -> tuple[str, ...]:
        """Where the answer holds: "X invertible", "x != 0", "entries of A x nonzero".

        >>> import matcalc
        >>> matcalc.diff("logdet(X) + ||X a||_1", wrt="X").conditions
        ('X invertible', 'entries of X a nonzero')
        """
        return tuple(dict.fromkeys(found.sentence(self._written) for found in self.requirements))

    @cached_property
    def requirements(self) -> tuple[Condition, ...]:
        """The conditions as expressions and words."""
        from matcalc.calculus.needs import as_written, may_need, of_nodes  # a start pays for all it imports

        self.f.refuse_if_forgotten()
        written = list(as_written(self.f.tree, self.f.declarations)) if may_need(self.f.tree) else []
        own = list(of_nodes(self._node))
        if not (written or own):
            return ()
        from matcalc.calculus.conditions import conditions

        return conditions(written, own, self._node, self.leaves, self._properties)

    def _written(self, node: Node) -> str:
        return str(Expr(node, self.f.variables))

    def verify(self) -> Report:
        """f and its derivative as they are printed, at random points with 50 digits, against a finite difference.

        The differential is compared, and the gradient or Jacobian if that is the result; the report is the worse of both.  Of a
        structured gradient G, <G, H> is the change of f where X moves as the structure lets it for H.
        EvaluationError where no point is found that meets the conditions.

        >>> import matcalc
        >>> matcalc.diff("logdet(X)", wrt="X").verify().ok
        True
        """
        found = self.verified("differential", self.differential)
        form, result = self.form
        if found.ok and form in ("gradient", "jacobian"):
            found = min(found, self.verified(form, result), key=lambda r: r.digits)
        return found

    def verified(self, form: str, shown: Expr) -> Report:
        """The report on one form as it is printed."""
        from matcalc.numeric.verification import verify
        from matcalc.syntax.inference import infer

        typing = infer(self.f.tree, self.f.declarations)
        names = [leaf.data for leaf in self.moving]
        read = understand(str(shown), shown.declarations, directions=names)
        by = names if form == "differential" else []
        return verify(
            self.f.tree,
            typing,
            self.names,
            read.tree,
            read.typing,
            by,
            form=form,
            layout=self.layout,
            conditions=self.requirements,
            moves=self._moves() if form == "gradient" and self.structure else {},
        )

    def _moves(self) -> dict[str, Node]:
        """How the variable moves along its direction, under the structure."""
        (name,), (leaf,) = self.names, self.leaves
        words = self._properties.get(name, frozenset())
        return {name: structured(direction_of(leaf, name), self.structure, words)}

    # ---- the way to it

    @cached_property
    def steps(self) -> Steps:
        """The derivation: (rule name, before, after) for every step from f to Df(x)[v] and to the result read off it."""
        return self.derivation()

    def derivation(self, to: str = "result", detail: str = "normal", at: Sequence[str | int] = ()) -> Steps:
        """The derivation to the "differential", the "result" (gradient, Jacobian), the "hessian" or the "partial" derivative `at` i, j.

        The detail is "brief", "normal" or "full"; full says what was held fixed and marks what changed.

        >>> import matcalc
        >>> print(matcalc.diff("x^T A x", wrt="x").derivation(to="differential", detail="brief"))
        D(x^T A x)[v]
          = v^T (A x) + x^T (A v)    [bilinear / product: (x^T, A x)]
          = x^T (A + A^T) v    [textbook form: like terms and common factors]
        """
        from matcalc.api.explaining import steps_to
        from matcalc.calculus.steps import Steps

        self._refuse_list("derivation")
        return Steps(steps_to(self, to, at), self.ranks(), detail)

    def chain(self, inner: str | Expr | None = None) -> Chain:
        """The chain rule for f = g o h in every form of the lecture; `inner` is h(x), by default the outermost there is.

        UnsupportedError if f does not depend on the variable through one expression alone.

        >>> import matcalc
        >>> print(str(matcalc.diff("exp(x^T x)", wrt="x").chain()).splitlines()[2])
        c = Dh(x)[v] = 2 x^T v    [how h changes]
        """
        from matcalc.api.explaining import chain_of

        self._refuse_list("chain rule")
        return chain_of(self, inner)

    def ranks(self) -> Mapping[str, int]:
        """What every name is drawn as in LaTeX (syntax/latex.py)."""
        return Expr(self.f.node, self.f.variables, self.moving, functions=self.f.functions).ranks()
