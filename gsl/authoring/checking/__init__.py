"""Finding mistakes in rules that parse: wrong names and types, logic that cannot matter, style."""
