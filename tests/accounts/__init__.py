"""Whole accounts, one built to break every bundled rule and one built to pass it."""
