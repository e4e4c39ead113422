"""The page in a real browser: opened from a file, without network, with mouse and with keys."""

import shutil
import time

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

from eval.reports.html import render_html
from eval.reports.report import Figure, Percentiles, Report

CHROMIUM, CHROMEDRIVER = shutil.which("chromium"), shutil.which("chromedriver")
HOSTILE = "<img src=x onerror=\"document.title='broken into'\"></script><script>document.title='broken into'</script>"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None or CHROMEDRIVER is None, reason="no chromium with chromedriver on this machine"
    ),
]


def make_report(items):
    figure = Figure(value=0.5, low=0.25, high=0.75)
    rows = [
        {
            "id": f"q{i}", "question": f"question number {i}", "turn": 1 + i % 3, "searched": f"topic {i}",
            "metrics": {"nDCG@10": i / items, "R@10": 1.0}, "wall_ms": float(i % 7),
            "gold": [{"id": f"p{i}", "title": "Gold", "text": "gold words", "grade": 1, "rank": 1 + i % 20}],
            "found": [{"id": "p", "title": f"Passage {i}", "text": f"passage text {i} " * 20, "score": 0.5, "grade": 0}] * 10,
        }
        for i in range(items)
    ]  # fmt: skip
    rows[0] |= {"question": HOSTILE, "searched": HOSTILE}
    return Report(
        task="retrieval", dataset=HOSTILE, metrics={"nDCG@10": figure}, measured_on={"nDCG@10": items},
        latency_ms=Percentiles(p50=1, p95=2), stages_ms={HOSTILE: Percentiles(p50=1, p95=2)},
        notes=[HOSTILE], per_query=rows,
    )  # fmt: skip


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    options = Options()
    options.binary_location = str(CHROMIUM)
    for argument in ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
                     "--disable-dev-shm-usage", f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):  # fmt: skip
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(str(CHROMEDRIVER)))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "page.html"
    path.write_text(render_html(make_report(250)), encoding="utf-8")
    return path


@pytest.fixture
def page(browser, file):
    browser.get("about:blank")
    browser.get(file.as_uri())
    return browser


def find(page, selector):
    return page.find_element(By.CSS_SELECTOR, selector)


def ids(page):
    # Asked for at once: the list may be drawn anew between two questions.
    return page.execute_script(
        "return [...document.querySelectorAll('#list summary .id')].map(element => element.textContent)"
    )


def wait(page, condition):
    WebDriverWait(page, 10).until(lambda _: condition())


def test_nothing_is_fetched_and_nothing_complains(page):
    assert page.get_log("browser") == []
    assert page.execute_script("return performance.getEntriesByType('resource').length") == 0


def test_hostile_text_is_shown_as_text(page):
    find(page, "#list summary").click()
    assert page.title == f"retrieval: {HOSTILE}"
    assert find(page, "#list .what").text == HOSTILE
    assert page.find_elements(By.TAG_NAME, "img") == []


def test_the_worst_hundred_come_first_and_more_on_demand(page):
    assert ids(page) == [f"q{i}" for i in range(100)]
    find(page, "#more").click()
    assert len(ids(page)) == 200
    assert find(page, "#count").text == "200 of 250 shown"
    find(page, "#more").click()
    assert len(ids(page)) == 250
    assert not find(page, "#more").is_displayed()


def test_finding_words_and_words_in_passages(page):
    find(page, "#find").send_keys("number 249")
    wait(page, lambda: ids(page) == ["q249"])
    find(page, "#find").clear()
    find(page, "#find").send_keys("passage text 17 ")
    wait(page, lambda: ids(page) == [])
    find(page, "#everywhere").click()
    wait(page, lambda: "q17" in ids(page))


def test_sorting_by_a_column_and_back(page):
    by_figure = page.find_elements(By.CSS_SELECTOR, "#head button")[2]
    assert by_figure.text == "nDCG@10"
    by_figure.click()
    assert ids(page)[0] == "q0"
    by_figure.click()
    assert ids(page)[0] == "q249"
    assert by_figure.get_attribute("aria-pressed") == "true"
    Select(find(page, "#sort")).select_by_visible_text("worst first")
    assert ids(page)[0] == "q0"


def test_filtering_by_turn(page):
    Select(find(page, "select[data-facet=turn]")).select_by_value("2")
    assert ids(page)[:3] == ["q1", "q4", "q7"]
    assert find(page, "#count").text == "83 of 83 shown, 250 in all"
    find(page, "#reset").click()
    assert find(page, "#count").text == "100 of 250 shown"


def test_keys_alone_find_and_open_an_item(page):
    body = find(page, "body")
    body.send_keys("/")
    assert page.switch_to.active_element.get_attribute("id") == "find"
    page.switch_to.active_element.send_keys("number 24")
    wait(page, lambda: ids(page)[0] == "q24")
    page.switch_to.active_element.send_keys(Keys.TAB)  # out of the field, where j is a letter
    page.switch_to.active_element.send_keys("j")
    page.switch_to.active_element.send_keys("j")
    page.switch_to.active_element.send_keys(Keys.ENTER)
    opened = find(page, "#list details[open]")
    assert opened.find_element(By.CSS_SELECTOR, ".id").text == "q124"
    assert "topic 124" in opened.text


def test_a_link_opens_its_item_wherever_it_stands(browser, file):
    browser.get("about:blank")
    browser.get(file.as_uri() + "#id=q231")
    assert find(browser, "#list details[open] .id").text == "q231"


def test_no_scrolling_sideways_on_a_phone(page):
    page.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": True},
    )
    try:
        find(page, "#list summary").click()
        assert page.execute_script("return document.documentElement.scrollWidth") <= 360
    finally:
        page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_a_large_run_opens_quickly_and_stays_small(browser, tmp_path):
    path = tmp_path / "large.html"
    path.write_text(render_html(make_report(3000)), encoding="utf-8")
    assert path.stat().st_size < 12_000_000
    started = time.monotonic()
    browser.get(path.as_uri())
    assert len(ids(browser)) == 100
    assert time.monotonic() - started < 20  # about one second on an idle machine
