"""The article's page as the server writes it."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest
from lxml import html
from starlette.testclient import TestClient

from assistant.answer import UNSUPPORTED, Answer, Banner, BannerKind, Reference, Withheld
from assistant.settings import Settings
from assistant.storage.repository import ConversationRepository
from assistant.web import page as page_module
from assistant.web.page import BANNER_ORDER, ordered_banners, publisher_url
from tests.assistant.web.conftest import MakeApp
from tests.scripted_chain import (
    MAGNESIUM,
    Gate,
    ScriptedChain,
    abstaining_answer,
    answer_of,
    article_answer,
    cite,
    failing,
    magnesium_answer,
    pausing,
    telling,
)


def read(client: TestClient, path: str = "/") -> html.HtmlElement:
    response = client.get(path)
    assert response.status_code == 200
    return html.fromstring(response.text)


def texts(root: html.HtmlElement, path: str) -> list[str]:
    return [" ".join(node.text_content().split()) for node in root.xpath(path)]


def by_class(name: str) -> str:
    return f"//*[contains(concat(' ', @class, ' '), ' {name} ')]"


def test_the_page_says_who_wrote_the_article_and_why_sentences_are_missing(make_app: MakeApp) -> None:
    withheld = [
        Withheld(text="Take 900 mg.", reason="The evidence does not give “900 mg”.", plain="<b>A dose.</b>"),
        Withheld(text="It is harmless.", reason="carries no citation"),
    ]
    answer = article_answer().model_copy(
        update={"withheld": withheld, "footer": ["Written by <i>writer</i>."]}
    )
    with TestClient(make_app(telling(answer)), base_url="http://127.0.0.1") as client:
        root = read(client)
    assert texts(root, f"{by_class('authorship')}/p") == ["Written by <i>writer</i>."]
    assert texts(root, f"{by_class('withheld')}/summary") == ["2 sentences withheld"]
    assert texts(root, f"{by_class('withheld')}//li") == ["<b>A dose.</b>", UNSUPPORTED]
    assert "900" not in root.text_content()
    assert "harmless" not in root.text_content()


def test_a_page_without_anything_to_say_of_its_making_says_nothing(client: TestClient) -> None:
    assert read(client).xpath(by_class("authorship")) == []


def test_the_article_stands_on_the_page_without_javascript(client: TestClient) -> None:
    root = read(client)
    assert texts(root, "//h1") == ["What are the treatment options for leg cramps?"]
    statements = texts(root, by_class("statement"))
    assert len(statements) == 4
    assert "Adults with nocturnal leg cramps may try stretching the calf before sleep. 1" in statements[0]
    assert "For adults" in statements[0]
    assert "Strength Grade C" in statements[0]
    assert "This source is from 1997." in statements[1]
    assert [int(button.get("data-cite")) for button in root.xpath(f"{by_class('statement')}//button")] == [
        1,
        3,
        2,
        1,
    ]


def test_danger_signs_stand_before_everything_else(client: TestClient) -> None:
    root = read(client)
    article = root.xpath("//article")[0]
    order = [
        node.get("class")
        for node in article.iter()
        if node.get("class") in {"review", "answer__body"} or (node.get("class") or "").startswith("banner ")
    ]
    assert order == ["banner banner--red_flag", "review", "banner banner--outdated", "answer__body"]
    assert root.xpath(by_class("banner--red_flag"))[0].get("role") == "alert"


def test_review_status_is_said_once_and_never_claimed(client: TestClient) -> None:
    text = read(client).text_content()
    assert text.count("Pending human review") == 1
    assert not re.search(r"\ball articles\b|\bhas been reviewed\b|\bare reviewed\b", text, re.IGNORECASE)
    assert "not medical advice" in text


def test_a_digest_never_wears_the_guidelines_badge_alone(client: TestClient) -> None:
    first, second, third = texts(read(client), by_class("reference"))
    assert first.startswith("Digest of Guideline Care of muscle cramps")
    assert "Digest of a guideline, awaiting human review" in first
    assert second.startswith("Research Magnesium")
    assert "DOI 10.5555/example.magnesium" in second
    assert "PMID 00000001" in second
    assert third.startswith("Summary Leg cramps")
    assert "DOI" not in third


def test_an_article_that_abstains_shows_what_was_looked_at(make_app: MakeApp) -> None:
    with TestClient(make_app(telling(abstaining_answer()))) as client:
        root = read(client)
        assert texts(root, by_class("nearest") + "//li") == [
            "Magnesium for muscle cramps: a review for examples",
            "Leg cramps: a leaflet for examples",
        ]


def test_the_article_is_made_once_for_a_build(make_app: MakeApp, repository: ConversationRepository) -> None:
    chain = ScriptedChain(telling(article_answer()))
    for _ in range(2):  # two servers, one after the other, on one database
        with TestClient(make_app(chain=chain)) as client:
            read(client)
            read(client)
    assert len(chain.requests) == 1


def test_other_settings_make_another_article(make_app: MakeApp, settings: Settings) -> None:
    chain = ScriptedChain(telling(article_answer()))
    for changed in (settings, settings.model_copy(update={"statements": 3})):
        with TestClient(make_app(chain=chain, settings=changed)) as client:
            read(client)
    assert len(chain.requests) == 2


def test_an_article_still_being_made_says_so(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_module, "ARTICLE_WAIT_S", 0.01)
    gate = Gate()
    with TestClient(make_app(pausing(article_answer(), gate))) as client:
        root = read(client)
        assert "being put together" in root.text_content()
        assert root.xpath("//article")[0].get("data-pending") is not None
        gate.open()
        monkeypatch.setattr(page_module, "ARTICLE_WAIT_S", 20)
        assert len(texts(read(client), by_class("statement"))) == 4


def test_an_article_that_failed_says_so_and_is_tried_again(make_app: MakeApp) -> None:
    with TestClient(make_app(failing(RuntimeError("broken")), telling(article_answer()))) as client:
        assert "could not be made" in read(client).text_content()
        assert len(texts(read(client), by_class("statement"))) == 4


def test_an_unknown_article_is_404(client: TestClient) -> None:
    assert client.get("/articles/nothing").status_code == 404
    assert "No such page" in client.get("/articles/nothing").text
    assert read(client, "/articles/treatment-options-for-leg-cramps").xpath("//h1")


def test_hostile_text_is_escaped(make_app: MakeApp) -> None:
    attack = "</p><script>alert(1)</script>"
    hostile = article_answer()
    sections = [
        section.model_copy(
            update={
                "heading": attack,
                "statements": [
                    statement.model_copy(update={"text": attack, "note": attack, "population": attack})
                    for statement in section.statements
                ],
            }
        )
        for section in hostile.sections
    ]
    references = [
        reference.model_copy(update={"title": attack, "url": "javascript:alert(1)", "doi": f'"{attack}'})
        for reference in hostile.references
    ]
    answer = hostile.model_copy(
        update={
            "sections": sections,
            "references": references,
            "suggestions": [f'" onclick="alert(1) {attack}'],
            "banners": [Banner(kind=BannerKind.NOTICE, text=attack)],
        }
    )
    with TestClient(make_app(telling(answer))) as client:
        root = read(client)
        assert [script.get("src") for script in root.xpath("//script")] == ["/static/page.js"]
        assert root.xpath("//@onclick") == []
        assert [link for link in root.xpath("//a/@href") if link.startswith("javascript")] == []
        assert attack in root.text_content()


def test_banners_are_put_in_order_and_review_status_left_to_the_page() -> None:
    kinds = [
        BannerKind.NOTICE,
        BannerKind.PENDING_REVIEW,
        BannerKind.OUTDATED,
        BannerKind.ABSTAINED,
        BannerKind.RED_FLAG,
    ]
    banners = ordered_banners([Banner(kind=kind, text=kind) for kind in kinds])
    assert [banner.kind for banner in banners] == ["red_flag", "abstained", "outdated", "notice"]


def test_every_kind_of_banner_is_known_to_server_and_page() -> None:
    assert {*BANNER_ORDER, BannerKind.PENDING_REVIEW} == set(BannerKind)
    package = files("assistant.web")
    script = (package / "static" / "answer_view.js").read_text()
    titles = script[script.index("BANNER_TITLES = {") : script.index("};")]
    in_script = dict(re.findall(r'(\w+): "(.*)"', titles))
    assert list(in_script) == [kind.value for kind in BANNER_ORDER]
    template = (package / "templates" / "_answer.html").read_text()
    in_template = dict(re.findall(r'"(\w+)": "(.*)"', template))
    assert in_template == in_script


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (None, None),
        ("https://example.org/x", "https://example.org/x"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        (f"https://doi.org/{MAGNESIUM.metadata.doi}", None),
    ],
)
def test_only_web_addresses_become_links(url: str | None, expected: str | None) -> None:
    reference: Reference = cite(1, MAGNESIUM).model_copy(update={"url": url})
    assert publisher_url(reference) == expected


def _luminance(colour: str) -> float:
    # Relative luminance, WCAG 2.2.
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        *(
            (text, ground)
            for text in ("text", "quiet", "accent", "danger")
            for ground in ("ground", "surface")
        ),
        ("text", "accent-soft"),
        ("accent", "accent-soft"),
        ("accent-text", "accent"),
        ("danger", "danger-soft"),
        ("text", "danger-soft"),
        ("warn", "warn-soft"),
        ("text", "warn-soft"),
        ("warn", "ground"),
        ("research", "research-soft"),
        ("text", "summary-soft"),
        ("quiet", "summary-soft"),
        ("mark-text", "mark"),
    ],
)
def test_text_has_the_contrast_that_wcag_aa_asks_for(scheme: int, text: str, ground: str) -> None:
    css = (files("assistant.web") / "static" / "page.css").read_text()
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", css.split(":root {")[1 + scheme]))
    assert _contrast(colours[text], colours[ground]) >= 4.5


def test_scripts_never_write_markup() -> None:
    for script in (files("assistant.web") / "static").iterdir():
        if script.name.endswith(".js"):
            assert not re.search(
                r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", script.read_text()
            )


def test_a_reviewed_article_does_not_speak_for_the_chat(make_app: MakeApp) -> None:
    reviewed: Answer = answer_of().model_copy(update={"review_status": "reviewed"})
    with TestClient(make_app(telling(reviewed), telling(magnesium_answer()))) as client:
        text = " ".join(read(client).text_content().split())
        assert "answers to follow-up questions are pending human review" in text
        assert "No clinician has checked" not in text
