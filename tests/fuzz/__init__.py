"""Fuzz targets: `python -m tests.fuzz.parser --seconds 30 --seed 1`, and so `evaluator` and `reader`."""
