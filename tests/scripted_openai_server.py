"""A real HTTP server on loopback that speaks the chat-completions protocol by script, lies and failures included."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LONGEST_WAIT_S = 30.0
"""A client that never gives up is let go after this time, with a reply that ends well: its test then fails."""


@dataclass(frozen=True, slots=True)
class Say:
    """One chunk of the reply's text."""

    text: str


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes put on the wire as they are."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Fail:
    """Answer with this status instead of a stream. Only as the first step."""

    status: int
    body: str = '{"error": {"message": "scripted failure", "type": "server_error"}}'


@dataclass(frozen=True, slots=True)
class Drop:
    """Close the connection in the middle of the reply."""


@dataclass(frozen=True, slots=True)
class Hang:
    """Send nothing more until the client hangs up or the server closes. As the first step: no head either."""


@dataclass(frozen=True, slots=True)
class Drip:
    """Send one step again and again with a pause, until the client hangs up or the server closes."""

    step: Say | Raw
    pause_s: float = 0.02


@dataclass(frozen=True, slots=True)
class Usage:
    """Report these tokens after the reply, to a client that asked for it."""

    read: int
    written: int


@dataclass(frozen=True, slots=True)
class CutOff:
    """Say that the reply has reached the longest that was asked for."""


Step = Say | Raw | Fail | Drop | Hang | Drip | Usage | CutOff
Prompt = str
Reply = Sequence[Step] | Callable[[Prompt], Sequence[Step]]
"""The steps of one reply; a callable is given what the user message held."""


def say(*texts: str) -> list[Step]:
    """A well-formed reply in these chunks."""
    return [Say(text) for text in texts]


def in_pieces(text: str, *, size: int = 3) -> list[Step]:
    """A well-formed reply cut into chunks of ``size`` characters, wherever that falls."""
    return [Say(text[start : start + size]) for start in range(0, len(text), size)]


def passage_number(prompt: Prompt, words: str) -> int:
    """The number under which the prompt offers the passage that holds ``words``."""
    for match in re.finditer(r"<passage number=(\d+)>(.*?)</passage>", prompt, re.DOTALL):
        if words in match[2]:
            return int(match[1])
    raise LookupError(f"no passage of the prompt holds {words!r}")


@dataclass(slots=True)
class ScriptedOpenAIServer:
    """Gives each request the next reply; the last reply serves all further requests."""

    base_url: str
    requests: list[dict[str, Any]] = field(default_factory=list)
    hung_up: threading.Event = field(default_factory=threading.Event)

    @property
    def prompts(self) -> list[Prompt]:
        """The user messages received, in order."""
        return [request["messages"][-1]["content"] for request in self.requests]


@contextmanager
def serve_script(*replies: Reply) -> Iterator[ScriptedOpenAIServer]:
    """Serve ``replies`` on a free port of 127.0.0.1 until the block ends."""
    waiting = list(replies)
    lock = threading.Lock()
    closing = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with lock:
                served.requests.append(body)
                reply = waiting.pop(0) if len(waiting) > 1 else waiting[0]
            steps = reply(body["messages"][-1]["content"]) if callable(reply) else reply
            self.close_connection = True
            try:
                asked = (body.get("stream_options") or {}).get("include_usage") is True
                self._play(steps, reports_usage=asked)
            except OSError:
                served.hung_up.set()

        def _play(self, steps: Sequence[Step], *, reports_usage: bool) -> None:
            finish, usage = "stop", None
            if steps and isinstance(steps[0], Fail):
                self._fail(steps[0])
                return
            if steps and isinstance(steps[0], Hang):
                self._wait_for_the_client_to_leave()
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for step in steps:
                match step:
                    case Drop():
                        return
                    case Hang():
                        self._wait_for_the_client_to_leave()
                    case Drip(step=repeated, pause_s=pause):
                        for _ in range(int(LONGEST_WAIT_S / pause)):
                            self._send(repeated)
                            if closing.wait(pause):
                                return
                    case Say() | Raw():
                        self._send(step)
                    case Usage():
                        usage = {"prompt_tokens": step.read, "completion_tokens": step.written}
                    case CutOff():
                        finish = "length"
                    case Fail():
                        raise ValueError("Fail must be the first step")
            self._chunk(sse({"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]}))
            if usage and reports_usage:
                self._chunk(sse({"choices": [], "usage": usage}))
            self._chunk(b"data: [DONE]\n\n")
            self.wfile.write(b"0\r\n\r\n")

        def _fail(self, step: Fail) -> None:
            body = step.body.encode()
            self.send_response(step.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _send(self, step: Say | Raw) -> None:
            if isinstance(step, Raw):
                self._chunk(step.data)
            else:
                delta = {"role": "assistant", "content": step.text}
                self._chunk(sse({"choices": [{"index": 0, "delta": delta, "finish_reason": None}]}))

        def _chunk(self, data: bytes) -> None:
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            self.wfile.flush()

        def _wait_for_the_client_to_leave(self) -> None:
            self.connection.settimeout(0.05)
            for _ in range(int(LONGEST_WAIT_S / 0.05)):
                if closing.is_set():
                    break
                try:
                    if not self.connection.recv(1):
                        served.hung_up.set()
                        break
                except TimeoutError:
                    continue
            self.connection.settimeout(None)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
            """Say nothing: the test's output is not the server's."""

    class Server(ThreadingHTTPServer):
        daemon_threads = False  # closing waits for every handler

    with Server(("127.0.0.1", 0), Handler) as server:
        served = ScriptedOpenAIServer(f"http://127.0.0.1:{server.server_address[1]}/v1")
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield served
        finally:
            closing.set()
            server.shutdown()
            thread.join()


def sse(payload: dict[str, Any]) -> bytes:
    """One event of a chat-completions stream."""
    whole = {
        "id": "scripted",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": "scripted",
        **payload,
    }
    return b"data: " + json.dumps(whole).encode() + b"\n\n"
