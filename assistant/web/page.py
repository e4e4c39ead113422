"""Routes for people: each article's page, written on the server, with the chat below it."""

from __future__ import annotations

import logging
from typing import Annotated
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from assistant.answer import DISCLAIMER, Answer, Banner, BannerKind, Reference
from assistant.compose.footer import count_withheld
from assistant.events import ErrorEvent
from assistant.service import ServiceOverloaded
from assistant.web.articles import ArticleNotFound
from assistant.web.dependencies import Articles
from assistant.web.library import LibraryUnavailable

logger = logging.getLogger(__name__)

router = APIRouter(include_in_schema=False)

ARTICLE_WAIT_S = 8.0
"""How long a page waits for its article; after that it says so and looks again by itself."""

BANNER_ORDER = (
    BannerKind.RED_FLAG,
    BannerKind.REFUSAL,
    BannerKind.ABSTAINED,
    BannerKind.PARTIAL,
    BannerKind.SOURCE_STATUS,
    BannerKind.CONFLICT,
    BannerKind.POPULATION,
    BannerKind.DOSING,
    BannerKind.OUTDATED,
    BannerKind.SECONDARY_SOURCE,
    BannerKind.NOTICE,
)
"""Danger signs first. ``pending_review`` is missing on purpose: the page says it once, for all its answers."""


def create_templates() -> Environment:
    """Return the page's templates; everything put into them is escaped."""
    templates = Environment(
        loader=PackageLoader("assistant.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["publisher_url"] = publisher_url
    templates.filters["doi_url"] = doi_url
    templates.filters["pubmed_url"] = pubmed_url
    templates.filters["count_withheld"] = count_withheld
    templates.filters["ordered"] = ordered_banners
    return templates


def _templates(request: Request) -> Environment:
    templates: Environment = request.app.state.templates
    return templates


Templates = Annotated[Environment, Depends(_templates)]


@router.get("/")
def home(articles: Articles, templates: Templates) -> HTMLResponse:
    return article_page(articles.articles[0].slug, articles, templates)


@router.get("/articles/{slug}")
def article_page(slug: str, articles: Articles, templates: Templates) -> HTMLResponse:
    try:
        article = articles.article(slug)
    except ArticleNotFound:
        return HTMLResponse(templates.get_template("not_found.html").render(), 404)
    status = 200
    made: Answer | str | None
    try:
        last = articles.answer(slug, timeout_s=ARTICLE_WAIT_S)
        made = last.message if isinstance(last, ErrorEvent) else last
    except (LibraryUnavailable, ServiceOverloaded) as error:
        logger.warning("the article %s cannot be made", slug, exc_info=error)
        made, status = str(error), 503
    page = templates.get_template("article.html").render(
        article=article,
        answer=made if isinstance(made, Answer) else None,
        error=made if isinstance(made, str) else None,
        disclaimer=DISCLAIMER,
    )
    return HTMLResponse(page, status)


def ordered_banners(banners: list[Banner]) -> list[Banner]:
    """Sort by ``BANNER_ORDER``, keeping the chain's order within a kind."""
    shown = [banner for banner in banners if banner.kind in BANNER_ORDER]
    return sorted(shown, key=lambda banner: BANNER_ORDER.index(banner.kind))


def doi_url(doi: str) -> str:
    return f"https://doi.org/{quote(doi)}"


def pubmed_url(pmid: str) -> str:
    return f"https://pubmed.ncbi.nlm.nih.gov/{quote(pmid, safe='')}/"


def publisher_url(reference: Reference) -> str | None:
    """Return the source's own address where it is one for the web and says more than the DOI's link."""
    if not reference.url or urlsplit(reference.url).scheme not in {"http", "https"}:
        return None
    if reference.doi and reference.url == f"https://doi.org/{reference.doi}":
        return None
    return reference.url
