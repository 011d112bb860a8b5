"""What an expression is: dimensions, the table of functions, interned nodes, the constructors that are the normal form."""
