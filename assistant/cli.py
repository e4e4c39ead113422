"""The ``followup`` command: serve, ask, chat, show, and keep the index."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from pydantic import TypeAdapter, ValidationError
from rich.console import Console

from assistant.answer import Answer, Audience, BannerKind
from assistant.audience.explain import reading_help, shown_text
from assistant.compose.footer import count_withheld
from assistant.conversation import Conversation, Person, Turn
from assistant.earlier_answers import (
    NotAnAnswer,
    continue_conversation,
    continue_from_file,
    read_answer,
)
from assistant.settings import Settings, tell_wrong_setting
from assistant.terminal import plain, print_replay, print_trace

if TYPE_CHECKING:
    from assistant.events import DoneEvent
    from assistant.trace import Trace

app = typer.Typer(
    help="Answers medical follow-up questions from a library, each sentence anchored to its source.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
index_app = typer.Typer(help="Build, inspect and roll back the index.", no_args_is_help=True)
app.add_typer(index_app, name="index")

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

NOT_FOUND_OR_FAILED, BAD_USAGE = 1, 2

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
IndexOption = Annotated[Path | None, typer.Option("--index", help="Folder of builds; default from settings.")]
AboutOption = Annotated[
    list[Person] | None, typer.Option(help="Whom questions are about unless they say otherwise; repeatable.")
]
KeepOption = Annotated[
    bool, typer.Option("--keep/--no-keep", help="Keep the answer and its trace in the database, for replay.")
]
AudienceOption = Annotated[Audience, typer.Option(help="Who reads the answer.")]


def _settings(index: Path | None = None) -> Settings:
    try:
        settings = Settings()
    except ValidationError as error:
        _fail(f"A setting is wrong: {tell_wrong_setting(error)}", BAD_USAGE)
    return settings.model_copy(update={"index": index}) if index else settings


def _fail(message: str, code: int) -> NoReturn:
    err.print(f"[red]{message}[/red]", soft_wrap=True)
    raise typer.Exit(code)


@app.command()
def serve(
    index: IndexOption = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Serve the page and the API."""
    from assistant.web.server import run_server  # noqa: PLC0415 - slow to import, only needed here

    changes = {key: value for key, value in {"host": host, "port": port}.items() if value is not None}
    with _errors():
        run_server(_settings(index).model_copy(update=changes))


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question; '-' reads it from standard input.")],
    history: Annotated[
        Path | None, typer.Option(help='JSON list of {"role": "user"|"assistant", "content": str}.')
    ] = None,
    after: Annotated[
        list[Path] | None,
        typer.Option(
            help="The answer to follow on, as --json printed it: what it cited can be asked about. Repeatable, oldest first; after --history."
        ),
    ] = None,
    audience: AudienceOption = Audience.PATIENT,
    about: AboutOption = None,
    keep: KeepOption = True,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer one question."""
    from assistant.assembly import open_chain, open_library  # noqa: PLC0415
    from assistant.events import Request  # noqa: PLC0415
    from assistant.langchain_runnable import complete  # noqa: PLC0415

    text = sys.stdin.read() if question == "-" else question
    conversation = read_history(history) if history else Conversation()
    settings = _settings(index)
    with _errors():
        earlier = [read_answer(path) for path in after or ()]
        library = open_library(settings)
        for told in earlier:
            conversation, gone = continue_from_file(conversation, told, library.current())
        if earlier and gone:
            err.print(f"[yellow]Passages cited before that read otherwise now, left out: {gone}.[/yellow]")
        chain = open_chain(settings, library)
        done = complete(chain, Request(text, conversation, audience, about=tuple(about or ())))
    kept = keep and _keep(settings, done)
    answer = done.answer
    if as_json:
        sys.stdout.write(answer.model_dump_json(indent=2) + "\n")
    else:
        print_answer(answer, kept=kept)


@app.command()
def chat(
    audience: AudienceOption = Audience.PATIENT,
    about: AboutOption = None,
    keep: KeepOption = True,
    index: IndexOption = None,
) -> None:
    """Ask and follow up, turn by turn. An empty line or Ctrl-D ends."""
    from assistant.assembly import open_chain  # noqa: PLC0415
    from assistant.events import Request  # noqa: PLC0415
    from assistant.langchain_runnable import ChainError, complete  # noqa: PLC0415

    settings = _settings(index)
    with _errors():
        chain = open_chain(settings)
    conversation = Conversation()
    while True:
        try:
            question = input("\nYou: " if sys.stdin.isatty() else "").strip()
        except EOFError:
            return
        if not question:
            return
        try:
            done = complete(chain, Request(question, conversation, audience, about=tuple(about or ())))
        except ChainError as error:
            err.print(f"[red]{error}[/red]")
            continue
        print_answer(done.answer, kept=keep and _keep(settings, done))
        conversation = continue_conversation(conversation, question, done.answer)


def _keep(settings: Settings, done: DoneEvent) -> bool:
    """Keep the answer; return whether it is. That it can't be kept is no reason not to show it."""
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    from assistant.storage.errors import StorageError  # noqa: PLC0415
    from assistant.storage.repository import ConversationRepository  # noqa: PLC0415

    try:
        repository = ConversationRepository.open(settings.database)
        try:
            repository.keep_answer(done)
        finally:
            repository.close()
    except (StorageError, SQLAlchemyError, OSError) as error:
        err.print(f"[yellow]The answer was not kept, so it can't be replayed:[/yellow] {plain(str(error))}")
        return False
    return True


@app.command()
def trace(
    answer_id: Annotated[str, typer.Argument(help="As printed below an answer.")],
    as_json: JsonOption = False,
) -> None:
    """Show how an answer came about: what was searched, found, decided, chosen and withheld."""
    settings = _settings()
    with _errors():
        answer, kept = _read_kept(settings, answer_id)
    if as_json:
        body = {"trace": kept.model_dump(mode="json"), "answer": answer.model_dump(mode="json")}
        sys.stdout.write(json.dumps(body, ensure_ascii=False, indent=2) + "\n")
    else:
        print_trace(answer, kept, out)


@app.command()
def replay(
    answer_id: Annotated[str, typer.Argument(help="As printed below an answer.")],
    current: Annotated[
        bool, typer.Option("--current", help="On the published build instead of the one it was made on.")
    ] = False,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make an answer again and show what comes out different; exit code 1 when anything does."""
    from assistant.assembly import open_chain_on_build  # noqa: PLC0415
    from assistant.replay import replay_answer, replay_settings  # noqa: PLC0415
    from index.publishing import current_build  # noqa: PLC0415

    settings = _settings(index)
    with _errors():
        answer, kept = _read_kept(settings, answer_id)
        settings = replay_settings(settings, kept)
        build_id = current_build(settings.index).name if current else kept.index_build
        chain = open_chain_on_build(settings, build_id, clock=lambda: answer.created_at)
        made = replay_answer(chain, answer, kept)
    if as_json:
        body = {**made.model_dump(mode="json"), "same": made.is_same}
        sys.stdout.write(json.dumps(body, ensure_ascii=False, indent=2) + "\n")
    else:
        print_replay(made, out)
    if not made.is_same:
        raise typer.Exit(NOT_FOUND_OR_FAILED)


def _read_kept(settings: Settings, answer_id: str) -> tuple[Answer, Trace]:
    """A kept answer and its trace; raises the errors of the storage package."""
    from assistant.storage.errors import TraceNotFound  # noqa: PLC0415
    from assistant.storage.repository import ConversationRepository  # noqa: PLC0415

    repository = ConversationRepository.open(settings.database)
    try:
        kept, record = repository.trace(answer_id), repository.answer(answer_id)
    finally:
        repository.close()
    if record.answer is None:
        raise TraceNotFound(answer_id)
    return record.answer, kept


@app.command()
def show(
    document_id: Annotated[str, typer.Argument(help="As printed in an answer's references.")],
    start: Annotated[int | None, typer.Option(help="First character of a span.")] = None,
    end: Annotated[int | None, typer.Option(help="One past the last character of a span.")] = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print a document's canonical text, metadata and (with --json) recommendations, or one span of it."""
    from assistant.assembly import open_library  # noqa: PLC0415
    from assistant.web.schemas import RecommendationView  # noqa: PLC0415
    from corpus.document import Span  # noqa: PLC0415

    with _errors():
        library = open_library(_settings(index)).current()
        document, successor = library.document(document_id), library.successor(document_id)
    if (start is None) != (end is None):
        _fail("Give both --start and --end, or neither.", BAD_USAGE)
    text = document.text
    if start is not None and end is not None:
        try:
            text = document.quote(Span(start, end))
        except ValueError as error:
            _fail(str(error), BAD_USAGE)
    if as_json:
        metadata = TypeAdapter(type(document.metadata)).dump_python(document.metadata, mode="json")
        body: dict[str, Any] = {
            "id": document.id,
            "sha256": document.sha256,
            "metadata": metadata,
            "text": text,
        }
        body |= {"start": start, "end": end}
        if start is None:
            listed = RecommendationView.of_document(document, superseded_by=successor)
            body["recommendations"] = [item.model_dump(mode="json") for item in listed]
        sys.stdout.write(json.dumps(body, ensure_ascii=False, indent=2) + "\n")
        return
    if start is None:
        source = document.metadata
        out.print(f"[bold]{source.title}[/bold]", soft_wrap=True)
        named = (source.issuer_or_journal, source.year, source.kind.value, source.status.value, source.url)
        out.print(" · ".join(str(part) for part in named if part), style="dim", soft_wrap=True)
        out.print(f"sha256 {document.sha256}", style="dim", soft_wrap=True)
        out.print()
    sys.stdout.write(text + "\n")


@index_app.command()
def build(
    documents: Annotated[
        list[Path] | None, typer.Option(help="Folder or file to index; may be given several times.")
    ] = None,
    out_dir: Annotated[Path | None, typer.Option("--out", help="Folder of builds.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Parse, chunk, embed and publish. Embeds only what changed; the old build serves until the swap."""
    from assistant.assembly import open_embedder  # noqa: PLC0415
    from index.building import build_index  # noqa: PLC0415
    from index.progress import console_progress  # noqa: PLC0415

    settings = _settings(out_dir)
    sources = documents or [settings.documents]
    for source in sources:
        if not source.exists():
            _fail(f"{source}: no such file or folder.", NOT_FOUND_OR_FAILED)
    with _errors():
        embedder = open_embedder(settings)
        with console_progress(err, quiet=as_json) as progress:
            report = build_index(sources, out=settings.index, embedder=embedder, progress=progress)
    if as_json:
        sys.stdout.write(report.to_json() + "\n")
    else:
        out.print(
            f"Published build [bold]{report.build_id}[/bold]: {report.documents} documents, {report.chunks} chunks "
            f"({report.embedded} embedded, {report.reused} reused) in {report.seconds:.1f} s."
        )
        for name, reason in report.unreadable:
            err.print(f"[yellow]not read:[/yellow] {name}: {reason}", soft_wrap=True)
    if report.unreadable:
        raise typer.Exit(NOT_FOUND_OR_FAILED)


@index_app.command()
def status(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Show the published build and the ones that can be rolled back to."""
    from index.publishing import current_build, list_builds  # noqa: PLC0415

    settings = _settings(index)
    with _errors():
        current = current_build(settings.index)
        builds = list_builds(settings.index)
    body: dict[str, Any] = {"current": current.name, "builds": [path.name for path in builds]}
    if as_json:
        manifest = json.loads((current / "manifest.json").read_text("utf-8"))
        sys.stdout.write(json.dumps({**body, "manifest": manifest}, indent=2) + "\n")
        return
    for path in builds:
        out.print(f"{'*' if path == current else ' '} {path.name}")


@index_app.command()
def verify(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Re-hash every file, count both stores, and re-slice every chunk of the published build."""
    from index.publishing import current_build  # noqa: PLC0415
    from index.verifying import verify_build  # noqa: PLC0415

    with _errors():
        build_path = current_build(_settings(index).index)
        problems = verify_build(build_path)
    if as_json:
        sys.stdout.write(json.dumps({"build": build_path.name, "problems": problems}, indent=2) + "\n")
    elif problems:
        for problem in problems:
            err.print(f"[red]{problem}[/red]", soft_wrap=True)
    else:
        out.print(f"Build {build_path.name} is whole.")
    if problems:
        raise typer.Exit(NOT_FOUND_OR_FAILED)


@index_app.command()
def rollback(index: IndexOption = None) -> None:
    """Publish the build before the current one again."""
    from index.publishing import rollback as roll_back  # noqa: PLC0415

    with _errors():
        published = roll_back(_settings(index).index)
    out.print(f"Published build [bold]{published.name}[/bold] again.")


def read_history(path: Path) -> Conversation:
    """Read a ``--history`` file; exits with code 2 and the reason when it is not one."""
    adapter = TypeAdapter(tuple[Turn, ...])
    try:
        return Conversation(adapter.validate_json(path.read_bytes()))
    except OSError as error:
        _fail(f"{path}: {error.strerror}.", BAD_USAGE)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        _fail(f'{path}: {where}: {first["msg"]}. Expected a list of {{"role", "content"}}.', BAD_USAGE)


def print_answer(answer: Answer, *, kept: bool = False) -> None:
    """Print an answer for a person: banners, statements with their numbers, references, who wrote it.

    ``kept``: its trace can be read, so it need not say why each sentence was withheld.
    """
    out.print(f"[dim]Searched for: {answer.standalone_question}[/dim]", soft_wrap=True)
    for banner in answer.banners:
        urgent = banner.kind is BannerKind.RED_FLAG
        out.print(f"[{'bold red' if urgent else 'yellow'}]! {plain(banner.text)}[/]", soft_wrap=True)
    for section in answer.sections:
        out.print(f"\n[bold]{section.heading}[/bold]")
        for statement in section.statements:
            marks = "".join(f"[{number}]" for number in statement.citations)
            extra = " · ".join(
                part
                for part in (statement.population, statement.strength, statement.certainty, statement.note)
                if part
            )
            out.print(f"  • {plain(shown_text(statement, answer.audience))} {plain(marks)}", soft_wrap=True)
            for line in reading_help(statement, answer.audience):
                out.print(f"    [dim]{plain(line)}[/dim]", soft_wrap=True)
            if extra:
                out.print(f"    [dim]{plain(extra)}[/dim]", soft_wrap=True)
    if answer.references:
        out.print("\n[bold]References[/bold]")
    for reference in answer.references:
        named = ", ".join(str(part) for part in (reference.issuer_or_journal, reference.year) if part)
        link = f"https://doi.org/{reference.doi}" if reference.doi else reference.url or ""
        out.print(
            plain(
                f"  [{reference.n}] {reference.label}: {reference.title}. {named}. {link} ({reference.document_id})"
            ),
            soft_wrap=True,
        )
    for near in answer.nearest:
        out.print(f"  [dim]nearest: {plain(near.title)} ({near.document_id})[/dim]", soft_wrap=True)
    if answer.suggestions:
        out.print("\n[bold]You could ask[/bold]")
        for suggestion in answer.suggestions:
            out.print(f"  - {plain(suggestion)}", soft_wrap=True)
    out.print(f"\n[dim]{answer.disclaimer}[/dim]", soft_wrap=True)
    for line in answer.footer:
        out.print(f"[dim]{plain(line)}[/dim]", soft_wrap=True)
    if answer.withheld:
        why = " ".join(dict.fromkeys(item.plain for item in answer.withheld))
        where = f"followup trace {answer.id} shows each with its reason." if kept else why
        out.print(f"[dim]{count_withheld(answer.withheld)}: {plain(where)}[/dim]", soft_wrap=True)
    out.print(f"[dim]Answer {answer.id}, build {answer.provenance.index_build}[/dim]", soft_wrap=True)


class _errors:  # noqa: N801 - reads as a phrase: `with _errors():`
    """Turn the errors a person can do something about into one clear line and exit code 1."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        from assistant.langchain_runnable import ChainError  # noqa: PLC0415
        from assistant.replay import ReplayFailed  # noqa: PLC0415
        from assistant.storage.errors import StorageError  # noqa: PLC0415
        from corpus.errors import CorpusError  # noqa: PLC0415
        from index.errors import IndexStoreError  # noqa: PLC0415

        if isinstance(error, (ChainError, NotAnAnswer)):
            _fail(str(error), BAD_USAGE)
        if isinstance(error, (CorpusError, IndexStoreError, StorageError, ReplayFailed)):
            _fail(str(error), NOT_FOUND_OR_FAILED)


def main() -> None:
    """Entry point of the ``followup`` command."""
    app()
