"""A Spark job: checks a lake of entities with rules, and writes the findings and the counts.

    python examples/spark_job.py s3://bucket/entities s3-or-local-rules/ s3://bucket/checked

The lake is Parquet with the columns `type` and `entity` (JSON), or JSON lines (--format text). The
rules are .gsl files, a folder of them, or an exported ruleset, on the driver. What it writes:

    OUT/findings        Parquet, one finding a row
    OUT/records         Parquet, what findings and counts were taken from
    OUT/summary.json    the counts of each rule, and everything else there is to know about the run

It ends like `gsl eval`: 0 when all is well, 1 with findings, 2 when something could not be checked.

EMR Serverless. The executors need Python 3.11 or later with gsl in it. Pack one:

    python3.11 -m venv env && . env/bin/activate
    pip install 'gsl-engine[parquet]' pandas venv-pack && venv-pack -o env.tar.gz
    aws s3 cp env.tar.gz s3://bucket/ && aws s3 cp spark_job.py s3://bucket/

    aws emr-serverless start-job-run --application-id ID --execution-role-arn ROLE --job-driver '{"sparkSubmit": {
        "entryPoint": "s3://bucket/spark_job.py",
        "entryPointArguments": ["s3://bucket/entities", "rules", "s3://bucket/checked"],
        "sparkSubmitParameters": "--archives s3://bucket/env.tar.gz#env,s3://bucket/rules.tar.gz#rules
            --conf spark.emr-serverless.driverEnv.PYSPARK_PYTHON=./env/bin/python
            --conf spark.emr-serverless.driverEnv.PYSPARK_DRIVER_PYTHON=./env/bin/python
            --conf spark.executorEnv.PYSPARK_PYTHON=./env/bin/python"}}'

(one line; a packed environment needs the same Python at the same place, which an image of your own
has for sure.) Spark itself is there already, so the extra `spark` is not needed on a cluster.

Glue 5.0 has Python 3.11. Give the job the script and these parameters:

    --additional-python-modules  gsl-engine[parquet]
    --extra-files                s3://bucket/rules.json
    and as its own arguments     s3://bucket/entities rules.json s3://bucket/checked
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from pyspark.sql import DataFrame, SparkSession

import gsl.spark


def arguments() -> argparse.Namespace:
    """What the job is told."""
    parser = argparse.ArgumentParser(description="Check a lake of entities with GSL rules, on Spark.")
    parser.add_argument("lake", help="folder of entities")
    parser.add_argument("rules", help="rule file, folder of rules, exported ruleset, or id of a bundled rule")
    parser.add_argument("out", help="folder for findings and counts; it is replaced")
    parser.add_argument("--format", choices=("parquet", "text"), default="parquet", help="text is JSON lines")
    parser.add_argument("--now", help="the instant of the run, such as 2024-06-01; the clock when left out")
    parser.add_argument("--no-reasons", action="store_true", help="leave out why: faster where much fails")
    known, _ = parser.parse_known_args()  # Glue adds arguments of its own
    return known


def entities_in(spark: SparkSession, lake: str, form: str) -> DataFrame:
    """The entities of a lake. Columns of partitions other than `type` are dropped."""
    frame = spark.read.format(form).load(lake)
    wanted = ("type", "value" if form == "text" else "entity")
    return frame.select(*[name for name in wanted if name in frame.columns])


def summary_of(checked: gsl.spark.Checked) -> dict[str, Any]:
    """The report without the findings."""
    report = checked.report().to_dict()
    return {key: value for key, value in report.items() if key not in ("findings", "selected")}


def write_text(spark: SparkSession, path: str, text: str) -> None:
    """Write one small file wherever Spark can write."""
    jvm: Any = spark.sparkContext._jvm
    target = jvm.org.apache.hadoop.fs.Path(path)
    files = target.getFileSystem(spark.sparkContext._jsc.hadoopConfiguration())
    stream = files.create(target, True)
    try:
        stream.write(bytearray(text.encode()))
    finally:
        stream.close()


def main() -> int:
    """Run the job; gives its exit code."""
    given = arguments()
    spark = SparkSession.builder.appName("gsl").getOrCreate()
    entities = entities_in(spark, given.lake, given.format)
    try:
        checked = gsl.spark.check(entities, given.rules, now=given.now, reasons=not given.no_reasons)
    except gsl.GslError as error:
        print(error, file=sys.stderr)
        return 2
    # One pass over the lake: everything else is read from what it wrote.
    checked.records.write.mode("overwrite").parquet(f"{given.out}/records")
    done = checked.of(spark.read.parquet(f"{given.out}/records"))
    done.findings.write.mode("overwrite").parquet(f"{given.out}/findings")
    write_text(spark, f"{given.out}/summary.json", json.dumps(summary_of(done), indent=2))
    report = done.report()
    for each in report.diagnostics:
        print(f"{each.level}[{each.code}]: {each.message}", file=sys.stderr)
    spark.stop()
    return report.exit_code()


if __name__ == "__main__":
    sys.exit(main())
