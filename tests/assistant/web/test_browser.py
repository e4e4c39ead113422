"""The page in a real Chromium: asking, citations, reload, keyboard, narrow screens, hostile text."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select, WebDriverWait

from assistant.answer import Answer, Banner, BannerKind, NearestDocument, Section, TermGloss, Withheld
from corpus.document import Metadata
from tests.assistant.web.conftest import LiveServer, MakeApp, serve
from tests.scripted_chain import (
    Gate,
    ScriptedChain,
    SmallLibrary,
    abstaining_answer,
    answer_of,
    article_answer,
    cite,
    failing,
    magnesium_answer,
    pausing,
    sample_library,
    say,
    telling,
    write_document,
)

CHROMIUM = shutil.which("chromium")
CHROMEDRIVER = shutil.which("chromedriver")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None or CHROMEDRIVER is None, reason="no chromium with chromedriver on this machine"
    ),
]

CONTRAST = """
    const luminance = (colour) => {
        const [r, g, b] = colour.match(/[0-9.]+/g).map((part) => part / 255)
            .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const [text, ground] = [arguments[0], document.body].map((node, place) =>
        luminance(getComputedStyle(node)[place ? "backgroundColor" : "color"]));
    return (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
"""
"""Of an element's text against the page's ground, by the formula of WCAG 2."""

DESKTOP = (1280, 900)
PHONE = (390, 844)
NARROWEST = (360, 740)


def written_by_a_model(answer: Answer) -> Answer:
    """``answer`` as if a chat model had written it, and three sentences more that are withheld."""
    withheld = [
        Withheld(text="Take 900 mg daily.", reason="The evidence does not give “900 mg”.",
                 plain="It gives a number, a dose or a time that its source does not give."),
        Withheld(text="It is harmless.", reason="carries no citation", plain="It names no source."),
        Withheld(text="It may help.", reason="Support was judged too weak."),
    ]  # fmt: skip
    footer = [
        "Written by the language model example/writer-large from the sources cited; each sentence was checked against them.",
        "Cost of the language model: 0.00214 (3,120 tokens read, 164 written; partly estimated).",
    ]
    return answer.model_copy(update={"withheld": withheld, "footer": footer})


class Page:
    """What a reader does with the page and sees on it."""

    def __init__(self, driver: webdriver.Chrome, url: str) -> None:
        self.driver = driver
        self.url = url
        # Set to a folder to look at what the tests saw.
        self._pictures = os.environ.get("BROWSER_TEST_PICTURES")

    def open(self, path: str = "/") -> None:
        self.driver.get(self.url + path)
        self.wait_for(lambda: self.find("#ask").is_displayed())

    def size(self, size: tuple[int, int]) -> None:
        # The window cannot be made as narrow as a phone; the screen that the page sees can.
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": size[0] < 600},
        )

    def colours(self, scheme: str) -> None:
        """Show ``light`` or ``dark``; without motion, so that nothing is looked at halfway."""
        features = [
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def find(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def wait_for(self, condition: Callable[[], object]) -> None:
        WebDriverWait(self.driver, 15, poll_frequency=0.05).until(lambda _: condition())

    def keys(self, *keys: str) -> None:
        ActionChains(self.driver).send_keys(*keys).perform()

    def tab_to(self, selector: str, *, most: int = 60) -> None:
        """Press Tab until the element that matches has the focus."""
        wanted = self.find(selector)
        for _ in range(most):
            if self.focused == wanted:
                return
            self.keys(Keys.TAB)
        raise AssertionError(f"{selector} is not reached by Tab")

    @property
    def focused(self) -> WebElement:
        return self.driver.switch_to.active_element

    def click(self, target: WebElement) -> None:
        """Click after scrolling there, as a reader does: the bars at top and bottom cover what lies under them."""
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", target)
        target.click()

    def ask(self, question: str) -> None:
        box = self.find("#question")
        box.send_keys(question)
        box.send_keys(Keys.ENTER)

    def answers(self) -> list[WebElement]:
        return self.all("#log .answer")

    def wait_for_answers(self, count: int) -> None:
        self.wait_for(lambda: len(self.answers()) == count and not self.all("#log .working"))

    def picture(self, name: str) -> None:
        if self._pictures:
            folder = Path(self._pictures)
            folder.mkdir(parents=True, exist_ok=True)
            self.driver.save_screenshot(str(folder / f"{name}.png"))

    def scrolls_sideways(self) -> bool:
        return bool(
            self.driver.execute_script(
                "return document.documentElement.scrollWidth > document.documentElement.clientWidth"
            )
        )

    def problems(self) -> list[str]:
        """Return what the browser's console reports as severe."""
        entries = self.driver.get_log("browser")  # type: ignore[no-untyped-call]
        return [entry["message"] for entry in entries if entry["level"] == "SEVERE"]


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    options = Options()
    options.binary_location = str(CHROMIUM)
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        f"--user-data-dir={tmp_path_factory.mktemp('chromium')}",
        "--window-size=1280,900",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    opened = webdriver.Chrome(options=options, service=Service(str(CHROMEDRIVER)))
    yield opened
    opened.quit()


@pytest.fixture
def open_page(driver: webdriver.Chrome) -> Iterator[Callable[[LiveServer], Page]]:
    def open_on(server: LiveServer) -> Page:
        page = Page(driver, server.url)
        page.size(DESKTOP)
        page.colours("light")
        page.problems()
        page.open()
        return page

    yield open_on
    driver.get("about:blank")


OpenPage = Callable[[LiveServer], Page]


def test_asks_follows_up_opens_a_citation_and_survives_a_reload(
    make_app: MakeApp, open_page: OpenPage
) -> None:
    scripts = (telling(article_answer()), telling(magnesium_answer()), telling(abstaining_answer()))
    with serve(make_app(*scripts)) as server:
        page = open_page(server)
        page.picture("desktop-article")
        assert page.find("h1").text == "What are the treatment options for leg cramps?"
        assert page.find(".banner").get_attribute("role") == "alert"

        page.ask("How much magnesium in pregnancy?")
        page.wait_for_answers(1)
        assert "200 to 520 mg" in page.answers()[0].text
        assert "Searched for: magnesium for leg cramps in pregnancy" in page.answers()[0].text
        page.picture("desktop-answer")

        cite_button = page.all("#log .cite")[1]
        page.click(cite_button)
        page.wait_for(lambda: page.all("#source mark"))
        assert page.find("#source mark").text.startswith("The trials gave 200 to 520 mg")
        assert page.find("#source .panel__title").text == "Magnesium for muscle cramps: a review for examples"
        page.picture("desktop-source")
        page.keys(Keys.ESCAPE)
        assert not page.find("#source").is_displayed()
        assert page.focused == cite_button

        page.ask("and acupuncture?")
        page.wait_for_answers(2)
        assert "What was looked at" in page.answers()[1].text
        page.picture("desktop-abstained")

        before = page.find("#log").text
        page.driver.refresh()
        page.wait_for_answers(2)
        # Suggestions are only shown below the last answer, before and after.
        assert page.find("#log").text == before
        page.click(page.all("#log .cite")[0])
        page.wait_for(lambda: page.all("#source mark"))
        assert page.problems() == []


def test_whom_questions_are_about_is_sent_and_remembered(make_app: MakeApp, open_page: OpenPage) -> None:
    chain = ScriptedChain(telling(article_answer()), telling(magnesium_answer()))
    with serve(make_app(chain=chain)) as server:
        page = open_page(server)
        Select(page.find("#about")).select_by_value("dialysis")
        page.ask("How much magnesium?")
        page.wait_for_answers(1)
        assert chain.requests[-1].about == ("dialysis",)
        page.open()
        assert page.find("#about").get_attribute("value") == "dialysis"
        page.picture("desktop-about")
        page.driver.execute_script("localStorage.clear()")
        assert page.problems() == []


def test_a_new_conversation_starts_empty_and_the_old_link_still_works(
    make_app: MakeApp, open_page: OpenPage
) -> None:
    with serve(make_app(telling(article_answer()), telling(magnesium_answer()))) as server:
        page = open_page(server)
        page.click(page.find(".suggestion"))
        page.wait_for_answers(1)
        link = page.driver.current_url
        assert "#c=" in link

        page.click(page.find("#new-conversation"))
        assert page.answers() == []
        assert "#c=" not in page.driver.current_url

        page.driver.get("about:blank")
        page.driver.get(link)
        page.wait_for_answers(1)


def test_everything_can_be_done_with_the_keyboard(make_app: MakeApp, open_page: OpenPage) -> None:
    with serve(make_app(telling(article_answer()), telling(magnesium_answer()))) as server:
        page = open_page(server)
        page.keys(Keys.TAB)
        assert page.focused.text == "Skip to the article"
        page.keys(Keys.ENTER)

        page.tab_to(".article .cite")
        opener = page.focused
        page.keys(Keys.ENTER)
        page.wait_for(lambda: page.all("#source mark"))
        page.tab_to("#source-content")
        page.keys(Keys.ESCAPE)
        assert page.focused == opener

        page.tab_to("#question")
        page.keys("and in pregnancy?", Keys.ENTER)
        page.wait_for_answers(1)
        page.driver.execute_script(
            "document.querySelector('#log').tabIndex = -1; document.querySelector('#log').focus()"
        )
        page.tab_to("#log .searched .text-button")
        page.keys(Keys.ENTER)
        assert page.focused.get_attribute("aria-label") == "Search for"
        page.keys(Keys.ESCAPE)
        assert page.focused.get_attribute("aria-label") == "Edit what is searched for"
        page.keys(Keys.ENTER)
        page.keys(" in kidney disease", Keys.ENTER)
        page.wait_for_answers(2)
        assert "dose and safety in kidney disease" in page.answers()[1].text


@pytest.mark.parametrize("size", [PHONE, NARROWEST])
def test_a_phone_never_scrolls_sideways(
    make_app: MakeApp, open_page: OpenPage, size: tuple[int, int]
) -> None:
    scripts = (telling(article_answer()), telling(magnesium_answer()), telling(abstaining_answer()))
    with serve(make_app(*scripts)) as server:
        page = open_page(server)
        page.size(size)
        page.open()
        page.picture(f"phone-{size[0]}-article")
        assert not page.scrolls_sideways()
        page.ask("How much magnesium? " + "x" * 120)
        page.wait_for_answers(1)
        page.picture(f"phone-{size[0]}-answer")
        page.click(page.all("#log .references summary")[0])
        assert not page.scrolls_sideways()
        page.click(page.all("#log .cite")[0])
        page.wait_for(lambda: page.all("#source mark"))
        page.picture(f"phone-{size[0]}-source")
        assert not page.scrolls_sideways()


def test_dark_follows_the_system(make_app: MakeApp, open_page: OpenPage) -> None:
    with serve(make_app(telling(article_answer()), telling(magnesium_answer()))) as server:
        page = open_page(server)
        page.colours("dark")
        page.ask("How much magnesium?")
        page.wait_for_answers(1)
        page.click(page.all("#log .cite")[0])
        page.wait_for(lambda: page.all("#source mark"))
        page.picture("desktop-dark")
        ground = page.driver.execute_script("return getComputedStyle(document.body).backgroundColor")
        assert max(int(part) for part in ground[4:-1].split(",")) < 64


def test_shows_statements_while_the_answer_is_still_being_made(
    make_app: MakeApp, open_page: OpenPage
) -> None:
    gate = Gate()
    with serve(make_app(telling(article_answer()), pausing(magnesium_answer(), gate, after=5))) as server:
        page = open_page(server)
        page.ask("How much magnesium?")
        page.wait_for(lambda: page.all("#log .statement"))
        assert page.find("#log .answer__body").get_attribute("aria-live") == "polite"
        assert not page.find("#send").is_enabled()
        page.picture("desktop-working")

        # A reload in the middle finds the run and follows it to its end.
        page.driver.refresh()
        page.wait_for(lambda: page.all("#log .statement"))
        gate.open()
        page.wait_for_answers(1)
        assert len(page.all("#log .statement")) == 3


def test_says_when_answering_failed_and_offers_another_try(make_app: MakeApp, open_page: OpenPage) -> None:
    scripts = (telling(article_answer()), failing(RuntimeError("broken")), telling(magnesium_answer()))
    with serve(make_app(*scripts)) as server:
        page = open_page(server)
        page.ask("How much magnesium?")
        page.wait_for(lambda: page.all("#log .failure"))
        assert page.find("#log .failure").get_attribute("role") == "alert"
        page.picture("desktop-failure")
        page.click(page.find("#log .failure button"))
        page.wait_for(lambda: page.all("#log .statement"))
        page.wait_for_answers(1)


def test_the_server_and_the_page_build_the_same_elements(make_app: MakeApp, open_page: OpenPage) -> None:
    outline = """
        const root = document.querySelector(arguments[0]);
        const walk = (node) => [...node.children].flatMap((child) => [
            `${child.tagName} ${child.className} ${child.getAttribute("aria-label") ?? ""} ${
                child.children.length ? "" : child.textContent.trim()} ${
                (child.getAttribute("href") ?? "").replace(/answers\\/[^/]*/, "")}`,
            ...walk(child),
        ]);
        return walk(root);
    """
    with serve(make_app(telling(written_by_a_model(article_answer())))) as server:
        page = open_page(server)
        page.ask("What are the treatment options for leg cramps?")
        page.wait_for_answers(1)
        for part in (".answer__body", ".references", ".banners", ".authorship"):
            by_server = page.driver.execute_script(outline, f".article {part}")
            by_page = page.driver.execute_script(outline, f"#log {part}")
            if part == ".banners":  # the page's head stands between the urgent ones and the others
                by_server += page.driver.execute_script(outline, ".article .review + .banners")
            assert by_server == by_page
            assert by_server


def test_says_who_wrote_what_it_cost_and_what_is_missing(make_app: MakeApp, open_page: OpenPage) -> None:
    answer = written_by_a_model(magnesium_answer())
    with serve(make_app(telling(article_answer()), telling(answer), telling(magnesium_answer()))) as server:
        page = open_page(server)
        page.ask("How much magnesium?")
        page.wait_for_answers(1)
        lines = [line.text for line in page.all("#log .authorship > p")]
        assert lines == answer.footer
        summary = page.find("#log .withheld summary")
        assert summary.text == "3 sentences withheld"
        assert not page.find("#log .withheld li").is_displayed()
        page.tab_to("#log .withheld summary")
        page.keys(Keys.ENTER)
        reasons = [item.text for item in page.all("#log .withheld li")]
        assert reasons == [item.plain for item in answer.withheld]
        # Why is told, what is not: it is no part of the answer, wherever one looks.
        assert "900 mg" not in page.driver.page_source
        for scheme in ("light", "dark"):
            page.colours(scheme)
            page.driver.execute_script(
                "arguments[0].scrollIntoView({block: 'center'})", page.find("#log .authorship")
            )
            contrast = page.driver.execute_script(CONTRAST, page.find("#log .withheld li"))
            assert contrast >= 4.5, scheme
            page.picture(f"desktop-authorship-{scheme}")
        page.size(NARROWEST)
        page.driver.execute_script(
            "arguments[0].scrollIntoView({block: 'center'})", page.find("#log .authorship")
        )
        page.picture("phone-authorship")
        assert not page.scrolls_sideways()
        page.driver.refresh()
        page.wait_for_answers(1)
        assert [line.text for line in page.all("#log .authorship > p")] == answer.footer
        assert page.problems() == []


def test_hostile_text_stays_text(make_app: MakeApp, open_page: OpenPage) -> None:
    attack = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    document = write_document(
        "hostile",
        Metadata(title=f"Title {attack}", journal=attack, url="javascript:document.title='owned'"),
        Findings=[f"Quote {attack}."],
    )
    hostile = answer_of(
        sections=[
            Section(
                heading=f"Heading {attack}",
                statements=[say(f"Quote {attack}.", 1, population=attack, strength=attack, note=attack)],
            )
        ],
        references=[cite(1, document, f"Quote {attack}.")],
        banners=[Banner(kind=BannerKind.NOTICE, text=attack)],
        suggestions=[f"Ask {attack}"],
        nearest=[NearestDocument(document_id="hostile", title=attack)],
        standalone=attack,
    )
    library = SmallLibrary(
        document, *(sample_library().document(name) for name, _ in sample_library().documents())
    )
    with serve(make_app(telling(hostile), library=library)) as server:
        page = open_page(server)
        page.ask(attack)
        page.wait_for_answers(1)
        page.click(page.all("#log .cite")[0])
        page.wait_for(lambda: page.all("#source mark"))
        page.click(page.find("#source .button--quiet:not(#close-source)"))
        page.wait_for(lambda: page.all("#source .panel__text"))
        page.driver.refresh()
        page.wait_for_answers(1)
        assert page.find("#log .question p").text == attack
        assert page.driver.title != "owned"
        assert page.all("img, body script") == []
        assert page.all("a[href^=javascript]") == []
        assert not page.scrolls_sideways()


def test_switches_readers_without_asking_again_and_remembers(make_app: MakeApp, open_page: OpenPage) -> None:
    answer = article_answer()
    section = answer.sections[0]
    explained = section.statements[0].model_copy(
        update={
            "plain": "The plain words.",
            "figures": ["RR 0.9, 95% CI 0.8 to 1.0"],
            "terms": [
                TermGloss(term="cramp", gloss="a painful tightening of a muscle"),
                TermGloss(term="plain words", gloss="words of every day"),
            ],
        }
    )
    told = answer.model_copy(
        update={"sections": [section.model_copy(update={"statements": [explained]}), *answer.sections[1:]]}
    )
    with serve(make_app(telling(told))) as server:
        page = open_page(server)
        page.ask("And at night?")
        page.wait_for_answers(1)
        seen = "return [...document.querySelectorAll('#log .statement:first-child > *')].filter((n) => n.checkVisibility()).map((n) => n.className)"

        def shown() -> list[str]:
            parts: list[str] = page.driver.execute_script(seen)
            return [part for part in parts if part not in {"chips", "statement__note"}][:4]

        assert shown()[:4] == ["statement__plain", "statement__figures", "statement__quote", "terms"]
        # The plain words no longer hold "cramp", so a patient is told only the term that is left.
        visible = "return [...document.querySelectorAll('#log .term')].filter((n) => n.checkVisibility()).map((n) => n.querySelector('summary').textContent)"
        assert page.driver.execute_script(visible) == ["plain words"]
        page.click(page.find("#reader input[value=professional]"))
        assert "statement__plain" not in shown()
        assert "terms" not in shown()
        page.find("#reader input[value=professional]").send_keys(
            Keys.ARROW_RIGHT
        )  # the keyboard does the same
        assert shown()[:2] == ["statement__quote", "terms"]
        page.click(page.find("#log .term summary"))
        assert page.find("#log .term p").text == "a painful tightening of a muscle"
        page.driver.refresh()
        page.wait_for_answers(1)
        assert page.find("#reader input:checked").get_attribute("value") == "student"
        assert not page.scrolls_sideways()
        # The server and the page build the same elements for these parts too.
        inner = "return document.querySelector(arguments[0]).innerHTML.replace(/\\s+/g, '')"
        assert page.driver.execute_script(inner, ".article .terms") == page.driver.execute_script(
            inner, "#log .terms"
        )
