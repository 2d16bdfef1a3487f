"""Results that do not fit into memory: order, hand-over, clean-up, little memory, full disks."""

from __future__ import annotations

import copy
import json
import multiprocessing
import pickle
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

import gsl
from gsl.results import spool
from gsl.results.exclusion import Exclusion
from gsl.results.model import ReadValue, Reason, Report, Result, Selected
from gsl.results.reporters import FORMATS, Settings
from gsl.results.spool import Spool, SpoolError
from gsl.results.summaries import RuleSummary

SEVERITIES = (None, "informational", "low", "medium", "high", "critical")
STATUSES = (gsl.Status.FAILED, gsl.Status.ERROR, gsl.Status.EXCLUDED, gsl.Status.PASSED)
TEXTS = ("", "a", "it's", 'say "hi"', "line\nbreak\t\\", "\x00\x1f\x7f", "é\u2028", "\ud800", "x" * 200)
VALUES: tuple[Any, ...] = (
    *TEXTS,
    None,
    True,
    False,
    0,
    -1,
    10**40,
    1.5,
    1e300,
    -0.0,
    {"kind": "list", "length": 3},
    {"kind": "uncollected"},
)


@pytest.fixture(params=[0, 300, 1 << 20], ids=["file", "both", "memory"])
def memory(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Spools that keep everything in a file, some of it, or nothing."""
    size: int = request.param
    monkeypatch.setattr(spool, "MEMORY", size or 1)
    monkeypatch.setattr(spool, "_BLOCK", 700)
    return size


def results(count: int, seed: int = 1) -> list[Result]:
    random = Random(seed)
    pick = random.choice

    def reason() -> Reason:
        read = tuple([ReadValue(pick(TEXTS), pick(VALUES)) for _ in range(random.randrange(3))])
        return Reason(pick(TEXTS), random.randrange(99), 1, read, pick(VALUES), pick((None, 2)))

    return [
        Result(
            f"r{number}",
            pick(SEVERITIES),
            pick(STATUSES),
            pick(TEXTS),
            pick(TEXTS),
            pick(TEXTS),
            pick(TEXTS),
            pick(TEXTS),
            tuple([reason() for _ in range(random.randrange(3))]),
            pick((True, False)),
        )
        for number in range(count)
    ]


@pytest.mark.usefixtures("memory")
def test_a_spool_is_the_sequence_of_what_was_appended() -> None:
    expected = results(200)
    made = Spool[Result]()
    assert made == ()
    assert not made
    for result in expected:
        made.append(result)
    assert made == tuple(expected)
    assert made != expected[:-1]
    assert made != [*expected[:-1], expected[0]]
    assert list(made) == expected
    assert [made[index] for index in (0, 99, -1)] == [expected[0], expected[99], expected[-1]]
    assert made[5:190:7] == tuple(expected[5:190:7])
    assert (len(made), bool(made), expected[3] in made) == (200, True, True)
    assert list(reversed(made)) == expected[::-1]
    with pytest.raises(IndexError):
        made[200]
    assert [each.fingerprint for each in made] == [each.fingerprint for each in expected]


@pytest.mark.usefixtures("memory")
def test_ranked_is_the_order_of_the_text_report() -> None:
    expected = results(300)

    def place(result: Result) -> tuple[int, int]:
        return STATUSES.index(result.status), -(SEVERITIES.index(result.severity) or len(SEVERITIES))

    assert list(Spool(expected).ranked()) == sorted(expected, key=place)


@pytest.mark.usefixtures("memory")
@pytest.mark.parametrize("sizes", [(0, 50), (50, 0), (1, 1), (40, 60), (3, 200)])
def test_absorbing_appends_everything(sizes: tuple[int, int], tmp_path: Path) -> None:
    first, second, third = results(sizes[0], 1), results(sizes[1], 2), results(20, 3)
    whole, other = Spool(first), Spool(second, folder=tmp_path)
    whole.absorb(other)
    assert other == ()
    for result in third:
        whole.append(result)
    assert whole == [*first, *second, *third]
    assert list(whole.ranked()) == list(Spool([*first, *second, *third]).ranked())
    del other
    assert whole[-1] == third[-1]
    whole.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("memory")
def test_selected_entities_spool_too() -> None:
    expected = [Selected("q", "T", f"id{number}", "n", "a", "r") for number in range(100)]
    made = Spool(expected)
    assert made == expected
    assert list(made.ranked()) == expected


def _worker(folder: str, pipe: Any) -> None:
    spool.MEMORY = 1000
    made = Spool(results(500, 7), folder=folder)
    pipe.send(made)
    pipe.close()


@pytest.mark.parametrize("method", ["spawn", "fork"])
def test_a_worker_hands_its_file_over(method: str, tmp_path: Path) -> None:
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"no {method} here")
    context = multiprocessing.get_context(method)
    receiver, sender = context.Pipe(False)
    process = context.Process(target=_worker, args=(str(tmp_path), sender))  # type: ignore[attr-defined]
    process.start()
    sender.close()
    handed = receiver.recv_bytes()
    process.join()
    assert len(handed) < 20_000
    received = pickle.loads(handed)
    assert received == results(500, 7)
    assert len(list(tmp_path.iterdir())) == 1
    whole = Spool[Result]()
    whole.absorb(received)
    assert whole == results(500, 7)
    del received, whole
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("memory")
def test_a_pickled_spool_without_a_folder_stays_whole() -> None:
    made = Spool(results(50))
    again = pickle.loads(pickle.dumps(made))
    twin = copy.copy(made)
    twin.append(made[0])
    assert again == made == results(50)
    assert twin == [*results(50), made[0]]


def test_files_have_no_name_or_go_at_exit(tmp_path: Path) -> None:
    code = """
        import sys
        from gsl.results import spool
        from tests.test_spool import results
        spool.MEMORY = 1000
        mine = spool.Spool(results(100))
        named = spool.Spool(results(100), folder=sys.argv[1])
        from pathlib import Path
        print(len(list(Path(sys.argv[1]).iterdir())))
        raise KeyboardInterrupt
    """
    command = [sys.executable, "-c", textwrap.dedent(code), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=_temporary(tmp_path))
    assert done.stdout == "1\n"
    assert "KeyboardInterrupt" in done.stderr
    assert list(tmp_path.iterdir()) == []


def _temporary(folder: Path) -> dict[str, str]:
    import os

    return {**os.environ, "TMPDIR": str(folder), "PYTHONPATH": str(Path(__file__).parents[1])}


def test_very_many_findings_stay_small() -> None:
    code = """
        import resource
        from gsl.results.spool import Spool
        from tests.test_spool import results
        drawn = results(100)
        made = Spool()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for number in range(400_000):
            made.append(drawn[number % 100])
        assert sum(1 for _ in made) == len(made) == 400_000
        print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
    """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=120, env=_temporary(Path("/tmp"))
    )
    assert float(done.stdout) < 30


def test_a_full_disk_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "MEMORY", 1)
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: Path("/dev/full").open("r+b", buffering=0))  # noqa: SIM115
    with pytest.raises(SpoolError, match=r"No space left on device; name another folder with TMPDIR"):
        Spool(results(3))


def a_report(findings: Any, verdicts: Any, selected: Any, excluded: Any) -> Report:
    rule = RuleSummary("r", "t", "low", "T", failed=len(findings))
    base = gsl.evaluate("T shuold", [])
    parts = {"findings": findings, "verdicts": verdicts, "selected": selected, "excluded": excluded}
    return replace(base, rules=(rule, *base.rules), now="2024-01-01", **parts)


@pytest.mark.usefixtures("memory")
@pytest.mark.parametrize("count", [0, 1, 60])
@pytest.mark.parametrize("keep_all", [True, False])
def test_reports_are_written_piece_by_piece_as_if_at_once(count: int, keep_all: bool) -> None:
    drawn = results(2 * count)
    selected = [Selected("q", text, text, text, "a", "r") for text in TEXTS[:count]]
    findings = [each for each in drawn if each.status in STATUSES[:2]]
    others = [each for each in drawn if each.status not in STATUSES[:2]]
    verdicts = others if keep_all else None
    taken = [replace(each, exclusion=Exclusion("x.yaml:3", "why", "who", "2024-02-01")) for each in others]
    plain = a_report(tuple(findings), tuple(verdicts) if verdicts is not None else None, tuple(selected), tuple(taken))
    spooled = a_report(
        Spool(findings), Spool(verdicts) if verdicts is not None else None, Spool(selected), Spool(taken)
    )
    assert spooled == plain
    whole = json.dumps(plain.to_dict(), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    for report in (plain, spooled):
        assert "".join(FORMATS["json"].write(report, Settings())) == whole
    for form in ("text", "jsonl"):
        assert list(FORMATS[form].write(plain, Settings())) == list(FORMATS[form].write(spooled, Settings()))
    records = [json.loads(line) for line in FORMATS["jsonl"].write(spooled, Settings())]
    content = json.loads(whole)
    for kind, key in (
        ("finding", "findings"),
        ("excluded", "excluded"),
        ("verdict", "verdicts"),
        ("selected", "selected"),
        ("rule", "rules"),
    ):
        told = [{name: value for name, value in each.items() if name != "record"} for each in records]
        assert [each for each, record in zip(told, records) if record["record"] == kind] == content.get(key, [])


def test_the_exit_code_reads_no_findings() -> None:
    class Unread(tuple[Any, ...]):
        def __iter__(self) -> Any:
            raise AssertionError("the findings were read")

    report = replace(gsl.evaluate("T should have a", [{"type": "T", "id": "t"}]), findings=Unread())
    assert report.exit_code() == 1
    assert [report.exit_code(severity) for severity in ("low", "critical")] == [1, 1]
    milder = replace(report, rules=(replace(report.rules[0], severity="low"),))
    assert [milder.exit_code(severity) for severity in (None, "low", "medium")] == [1, 1, 0]
    with pytest.raises(gsl.UsageError):
        report.exit_code("grave")
