"""Reading and printing: text to typed syntax tree to algebra, and algebra to text, Unicode and LaTeX."""
