"""Trying expressions out on entities, one after the other, as `gsl repl` does."""
