"""The version of gsl."""

VERSION = "0.1.0"
