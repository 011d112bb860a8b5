"""Floor 6: an expression as a program: `program` lowers it once, one module per target writes it down."""
