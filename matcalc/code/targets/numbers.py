"""Functions of plain numbers in Python, for libraries whose functions take arrays only: sqrt(2) is math.sqrt(2)."""

from __future__ import annotations

from matcalc.code.language import Row, table

# operation level template                                  helpers
_TABLE = """
exp       | 6 | math.exp({0})                             |
log       | 6 | math.log({0})                             |
sin       | 6 | math.sin({0})                             |
cos       | 6 | math.cos({0})                             |
tan       | 6 | math.tan({0})                             |
sinh      | 6 | math.sinh({0})                            |
cosh      | 6 | math.cosh({0})                            |
tanh      | 6 | math.tanh({0})                            |
arcsin    | 6 | math.asin({0})                            |
arccos    | 6 | math.acos({0})                            |
arctan    | 6 | math.atan({0})                            |
sqrt      | 6 | math.sqrt({0})                            |
abs       | 6 | abs({0})                                  |
relu      | 6 | max({0}, 0)                               |
maximum   | 6 | max({0}, {1})                             |
minimum   | 6 | min({0}, {1})                             |
"""

NUMBERS = {operation: row for operation, row in table(_TABLE).items() if isinstance(row, Row)}
