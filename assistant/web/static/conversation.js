// The chat below the article: asks, streams answers in, and shows a stored conversation again.

import { AnswerView } from "./answer_view.js";
import { ApiError, ask, follow, getJson, postJson } from "./api.js";
import { element, scrollTo } from "./dom.js";

export class Conversation {
  #id = null;
  #busy = false;
  #views = new Map();

  /** `article` is the slug the conversation follows on; `about()` names whom questions are about;
      `onChange(id)` hears of a new id, or null. */
  constructor({ log, status, article, audience, about, onChange, onBusy }) {
    this.log = log;
    this.status = status;
    this.article = article;
    this.audience = audience;
    this.about = about;
    this.onChange = onChange;
    this.onBusy = onBusy;
  }

  get busy() {
    return this.#busy;
  }

  /** References of an answer shown in this chat; undefined for others. */
  references(answerId) {
    return this.#views.get(answerId)?.references;
  }

  /** Show the stored conversation `id`; an answer still being made is followed to its end. */
  async restore(id) {
    let stored;
    try {
      stored = await getJson(`/api/conversations/${encodeURIComponent(id)}`);
    } catch (error) {
      if (error.status === 404) this.onChange(null);
      this.log.replaceChildren(element("p", { class: "failure", role: "alert" }, error.message));
      return;
    }
    this.#id = id;
    this.log.replaceChildren();
    // What comes from the article stands above the chat already.
    for (const message of stored.messages.slice(stored.seed_messages)) {
      await this.#restoreMessage(message, stored.messages);
    }
    this.#trimSuggestions();
  }

  /** Forget the conversation shown; the next question starts another. */
  reset() {
    this.#id = null;
    this.#views.clear();
    this.log.replaceChildren();
    this.status.textContent = "";
    this.onChange(null);
  }

  /** Ask `question`; `standalone` is what the reader wants searched in its place. */
  async ask(question, standalone = null) {
    if (this.#busy) return;
    this.#setBusy(true);
    const bubble = this.#addQuestion(question);
    const view = new AnswerView();
    view.announce();
    this.log.querySelector(".answer--current")?.classList.remove("answer--current");
    view.node.classList.add("answer--current");
    this.log.append(view.node);
    scrollTo(bubble);
    this.status.textContent = "Searching the library";
    const retry = () => {
      if (this.#busy) return;
      bubble.remove();
      view.node.remove();
      this.ask(question, standalone);
    };
    try {
      if (this.#id === null) {
        this.#id = (await postJson("/api/conversations", { article: this.article })).id;
        this.onChange(this.#id);
      }
      await this.#show(view, ask(this.#id, { question, audience: this.audience, standalone, about: this.about() }), retry);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      view.fail(error.message, retry);
    } finally {
      this.#setBusy(false);
      this.#trimSuggestions();
    }
  }

  async #show(view, events, retry = null) {
    for await (const event of events) {
      view.apply(event, retry);
      if (event.type === "meta") this.#views.set(event.answer_id, view);
      if (event.type === "done") {
        const { sections, references } = event.answer;
        const sentences = sections.reduce((sum, section) => sum + section.statements.length, 0);
        this.status.textContent = event.answer.abstained
          ? "The library does not answer this."
          : `Answer complete: sentences ${sentences}, sources ${references.length}.`;
      }
    }
  }

  async #restoreMessage(message, all) {
    if (message.role === "user") {
      this.#addQuestion(message.content);
      const next = all.find((other) => other.position === message.position + 1);
      if (!next || next.role === "user") this.#addFailure("This question was not answered. Ask it again.");
    } else if (message.answer) {
      const view = AnswerView.of(message.answer);
      this.#views.set(message.answer_id, view);
      this.log.append(view.node);
    } else if (message.status === "running") {
      const view = new AnswerView();
      view.announce();
      this.log.append(view.node);
      this.#setBusy(true);
      try {
        await this.#show(view, follow(message.answer_id));
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        view.fail(error.message);
      } finally {
        this.#setBusy(false);
      }
    } else {
      this.#addFailure(message.error?.message ?? "This question was not answered. Ask it again.");
    }
  }

  #addQuestion(text) {
    const bubble = element("div", { class: "question" }, element("h3", { class: "visually-hidden" }, "You asked"), element("p", {}, text));
    this.log.append(bubble);
    return bubble;
  }

  #addFailure(message) {
    this.log.append(element("div", { class: "answer" }, element("p", { class: "failure" }, message)));
  }

  #trimSuggestions() {
    const groups = [...this.log.querySelectorAll(".suggestions")];
    for (const group of groups.slice(0, -1)) group.remove();
  }

  #setBusy(busy) {
    this.#busy = busy;
    this.onBusy(busy);
  }
}
