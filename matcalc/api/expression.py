"""Expr: an expression that a user holds; it remembers the declarations it was made under.

A thin cover of a node: printing, evaluating, emitting code, and `+ - @ * / .T` that build new expressions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from math import isfinite
from numbers import Rational, Real
from typing import TYPE_CHECKING, Any

from matcalc.algebra import products, sums, transposes
from matcalc.algebra.dimension import Dimension, Shape
from matcalc.algebra.entrywise import divide
from matcalc.algebra.leaves import ZERO, number
from matcalc.algebra.nodes import Abstract, Index, Node, RowSymbol, Size, bit, era
from matcalc.algebra.walks import postorder, symbols
from matcalc.errors import DeclarationError, EvaluationError, UnsupportedError
from matcalc.rewrite.identities import simplify_by_rules
from matcalc.syntax.declarations import Declarations, Function, Variable, t_is_scalar
from matcalc.syntax.layout import NUMBER
from matcalc.syntax.printing import ascii_text, unicode_text
from matcalc.syntax.raising import written
from matcalc.syntax.tree import Tree
from matcalc.syntax.understanding import Understood

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from matcalc.code.documentation import About

PublicShape = tuple[int | str, ...]


def public_shape(shape: Shape) -> PublicShape:
    """(), ("n",), (1, "n") or ("m", "n"): a dimension is its integer or its text."""
    rows, columns = (_public(dimension) for dimension in shape)
    if columns == 1:
        return () if rows == 1 else (rows,)
    return (rows, columns)


def _rank(shape: Shape) -> int:
    sides = public_shape(shape)
    return 1 if len(sides) == 2 and sides[0] == 1 else len(sides)


def _public(dimension: Dimension) -> int | str:
    value = dimension.value
    return str(dimension) if value is None else value


def is_same(one: Variable, other: Variable) -> bool:
    """Whether both are declared alike: of one shape, with the same properties."""
    return one.shape == other.shape and one.properties == other.properties


def said(read: Understood) -> Expr:
    """What a text says, as an Expr that knows all that was declared for it."""
    return Expr(read.node, read.typing.variables, tree=read.tree, functions=read.typing.functions)


class Expr:
    """An expression of a known shape, over declared or inferred variables.

    >>> import matcalc
    >>> e = matcalc.parse("A x", where="A: m x n; x: n")
    >>> str(e.T @ e), e.shape
    ('||A x||_2^2', ('m',))
    """

    def __init__(
        self,
        node: Node,
        variables: Mapping[str, Variable],
        directions: Sequence[Node] = (),
        tree: Tree | None = None,
        of: Node | None = None,
        last: Sequence[Node] = (),
        functions: Mapping[str, Function] | None = None,
        about: Callable[[Expr, str, str], About] | None = None,
    ) -> None:
        self.node = node
        self.variables = variables
        self.directions = tuple(directions)
        self._tree = tree
        self._era = era()
        self._of = of or node  # the f that this was read off: a program has its variables as arguments,
        self._last = tuple(last)  # those of differentiation last
        self._about = about  # of this, a target and a name: what its program is, if it was read off a derivative
        self.functions = functions or {}  # all that are declared or defined, in the expression or not

    @property
    def tree(self) -> Tree:
        """The syntax tree that is shown: as it was read, or the textbook form of the node."""
        if self._tree is None:
            self._tree = written(self.node, taken=self.variables)
        return self._tree

    @property
    def shape(self) -> PublicShape:
        """(), ("n",), (1, "n") or ("m", "n")."""
        return public_shape(self.node.shape)

    def __str__(self) -> str:
        moving = any(leaf.data == "T" and leaf.is_scalar for leaf in self.directions)
        return ascii_text(self.tree, primed=moving or t_is_scalar(self.variables))

    __repr__ = __str__

    def unicode(self) -> str:
        """The Unicode text; it reads back as the same expression, as does the ASCII text.

        >>> import matcalc
        >>> matcalc.parse("a^T (x_1 .* b)").unicode()
        'aᵀ (x₁ ⊙ b)'
        """
        return unicode_text(self.tree)

    def latex(self) -> str:
        r"""The LaTeX form, in the lecture's style: vectors and matrices bold, scalars not.

        >>> import matcalc
        >>> print(matcalc.parse("lambda A^T x").latex())
        \lambda \mathbf{A}^\top \mathbf{x}
        """
        from matcalc.syntax.latex import latex  # the first answer is text, and a start pays for all it imports

        return latex(self.tree, self.ranks())

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {self.latex()}$"

    def ranks(self) -> dict[str, int]:
        """What every name is drawn as in LaTeX (syntax/latex.py): a variable by its shape, a function by that of its values."""
        known = self.declarations
        functions = {name: 0 if g.kind == "elementwise" else _rank(g.result) for name, g in known.functions.items()}
        variables = {name: _rank(variable.shape) for name, variable in known.variables.items()}
        return dict.fromkeys(known.dimensions, NUMBER) | functions | variables

    def to_sympy(self) -> Any:
        """The SymPy form: MatrixSymbols for vectors and matrices; UnsupportedError for what SymPy has no class for.

        >>> import matcalc
        >>> matcalc.parse("A x + b").to_sympy()
        A*x + b
        """
        from matcalc.rewrite.sympy_bridge import to_sympy

        return to_sympy(self.node)

    @property
    def declarations(self) -> Declarations:
        """What must be declared for the printed text to be read back as this expression."""
        variables = dict(self.variables)
        for leaf in self.directions:
            shape = leaf.shape[::-1] if isinstance(leaf, RowSymbol) else leaf.shape
            variables[leaf.data] = Variable(leaf.data, (shape[0], shape[1]))
        functions: dict[str, Function] = {}
        sides = {side for variable in variables.values() for side in variable.shape}
        for node in postorder(self.node):
            if type(node.data) is Abstract:
                g = node.data
                functions[g.name] = Function(g.name, g.arguments, g.result, g.kind)
            # the n of n x is the number of columns of a ones(m,n) that is summed up
            sides.update((node.data,) if type(node) is Size else node.shape)
        functions.update(self.functions)
        return Declarations(variables, functions, frozenset[str]().union(*(side.names for side in sides)))

    def known(self) -> dict[str, Shape]:
        """Every name that values may be given for, with its shape (a row as 1 x n)."""
        return {name: variable.shape for name, variable in self.declarations.variables.items()}

    def refuse_if_forgotten(self) -> None:
        """UnsupportedError after `matcalc.clear()`: the x of this expression is no longer the x of new ones."""
        if self._era is not era():
            raise UnsupportedError("this expression was made before matcalc.clear()", hint="make it again")

    def names(self) -> set[str]:
        """Every name that means something here: of variables, directions, functions, dimensions and indices."""
        known = self.declarations
        has_indices = self.node.heads & bit("Index")
        indices = {node.data for node in postorder(self.node) if type(node) is Index} if has_indices else set()
        return {*known.variables, *known.functions, *known.dimensions, *indices}

    def evaluate(self, values: Mapping[str, Any]) -> NDArray[Any]:
        """The value for NumPy values: scalars 0-d, vectors and rows 1-d, matrices 2-d; a direction by its name.

        EvaluationError for missing or unknown names, sizes that do not agree, singular matrices.

        >>> import matcalc
        >>> matcalc.parse("A x + b").evaluate({"A": [[1, 2]], "x": [1, 1], "b": [5]})
        array([8.])
        """
        from matcalc.numeric.evaluation import evaluate

        return evaluate(self.node, values, self.known())

    def code(self, target: str = "numpy", name: str = "expression", sizes: Mapping[str, int] | None = None) -> str:
        """A program in `target`; arguments: f's variables in order of appearance, then wrt, directions, open dimensions.

        All forms that are read off one derivative have the same arguments, but for directions, which only some have.  `sizes` are
        expected ones of dimensions: they choose the order of products.

        >>> import matcalc
        >>> print(matcalc.parse("A x + b").code("julia").splitlines()[-2].strip())
        return b + A * x
        """
        if target == "latex":
            return self.latex()
        from matcalc.code.documentation import About
        from matcalc.code.emission import emit

        said = {known: variable.properties for known, variable in self.variables.items()}
        about = self._about(self, target, name) if self._about else About([f"{name} = {self}"])
        # of a text as it was read, the stable forms are not known yet: log(1 + exp(x)) is softplus(x)
        node = self.node if self._of is not self.node else simplify_by_rules(self.node, {})
        return emit([node], self._arguments(), target=target, name=name, about=about, properties=said, sizes=sizes)

    def _arguments(self) -> list[Node]:
        inside = dict.fromkeys(symbols(self._of, self.node))
        first = [leaf for leaf in self.in_order(inside) if leaf not in self._last]
        return [*first, *self._last, *(leaf for leaf in self.directions if leaf in inside)]

    def in_order(self, leaves: Iterable[Node]) -> list[Node]:
        """Those of the leaves that are variables, in order of appearance."""
        places = {name: k for k, name in enumerate(self.variables)}
        return sorted((leaf for leaf in leaves if leaf.data in places), key=lambda leaf: places[leaf.data])

    # ---- building

    def _with(self, node: Node, *others: Expr) -> Expr:
        variables, functions = dict(self.variables), dict(self.functions)
        directions = dict.fromkeys(self.directions)
        for other in (self, *others):
            other.refuse_if_forgotten()
            for name, function in other.functions.items():
                if functions.setdefault(name, function) != function:
                    raise DeclarationError(f"{name} is two functions in the expressions that are combined")
            for name, variable in other.variables.items():
                if not is_same(variables.setdefault(name, variable), variable):
                    raise DeclarationError(f"{name} is declared in two ways in the expressions that are combined")
            directions.update(dict.fromkeys(other.directions))
        return Expr(node, variables, tuple(directions), functions=functions)

    def _expression(self, other: object) -> Expr | None:
        if isinstance(other, Expr):
            return other
        if isinstance(other, Rational):
            return Expr(number(sums.plain(Fraction(int(other.numerator), int(other.denominator)))), {})
        if isinstance(other, Real) and isfinite(other):
            return Expr(number(sums.plain(Fraction(str(float(other))))), {})
        return None

    __array_ufunc__ = None  # NumPy leaves its numbers times an expression to the expression, and refuses arrays

    def __add__(self, other: object) -> Expr:
        right = self._expression(other)
        return NotImplemented if right is None else self._with(sums.plus(self.node, right.node), right)

    __radd__ = __add__

    def __neg__(self) -> Expr:
        return self._with(sums.times_number(-1, self.node))

    def __sub__(self, other: object) -> Expr:
        right = self._expression(other)
        return NotImplemented if right is None else self._with(sums.minus(self.node, right.node), right)

    def __rsub__(self, other: object) -> Expr:
        left = self._expression(other)
        return NotImplemented if left is None else self._with(sums.minus(left.node, self.node), left)

    def __matmul__(self, other: object) -> Expr:
        right = self._expression(other)
        return NotImplemented if right is None else self._with(products.product([self.node, right.node]), right)

    __mul__ = __matmul__

    def __rmul__(self, other: object) -> Expr:
        left = self._expression(other)
        return NotImplemented if left is None else self._with(products.product([left.node, self.node]), left)

    def __truediv__(self, other: object) -> Expr:
        right = self._expression(other)
        if right is None:
            return NotImplemented
        if not right.node.is_scalar:
            raise UnsupportedError("division is by a scalar", hint="use matcalc.parse('a ./ b') for entry by entry")
        if right.node is ZERO:
            raise EvaluationError("division by zero")
        return self._with(divide(self.node, right.node), right)

    def __rtruediv__(self, other: object) -> Expr:
        left = self._expression(other)
        return NotImplemented if left is None else left / self

    @property
    def T(self) -> Expr:
        """The transpose.

        >>> import matcalc
        >>> matcalc.parse("A x").T
        x^T A^T
        """
        return self._with(transposes.transpose(self.node))
