"""`python -m gsl` is the `gsl` command."""

from gsl.cli.main import run

run()
