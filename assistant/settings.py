"""Every setting, in one place. Environment variables start with ``FOLLOWUP_``; a ``.env`` file works too."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from index.retrieval_effort import EffortName


class Settings(BaseSettings):
    """Built once by each entry point (never at import) and passed down."""

    model_config = SettingsConfigDict(env_prefix="FOLLOWUP_", env_file=".env", extra="ignore", frozen=True)

    documents: Path = Field(Path("corpus/documents"), description="Folder of documents to index")
    index: Path = Field(
        Path("index/builds"), description="Folder that holds the builds and the CURRENT pointer"
    )
    database: str = Field(
        "sqlite:///var/followup.db",
        description="Conversations and answers; any SQLAlchemy URL, e.g. PostgreSQL",
    )
    host: str = Field("127.0.0.1", description="Address the server listens on")
    port: int = Field(8000, ge=0, le=65535, description="Port the server listens on")

    embedder: str = Field(
        "minilm-medical",
        description="`minilm` (packaged, offline), `minilm-medical` (the same, tuned on medical evidence), or a folder of any sentence-transformers model",
    )
    precision: str = Field(
        "auto",
        pattern="^(auto|bf16|fp32)$",
        description="Embedder precision; auto uses bf16 where the CPU has it",
    )
    threads: int = Field(0, ge=0, description="CPU threads for the embedder; 0 leaves it to PyTorch")
    dense_weight: float = Field(
        0.7, ge=0, le=1, description="Weight of the dense score in the fusion with BM25"
    )
    retrieval_effort: EffortName = Field(
        "balanced",
        description="`fast`, `balanced` or `thorough`: how much work one search may do, time against quality",
    )

    nli_model: Path | None = Field(
        None,
        description="Folder of a cross-encoder with NLI labels (transformers, safetensors); it can only withhold more sentences",
    )

    passages: int = Field(40, ge=1, le=200, description="Passages retrieved for one question")
    passages_per_source: int = Field(
        5, ge=1, le=200, description="Most of them from one document, while others have some"
    )
    statements: int = Field(12, ge=1, le=30, description="Most statements in one answer")
    stale_after_years: int = Field(10, ge=1, description="Sources older than this are flagged by age")
    max_question_chars: int = Field(4000, ge=100, description="Longest question accepted, in characters")

    openai_base_url: str | None = Field(
        None,
        validation_alias=AliasChoices("FOLLOWUP_OPENAI_BASE_URL", "OPENAI_BASE_URL"),
        description="Any OpenAI-compatible endpoint; with a model set, it writes the answers",
    )
    openai_api_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("FOLLOWUP_OPENAI_API_KEY", "OPENAI_API_KEY"),
        description="Key for that endpoint; local servers need none",
    )
    openai_model: str | None = Field(
        None,
        validation_alias=AliasChoices("FOLLOWUP_OPENAI_MODEL", "OPENAI_MODEL"),
        description="Model name; without it answers are extractive",
    )
    model_timeout_s: float = Field(
        30.0, gt=0, description="Seconds the chat model may take before extraction answers"
    )
    model_max_tokens: int = Field(
        900, ge=64, description="Most tokens the chat model may write for one answer"
    )
    model_price_in: float | None = Field(
        None, description="Price of a million tokens that the chat model reads, in any currency"
    )
    model_price_out: float | None = Field(
        None, description="Price of a million tokens that it writes, in the same currency"
    )
    model_max_cost: float | None = Field(
        None,
        description="Most that the chat model may cost for one answer, in that currency; needs both prices",
    )

    @field_validator("model_price_in", "model_price_out", "model_max_cost")
    @classmethod
    def _is_an_amount(cls, value: float | None) -> float | None:
        if value is not None and not 0 <= value < float("inf"):
            raise ValueError("must be a number of 0 or more, or not be set")
        return value

    @model_validator(mode="after")
    def _has_its_prices(self) -> Self:
        prices = {
            "FOLLOWUP_MODEL_PRICE_IN": self.model_price_in,
            "FOLLOWUP_MODEL_PRICE_OUT": self.model_price_out,
        }
        missing = [name for name, price in prices.items() if price is None]
        if len(missing) == 1:
            raise ValueError(f"one price is set and {missing[0]} is not; set both, or neither")
        if missing and self.model_max_cost is not None:
            raise ValueError(
                "FOLLOWUP_MODEL_MAX_COST needs prices: set FOLLOWUP_MODEL_PRICE_IN and "
                "FOLLOWUP_MODEL_PRICE_OUT (per million tokens), or unset it"
            )
        return self


def tell_wrong_setting(error: ValidationError) -> str:
    """The first wrong setting, by its name where it is one alone, and what is wrong with it."""
    first = error.errors(include_url=False)[0]
    where = "".join(f"{part}: " for part in first["loc"])
    return f"{where}{first['msg'].removeprefix('Value error, ')}"
