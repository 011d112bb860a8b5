"""What is known of an expression's parts while its shapes are inferred, and how a clash between two of them is said.

Every error names both operands with their shapes and the two dimensions that differ, and points at the second operand.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from matcalc.algebra.dimension import ONE, SCALAR, Dimension, Shape
from matcalc.algebra.functions import FUNCTIONS
from matcalc.errors import MatcalcError, ShapeError, UnknownNameError
from matcalc.syntax.declarations import Declarations
from matcalc.syntax.printing import ascii_text
from matcalc.syntax.roles import Places, Role, default_rank
from matcalc.syntax.tree import Tree, postorder
from matcalc.syntax.unification import Dimensions

LONGEST = 48  # characters of an operand in a message
LARGEST = 100  # parts of an operand that is written out

ENTRYWISE = frozenset(name for name, function in FUNCTIONS.items() if function.entrywise)
_LOOSE = frozenset({"sum", "neg", "times", "over", "hadamard", "entrydiv", "where"})

Hint = Callable[[], str]  # made only when there is an error
Refusal = Callable[[Dimension, Dimension], MatcalcError]


def written(tree: Tree) -> str:
    """The operand as a message repeats it, shortened in its middle; a large one is `(...)`, so that notes cost no more than reading."""
    if any(count == LARGEST for count, _ in enumerate(postorder(tree))):
        return "(...)"
    text = ascii_text(tree)
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]}...{text[-LONGEST // 3 :]}"


def factor(tree: Tree) -> str:
    """The operand as a message repeats it in a product, in brackets where these matter."""
    text = written(tree)
    return f"({text})" if tree.head in _LOOSE and text != "(...)" else text


def words(shape: Shape) -> str:
    """A shape as it is declared: `scalar`, `n`, `1 x n`, `m x n`."""
    rows, columns = shape
    if columns is ONE:
        return "scalar" if rows is ONE else str(rows)
    return f"{rows} x {columns}"


def is_vector(shape: Shape) -> bool:
    """Whether a shape is a column or a row."""
    return (shape[0] is ONE) is not (shape[1] is ONE)


def is_matrix(shape: Shape) -> bool:
    """Whether a shape has two dimensions."""
    return shape[0] is not ONE and shape[1] is not ONE


def rank(shape: Shape) -> str:
    """What a shape is called: a scalar, a vector, a row or a matrix."""
    if shape[1] is ONE:
        return "scalar" if shape[0] is ONE else "vector"
    return "row" if shape[0] is ONE else "matrix"


class Known:
    """The `dimensions`, the `shapes` of the parts so far, where names stand, and the sums with a scalar to spread.

    `parts` are all parts, children first; `roles` says what each name stands for; `variables` are the shapes of the variables
    that occur, in order of appearance; `assumed` those that nobody declared.
    """

    __slots__ = (
        "assumed", "declarations", "dimensions", "mixed", "notes", "parts", "places", "roles", "shapes", "variables",
    )  # fmt: skip

    def __init__(self, parts: Sequence[Tree], declarations: Declarations, places: Places) -> None:
        self.parts = parts
        self.declarations = declarations
        self.roles: dict[str, Role] = {}
        self.places = places
        self.dimensions = Dimensions()
        self.shapes: dict[Tree, Shape] = {}
        self.variables: dict[str, Shape] = {}
        self.assumed: dict[str, str] = {}
        self.mixed: list[Tree] = []
        self.notes: list[Callable[[], str]] = []

    def name(self, tree: Tree) -> Shape:
        """The shape of a name."""
        text = tree.text
        value = self.places.given.get(tree)
        if value is not None:
            if value not in self.shapes:
                raise UnknownNameError(f"'{text}' is used before it has a value", span=tree.span)
            return self.shapes[value]
        shape = self.variables.get(text)
        if shape is not None:
            return shape
        role = self.roles.get(text)
        if role is None:
            role = self.roles[text] = self.places.role(text, self.declarations)
        if role is not Role.VARIABLE:
            return SCALAR
        declared = self.declarations.variables.get(text)
        if declared is not None:
            shape = declared.shape
        else:
            by_form = default_rank(text)
            if text in self.places.exponents:
                by_form = "exponent"
            if by_form in ("exponent", "scalar"):
                shape = SCALAR
            else:
                rows = self.dimensions.unknown()
                shape = (rows, self.dimensions.unknown() if by_form == "matrix" else ONE)
            self.assumed[text] = by_form
        self.variables[text] = shape
        return shape

    def shape(self, tree: Tree) -> Shape:
        """What is known of the shape of `tree` by now."""
        return self.dimensions.shape(self.shapes[tree])

    def is_scalar(self, tree: Tree) -> bool:
        """Whether `tree` is 1 x 1; this is always known."""
        shape = self.shapes[tree]
        return shape[0] is ONE and shape[1] is ONE

    # ---- equations

    def equal(self, left: Dimension, right: Dimension, refusal: Refusal) -> None:
        """Make two dimensions equal; otherwise raise what `refusal` makes of the two."""
        if left is not right and not self.dimensions.unify(left, right, refusal):
            raise refusal(left, right)

    def same(self, what: str, left: Tree, right: Tree, hint: Hint | None = None) -> None:
        """Make the shapes of two operands equal; otherwise say that one `cannot {what}`, `{}` standing for the operands."""
        one, two = self.shapes[left], self.shapes[right]
        if one == two:
            return

        def refusal(a: Dimension, b: Dimension) -> MatcalcError:
            return self.clash(what, left, right, (a, b), hint)

        if rank(one) != rank(two):
            raise self.clash(what, left, right, None, hint)
        self.equal(one[0], two[0], refusal)
        self.equal(one[1], two[1], refusal)

    def square(self, what: str, tree: Tree, part: Tree | None = None) -> None:
        """Make `tree` square; otherwise say that `what` needs a square matrix."""
        rows, columns = self.shapes[tree]

        def refusal(a: Dimension, b: Dimension) -> MatcalcError:
            differ = "" if a is ONE or b is ONE else f": {self.shown(a)} is not {self.shown(b)}"
            hint = "" if differ == "" or (a.name and b.name) else self.declaring_shapes("n x n")
            if differ == "" and tree.head == "call" and tree.text == "diag":
                hint = "diag of a matrix is the vector of its diagonal; diag(diag(A)) is the diagonal matrix, tr(A) or sum(diag(A)) its sum"
            return ShapeError(
                f"{what} needs a square matrix, not {self.described(tree)}{differ}", span=tree.span, hint=hint
            )

        self.equal(rows, columns, refusal)

    # ---- errors

    def clash(
        self, what: str, left: Tree, right: Tree, differ: tuple[Dimension, Dimension] | None, hint: Hint | None = None
    ) -> ShapeError:
        """`cannot multiply A (m x n) by x (m): n is not m`."""
        advice = hint() if hint is not None else ""
        message = "cannot " + what.format(self.described(left), self.described(right))
        if differ is not None:
            message += f": {self.shown(differ[0])} is not {self.shown(differ[1])}"
            if not advice and any(len(d.names) > 1 for d in map(self.dimensions.found, differ)):
                advice = self.declaring_shapes("m x n")
        return ShapeError(message, span=right.span, hint=advice)

    def described(self, tree: Tree) -> str:
        """`A (m x n)`."""
        shape = self.shapes[tree]
        self.dimensions.name([*self.variables.values(), shape], self._taken(), inside=True)
        return f"{written(tree)} ({words(self.shape(tree))})"

    def shown(self, dimension: Dimension) -> str:
        """A dimension in a message: products in brackets-free form, unknowns with the names they would get."""
        self.dimensions.name([*self.variables.values(), (dimension, ONE)], self._taken(), inside=True)
        return str(self.dimensions.found(dimension))

    def name_dimensions(self) -> None:
        """Name the dimensions of the variables that nobody has named."""
        if self.dimensions.any_unknown():
            self.dimensions.name(self.variables.values(), self._taken())

    def _taken(self) -> set[str]:
        taken = {part.text for part in self.parts if part.head == "name"}
        return taken.union(self.declarations.variables, self.declarations.functions, self.declarations.dimensions)

    def declaring(self, *trees: Tree) -> str:
        """What declares the first undeclared name that the rank of one of these operands hangs on: `--where "mu: n"`."""
        waiting = list(reversed(trees))
        while waiting:
            tree = waiting.pop()
            if tree.head == "name" and tree.text in self.assumed and tree not in self.places.given:
                other = "n" if self.assumed[tree.text] in ("exponent", "scalar") else "scalar"
                return f'--where "{tree.text}: {other}"'
            if tree.head in ("neg", "sum") or (tree.head == "call" and tree.text in ENTRYWISE):
                waiting.extend(reversed(tree.children))
            elif tree.head in ("times", "over", "power"):
                several = [child for child in tree.children if child in self.shapes and not self.is_scalar(child)]
                waiting.extend(several if len(several) == 1 else ())
        return ""

    def declaring_shapes(self, shape: str) -> str:
        """What declares the first matrix that nobody declared, where its shape could not be found."""
        for name, rank_ in self.assumed.items():
            if rank_ == "matrix":
                return f'declare the shapes: --where "{name}: {shape}"'
        return ""
