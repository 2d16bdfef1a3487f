"""The checks: a table from code to what it looks for, why, and an example."""

from __future__ import annotations

from msgspec import Struct

ERROR = "error"
WARNING = "warning"
NOTE = "note"


class Check(Struct, frozen=True, eq=False):
    """One check. `strict` ones are only made on request; `fixed` says whether there may be a safe fix."""

    name: str
    severity: str
    summary: str
    why: str
    bad: str
    good: str
    fixed: bool = False
    strict: bool = False


CHECKS: dict[str, Check] = {
    "GSL101": Check(
        "unknown-type",
        WARNING,
        "An entity type that no schema describes, and that is nearly called like one that is described.",
        "Types match exactly, case included, so a mistyped one makes a rule that looks at nothing. Types of other "
        "clouds have no schema here; a name that is near no known one is reported with `--strict` only.",
        "IamUsr should have mfaActive = true",
        "IamUser should have mfaActive = true",
    ),
    "GSL102": Check(
        "unknown-property",
        WARNING,
        "A property that the schema of the type does not list.",
        "It is always missing, and a condition on a missing value is quietly true or false. The bundled schemas say "
        "what gsl collects; a key that is near none of theirs may come from elsewhere and is reported with `--strict` "
        "only, or when you give a schema or entities of the type.",
        "IamUser should have mfaActiv = true",
        "IamUser should have mfaActive = true",
    ),
    "GSL103": Check(
        "path-through-list",
        WARNING,
        "A path that goes through a list.",
        "Paths end at lists, so the value is always missing. Ask the elements.",
        "SecurityGroup should not have inboundRules.port = 22",
        "SecurityGroup should not have inboundRules contain [port = 22]",
    ),
    "GSL104": Check(
        "wrong-kind-of-value",
        WARNING,
        "A comparison with a value that the property never has, by its schema.",
        "A boolean equals no `'yes'`, a number no word, a date has no order with a word, and where the schema lists "
        "the values no other one is met.",
        "Volume should have encrypted = 'yes'",
        "Volume should have encrypted = true",
    ),
    "GSL105": Check(
        "array-operator-on-scalar",
        WARNING,
        "An array operator on a property that is no list, by its schema.",
        "It is taken as a list of one, which is seldom meant.",
        "IamUser should not have name contain ['admin']",
        "IamUser should not have name = 'admin'",
    ),
    "GSL106": Check(
        "scalar-operator-on-list",
        WARNING,
        "A list, by its schema, that is compared with a single value.",
        "A list equals no text and no number, not even a list of just that.",
        "RDS should have enabledCloudwatchLogsExports = 'audit'",
        "RDS should have enabledCloudwatchLogsExports contain ['audit']",
    ),
    "GSL107": Check(
        "no-order",
        WARNING,
        "`<`, `<=`, `>` or `>=` on something that has no order.",
        "Booleans, missing values, lists and objects have no order: the outcome is always false.",
        "Snapshot should have isPublic < true",
        "Snapshot should have isPublic = false",
    ),
    "GSL108": Check(
        "like-without-percent",
        NOTE,
        "`like` or `unlike` without a `%`.",
        "`like` covers the whole text, so without a `%` it finds only the text itself. If that is meant, `=` says it; "
        "if not, a `%` is missing. The fix is offered for patterns that only a text can be like.",
        "S3Bucket should not have name like 'test'",
        "S3Bucket should not have name = 'test'",
        fixed=True,
    ),
    "GSL109": Check(
        "plain-regex",
        NOTE,
        "A regular expression that is a plain text.",
        "`like '%...%'` is easier to read. The fix is offered where both say the same of every value: for patterns "
        "without letters, as `like` ignores case in ways that a regular expression does not. Plain ones with letters and "
        "`/i` are mentioned with `--strict`.",
        "IamUser should not have arn regexMatch /:111122223333:/",
        "IamUser should not have arn like '%:111122223333:%'",
        fixed=True,
    ),
    "GSL110": Check(
        "date-the-wrong-way",
        WARNING,
        "`before` or `after` with a positive amount on a moment that has passed.",
        "The amount counts from now on into the future. What was created or last used is always before that.",
        "IamUser should not have passwordLastUsed before(90, 'days')",
        "IamUser should not have passwordLastUsed before(-90, 'days')",
    ),
    "GSL111": Check(
        "may-be-a-list",
        NOTE,
        "A value that may be a list is compared with a single text, and no array operator looks at it.",
        "In a policy `Action` and `Resource` hold a text or a list of texts. `=` misses the list; `contain` takes both, as a "
        "single value counts as a list of one.",
        "KMS should not have policy.Statement contain [Action = 'kms:*']",
        "KMS should not have policy.Statement contain [Action contain ['kms:*']]",
    ),
    "GSL112": Check(
        "deprecated-property",
        WARNING,
        "A property that the schema marks as deprecated.",
        "It may go away; the schema's description says what to use. No bundled schema has any so far.",
        "Server should have oldName",
        "Server should have name",
    ),
    "GSL201": Check(
        "always-true",
        WARNING,
        "A condition that is true of everything.",
        "It checks nothing. A usual slip is `or` between two `!=`. It holds for every value there is, missing ones and lists included.",
        "RDS should have dbType != 'mysql' or dbType != 'postgres'",
        "RDS should have dbType not in ('mysql', 'postgres')",
    ),
    "GSL202": Check(
        "never-true",
        WARNING,
        "A condition that is true of nothing.",
        "Its parts contradict one another, whatever the data are.",
        "SecurityGroup should not have inboundRules contain [port <= 22 and port >= 80]",
        "SecurityGroup should not have inboundRules contain [port <= 22 and portTo >= 80]",
    ),
    "GSL203": Check(
        "idle-part",
        WARNING,
        "A part of an `and` or `or` that changes nothing.",
        "It stands there twice, or another part implies it. Either it can go, or something else was meant.",
        "RDS should have backupRetentionPeriod > 7 and backupRetentionPeriod > 3",
        "RDS should have backupRetentionPeriod > 7",
    ),
    "GSL204": Check(
        "where-settles-it",
        WARNING,
        "A condition, a part of it or an `exclude` that the `where` settles beforehand.",
        "For every entity that is looked at the outcome is the same: the `where` leaves out what is looked for.",
        "Volume where encrypted = true should have encrypted != false",
        "Volume should have encrypted = true",
    ),
    "GSL205": Check(
        "should-not-and",
        NOTE,
        "`should not have A and B`, without parentheses.",
        "It fails only when A and B are both true. Who wants neither of them writes `or`.",
        "Instance should not have isPublic = true and state = 'stopped'",
        "Instance should not have (isPublic = true and state = 'stopped')",
        strict=True,
    ),
    "GSL206": Check(
        "reach-of-not",
        NOTE,
        "A `not` at the beginning of an `and` or `or`, without parentheses.",
        "It reaches only to the first part, which is easily overlooked.",
        "Instance should have not name = 'a' and isPublic = false",
        "Instance should have not (name = 'a') and isPublic = false",
        strict=True,
    ),
    "GSL207": Check(
        "double-negation",
        NOTE,
        "Something that is negated twice.",
        "It says the same without. `!=`, `not in` and `unlike` are exactly the negation of `=`, `in` and `like`, missing "
        "values included.",
        "Volume should have (not encrypted != true)",
        "Volume should have (encrypted = true)",
        fixed=True,
    ),
    "GSL208": Check(
        "compared-with-itself",
        WARNING,
        "A value that is compared with itself.",
        "The outcome does not depend on it; another property was meant.",
        "SecurityGroup should have inboundRules contain-all [port = port]",
        "SecurityGroup should have inboundRules contain-all [port = portTo]",
    ),
    "GSL301": Check(
        "spelling",
        NOTE,
        "`==` or `<>`.",
        "They are accepted for `=` and `!=`, which is how the vendor's rules are written.",
        "Volume should have encrypted == true",
        "Volume should have encrypted = true",
        fixed=True,
    ),
    "GSL401": Check(
        "no-id",
        NOTE,
        "A rule file whose front matter gives no `id`.",
        "The rule is then called like its file, and its findings lose their identity when the file is renamed.",
        "Volume should have encrypted = true",
        "---\nid: ORG.EC2.1\n---\nVolume should have encrypted = true",
        strict=True,
    ),
    "GSL402": Check(
        "no-title",
        NOTE,
        "A rule file whose front matter gives no `title`.",
        "Reports then show only the id.",
        "Volume should have encrypted = true",
        "---\ntitle: Volumes are encrypted\n---\nVolume should have encrypted = true",
        strict=True,
    ),
    "GSL403": Check(
        "no-severity",
        NOTE,
        "A rule file whose front matter gives no `severity`.",
        "A rule without one counts as graver than any other for `--fail-on`.",
        "Volume should have encrypted = true",
        "---\nseverity: high\n---\nVolume should have encrypted = true",
        strict=True,
    ),
    "GSL404": Check(
        "unknown-framework",
        WARNING,
        "A framework that is nearly called like one that gsl has a tree of.",
        "Names match exactly, so a mistyped one leaves the rule out of every report on the framework. A version that gsl "
        "has no tree of is reported with `--strict` only; names that are near no known one are yours to choose.",
        "---\nframeworks:\n  AWS CIS Foundation v2.0.0: ['2.2.1']\n---\nVolume should have encrypted = true",
        "---\nframeworks:\n  AWS CIS Foundations v2.0.0: ['2.2.1']\n---\nVolume should have encrypted = true",
    ),
    "GSL405": Check(
        "unknown-section",
        WARNING,
        "A section that a framework does not have, of which gsl has the tree.",
        "Reports count the rule for no control, and the control that was meant looks as if nobody checked it. "
        "`gsl frameworks NAME` lists the controls.",
        "---\nframeworks:\n  AWS CIS Foundations v2.0.0: ['2.2.7']\n---\nVolume should have encrypted = true",
        "---\nframeworks:\n  AWS CIS Foundations v2.0.0: ['2.2.1']\n---\nVolume should have encrypted = true",
    ),
    "GSL501": Check(
        "ignore-without-reason",
        WARNING,
        "An ignore comment that gives no reason. It has no effect.",
        "Whoever reads the rule has to know why the finding does not count.",
        "Volume should have encrypted == true # gsl: ignore[GSL301]",
        "Volume should have encrypted == true # gsl: ignore[GSL301] as in the vendor's original",
    ),
    "GSL502": Check(
        "unknown-ignore",
        WARNING,
        "An ignore comment that names no code, or one that does not exist.",
        "It ignores nothing.",
        "Volume should have encrypted = true # gsl: ignore[GSL999] as in the vendor's original",
        "Volume should have encrypted = true",
    ),
    "GSL503": Check(
        "unused-ignore",
        WARNING,
        "An ignore comment for something that is not found.",
        "It would hide a mistake that somebody makes there later.",
        "Volume should have encrypted = true # gsl: ignore[GSL301] as in the vendor's original",
        "Volume should have encrypted = true",
    ),
}
"""Every check by its code. Codes never change their meaning."""


def chosen(select: tuple[str, ...], ignore: tuple[str, ...], strict: bool) -> frozenset[str]:
    """The codes that are looked for; both take codes and beginnings of codes such as `GSL2`."""
    found = {code for code, check in CHECKS.items() if strict or not check.strict}
    if select:
        found = {code for code in CHECKS if code.startswith(select)}
    return frozenset({code for code in found if not ignore or not code.startswith(ignore)})
