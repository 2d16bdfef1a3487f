"""The report as a page: what hostile texts may do in it, and the page at work in a real browser."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import gsl
from gsl.results.comparison import compared
from gsl.results.reporters import FORMATS, Settings

HOSTILE = "</script><script>alert(1)</script><!--\u2028<img src=x onerror=alert(1)>\" onload='x'"
NOW = "2024-06-01"


def thing(number: int, **fields: Any) -> dict[str, Any]:
    place = {"accountNumber": f"11112222333{number % 3}", "region": ["eu_west_1", "us_east_1"][number % 2]}
    return {"type": "Thing", "id": f"t{number}", "name": f"thing-{number}", "a": 2, **place, **fields}


def page_of(things: list[dict[str, Any]], before: list[dict[str, Any]] | None = None) -> str:
    rules = [
        gsl.parse("Thing should have a > 5 exclude c = true", id="A.1"),
        gsl.parse("Thing should have b", id="B.2"),
    ]
    report = gsl.evaluate(rules, things, now=NOW, include_entities=True)
    if before is not None:
        report = compared(report, gsl.evaluate(rules, before, now=NOW))
    text = "".join(FORMATS["html"].write(report, Settings()))
    assert text == "".join(FORMATS["html"].write(report, Settings())), "the same report gives the same page"
    return text


class _Reader(HTMLParser):
    """Collects tags, attributes and the content of scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] == "script":
            self.scripts[-1] += data


def read(text: str) -> _Reader:
    reader = _Reader()
    reader.feed(text)
    return reader


def test_texts_of_others_are_never_markup() -> None:
    mild = read(page_of([thing(1, name="plain"), thing(2)]))
    hostile = read(page_of([thing(1, name=HOSTILE, id=HOSTILE, region=HOSTILE), thing(2)]))
    assert [tag for tag, _ in hostile.tags if tag in ("script", "img")] == [
        tag for tag, _ in mild.tags if tag in ("script", "img")
    ]
    assert not [each for _, each in hostile.tags if any([name.startswith("on") for name in each])]
    data = [script for script in hostile.scripts if script.lstrip()[:1] in "{["]
    assert data
    for each in data:
        json.loads(each)
    assert HOSTILE[:20] not in "".join(data)


def test_the_page_loads_nothing() -> None:
    text = page_of([thing(1)])
    reader = read(text)
    (policy,) = [each["content"] for _, each in reader.tags if each.get("http-equiv") == "Content-Security-Policy"]
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    for tag, each in reader.tags:
        for name in ("src", "href"):
            link = each.get(name) or ""
            assert not re.match(r"(?:https?:)?//|javascript:", link) or tag == "a", link


@pytest.mark.parametrize("things", [[], [thing(1, a=9, b=1)], [thing(1)], [{"type": "Other", "id": "x"}]])
def test_reports_of_little_are_pages_too(things: list[dict[str, Any]]) -> None:
    assert "</html>" in page_of(things)


# --- in a browser

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("there is no chromium on this machine: the page was not tried in a browser")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of 400 findings, compared with an earlier one."""
    things = [thing(n, **({"b": 1} if n % 4 else {}), **({"c": True} if n == 7 else {})) for n in range(320)]
    target = tmp_path_factory.mktemp("page") / "report.html"
    hostile = thing(999, name=HOSTILE)
    target.write_text(page_of([*things, hostile], [thing(n, b=1) for n in range(300, 340)]), "utf-8")
    return target


@pytest.fixture
def page(browser: Any, file: Path) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    made = context.new_page()
    faults: list[str] = []
    made.on("pageerror", lambda error: faults.append(str(error)))
    made.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    made.on("dialog", lambda dialog: faults.append(dialog.message))
    made.goto(file.as_uri())
    yield made
    assert faults == []
    context.close()


def told(page: Any) -> str:
    return str(page.locator("#told").inner_text())


def test_search_narrows_the_list_and_the_address_holds_it(page: Any, file: Path) -> None:
    everything = told(page)
    page.locator("#search").fill("thing-123")
    page.wait_for_function("document.querySelectorAll('#rows > tr button.open').length === 1")
    assert told(page).startswith("1 of ")
    assert "thing-123" in page.url
    address = page.url
    page.locator("#clear").click()
    assert told(page) == everything
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_function("document.querySelectorAll('#rows > tr button.open').length === 1")


def test_a_finding_opens_by_keyboard_and_says_why(page: Any) -> None:
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.type("thing-123")
    page.wait_for_function("document.querySelectorAll('#rows > tr button.open').length === 1")
    page.locator("#rows button.open").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('#rows').innerText.includes('a > 5')")
    widths = "[...document.querySelectorAll('#rows .values tbody th')].map((each) => getComputedStyle(each).width)"
    columns = "[...document.querySelectorAll('#list > thead th')].map((each) => getComputedStyle(each).width)"
    assert not set(page.evaluate(widths)) & set(page.evaluate(columns)), "values have columns of their own"
    page.keyboard.press("Escape")
    page.wait_for_function("!document.querySelector('#rows').innerText.includes('a > 5')")
    page.locator("#rows button.open").first.click()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert "a > 5" in page.locator("#rows").inner_text(), "what is open is printed so"


def test_hostile_names_are_texts(page: Any) -> None:
    page.locator("#search").fill("onerror=alert")
    page.wait_for_function("document.querySelector('#rows').innerText.includes('onerror=alert')")


def test_dark_and_light(page: Any) -> None:
    color = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(color)
    page.locator("#theme").click()
    assert page.evaluate(color) != before


def test_the_page_is_accessible(page: Any) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page.locator("#search").fill("thing-12")
    page.wait_for_function("document.querySelectorAll('#rows > tr button.open').length < 20")
    page.locator("#rows button.open").first.click()
    page.locator("details.whole summary").first.click()
    page.locator("#rule-table summary").first.click()
    found = axe.run(page, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()
    page.emulate_media(color_scheme="dark")
    page.evaluate("document.documentElement.removeAttribute('lang')")
    found = axe.run(page, options={"runOnly": ["color-contrast", "html-has-lang"], "resultTypes": ["violations"]})
    assert [each["id"] for each in found.response["violations"]] == ["html-has-lang"], found.generate_report()


@pytest.mark.parametrize("width", [360, 768, 1600])
def test_nothing_sticks_out_at_any_width(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_what_does_not_need_a_script_works_without(browser: Any, file: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    text = page.locator("body").inner_text()
    assert "need JavaScript" in text
    assert "A.1" in text
    context.close()
