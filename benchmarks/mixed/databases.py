"""Twenty-five rules on databases: reach, encryption, backups, upgrades."""

from __future__ import annotations

from functools import partial

from benchmarks.cases import Case, ago, check, moment, newer, older, yes
from benchmarks.draws import Entity

CASES: list[Case] = []
rule = partial(check, CASES)
DAYS_3, DAYS_90, DAYS_730 = ago(3), ago(90), ago(730)
SOON = ago(-180)


@rule("RDS should not have publiclyAccessible = true")
def database_is_not_public(database: Entity) -> bool:
    return yes(database.get("publiclyAccessible"))


@rule("RDS should not have publiclyAccessible = true and subnets contain [public = true]")
def database_is_not_reachable(database: Entity) -> bool:
    return yes(database.get("publiclyAccessible")) and any(yes(each.get("public")) for each in database["subnets"])


@rule("RDS should have subnets contain-none [public = true]")
def database_has_private_subnets(database: Entity) -> bool:
    return any(yes(each.get("public")) for each in database["subnets"])


@rule("RDS should have isStorageEncrypted = true")
def database_is_encrypted(database: Entity) -> bool:
    return not yes(database.get("isStorageEncrypted"))


@rule("RDS where isStorageEncrypted = true should have kmsKeyId like 'arn:aws:kms:%'")
def database_uses_kms(database: Entity) -> bool:
    return yes(database.get("isStorageEncrypted")) and not (database.get("kmsKeyId") or "").startswith("arn:aws:kms:")


@rule("RDS where engine in ('postgres', 'mysql') should have iamAuthentication = true")
def database_knows_iam(database: Entity) -> bool:
    return database["engine"] in ("postgres", "mysql") and not yes(database.get("iamAuthentication"))


@rule("RDS where engine = 'postgres' should not have engineVersion like '11.%' or engineVersion like '12.%'")
def database_postgres_is_supported(database: Entity) -> bool:
    return database["engine"] == "postgres" and database["engineVersion"].startswith(("11.", "12."))


@rule("RDS where engine like 'oracle%' should have multiAZ = true")
def database_oracle_has_two_zones(database: Entity) -> bool:
    return database["engine"].startswith("oracle") and not yes(database.get("multiAZ"))


@rule("RDS should have multiAZ = true")
def database_has_two_zones(database: Entity) -> bool:
    return not yes(database.get("multiAZ"))


@rule("RDS should have deletionProtection = true")
def database_is_kept(database: Entity) -> bool:
    return not yes(database.get("deletionProtection"))


@rule("RDS should have autoMinorVersionUpgrade = true")
def database_upgrades_itself(database: Entity) -> bool:
    return not yes(database.get("autoMinorVersionUpgrade"))


@rule("RDS should have backupRetentionPeriod >= 7")
def database_keeps_backups_a_week(database: Entity) -> bool:
    return not database["backupRetentionPeriod"] >= 7


@rule("RDS where tags contain [key = 'environment' and value = 'prod'] should have backupRetentionPeriod >= 30")
def database_in_production_keeps_backups_a_month(database: Entity) -> bool:
    return database["backupRetentionPeriod"] < 30 and any(
        tag["key"] == "environment" and tag["value"] == "prod" for tag in database.get("tags") or ()
    )


@rule("RDS where status = 'available' should have latestRestorableTime after(-3, 'days')")
def database_can_be_restored(database: Entity) -> bool:
    return database["status"] == "available" and not newer(database.get("latestRestorableTime"), DAYS_3)


@rule("RDS should not have createdTime dateDifference(latestRestorableTime, 'days') > 900")
def database_is_renewed(database: Entity) -> bool:
    created, restorable = moment(database.get("createdTime")), moment(database.get("latestRestorableTime"))
    if created is None or restorable is None:
        return False
    return abs((created - restorable).total_seconds()) / 86400 > 900


@rule("RDS where createdTime before(-730, 'days') should not have instanceClass in ('db.m4.large', 'db.t3.micro')")
def database_old_class_is_replaced(database: Entity) -> bool:
    return database["instanceClass"] in ("db.m4.large", "db.t3.micro") and older(database.get("createdTime"), DAYS_730)


@rule("RDS should have caCertificate.validTill after(180, 'days')")
def database_certificate_stays_valid(database: Entity) -> bool:
    return not newer(database["caCertificate"].get("validTill"), SOON)


@rule("RDS should not have caCertificate.identifier = 'rds-ca-2019'")
def database_certificate_is_new(database: Entity) -> bool:
    return database["caCertificate"].get("identifier") == "rds-ca-2019"


@rule("RDS should not have endpoint.port in (3306, 5432)")
def database_port_is_not_the_usual(database: Entity) -> bool:
    return database["endpoint"].get("port") in (3306, 5432)


@rule("RDS where engine = 'postgres' should have enabledLogExports contain ['postgresql']")
def database_postgres_logs(database: Entity) -> bool:
    return database["engine"] == "postgres" and "postgresql" not in (database.get("enabledLogExports") or ())


@rule("RDS where engine in ('mysql', 'mariadb') should have enabledLogExports contain ['error', 'slowquery']")
def database_mysql_logs(database: Entity) -> bool:
    if database["engine"] not in ("mysql", "mariadb"):
        return False
    exports = database.get("enabledLogExports") or ()
    return "error" not in exports and "slowquery" not in exports


@rule("RDS should have securityGroups length() = 1 and securityGroups contain-all [status = 'active']")
def database_has_one_group(database: Entity) -> bool:
    groups = database["securityGroups"]
    return not (len(groups) == 1 and all(each["status"] == "active" for each in groups))


@rule("RDS should have monitoringInterval > 0")
def database_is_monitored(database: Entity) -> bool:
    return not database["monitoringInterval"] > 0


@rule(
    "RDS where performanceInsights.enabled = true and allocatedStorage >= 500 "
    "should have performanceInsights.retentionDays > 7"
)
def database_large_keeps_insights(database: Entity) -> bool:
    insights = database["performanceInsights"]
    return yes(insights.get("enabled")) and database["allocatedStorage"] >= 500 and not insights["retentionDays"] > 7


@rule("RDS where status = 'stopped' should not have createdTime before(-90, 'days') or deletionProtection = false")
def database_stopped_is_young(database: Entity) -> bool:
    if database["status"] != "stopped":
        return False
    return older(database.get("createdTime"), DAYS_90) or database.get("deletionProtection") in (False, "false")
