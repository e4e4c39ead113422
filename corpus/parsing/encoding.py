"""Turns bytes into text: UTF-8 first, a byte-order mark where there is one, a stated guess last."""

from __future__ import annotations

import codecs

from charset_normalizer import from_bytes

from corpus.errors import UnreadableDocument

_GUESS_BYTES = 65_536

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_LATIN = ("cp1250", "cp1252", "cp1254", "cp1257", "latin", "iso8859_", "mac_", "cp437", "cp85", "cp86")

# Control characters that no text file holds: everything below 0x20 but tab, line feed, vertical tab,
# form feed, carriage return and escape.
_BINARY_BYTES = frozenset(range(0x20)) - {0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x1B}


def is_binary(head: bytes) -> bool:
    """True where the first bytes cannot be text in any encoding read here."""
    if head.startswith(tuple(mark for mark, _ in _BYTE_ORDER_MARKS)):
        return False
    return any(byte in _BINARY_BYTES for byte in head)


def decode(data: bytes, *, name: str) -> tuple[str, str | None]:
    """Return the text and, where the encoding had to be guessed, a warning that says so.

    Raises ``UnreadableDocument`` for binary data and for text no encoding fits.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding), None
            except UnicodeDecodeError as error:
                raise UnreadableDocument(
                    name,
                    f"The file starts like {encoding} text but breaks off at byte {error.start}; save it as UTF-8.",
                ) from error
    if is_binary(data[:_GUESS_BYTES]):
        raise UnreadableDocument(name, "The file holds binary data, not text.")
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError:
        pass
    guess = from_bytes(data[:_GUESS_BYTES]).best()
    guesses = [guess.encoding] if guess is not None else []
    if not guesses or guesses[0].startswith(_LATIN):
        guesses.insert(
            0, "cp1252"
        )  # by far the most common of the Latin family, and they are hard to tell apart
    for encoding in guesses:
        try:
            return data.decode(encoding), (
                f"The file is not UTF-8; its encoding was guessed as {encoding}, so check signs such as µ and ≥."
            )
        except UnicodeDecodeError:
            continue
    raise UnreadableDocument(name, "The file's text encoding cannot be told; save it as UTF-8.")
