"""gsl on Spark: `evaluate`, `summarize` and `check` over the entities of a DataFrame.

    import gsl.spark

    findings = gsl.spark.evaluate(spark.read.parquet("s3://lake/entities"), "rules/")

Needs `pip install 'gsl-engine[spark]'`.
"""

from __future__ import annotations

from gsl.engine.spark.frames import Checked, check, evaluate, summarize

__all__ = ["Checked", "check", "evaluate", "summarize"]
