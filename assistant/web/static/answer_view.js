// Shows one answer, part by part as it comes or whole from storage.
// templates/_answer.html builds the same elements on the server: change both together.

import { doiUrl, element, externalLink, publisherUrl, pubmedUrl, words } from "./dom.js";

// What holds for most answers is told in a line that opens, so that the answer comes first.
const FOLDED_BANNERS = new Set(["outdated", "secondary_source"]);
const BANNER_TITLES = {
  red_flag: "Get medical help",
  refusal: "Not answered here",
  abstained: "Not in the library",
  partial: "Answered in part",
  source_status: "Status of a source",
  conflict: "Sources disagree",
  population: "Whom this is about",
  dosing: "About doses",
  outdated: "Older sources",
  secondary_source: "Retold sources",
  notice: "Note",
};

// In the order shown: danger signs first. pending_review is missing on purpose: the page says it once.
const BANNER_ORDER = Object.keys(BANNER_TITLES);

export class AnswerView {
  /** Shown as working until it is finished or fails. */
  constructor() {
    this.references = [];
    this.working = element("p", { class: "working" }, "Searching the library");
    this.searched = element("p", { class: "searched", hidden: true });
    this.banners = element("div", { class: "banners" });
    this.body = element("div", { class: "answer__body" });
    this.foot = element("div", { class: "answer__foot" });
    this.node = element(
      "div",
      { class: "answer" },
      this.banners,
      this.searched,
      this.working,
      this.body,
      this.foot,
    );
  }

  /** Build the view of a stored answer. */
  static of(answer) {
    const view = new AnswerView();
    view.apply({
      type: "meta",
      answer_id: answer.id,
      question: answer.question,
      standalone_question: answer.standalone_question,
    });
    for (const banner of answer.banners) view.apply({ type: "banner", banner });
    for (const { heading, statements } of answer.sections) {
      for (const statement of statements) view.apply({ type: "statement", heading, statement });
    }
    view.apply({ type: "references", references: answer.references });
    view.apply({ type: "suggestions", suggestions: answer.suggestions });
    view.apply({ type: "done", answer });
    return view;
  }

  /** Have additions read out while the answer streams in. */
  announce() {
    this.body.setAttribute("aria-live", "polite");
  }

  /** Show one event of the stream; `retry`, if given, is offered should it be an error. */
  apply(event, retry = null) {
    switch (event.type) {
      case "meta":
        this.node.dataset.answer = event.answer_id;
        this.#showSearched(event);
        break;
      case "banner":
        this.#addBanner(event.banner);
        break;
      case "retrieval":
        this.working.textContent = `Reading ${count(event.passages.length, "passage")}`;
        break;
      case "statement":
        this.#addStatement(event.heading, event.statement);
        break;
      case "references":
        this.#showReferences(event.references);
        break;
      case "suggestions":
        this.#showSuggestions(event.suggestions);
        break;
      case "done":
        this.#finish(event.answer);
        break;
      case "error":
        this.fail(event.message, retry);
        break;
    }
  }

  /** Show that the answer failed; `retry`, if given, is offered as a button. */
  fail(message, retry = null) {
    this.working.remove();
    const button = retry && element("button", { type: "button", class: "button button--quiet", onclick: retry }, "Try again");
    this.foot.append(element("div", { class: "failure", role: "alert" }, element("p", {}, message), button));
  }

  #showSearched({ question, standalone_question: standalone }) {
    this.searched.replaceChildren(
      "Searched for: ",
      element("q", {}, standalone),
      " ",
      element("button", {
        type: "button",
        class: "text-button",
        "data-edit": standalone,
        "data-question": question,
        "aria-label": "Edit what is searched for",
      }, "Edit"),
    );
    this.searched.hidden = false;
  }

  #addBanner({ kind, text }) {
    const rank = BANNER_ORDER.indexOf(kind);
    if (rank < 0) return;
    const folded = FOLDED_BANNERS.has(kind);
    const banner = element(
      folded ? "details" : "div",
      {
        class: `banner banner--${kind}`,
        ...(folded ? {} : { role: kind === "red_flag" ? "alert" : "note" }),
        "data-rank": rank,
      },
      element(folded ? "summary" : "strong", { class: "banner__title" }, BANNER_TITLES[kind]),
      element("p", {}, text),
    );
    const next = [...this.banners.children].find((other) => Number(other.dataset.rank) > rank);
    this.banners.insertBefore(banner, next ?? null);
  }

  #addStatement(heading, statement) {
    // A later statement may belong under an earlier heading.
    let section = [...this.body.children].find((other) => other.dataset.heading === heading);
    if (!section) {
      section = element(
        "section",
        { class: "answer__section", "data-heading": heading },
        heading && element("h3", {}, heading),
        element("ul", { class: "statements" }),
      );
      this.body.append(section);
    }
    const chips = [
      statement.population && chip("For", statement.population),
      statement.strength && chip("Strength", statement.strength),
      statement.certainty && chip("Certainty", statement.certainty),
    ].filter(Boolean);
    section.querySelector("ul").append(
      element(
        "li",
        { class: statement.plain ? "statement statement--plain" : "statement" },
        statement.plain && element("p", { class: "statement__plain" }, statement.plain),
        (statement.figures ?? []).length > 0 &&
          element("p", { class: "statement__figures" }, `Figures: ${statement.figures.join("; ")}`),
        element(
          "p",
          { class: "statement__quote" },
          element("span", { class: "statement__text" }, statement.text),
          statement.citations.flatMap((n) => [
            " ",
            element(
              "button",
              { type: "button", class: "cite", "data-cite": n, "aria-haspopup": "dialog", "aria-label": `Source ${n}` },
              String(n),
            ),
          ]),
        ),
        chips.length > 0 && element("p", { class: "chips" }, chips),
        statement.note && element("p", { class: "statement__note" }, statement.note),
        (statement.terms ?? []).length > 0 && element("div", { class: "terms" }, statement.terms.map((term) => termItem(term, statement.plain))),
      ),
    );
  }

  #showReferences(references) {
    this.references = references;
    this.foot.querySelector(".references")?.remove();
    if (references.length === 0) return;
    const id = encodeURIComponent(this.node.dataset.answer ?? "");
    this.foot.append(
      element(
        "details",
        { class: "references" },
        element("summary", {}, "References ", element("span", { class: "count" }, String(references.length))),
        element("ol", {}, references.map(referenceItem)),
        element(
          "p",
          { class: "export" },
          "Export: ",
          element("a", { href: `/api/answers/${id}/references.bib` }, "BibTeX"),
          " ",
          element("a", { href: `/api/answers/${id}/references.ris` }, "RIS"),
        ),
      ),
    );
  }

  #showAuthorship({ footer = [], withheld = [] }) {
    if (footer.length === 0 && withheld.length === 0) return;
    const authorship = element(
      "div",
      { class: "authorship" },
      footer.map((line) => element("p", {}, line)),
      withheld.length > 0 &&
        element(
          "details",
          { class: "withheld" },
          element("summary", {}, `${count(withheld.length, "sentence")} withheld`),
          element("p", {}, "Every sentence is compared with its source before it is shown. These did not pass:"),
          // What was withheld is not shown here either: only why.
          element("ul", {}, withheld.map(({ plain }) => element("li", {}, plain))),
        ),
    );
    this.foot.insertBefore(authorship, this.foot.querySelector(".suggestions"));
  }

  #showSuggestions(suggestions) {
    if (suggestions.length === 0) return;
    this.foot.append(
      element(
        "div",
        { class: "suggestions", role: "group", "aria-label": "Suggested questions" },
        suggestions.map((text) =>
          element("button", { type: "button", class: "suggestion", "data-suggestion": text }, text),
        ),
      ),
    );
  }

  #finish(answer) {
    this.working.remove();
    this.#showAuthorship(answer);
    if (answer.nearest.length > 0) {
      this.foot.prepend(
        element(
          "div",
          { class: "nearest" },
          element("h3", {}, "What was looked at"),
          element(
            "ul",
            {},
            answer.nearest.map(({ document_id: id, title }) =>
              element(
                "li",
                {},
                element("button", { type: "button", class: "text-button", "data-document": id, "aria-haspopup": "dialog" }, title),
              ),
            ),
          ),
        ),
      );
    }
  }
}

export function badge({ kind, digest }) {
  return element(
    "span",
    { class: `badge badge--${kind.toLowerCase()}` },
    digest && kind !== "Summary" && element("span", { class: "badge__digest" }, "Digest of"),
    digest && kind !== "Summary" && " ",
    kind,
  );
}

/** What identifies a reference, as a row of small facts with links. */
export function facts(reference) {
  const url = publisherUrl(reference);
  return element(
    "span",
    { class: "reference__facts" },
    reference.issuer_or_journal && element("span", {}, reference.issuer_or_journal),
    reference.year && element("span", {}, String(reference.year)),
    reference.doi && externalLink(doiUrl(reference.doi), `DOI ${reference.doi}`),
    reference.pmid && externalLink(pubmedUrl(reference.pmid), `PMID ${reference.pmid}`),
    url && externalLink(url, "Publisher’s page"),
  );
}

export function statusBadge({ status }) {
  return status !== "current" && element("span", { class: "badge badge--status" }, words(status));
}

export function digestNote({ digest, label }) {
  return digest && element("span", { class: "reference__digest" }, `${label}, awaiting human review`);
}

function referenceItem(reference) {
  return element(
    "li",
    { class: "reference", value: reference.n },
    badge(reference),
    " ",
    statusBadge(reference),
    " ",
    element(
      "button",
      { type: "button", class: "text-button reference__title", "data-cite": reference.n, "aria-haspopup": "dialog" },
      reference.title,
    ),
    facts(reference),
    digestNote(reference),
  );
}

// A term that the plain words no longer hold is explained only to those who read the source's words.
function termItem({ term, gloss }, plain) {
  const replaced = plain && !plain.toLowerCase().includes(term.toLowerCase());
  return element("details", { class: replaced ? "term term--replaced" : "term" }, element("summary", {}, term), element("p", {}, gloss));
}

function chip(name, value) {
  return element("span", { class: "chip" }, element("span", { class: "chip__name" }, name), " ", words(value));
}

function count(number, noun) {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
