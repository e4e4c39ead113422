"""Tokens and money of the chat model's calls: estimated high, counted by the endpoint, never over the limit."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from assistant.settings import Settings
from assistant.spending import FRAME_TOKENS, LEAST_REPLY_TOKENS, Prices, Spending, estimate_tokens

PRICES = Prices(read=1.0, written=10.0)


def test_bytes_are_estimated_as_tokens() -> None:
    assert [estimate_tokens(text) for text in ("", "a", "abc", "abcd", "µg", "😀😀")] == [0, 1, 1, 2, 1, 3]


def test_a_call_is_estimated_until_it_is_counted() -> None:
    spending = Spending(prices=PRICES)
    call = spending.open_call("small", "x" * 30, "y" * 3)
    assert call is not None
    call.take("z" * 9)
    usage = spending.usage()
    assert usage is not None
    assert (usage.model, usage.calls, usage.counted) == ("small", 1, "estimated")
    assert (usage.input_tokens, usage.output_tokens) == (11 + FRAME_TOKENS, 3)
    assert usage.cost == pytest.approx(((11 + FRAME_TOKENS) * 1.0 + 3 * 10.0) / 1e6)
    call.count(100, 50)
    second = spending.open_call("small", "more")
    assert second is not None
    usage = spending.usage()
    assert usage is not None
    assert usage.counted == "partly estimated"
    assert (usage.calls, usage.output_tokens) == (2, 50)
    second.count(7, 0)
    usage = spending.usage()
    assert usage is not None
    assert (usage.counted, usage.input_tokens) == ("by the endpoint", 107)
    assert usage.cost == pytest.approx((107 * 1.0 + 50 * 10.0) / 1e6)


@pytest.mark.parametrize("told", [(None, None), (-5, 3), (0, 0), ("12", "3"), (5, -1), (5.5, 2)])
def test_nonsense_of_the_endpoint_is_not_counted(told: tuple[object, object]) -> None:
    spending = Spending()
    call = spending.open_call("small", "abc")
    assert call is not None
    call.count(*told)
    usage = spending.usage()
    assert usage is not None
    assert (usage.input_tokens, usage.counted, usage.cost) == (1 + FRAME_TOKENS, "estimated", None)


def test_a_reply_is_no_longer_than_there_is_money_for() -> None:
    read = 1 + FRAME_TOKENS
    most = PRICES.cost(read=read, written=LEAST_REPLY_TOKENS) + 1e-12
    spending = Spending(prices=PRICES, most=most)
    call = spending.open_call("small", "abc")
    assert call is not None
    assert call.reply_limit == LEAST_REPLY_TOKENS
    call.take("x" * 3 * LEAST_REPLY_TOKENS)
    assert not call.is_over
    assert spending.cost is not None
    assert spending.cost <= most
    call.take("x")
    assert call.is_over
    assert spending.open_call("small", "abc") is None, "nothing is left for a second call"
    assert Spending(prices=PRICES, most=most - 1e-5).open_call("small", "abc") is None


def test_what_the_endpoint_counted_decides_what_is_left() -> None:
    spending = Spending(prices=PRICES, most=0.01)
    call = spending.open_call("small", "abc")
    assert call is not None
    call.count(9000, 90)  # far more than estimated, 0.0001 short of the limit
    assert spending.open_call("small", "abc") is None


def test_a_model_that_costs_nothing_has_no_limit() -> None:
    call = Spending(prices=Prices(read=0, written=0), most=0).open_call("local", "abc")
    assert call is not None
    assert call.reply_limit is None


def test_a_refused_call_costs_nothing() -> None:
    spending = Spending(prices=PRICES)
    call = spending.open_call("small", "abc")
    assert call is not None
    spending.forget(call)
    assert spending.usage() is None


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"model_price_in": -1, "model_price_out": 1}, "0 or more"),
        ({"model_price_in": float("nan"), "model_price_out": 1}, "0 or more"),
        ({"model_price_in": 1, "model_price_out": float("inf")}, "0 or more"),
        ({"model_price_in": 1, "model_price_out": 1, "model_max_cost": -0.1}, "0 or more"),
        ({"model_price_in": 1}, "FOLLOWUP_MODEL_PRICE_OUT is not; set both"),
        ({"model_price_out": 1, "model_max_cost": 1}, "FOLLOWUP_MODEL_PRICE_IN is not; set both"),
        ({"model_max_cost": 1}, "needs prices: set FOLLOWUP_MODEL_PRICE_IN and FOLLOWUP_MODEL_PRICE_OUT"),
    ],
)
def test_settings_that_can_not_be_held_are_refused(given: dict[str, float], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Settings(_env_file=None, **given)


def test_a_limit_without_prices_is_refused() -> None:
    with pytest.raises(ValueError, match="without prices"):
        Spending(most=1.0)
