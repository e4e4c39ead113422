// Talks to the API: plain requests, and answers as streams of events.

/** A request the server refused, or that never reached it. `message` is for the reader. */
export class ApiError extends Error {
  constructor(code, message, status = 0) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

const RESUME_DELAYS_MS = [300, 1000, 3000, 6000];

async function send(path, options = {}) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new ApiError("unreachable", "The server cannot be reached. Check the connection and try again.");
  }
  if (response.ok) return response;
  let body = {};
  try {
    body = await response.json();
  } catch {
    // A proxy's own error page: the status is all there is.
  }
  throw new ApiError(
    body.code ?? "http_error",
    body.message ?? `The server answered with an error (${response.status}). Try again.`,
    response.status,
  );
}

export async function getJson(path) {
  return (await send(path, { headers: { Accept: "application/json" } })).json();
}

export async function postJson(path, body) {
  return (await send(path, post(body, "application/json"))).json();
}

export function documentPath(documentId) {
  return `/api/documents/${documentId.split("/").map(encodeURIComponent).join("/")}`;
}

/** Ask a question; yields the events of its answer. A broken connection is taken up again. */
export async function* ask(conversationId, message) {
  const path = `/api/conversations/${encodeURIComponent(conversationId)}/messages`;
  yield* followToEnd(await send(path, post(message, "text/event-stream")), null);
}

/** Follow an answer that is already being made, from its first event on. */
export async function* follow(answerId) {
  yield* followToEnd(await openEvents(answerId, 0), answerId);
}

async function* followToEnd(response, answerId) {
  let last = 0;
  let failures = 0;
  for (;;) {
    try {
      for await (const { id, data } of readEvents(response)) {
        const event = JSON.parse(data);
        if (id) last = Number(id);
        failures = 0;
        answerId ??= event.answer_id ?? null;
        yield event;
        if (event.type === "done" || event.type === "error") return;
      }
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // fetch reports a broken stream as TypeError
    }
    for (;;) {
      if (answerId === null || failures >= RESUME_DELAYS_MS.length) {
        throw new ApiError("broken", "The connection broke before the answer was complete.");
      }
      await new Promise((resolve) => setTimeout(resolve, RESUME_DELAYS_MS[failures++]));
      try {
        response = await openEvents(answerId, last);
        break;
      } catch (error) {
        if (error.code !== "unreachable") throw error;
      }
    }
  }
}

function openEvents(answerId, after) {
  return send(`/api/answers/${encodeURIComponent(answerId)}/events`, {
    headers: { Accept: "text/event-stream", "Last-Event-ID": String(after) },
  });
}

function post(body, accept) {
  return {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: accept },
    body: JSON.stringify(body),
  };
}

/** Parse a response of server-sent events: yields `{event, id, data}`; comments are dropped. */
async function* readEvents(response) {
  if (!response.body) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let event = {};
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const lines = (rest + value).split("\n");
      rest = lines.pop();
      for (let line of lines) {
        if (line.endsWith("\r")) line = line.slice(0, -1);
        if (line === "") {
          if (event.data !== undefined) yield event;
          event = {};
        } else if (!line.startsWith(":")) {
          const [, field, text] = /^([^:]*):? ?(.*)$/.exec(line);
          event[field] = field === "data" && event.data !== undefined ? `${event.data}\n${text}` : text;
        }
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
