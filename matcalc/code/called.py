"""Functions as array operations: what a call becomes where its argument is a matrix, a vector or a number.

tr, diag and sum of a product are those of its chain (code/chains.py); a function of
matrices at a vector or a 1 x 1 argument is a simpler one.
"""

from __future__ import annotations

from dataclasses import dataclass

from matcalc.algebra import sums
from matcalc.algebra.dimension import ONE
from matcalc.algebra.functions import FUNCTIONS
from matcalc.algebra.leaves import ones
from matcalc.algebra.matrix_powers import base_and_exponent
from matcalc.algebra.nodes import Call, Identity, MatrixPower, Node, Product, Sum
from matcalc.algebra.walks import postorder
from matcalc.code.chains import Chains
from matcalc.code.factors import LONGEST_POWER, Factor, Of
from matcalc.code.squares import factors_of, square_root, without_powers
from matcalc.code.values import Value, Values


@dataclass(frozen=True, slots=True)
class Calls:
    """How calls are computed in one program: `of` is the value of a node that has been lowered, `make` makes values."""

    of: Of
    make: Values
    chains: Chains

    def value(self, node: Node) -> Value:
        """The value of a call."""
        name, make = node.data, self.make
        argument = node.children[0]
        value = self.of(argument)
        if name in ("tr", "diag") and type(argument) in (Product, MatrixPower) and argument.is_matrix:
            root = square_root(node, self.chains.holds)
            if root is not None:
                return self.chains.square_sum(root)
            chain = self._chain(argument)
            if len(chain) > 1:
                return self.chains.trace(chain) if name == "tr" else self.chains.diagonal(chain)
        if name == "sum" and type(argument) in (Product, MatrixPower) and argument.is_matrix:
            parts = factors_of(argument)
            if parts not in self.chains.made and len(without_powers(parts)) > 1:
                # 1^T A B 1 = (A^T 1)^T (B 1)
                rows, columns = argument.shape
                return self.chains.product([ones(ONE, rows), *parts, ones(columns)])
        if name == "log" and value.operation == "det":
            return make.make("log_det", *value.operands, rank=0)
        if name == "sigmoid" and value.operation == "multiply" and value.data[0] < 0:
            return make.make("sigmoid_of_minus", make.negated(value), rank=value.rank)
        if argument.is_scalar and name not in ("maximum", "minimum") and not FUNCTIONS[name].entrywise:
            return self._of_scalar(name, node)
        if name == "diag":
            return make.make("diagonal_matrix" if value.rank == 1 else "diagonal", value, rank=3 - value.rank)
        if name == "vec":
            if value.operation == "transpose":
                return make.make("vec_rows", value.operands[0], rank=1)
            return make.make("vec", value, rank=1)
        if name == "unvec":
            return make.make("unvec", value, *map(make.size, node.shape), rank=2)
        if name in ("kron", "khatri_rao"):
            return self._kronecker(name, node)
        if value.rank == 1:
            return self._of_vector(name, node)
        if name == "pinv" and _is_shifted(argument):
            name = "pinv_singular"
        return make.make(name, *map(self.of, node.children), rank=rank_of(node))

    def _chain(self, argument: Node) -> list[Factor]:
        """The factors of a product or a power; a long power is made of its halves, of which only the diagonal of the product is."""
        body, k = base_and_exponent(argument)
        if k > LONGEST_POWER:
            return self.chains.halved(body, k)
        return self.chains.factors(factors_of(argument))

    def _of_scalar(self, name: str, node: Node) -> Value:
        """A function of matrices or vectors at a 1 x 1 argument."""
        make, t = self.make, self.of(node.children[0])
        if name in _ONE_OF_SCALAR:
            return make.number(1)
        if name == "pinv":
            return make.multiplied(1, (), (t,))
        if name == "logdet":
            return make.make("log", make.make("abs", t, rank=0), rank=0)
        if name == "khatri_rao":
            return self._kronecker(name, node)
        same = _SAME_OF_SCALAR.get(name)
        return make.make(same, t, rank=0) if same is not None else t

    def _of_vector(self, name: str, node: Node) -> Value:
        """A function at a column or a row: of a matrix with one column, `_cols` is of the vector and `_rows` of its entries."""
        make, x = self.make, self.of(node.children[0])
        function, _, side = name.rpartition("_")
        if side in ("rows", "cols"):
            if (side == "cols") is node.children[0].is_column:
                return make.make(function, x, rank=rank_of(node))
            return make.filled("ones", node.shape) if function in ("softmax", "onehot_max") else x
        if name == "pinv":
            return make.multiplied(1, (x,), (make.matmul(x, x),))
        if name in ("norm_2", "norm_nuclear"):
            name = "norm"
        return make.make(name, *map(self.of, node.children), rank=rank_of(node))

    def _kronecker(self, name: str, node: Node) -> Value:
        """kron and khatri_rao where an operand may be a column or a row."""
        make = self.make
        left, right = node.children
        a, b = self.of(left), self.of(right)
        if a.rank == 2 and b.rank == 2:
            if name == "kron" and b.operation == "transpose":
                # the inner loop is over b, whose rows should lie together: A ⊗ B^T = (A^T ⊗ B)^T
                return make.transposed(make.make("kron", make.transposed(a), b.operands[0], rank=2))
            return make.make(name, a, b, rank=2)
        if not a.rank or not b.rank:
            return make.multiplied(1, (a, b))
        if name == "khatri_rao" and not left.is_column:
            # of a row and a matrix: the columns of the matrix, scaled
            if a.rank == b.rank:
                return make.multiplied(1, (a, b))
            return make.make("scale_columns", *((a, b) if a.rank == 2 else (b, a)), rank=2)
        if rank_of(node) == 1:
            return make.make("kron", a, b, rank=1)
        standing = [
            make.make("standing", value, rank=2) if operand.is_column else value
            for operand, value in ((left, a), (right, b))
        ]
        return make.make("kron", *standing, rank=2)


def _is_shifted(node: Node) -> bool:
    """lambda_max(X) I - X, ||X||_2^2 I - X^T X: singular by construction, so that rounding must not count as rank."""
    extremes = [part for part in postorder(node) if type(part) is Call and part.data in ("lambda_max", "norm_2")]
    return type(node) is Sum and bool(extremes) and any(type(sums.split(term)[2]) is Identity for term in node.children)


def rank_of(node: Node) -> int:
    """0 of a scalar, 1 of a vector or a row, 2 of a matrix."""
    return 0 if node.is_scalar else 2 if node.is_matrix else 1


# What a function of square matrices or of vectors is of a 1 x 1 argument; of those not named here, the argument itself.
_ONE_OF_SCALAR = frozenset(
    "adj cof softmax softmax_rows softmax_cols onehot_max onehot_max_rows onehot_max_cols".split()
)
_SAME_OF_SCALAR = {
    "expm":         "exp",
    "logm":         "log",
    "sqrtm":        "sqrt",
    "sinm":         "sin",
    "cosm":         "cos",
    "chol":         "sqrt",
    "norm":         "abs",
    "norm_1":       "abs",
    "norm_2":       "abs",
    "norm_inf":     "abs",
    "norm_nuclear": "abs",
}  # fmt: skip
