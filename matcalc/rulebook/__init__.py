"""The rule book: rules/*.rules read, validated, kept in the user's cache, and found by what an expression is made of."""
