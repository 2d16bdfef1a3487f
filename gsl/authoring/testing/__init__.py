"""Tests beside rules: reading them, running them, what they say, and bringing their expectations up to date."""
