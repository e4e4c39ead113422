"""What a chat model may cost, against a real server: counted, estimated, and stopped at the limit."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from assistant.answer import Answer, BannerKind
from assistant.cli import app
from assistant.conversation import Conversation, Turn
from assistant.events import Request
from assistant.spending import FRAME_TOKENS, estimate_tokens
from assistant.verify.verdict import Verifier
from eval.errors import BadReport
from eval.runners.product import read_settings
from tests.assistant.model.conftest import Ask
from tests.assistant.model.promise import unsupported
from tests.assistant.model.test_lies import (
    DECLINE,
    HONEST,
    OLDER,
    PREGNANCY,
    QUESTION,
    cited,
    honest_lines,
    lying,
)
from tests.scripted_openai_server import (
    CutOff,
    Drip,
    Fail,
    Hang,
    Prompt,
    Say,
    ScriptedOpenAIServer,
    Step,
    Usage,
    serve_script,
)

PRICES = {"model_price_in": 1.0, "model_price_out": 10.0}


def honest(prompt: Prompt) -> list[Step]:
    return [Say("\n".join(honest_lines(prompt)))]


def counted(prompt: Prompt) -> list[Step]:
    return [*honest(prompt), Usage(1200, 80)]


def notices(answer: Answer) -> list[str]:
    return [banner.text for banner in answer.banners if banner.kind is BannerKind.NOTICE]


def reckoned_prompt(server: ScriptedOpenAIServer, number: int = 0) -> int:
    """Tokens of one request, by the rule that is stated where the endpoint counts nothing."""
    messages = server.requests[number]["messages"]
    return sum(estimate_tokens(message["content"]) for message in messages) + FRAME_TOKENS


def test_the_endpoints_own_count_is_taken(ask: Ask) -> None:
    with serve_script(counted) as server:
        answered = ask(QUESTION, server.base_url, **PRICES)
    assert server.requests[0]["stream_options"] == {"include_usage": True}
    usage = answered.answer.provenance.usage
    assert usage is not None
    assert (usage.model, usage.calls, usage.counted) == ("scripted", 1, "by the endpoint")
    assert (usage.input_tokens, usage.output_tokens) == (1200, 80)
    assert usage.cost == pytest.approx(0.002)
    assert answered.trace.usage == usage
    assert answered.trace.settings["model_price_out"] == 10.0
    assert "model_max_cost" not in answered.trace.settings
    assert notices(answered.answer) == []


def test_rewording_writing_and_repair_are_counted_together(ask: Ask) -> None:
    conversation = Conversation((Turn("user", "What helps leg cramps?"), Turn("assistant", OLDER)))

    def reworded(prompt: Prompt) -> list[Step]:
        return [Say("Does magnesium help leg cramps in pregnancy?"), Usage(300, 20)]

    def with_a_lie(prompt: Prompt) -> list[Step]:
        lines = "\n".join(honest_lines(prompt))
        lie = cited(prompt, PREGNANCY.replace("360", "630"), PREGNANCY)
        return [Say(f"{lines}\n{lie}"), Usage(1000, 100)]

    with serve_script(reworded, with_a_lie, [*DECLINE, Usage(1100, 3)]) as server:
        answered = ask(Request("Does magnesium help in pregnancy?", conversation), server.base_url)
    usage = answered.answer.provenance.usage
    assert usage is not None
    assert (usage.calls, usage.input_tokens, usage.output_tokens) == (3, 2400, 123)
    assert usage.cost is None


def test_without_a_count_tokens_are_estimated(ask: Ask) -> None:
    with serve_script(honest) as server:
        answered = ask(QUESTION, server.base_url, **PRICES)
        written = "\n".join(honest_lines(server.prompts[0]))
        prompt = reckoned_prompt(server)
    usage = answered.answer.provenance.usage
    assert usage is not None
    assert usage.counted == "estimated"
    assert (usage.input_tokens, usage.output_tokens) == (prompt, estimate_tokens(written))
    assert usage.cost == pytest.approx((usage.input_tokens + 10 * usage.output_tokens) / 1e6)


def test_an_endpoint_that_knows_no_stream_options_is_asked_without_them(ask: Ask) -> None:
    refusal = Fail(400, '{"error": {"message": "Unrecognized request argument: stream_options"}}')
    with serve_script([refusal], counted) as server:
        answered = ask(QUESTION, server.base_url)
    assert [request.get("stream_options") for request in server.requests] == [{"include_usage": True}, None]
    assert answered.shown == list(HONEST)
    usage = answered.answer.provenance.usage
    assert usage is not None
    assert usage.counted == "estimated"


def test_another_refusal_is_not_asked_twice_and_costs_nothing(ask: Ask) -> None:
    with serve_script([Fail(400, '{"error": {"message": "unknown model"}}')]) as server:
        answered = ask(QUESTION, server.base_url, **PRICES)
    assert len(server.requests) == 1
    assert answered.answer.provenance.usage is None
    assert answered.shown, "the sources' own sentences"


def test_a_call_that_could_cost_too_much_is_not_made(ask: Ask) -> None:
    with serve_script(honest) as server:
        answered = ask(QUESTION, server.base_url, **PRICES, model_max_cost=0.0001)
    assert server.requests == []
    assert answered.answer.provenance.composer == "extractive"
    assert answered.answer.provenance.usage is None
    assert answered.shown
    (notice,) = notices(answered.answer)
    assert notice == (
        "The language model was not asked to write, because one answer may cost 0.0001 at most; "
        "these are the sources' own sentences."
    )


def test_a_reply_is_asked_for_no_longer_than_there_is_money_for(ask: Ask) -> None:
    with serve_script(honest) as server:
        ask(QUESTION, server.base_url, **PRICES)
        prompt = reckoned_prompt(server)
    most = (prompt + 10 * 200.5) / 1e6
    with serve_script(counted) as server:
        answered = ask(QUESTION, server.base_url, **PRICES, model_max_cost=most)
    assert server.requests[0]["max_completion_tokens"] == 200
    assert answered.shown == list(HONEST)
    assert notices(answered.answer) == []


def test_a_repair_that_could_cost_too_much_is_not_made(ask: Ask, verifier: Verifier) -> None:
    lie = PREGNANCY.replace("360", "630")

    def dear(prompt: Prompt) -> list[Step]:
        steps: list[Step] = [*lying(lie, PREGNANCY)(prompt)]  # type: ignore[operator]
        return [*steps, Usage(9000, 95)]

    with serve_script(dear, DECLINE) as server:
        answered = ask(QUESTION, server.base_url, **PRICES, model_max_cost=0.01)
    assert len(server.requests) == 1
    assert answered.shown == list(HONEST)
    assert lie in answered.withheld
    assert unsupported(answered.answer, verifier) == []
    (notice,) = notices(answered.answer)
    assert "not asked to put that right, because one answer may cost 0.01 at most" in notice


def test_no_repair_and_no_supported_sentence_leaves_the_sources_own(ask: Ask) -> None:
    def only_a_lie(prompt: Prompt) -> list[Step]:
        return [Say(cited(prompt, PREGNANCY.replace("360", "630"), PREGNANCY)), Usage(9000, 95)]

    with serve_script(only_a_lie, DECLINE) as server:
        answered = ask(QUESTION, server.base_url, **PRICES, model_max_cost=0.01)
    assert len(server.requests) == 1
    assert answered.answer.provenance.composer == "extractive"
    assert answered.shown
    (notice,) = notices(answered.answer)
    assert "wrote nothing that its sources support and was not asked again" in notice


def test_a_reply_is_stopped_in_the_middle(ask: Ask, verifier: Verifier) -> None:
    """The server takes no notice of the longest reply asked for; what came before is shown, if verified."""

    def endless(prompt: Prompt) -> list[Step]:
        first, last = honest_lines(prompt)
        return [Say(f"{first}\n"), Say(f"{last}\nAnd "), Drip(Say("so on "), pause_s=0.001)]

    most = 0.005
    with serve_script(endless) as server:
        answered = ask(QUESTION, server.base_url, **PRICES, model_max_cost=most)
        assert server.hung_up.wait(20)
    assert len(server.requests) == 1
    assert answered.shown == list(HONEST)
    assert answered.withheld == {}, "half a sentence is no sentence"
    assert unsupported(answered.answer, verifier) == []
    (notice,) = notices(answered.answer)
    assert (
        notice
        == "The language model was stopped, because one answer may cost 0.005 at most; this answer may be incomplete."
    )
    usage = answered.answer.provenance.usage
    assert usage is not None
    assert usage.counted == "estimated"
    assert usage.cost == pytest.approx(most, rel=0.02)


def test_a_reply_that_ends_at_the_longest_asked_for_is_said_to_be_cut(ask: Ask) -> None:
    def short(prompt: Prompt) -> list[Step]:
        first, last = honest_lines(prompt)
        return [Say(f"{first}\n{last[:-30]}"), CutOff(), Usage(1500, 60)]

    with serve_script(short) as server:
        ask(QUESTION, server.base_url)
        prompt = reckoned_prompt(server)
    with serve_script(short) as server:
        answered = ask(QUESTION, server.base_url, **PRICES, model_max_cost=(prompt + 10 * 100) / 1e6)
    assert server.requests[0]["max_completion_tokens"] < 150
    assert answered.shown == [HONEST[0]]
    (notice,) = notices(answered.answer)
    assert "was stopped, because one answer may cost" in notice
    usage = answered.answer.provenance.usage
    assert usage is not None
    assert usage.counted == "by the endpoint"


def test_a_reply_that_never_comes_is_counted_as_asked(ask: Ask) -> None:
    with serve_script([Hang()]) as server:
        answered = ask(QUESTION, server.base_url, timeout_s=0.6, **PRICES)
        prompt = reckoned_prompt(server)
    usage = answered.answer.provenance.usage
    assert usage is not None
    assert (usage.input_tokens, usage.output_tokens, usage.counted) == (prompt, 0, "estimated")


def test_wrong_settings_are_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOLLOWUP_MODEL_MAX_COST", "0.01")
    result = CliRunner().invoke(app, ["ask", "What helps?"])
    assert result.exit_code == 2
    assert "FOLLOWUP_MODEL_MAX_COST needs prices" in result.stderr
    monkeypatch.setenv("FOLLOWUP_MODEL_PRICE_IN", "-3")
    result = CliRunner().invoke(app, ["ask", "What helps?"])
    assert "model_price_in: must be a number of 0 or more" in result.stderr
    monkeypatch.setenv("FOLLOWUP_MODEL_PRICE_IN", "3")
    with pytest.raises(
        BadReport, match="a setting is wrong: one price is set and FOLLOWUP_MODEL_PRICE_OUT is not"
    ):
        read_settings()
