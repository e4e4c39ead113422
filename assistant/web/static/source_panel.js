// The panel that shows the words behind a citation, in their place in the source.

import { documentPath, getJson } from "./api.js";
import { badge, digestNote, facts, statusBadge } from "./answer_view.js";
import { element } from "./dom.js";

export class SourcePanel {
  #opener = null;
  #request = 0;

  constructor(node) {
    this.node = node;
    this.title = node.querySelector("#source-title");
    this.content = node.querySelector("#source-content");
    node.querySelector("#close-source").addEventListener("click", () => this.close());
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !this.node.hidden) {
        event.preventDefault();
        this.close();
      }
    });
  }

  /** Show a reference's passages; the one that most resembles `sentence` comes first. */
  async openReference(reference, sentence, opener) {
    const current = this.#open(`Source ${reference.n}`, opener);
    this.content.replaceChildren(
      element("p", { class: "panel__badges" }, badge(reference), " ", statusBadge(reference)),
      element("h3", { class: "panel__title" }, reference.title),
      facts(reference),
      digestNote(reference) || "",
    );
    const spans = byResemblance(reference.spans, sentence);
    const places = spans.map((span, index) => {
      const name = spans.length > 1 ? `Passage ${index + 1} of ${spans.length}` : "Passage";
      const place = element("section", { class: "passage" }, element("p", { class: "working" }, "Opening the passage"));
      this.content.append(place);
      return { span, name, place };
    });
    await Promise.all(
      places.map(async ({ span, name, place }) => {
        const shown = await passage(reference, span, name);
        if (current === this.#request) place.replaceChildren(...shown);
      }),
    );
    if (current !== this.#request) return;
    this.content.append(
      element(
        "p",
        {},
        element(
          "button",
          { type: "button", class: "button button--quiet", onclick: () => this.openDocument(reference.document_id, null, spans[0]) },
          "Read the whole text",
        ),
      ),
    );
  }

  /** Show a document's whole text, with `span` marked where given and still in place. */
  async openDocument(documentId, opener, span = null) {
    const current = this.#open("Document", opener);
    this.content.replaceChildren(element("p", { class: "working" }, "Opening the document"));
    try {
      const source = await getJson(documentPath(documentId));
      if (current !== this.#request) return;
      const reference = { ...source, issuer_or_journal: source.journal ?? source.issuer, label: "Digest" };
      const marked = span && source.text.slice(span.start, span.end) === span.quote ? span : null;
      this.content.replaceChildren(
        element("h3", { class: "panel__title" }, source.title),
        facts(reference),
        digestNote(reference) || "",
        element("div", { class: "panel__text" }, marked ? markedText(source.text, marked) : source.text),
      );
      this.content.querySelector("mark")?.scrollIntoView({ block: "center" });
    } catch (error) {
      if (current === this.#request) this.content.replaceChildren(element("p", { class: "failure" }, error.message));
    }
  }

  /** Close, and give the focus back to what opened the panel. */
  close() {
    this.#request += 1;
    this.node.hidden = true;
    document.body.classList.remove("panel-open");
    this.#opener?.setAttribute("aria-expanded", "false");
    this.#opener?.focus();
    this.#opener = null;
  }

  #open(title, opener) {
    if (opener) {
      this.#opener?.setAttribute("aria-expanded", "false");
      this.#opener = opener;
      opener.setAttribute("aria-expanded", "true");
    }
    this.title.textContent = title;
    this.node.hidden = false;
    document.body.classList.add("panel-open");
    this.content.scrollTop = 0;
    this.title.focus();
    return (this.#request += 1);
  }
}

/** The passage in its context; without a highlight, and saying why, where the source has changed since. */
async function passage(reference, span, name) {
  const head = (section) =>
    element("p", { class: "passage__place" }, element("strong", {}, name), section && ` · ${section}`);
  const query = new URLSearchParams({ start: span.start, end: span.end });
  let problem;
  try {
    const place = await getJson(`${documentPath(reference.document_id)}/span?${query}`);
    if (place.sha256 === reference.document_sha256 && place.quote === span.quote) {
      return [
        head(place.section),
        element(
          "blockquote",
          {},
          place.cut_before && "… ",
          place.before,
          element("mark", {}, place.quote),
          place.after,
          place.cut_after && " …",
        ),
        element("p", { class: "passage__trace" }, `Characters ${span.start}–${span.end} of the text with sha256 ${place.sha256.slice(0, 12)}…`),
      ];
    }
    problem = "The source has changed since this answer was made. These are the words it rested on then.";
  } catch (error) {
    problem = `${error.message} These are the words the answer rests on.`;
  }
  return [head(span.section), element("blockquote", {}, span.quote), element("p", { class: "passage__trace" }, problem)];
}

function markedText(text, { start, end }) {
  return [text.slice(0, start), element("mark", {}, text.slice(start, end)), text.slice(end)];
}

function byResemblance(spans, sentence) {
  const wanted = wordSet(sentence);
  const shared = (span) => {
    const found = wordSet(span.quote);
    const common = [...found].filter((word) => wanted.has(word)).length;
    return common / Math.sqrt(found.size || 1);
  };
  return [...spans].sort((a, b) => shared(b) - shared(a));
}

function wordSet(text) {
  return new Set((text ?? "").toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
}
