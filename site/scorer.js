// What a search result is worth: as in Sphinx, but a title that holds what was typed comes first.
var Scorer = {
  objNameMatch: 11, objPartialMatch: 6, objPrio: {0: 15, 1: 5, 2: -5}, objPrioDefault: 0,
  title: 15, partialTitle: 7, term: 5, partialTerm: 2,
  score: ([page, title, anchor, description, score]) => {
    const typed = (new URLSearchParams(location.search).get("q") || "").trim().toLowerCase();
    return typed && title.toLowerCase().includes(typed) ? score + 100 : score;
  },
};
