"""What holds for every request: a limit on its size, and headers that keep browsers safe."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web.errors import error_response

MAX_BODY_BYTES = 64 * 1024


class BodyLimit:
    """Reads a request's body up to ``limit`` bytes before the application sees it; 413 beyond.

    FastAPI's own limit answers in plain text; this one answers in the error model.
    """

    def __init__(self, app: ASGIApp, *, limit: int = MAX_BODY_BYTES) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD", "OPTIONS"}:
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "")
        too_large = declared.isdecimal() and int(declared) > self._limit
        body = b""
        more = True
        while more and not too_large:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
            too_large = len(body) > self._limit
        if too_large:
            refusal = f"The request is larger than {self._limit // 1024} kB. Shorten it and send it again."
            response = error_response(413, "too_large", refusal, Connection="close")
            await response(scope, receive, send)
            return
        replayed = False

        async def replay() -> Message:
            nonlocal replayed
            if replayed:
                return await receive()
            replayed = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, replay, send)


class SecurityHeaders:
    """Adds the security headers. The page needs no inline script or style and nothing from elsewhere."""

    def __init__(self, app: ASGIApp, *, frame_ancestors: Sequence[str] = ("'self'",)) -> None:
        """``frame_ancestors`` are CSP sources of the sites that may show the page in a frame."""
        self._app = app
        self._policy = "; ".join(
            (
                "default-src 'none'",
                "script-src 'self'",
                "style-src 'self'",
                "img-src 'self' data:",
                "connect-src 'self'",
                "base-uri 'none'",
                "form-action 'self'",
                f"frame-ancestors {' '.join(frame_ancestors) or chr(39) + 'none' + chr(39)}",
            )
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # Conversations are about health: only the static files may be kept by the browser.
        cache = "no-cache" if scope["path"].startswith("/static/") else "no-store"

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = self._policy
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "no-referrer"
                headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
                headers["Cross-Origin-Opener-Policy"] = "same-origin"
                headers["Cache-Control"] = cache
            await send(message)

        await self._app(scope, receive, send_with_headers)
