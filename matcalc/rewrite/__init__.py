"""Making an expression simpler and more like a textbook's: identities from the rule book, properties, collecting, forms."""
