"""Reads and checks the YAML front matter of a Markdown document."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from corpus.document import POPULATIONS, Metadata, ReviewStatus, SourceKind, SourceStatus
from corpus.errors import UnreadableDocument
from corpus.parsing.identifiers import DOCUMENT_ID, DOI, PMID

_MAX_FRONT_MATTER = 65_536
_FENCE = "---"


def _as_text(value: object) -> object:
    """YAML reads 2019-09-01 as a date and an unquoted PMID as a number; both are meant as text."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value


Text = Annotated[str, Field(min_length=1, max_length=2000)]
TextOfNumber = Annotated[str, BeforeValidator(_as_text), Field(min_length=1, max_length=2000)]
DocumentId = Annotated[str, Field(pattern=rf"^{DOCUMENT_ID.pattern}$")]


class _Source(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    title: Text | None = None
    issuer: Text | None = None
    journal: Text | None = None
    year: int = Field(ge=1800, le=2200)
    kind: Annotated[SourceKind, Field(strict=False)]
    authors: Text | None = None
    doi: Annotated[str, Field(pattern=rf"^{DOI.pattern}$")] | None = None
    pmid: Annotated[TextOfNumber, Field(pattern=rf"^{PMID.pattern}$")] | None = None
    url: Annotated[str, Field(pattern=r"^https?://\S+$")]
    licence: Text | None = None


class FrontMatter(BaseModel):
    """The fields that ``corpus/documents/README.md`` describes; unknown ones are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)

    id: DocumentId
    title: Text
    source: _Source
    population: list[str] = Field(min_length=1)
    strength: Text | None = None
    certainty: Text | None = None
    last_search: TextOfNumber | None = None
    status: Annotated[SourceStatus, Field(strict=False)]
    supersedes: list[DocumentId] = Field(default_factory=list)
    superseded_by: DocumentId | None = None
    digest: bool
    drafted_from: Literal["source", "abstract", "excerpt", "recollection"] | None = None
    review_status: Annotated[ReviewStatus, Field(strict=False)]

    @field_validator("population")
    @classmethod
    def _known_populations(cls, names: list[str]) -> list[str]:
        unknown = [name for name in names if name not in POPULATIONS]
        if unknown:
            raise ValueError(
                f"unknown population {', '.join(unknown)}; known: {', '.join(sorted(POPULATIONS))}"
            )
        return names

    def metadata(self) -> Metadata:
        source = self.source
        return Metadata(
            title=self.title,
            kind=source.kind,
            issuer=source.issuer,
            journal=source.journal,
            year=source.year,
            authors=source.authors,
            doi=source.doi,
            pmid=source.pmid,
            url=source.url,
            populations=tuple(dict.fromkeys(self.population)),
            strength=self.strength,
            certainty=self.certainty,
            last_search=self.last_search,
            status=self.status,
            supersedes=tuple(self.supersedes),
            superseded_by=self.superseded_by,
            digest=self.digest,
            review_status=self.review_status,
            licence=source.licence,
        )


class _PlainLoader(yaml.SafeLoader):
    """The safe loader without aliases (they can grow without bound) and without repeated keys."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.composer.ComposerError(
                None, None, "aliases (*name) are not allowed in front matter", self.get_mark()
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the field {key.value!r} is given twice", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def has_front_matter(text: str) -> bool:
    """True where the text opens with a line of three hyphens."""
    return text.startswith((f"{_FENCE}\n", f"{_FENCE}\r\n"))


def split_front_matter(text: str, *, name: str) -> tuple[str, str]:
    """Return the YAML between the two ``---`` lines and the body after them."""
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == _FENCE:
            return "".join(lines[1:number]), "".join(lines[number + 1 :])
    raise UnreadableDocument(name, "The front matter is not closed: a line with three hyphens is missing.")


def read_front_matter(source: str, *, name: str) -> FrontMatter:
    """Parse and check the YAML; raises ``UnreadableDocument`` naming every field that is wrong."""
    if len(source) > _MAX_FRONT_MATTER:
        raise UnreadableDocument(name, f"The front matter is longer than {_MAX_FRONT_MATTER} characters.")
    try:
        # S506: _PlainLoader is a stricter SafeLoader.
        fields = yaml.load(source, Loader=_PlainLoader)  # noqa: S506
    except yaml.MarkedYAMLError as error:
        line = f" at line {error.problem_mark.line + 2}" if error.problem_mark else ""
        raise UnreadableDocument(
            name, f"The front matter is not valid YAML{line}: {error.problem}."
        ) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UnreadableDocument(name, "The front matter is not valid YAML.") from error
    if not isinstance(fields, dict):
        raise UnreadableDocument(name, "The front matter holds no fields; write `name: value` lines.")
    try:
        matter = FrontMatter.model_validate(fields)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(str(part) for part in problem['loc']) or 'front matter'}: {problem['msg']}"
            for problem in error.errors()
        )
        raise UnreadableDocument(name, f"Front matter: {problems}.") from error
    if matter.source.issuer is None and matter.source.journal is None:
        raise UnreadableDocument(
            name, "Front matter: source.issuer or source.journal: one of the two is required."
        )
    return matter
