"""The adapter to a chat model, against real servers that answer well, badly, slowly or never."""

from __future__ import annotations

import threading

import pytest

from assistant.language_model import (
    CHARACTERS_PER_TOKEN,
    Allowance,
    LanguageModelError,
    OpenAICompatibleModel,
    open_allowance,
    open_language_model,
)
from assistant.settings import Settings
from tests.scripted_openai_server import (
    Drip,
    Drop,
    Fail,
    Hang,
    Raw,
    Reply,
    Say,
    ScriptedOpenAIServer,
    in_pieces,
    say,
    serve_script,
    sse,
)

SHORT_S = 0.6


def model_at(
    server: ScriptedOpenAIServer, *, timeout_s: float = 30.0, max_tokens: int = 200
) -> OpenAICompatibleModel:
    return OpenAICompatibleModel(
        base_url=server.base_url, api_key="none", model="scripted", timeout_s=timeout_s, max_tokens=max_tokens
    )


def read(model: OpenAICompatibleModel, allowance: Allowance | None = None) -> str:
    return "".join(model.stream(system="Be brief.", user="Hello?", allowance=allowance))


class StoppedClock:
    """Time that moves only when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_reply_comes_in_the_pieces_the_server_sent() -> None:
    with serve_script(say("Stret", "ching ", "helps [1]")) as server:
        pieces = list(model_at(server).stream(system="Be brief.", user="What helps?"))
    assert pieces == ["Stret", "ching ", "helps [1]"]
    assert [message["role"] for message in server.requests[0]["messages"]] == ["system", "user"]
    assert server.requests[0]["stream"] is True
    assert server.requests[0]["temperature"] == 0.0
    assert server.requests[0]["max_completion_tokens"] == 200


def test_characters_cut_between_bytes_arrive_whole() -> None:
    event = sse({"choices": [{"index": 0, "delta": {"content": "µg"}, "finish_reason": None}]})
    event = event.replace(b"\\u00b5", "µ".encode())
    middle = event.index("µ".encode()) + 1
    with serve_script([Raw(event[:middle]), Raw(event[middle:])]) as server:
        assert read(model_at(server)) == "µg"


def test_an_empty_reply_is_empty_text() -> None:
    with serve_script([]) as server:
        assert read(model_at(server)) == ""


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        pytest.param([Fail(500)], "500", id="HTTP 500"),
        pytest.param([Fail(401, '{"error": {"message": "bad key"}}')], "bad key", id="HTTP 401"),
        pytest.param([Fail(429)], "429", id="HTTP 429"),
        pytest.param([Fail(200, "<html>proxy login</html>")], "", id="a page instead of a stream"),
        pytest.param([Say("Half"), Drop()], "", id="dropped in the middle"),
        pytest.param([Drop()], "", id="dropped after the head"),
        pytest.param([Say("Half"), Raw(b"data: {not json\n\n")], "", id="malformed JSON"),
        pytest.param([Raw(b"data: [1, 2, 3]\n\n")], "", id="JSON of another shape"),
        pytest.param([Raw(sse({"choices": [{"index": 0, "delta": "text"}]}))], "", id="a delta that is no object"),
        pytest.param([Raw(b'data: {"error": {"message": "out of memory"}}\n\n')], "out of memory", id="an error in the stream"),
        pytest.param([Raw(b"data: \xff\xfe\n\n")], "", id="bytes that are no text"),
    ],
)  # fmt: skip
def test_every_failure_is_one_kind_of_error(reply: Reply, words: str) -> None:
    with serve_script(reply) as server, pytest.raises(LanguageModelError) as caught:
        read(model_at(server))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) <= 300


def test_nobody_listening_is_an_error() -> None:
    with serve_script(say("x")) as server:
        model = model_at(server)
    with pytest.raises(LanguageModelError, match="Connection error"):
        read(model)


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param([Hang()], id="never answers"),
        pytest.param([Say("Half"), Hang()], id="stops in the middle"),
        pytest.param([Drip(Say("x"))], id="drips text"),
        pytest.param([Drip(Raw(b": ping\n\n"))], id="drips pings"),
        pytest.param([Drip(Raw(b"d"))], id="drips a line that never ends"),
    ],
)
def test_the_whole_reply_has_a_time_limit(reply: Reply) -> None:
    # Each pause is far shorter than the limit: only a limit on the whole can end these.
    with serve_script(reply) as server:
        with pytest.raises(LanguageModelError):
            read(model_at(server, timeout_s=SHORT_S, max_tokens=100_000))
        assert server.hung_up.wait(20), "the connection must not outlive the error"


def test_a_reader_who_leaves_hangs_up_on_the_model() -> None:
    with serve_script([Say("First"), Hang()]) as server:
        pieces = model_at(server).stream(system="", user="")
        assert next(pieces) == "First"
        pieces.close()  # type: ignore[attr-defined]
        assert server.hung_up.wait(20)


def test_a_server_that_ignores_the_token_limit_is_cut_off() -> None:
    with serve_script([Drip(Say("word " * 20), pause_s=0.001)]) as server:
        text = read(model_at(server, max_tokens=50))
        assert server.hung_up.wait(20)
    assert len(text) == 50 * CHARACTERS_PER_TOKEN


def test_no_thread_stays_behind() -> None:
    with serve_script([Say("x"), Hang()]) as server:
        with pytest.raises(LanguageModelError):
            read(model_at(server, timeout_s=SHORT_S))
        for thread in [thread for thread in threading.enumerate() if thread.name == "chat-model"]:
            thread.join(20)
            assert not thread.is_alive()


def test_two_calls_share_one_allowance() -> None:
    allowance = Allowance(seconds=60, characters=100)
    with serve_script(in_pieces("a" * 70, size=7), in_pieces("b" * 70, size=7)) as server:
        model = model_at(server)
        assert read(model, allowance) == "a" * 70
        assert read(model, allowance) == "b" * 30
        assert server.requests[1]["max_completion_tokens"] == 30 // CHARACTERS_PER_TOKEN
        with pytest.raises(LanguageModelError, match="used up"):
            read(model, allowance)
    assert len(server.requests) == 2


def test_a_spent_allowance_asks_nothing() -> None:
    clock = StoppedClock()
    allowance = Allowance(seconds=5, characters=100, clock=clock)
    clock.now += 5
    with serve_script(say("x")) as server, pytest.raises(LanguageModelError, match="used up"):
        read(model_at(server), allowance)
    assert server.requests == []


def test_an_allowance_runs_down() -> None:
    clock = StoppedClock()
    allowance = Allowance(seconds=10, characters=10, clock=clock)
    assert allowance.take("abcdef") == "abcdef"
    clock.now += 4
    part = allowance.at_most(seconds=100, characters=3)
    assert (part.seconds_left, part.characters_left) == (6, 3)
    assert allowance.take("ghijklm") == "ghij"
    assert allowance.is_spent
    clock.now += 20
    assert (part.seconds_left, part.is_spent) == (0, True)


def test_without_a_model_name_there_is_no_model() -> None:
    settings = Settings(_env_file=None, openai_base_url="http://127.0.0.1:9/v1")
    assert open_language_model(settings) is None


def test_the_settings_reach_the_model() -> None:
    with serve_script(say("Yes.")) as server:
        settings = Settings(
            _env_file=None,
            openai_base_url=server.base_url,
            openai_model="scripted",
            model_max_tokens=77,
            model_timeout_s=20,
        )
        model = open_language_model(settings)
        assert model is not None
        assert model.name == "scripted"
        assert "".join(model.stream(system="", user="")) == "Yes."
    assert server.requests[0]["model"] == "scripted"
    assert server.requests[0]["max_completion_tokens"] == 77
    assert open_allowance(settings).characters_left == 77 * CHARACTERS_PER_TOKEN
