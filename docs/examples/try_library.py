"""The library in one page: run it with `python docs/examples/try_library.py`."""

from __future__ import annotations

from pathlib import Path

import gsl

HERE = Path(__file__).resolve().parent


def one_rule_one_entity() -> None:
    """The smallest call: a rule from a text, an entity from a dict."""
    rule = gsl.parse("IamUser should have mfaActive = true", id="users-have-mfa")
    result = rule.check({"type": "IamUser", "name": "alice", "mfaActive": False})
    print(f"{result.rule_id}: {result.entity_name} {result.status}")
    for reason in result.reasons:
        print("  because of", reason.expression, {value.path: value.value for value in reason.values})


def rules_and_files() -> None:
    """A folder of rules over entity files, at a fixed instant, so that the result can be repeated."""
    rules = [*gsl.load_all(HERE / "rules"), gsl.bundled()["D9.AWS.IAM.79"]]
    report = gsl.evaluate(rules, HERE, now="2024-06-01T00:00:00Z")
    for finding in report.findings:
        print(f"{finding.status}  {finding.rule_id}  {finding.entity_name or finding.entity_type}")
    print(report.summary)
    print("a program would exit with", report.exit_code(fail_on="medium"))


def a_mistake() -> None:
    """What is wrong with a rule comes as an exception whose text shows the place."""
    try:
        gsl.parse("IamUser should have mfaActive = ‘true’", id="mistyped")
    except gsl.RuleError as error:
        print(error)
        print("codes:", [problem.code for problem in error.problems])


def a_function_of_your_own() -> None:
    """A rule may call functions that the program brings along."""

    def is_company_mail(address: object, domain: str = "example.com") -> bool:
        return isinstance(address, str) and address.endswith("@" + domain)

    functions = {"isCompanyMail": is_company_mail}
    rule = gsl.parse("Contact should have mail isCompanyMail()", id="company-mail", functions=functions)
    contacts = [{"mail": "a@example.com", "id": "1"}, {"mail": "b@example.net", "id": "2"}]
    report = gsl.evaluate(rule, {"Contact": contacts})
    print([finding.entity_id for finding in report.findings])


if __name__ == "__main__":
    one_rule_one_entity()
    a_mistake()
    a_function_of_your_own()
    rules_and_files()
