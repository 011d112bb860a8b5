"""How large an input may be; each limit has its own LimitError.  Assign to change one: `matcalc.limits.text = 10_000`."""

text = 1_000_000  # characters of an expression
nesting = 20_000  # levels of brackets, calls and operators
nodes = 1_000_000  # distinct subexpressions
exponent = 10_000  # largest integer exponent, and number of digits of a number
terms = 4_000  # terms that one index expression is opened into
