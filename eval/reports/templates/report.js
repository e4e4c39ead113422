"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const at = (id) => document.getElementById(id);
  const textOf = (value) => (typeof value === "number" ? data.texts[value] : value);
  const PAGE = 100;

  // Everything a set holds is put in place as text, never as markup.
  const make = (tag, className, content) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (content !== undefined) element.textContent = content;
    return element;
  };
  const show = (value) => (value === null || value === undefined ? "" : typeof value === "number" && !Number.isInteger(value) ? value.toFixed(3) : String(value));
  const words = (item) => (item.words ??= (textOf(item.text) + " " + item.id).toLowerCase());
  const allWords = (item) => (item.all ??= words(item) + " " + item.blocks.flatMap((b) => b.lines.map((l) => [l.mark, textOf(l.text), textOf(l.soft)].join(" "))).join(" ").toLowerCase());

  data.items.forEach((item, order) => { item.order = order; });
  const sorts = [{ name: "worst first", of: (item) => item.order }]
    .concat(data.columns.map((name, i) => ({ name, of: (item) => item.cells[i] })))
    .concat(data.measures.filter((name) => !data.columns.includes(name)).map((name) => ({ name, of: (item) => item.metrics[name] })))
    .concat([{ name: "ms", of: (item) => item.ms }, { name: "id", of: (item) => item.id }]);
  const state = { sort: 0, down: false, shown: PAGE, facets: {} };
  let chosen = [];

  const compare = (first, second) => {
    const of = sorts[state.sort].of;
    const [a, b] = [of(first), of(second)];
    const missing = [a, b].map((value) => value === null || value === undefined);
    if (missing[0] || missing[1]) return missing[0] - missing[1] || first.order - second.order; // without a value: last, either way
    const way = typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), undefined, { numeric: true });
    return (state.down ? -way : way) || first.order - second.order;
  };

  function update() {
    const wanted = at("find").value.toLowerCase().split(/\s+/).filter(Boolean);
    const where = at("everywhere").checked ? allWords : words;
    const facets = Object.entries(state.facets).filter(([, value]) => value);
    chosen = data.items.filter((item) => facets.every(([name, value]) => item.facets[name] === value) && wanted.every((word) => where(item).includes(word)));
    chosen.sort(compare);
    at("list").replaceChildren();
    state.shown = 0;
    showMore();
    at("direction").textContent = state.sort === 0 ? (state.down ? "↓ best on top" : "↑ worst on top") : state.down ? "↓ descending" : "↑ ascending";
    at("sort").value = String(state.sort);
    for (const button of at("head").querySelectorAll("button")) {
      const on = Number(button.dataset.sort) === state.sort;
      button.setAttribute("aria-pressed", String(on));
      button.textContent = button.dataset.name.replaceAll("_", "_\u200b") + (on ? (state.down ? " ↓" : " ↑") : "");
    }
    for (const select of at("facets").querySelectorAll("select")) select.value = state.facets[select.dataset.facet] || "";
  }

  function showMore() {
    const next = chosen.slice(state.shown, state.shown + PAGE);
    at("list").append(...next.map(drawItem));
    state.shown += next.length;
    at("more").hidden = state.shown >= chosen.length;
    at("count").textContent = `${state.shown.toLocaleString("en")} of ${chosen.length.toLocaleString("en")} shown` + (chosen.length < data.items.length ? `, ${data.items.length.toLocaleString("en")} in all` : "");
  }

  function drawItem(item) {
    const details = make("details");
    details.item = item;
    const summary = make("summary");
    const what = make("span");
    what.append(make("span", "what", textOf(item.text)), make("span", "id", item.id));
    summary.append(what);
    data.columns.forEach((name, i) => summary.append(drawCell(name, show(item.cells[i]))));
    summary.append(drawCell("ms", item.ms === null || item.ms === undefined ? "" : item.ms.toFixed(0)));
    details.append(summary);
    details.addEventListener("toggle", () => { if (details.open && details.children.length === 1) details.append(drawBlocks(item)); });
    return details;
  }

  function drawCell(name, value) {
    const cell = make("span", value === "" ? "cell empty" : "cell");
    cell.append(make("i", "", name + " "), value);
    return cell;
  }

  function drawBlocks(item) {
    const body = make("div", "blocks");
    const figures = make("div", "figs");
    for (const [name, value] of Object.entries(item.metrics)) {
      const figure = make("span", "", name + " ");
      figure.append(make("b", "", show(value)));
      figures.append(figure);
    }
    const link = make("a", "", "link to this item");
    link.href = "#id=" + encodeURIComponent(item.id);
    figures.append(link);
    body.append(figures);
    for (const block of item.blocks) {
      body.append(make("h3", "", block.title));
      const list = make("ul");
      for (const line of block.lines) {
        const entry = make("li");
        if (line.mark) entry.append(make("span", "mark " + (line.tone || ""), line.mark));
        if (line.text !== undefined) entry.append(textOf(line.text));
        if (line.soft !== undefined) entry.append(make("span", "soft", textOf(line.soft)));
        list.append(entry);
      }
      body.append(list);
    }
    return body;
  }

  function sortBy(index) {
    // A measure is asked for to see its worst; what has the same place again is turned round.
    state.down = state.sort === index ? !state.down : false;
    state.sort = index;
    update();
  }

  function openLinked() {
    if (!location.hash.startsWith("#id=")) return;
    const id = decodeURIComponent(location.hash.slice(4));
    reset();
    const place = chosen.findIndex((item) => item.id === id);
    if (place < 0) return;
    while (state.shown <= place) showMore();
    const details = at("list").children[place];
    details.open = true;
    details.firstChild.focus();
    details.scrollIntoView({ block: "start" });
  }

  function reset() {
    at("find").value = "";
    at("everywhere").checked = false;
    Object.assign(state, { sort: 0, down: false, facets: {} });
    update();
  }

  document.body.style.setProperty("--columns", String(data.columns.length));
  sorts.forEach((sort, i) => { const option = make("option", "", sort.name); option.value = String(i); at("sort").append(option); });
  const heads = [["item", 0]].concat(data.columns.map((name, i) => [name, i + 1]), [["ms", sorts.findIndex((sort) => sort.name === "ms")]]);
  for (const [name, index] of heads) {
    const button = make("button", "", name);
    button.type = "button";
    Object.assign(button.dataset, { sort: index, name: index === 0 ? "item, worst first" : name });
    button.addEventListener("click", () => sortBy(index));
    at("head").append(button);
  }
  const values = {};
  for (const item of data.items) for (const [name, value] of Object.entries(item.facets)) (values[name] ??= {})[value] = (values[name][value] || 0) + 1;
  for (const [name, counts] of Object.entries(values)) {
    if (Object.keys(counts).length < 2) continue;
    const label = make("label", "", name + " ");
    const select = make("select");
    select.dataset.facet = name;
    for (const value of ["", ...Object.keys(counts).sort()]) {
      const option = make("option", "", value ? `${value} (${counts[value]})` : "any");
      option.value = value;
      select.append(option);
    }
    select.addEventListener("change", () => { state.facets[name] = select.value; update(); });
    label.append(select);
    at("facets").append(label);
  }
  let waiting;
  at("find").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(update, 120); });
  at("everywhere").addEventListener("change", update);
  at("sort").addEventListener("change", (event) => { state.sort = Number(event.target.value); state.down = false; update(); });
  at("direction").addEventListener("click", () => { state.down = !state.down; update(); });
  at("more").addEventListener("click", () => { const first = state.shown; showMore(); at("list").children[first].firstChild.focus(); });
  at("reset").addEventListener("click", reset);
  at("controls").addEventListener("submit", (event) => event.preventDefault());
  for (const button of document.querySelectorAll("button[data-gold]"))
    button.addEventListener("click", () => {
      reset();
      Object.assign(state.facets, { gold: button.dataset.gold, said: button.dataset.said });
      update();
      at("items").scrollIntoView();
      at("items").focus();
    });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input[type=search], select")) return;
    if (event.key === "/") { event.preventDefault(); at("find").focus(); }
    if (event.key !== "j" && event.key !== "k") return;
    const here = event.target.closest("#list > details");
    const next = !here ? at("list").firstChild : event.key === "j" ? here.nextElementSibling : here.previousElementSibling;
    if (next) next.firstChild.focus();
  });
  addEventListener("hashchange", openLinked);
  update();
  openLinked();
})();
