// The page of the URL explorer: what is typed goes to urls.js, and its answer comes here as text, never as HTML.
(function () {
  "use strict";

  const here = document.getElementById("urls"), data = JSON.parse(document.getElementById("urls-data").textContent);
  const [chosen, typed, lines] = ["urls-set", "urls-url", "urls-lines"].map((id) => document.getElementById(id));
  const {line, typed: readUrl, explore} = globalThis.urlExplorer;
  const MARKS = {win: "✓", may: "?", fit: "~", no: "·"};

  // What nobody could see, or what turns the writing around, is shown by its number.
  const visible = (text) => String(text).replace(/\p{C}/gu, (c) => `\\u{${c.codePointAt(0).toString(16)}}`);

  function words(said) {
    if (typeof said === "string") return said;
    return (data.words[said.template] || said.template).replace(/\{(\w+)\}/g, (all, name) => (name in said.values ? said.values[name] : all));
  }

  function element(name, text, className) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = visible(text);
    if (className) made.className = className;
    return made;
  }

  function card(read) {
    const made = element("section", undefined, "urls-card"), facts = element("dl");
    made.append(element("h3", data.names[read.name]), element("p", read.outcomes.join(data.or) || "-", "urls-answer"));
    for (const [name, text] of [["compared", `${read.host} ${read.path}`], ["because", words(read.because)]]) {
      facts.append(element("dt", data.labels[name]), element("dd", text));
    }
    made.append(facts);
    return made;
  }

  function row(claim, at, reads) {
    const made = element("tr"), cells = [claim.host || data.labels.any, claim.path || data.labels.rest,
      claim.rest ? "-" : claim.type, claim.service, claim.ingress];
    cells.forEach((text, n) => made.append(element("td", text)));
    for (const read of reads) {
      const many = read.wins.filter(Boolean).length > 1;
      const state = read.wins[at] ? (many ? "may" : "win") : read.fits[at] ? "fit" : "no";
      made.append(element("td", `${MARKS[state]} ${words(read.why[at])}`, `urls-${state}`));
    }
    [...made.children].forEach((cell, n) => { cell.dataset.label = data.headings[n]; });
    return made;
  }

  // Of what is typed, or a sentence below the field.
  function understood(read, field, error) {
    try {
      const made = read();
      error.textContent = "";
      field.removeAttribute("aria-invalid");
      return made;
    } catch (why) {
      if (!why.template) throw why;
      error.textContent = visible(words(why));
      field.setAttribute("aria-invalid", "true");
      return null;
    }
  }

  function readLines() {
    const rows = lines.value.split("\n").map((text, n) => [text.replace(/#.*/, ""), n + 1]).filter(([text]) => text.trim());
    return rows.map(([text, number]) => {
      try {
        return line(text);
      } catch (why) {
        throw why.template ? {template: `${number}: ${data.words[why.template] || why.template}`, values: why.values} : why;
      }
    });
  }

  function show() {
    const rules = understood(readLines, lines, document.getElementById("urls-lines-error"));
    const url = understood(() => readUrl(typed.value), typed, document.getElementById("urls-error"));
    if (!rules || !url) return;
    const {claims, reads} = explore(rules, url), order = claims.map((_, at) => at).sort((a, b) => claims[a].at - claims[b].at);
    here.querySelector(".urls-readings").replaceChildren(...reads.map(card));
    here.querySelector("tbody").replaceChildren(...order.map((at) => row(claims[at], at, reads)));
    history.replaceState(null, "", `#${new URLSearchParams({set: chosen.value, url: typed.value})}`);
  }

  function ask(url) {
    typed.value = url;
    show();
  }

  function choose(name, url) {
    const set = data.sets.find((one) => one.name === name) || data.sets[0];
    chosen.value = set.name;
    lines.value = set.lines.join("\n");
    here.querySelector(".urls-try").replaceChildren(...set.urls.map((text) => {
      const made = element("button", text);
      made.type = "button";
      made.addEventListener("click", () => ask(text));
      return made;
    }));
    ask(url || set.urls[0]);
  }

  chosen.addEventListener("change", () => choose(chosen.value));
  typed.addEventListener("input", show);
  lines.addEventListener("input", show);
  here.querySelector("form").addEventListener("submit", (event) => { event.preventDefault(); show(); });
  here.hidden = false;
  const asked = new URLSearchParams(location.hash.slice(1));
  choose(asked.get("set"), asked.get("url"));
})();
