// Brings the page to life: the question box, citations, suggestions, and the conversation in the address.

import { getJson } from "./api.js";
import { Conversation } from "./conversation.js";
import { element } from "./dom.js";
import { SourcePanel } from "./source_panel.js";

const RELOAD_MS = 4000;

const chat = document.querySelector(".chat");
const form = document.querySelector("#ask");
const box = document.querySelector("#question");
const send = document.querySelector("#send");
const problem = document.querySelector("#ask-problem");
const status = document.querySelector("#chat-status");
const copyLink = document.querySelector("#copy-link");
const startNew = document.querySelector("#new-conversation");
const articleNode = document.querySelector(".article");

// Whom questions are about stays in this browser; it is sent with a question and kept nowhere else.
const ABOUT_KEY = "followup.about";
const about = document.querySelector("#about");
about.value = localStorage.getItem(ABOUT_KEY) ?? "";
if (about.selectedIndex < 0) about.value = "";
about.addEventListener("change", () => localStorage.setItem(ABOUT_KEY, about.value));

const panel = new SourcePanel(document.querySelector("#source"));
const stored = new Map();
const conversation = new Conversation({
  log: document.querySelector("#log"),
  status,
  article: chat.dataset.article,
  audience: chat.dataset.audience,
  about: () => (about.value ? [about.value] : []),
  onChange: rememberConversation,
  onBusy: (busy) => {
    send.disabled = busy;
    chat.setAttribute("aria-busy", String(busy));
  },
});

// Who reads: every answer holds all three views, so a switch only changes what is shown, and what is asked for next.
const READER_KEY = "followup.reader";
const reader = document.querySelector("#reader");

function readAs(who) {
  const choice = [...reader.elements].find((input) => input.value === who);
  if (!choice) return;
  choice.checked = true;
  document.querySelector("#content").dataset.reader = who;
  conversation.audience = who;
}

readAs(localStorage.getItem(READER_KEY) ?? chat.dataset.audience);
reader.addEventListener("change", ({ target }) => {
  localStorage.setItem(READER_KEY, target.value);
  readAs(target.value);
});
reader.hidden = false;

form.hidden = false;
startNew.hidden = false;

// The id stands behind the # so that it is never sent on with a request for the page.
function conversationInAddress() {
  return new URLSearchParams(location.hash.slice(1)).get("c");
}

function rememberConversation(id) {
  const address = new URL(location.href);
  address.hash = id === null ? "" : new URLSearchParams({ c: id }).toString();
  history.replaceState(null, "", address);
  copyLink.hidden = id === null;
}

function submit(question, standalone = null) {
  problem.hidden = true;
  if (conversation.busy) {
    showProblem("Wait for the answer to your last question.");
    return false;
  }
  if (!question.trim()) {
    showProblem("Write a question first.");
    return false;
  }
  conversation.ask(question.trim(), standalone);
  return true;
}

function showProblem(text) {
  problem.textContent = text;
  problem.hidden = false;
}

function fitBox() {
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight + 2, 160)}px`;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (submit(box.value)) {
    box.value = "";
    fitBox();
  }
});

box.addEventListener("input", fitBox);
box.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});

startNew.addEventListener("click", () => {
  if (conversation.busy) {
    showProblem("Wait for the answer to your last question.");
    return;
  }
  conversation.reset();
  status.textContent = "New conversation";
  box.focus();
});

copyLink.addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(location.href);
    flash(copyLink, "Link copied");
  } catch {
    flash(copyLink, "Copy it from the address bar");
  }
});

function flash(button, text) {
  const usual = button.dataset.usual ?? button.textContent;
  button.dataset.usual = usual;
  button.textContent = text;
  status.textContent = text;
  setTimeout(() => {
    button.textContent = usual;
  }, 2500);
}

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-cite], [data-document], [data-suggestion], [data-edit]");
  if (!target) return;
  if (target.dataset.cite) openCitation(target);
  else if (target.dataset.document) panel.openDocument(target.dataset.document, target);
  else if (target.dataset.suggestion) submit(target.dataset.suggestion);
  else editSearch(target);
});

async function openCitation(button) {
  const answerId = button.closest("[data-answer]")?.dataset.answer;
  const sentence = button.closest(".statement")?.querySelector(".statement__text").textContent ?? "";
  let references = conversation.references(answerId) ?? stored.get(answerId);
  if (!references) {
    try {
      references = (await getJson(`/api/answers/${encodeURIComponent(answerId)}`)).references ?? [];
      stored.set(answerId, references);
    } catch (error) {
      status.textContent = error.message;
      return;
    }
  }
  const reference = references.find(({ n }) => n === Number(button.dataset.cite));
  if (reference) panel.openReference(reference, sentence, button);
  else status.textContent = "The list of sources is still on its way.";
}

// Puts a small form in the place of "Searched for: ..."; what is sent is searched as it stands.
function editSearch(button) {
  const line = button.closest(".searched");
  const { edit: standalone, question } = button.dataset;
  const input = element("input", { type: "text", value: standalone, "aria-label": "Search for", required: true });
  const close = () => {
    editor.replaceWith(line);
    button.focus();
  };
  const editor = element(
    "form",
    { class: "searched searched--edit" },
    input,
    element("button", { type: "submit", class: "button" }, "Search again"),
    element("button", { type: "button", class: "button button--quiet", onclick: close }, "Cancel"),
  );
  editor.addEventListener("submit", (event) => {
    event.preventDefault();
    const wanted = input.value.trim();
    if (wanted && submit(question, wanted)) editor.replaceWith(line);
  });
  editor.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    }
  });
  line.replaceWith(editor);
  input.focus();
  input.setSelectionRange(input.value.length, input.value.length);
}

if (articleNode.hasAttribute("data-pending")) setTimeout(() => location.reload(), RELOAD_MS);

const id = conversationInAddress();
if (id) {
  copyLink.hidden = false;
  await conversation.restore(id);
}
