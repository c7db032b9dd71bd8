// The readings of helpers/labtools/urls, once more: nothing here is known that is not there, and a test compares both
// (tests/labtools/test_urls_script.py). What is said is {template, values}; the page has the words.
(function (root) {
  "use strict";

  const DEFAULT = "default", ANY = "_", HEALTH = "/healthz", LAST = -(2 ** 31);
  const TYPES = ["Prefix", "Exact", "ImplementationSpecific"];
  const say = (template, values = {}) => ({template, values});
  const elements = (path) => path.replace(/\/+$/, "").split("/").slice(1);
  const bytesOf = (text) => new TextEncoder().encode(text).length;
  const byCode = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

  // -- what is typed (typed.py) ---------------------------------------------------------------------------------------

  function typed(text) {
    const [, scheme, rest] = text.trim().match(/^(?:(https?):\/\/)?([^]*)$/i);
    const host = rest.split(/[/?#]/, 1)[0];
    const port = (host.match(/:([0-9]*)$/) || ["", ""])[1];
    if (!/^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~-]+)(:[0-9]*)?$/.test(host) || (port && (+port < 1 || +port > 65535))) {
      throw say('"{host}" is not a host; write a name, perhaps with a port, and then the path: shop.example.com/cart', {host});
    }
    if (/[\p{C}\p{Z}\s]/u.test(rest)) throw say("a URL holds no space; write it percent-encoded: %20");
    const after = rest.split("#", 1)[0].slice(host.length);
    const target = (after.startsWith("/") ? after : `/${after}`).replace(/[^\0-\x7f]/gu, encodeURIComponent);
    const name = host.replace(/:[0-9]*$/, "").toLowerCase();
    return {scheme: (scheme || "http").toLowerCase(), host, target, path: target.split("?", 1)[0], name: name.replace(/^\[|\]$/g, "")};
  }

  // -- rules of one line each (plain.py) --------------------------------------------------------------------------------

  function line(text) {
    const [ingress, host, type, path, service, ...more] = text.trim().split(/\s+/);
    if (!service || more.length) throw say("five words: Ingress, host, pathType, path, Service; - for none");
    const made = {ingress, host: host === "-" ? "" : host, type, path: path === "-" ? "" : path, service};
    if (type === DEFAULT) {
      if (made.host || made.path) throw say("a default backend has neither host nor path: write - for both");
    } else if (!TYPES.includes(type)) {
      throw say("{type} is not a pathType: Prefix, Exact, ImplementationSpecific, or default", {type});
    } else if (!made.path.startsWith("/")) {
      throw say("a path begins with a slash: {path}", {path: path});
    }
    if (made.host && !/^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(made.host)) {
      throw say("{host} is not a host that the API takes: small letters, digits, - and dots; *. at its beginning only", {host});
    }
    return made;
  }

  // Claims: the lines in the order of their Ingresses, default backends last, as claims_of has them.
  function claimsOf(lines) {
    const names = [...new Set(lines.map((one) => one.ingress))];
    return names.flatMap((name, created) => {
      const own = lines.map((one, at) => ({...one, at, created})).filter((one) => one.ingress === name);
      const rules = own.filter((one) => one.type !== DEFAULT);
      return [...rules, ...own.filter((one) => one.type === DEFAULT).slice(-1)].map((one) => ({
        ...one, rest: one.type === DEFAULT, exact: one.type === "Exact", alone: rules.length === 0,
      }));
    });
  }

  // -- the API's text (ingress_lab/ingress/rules.py, explain/verdicts.py) -----------------------------------------------

  function hostMatches(pattern, host) {
    if (!pattern || pattern === host) return true;
    const dot = host.indexOf(".");
    return pattern.startsWith("*.") && dot > 0 && host.slice(dot + 1) === pattern.slice(2);
  }

  function pathMatches(claim, path) {
    if (claim.exact) return path === claim.path;
    const [prefix, there] = [elements(claim.path), elements(path)];
    return prefix.every((part, at) => part === there[at]);
  }

  const before = (a, b) => elements(b.path).length - elements(a.path).length || Number(b.exact) - Number(a.exact);

  function byApi(claims, url) {
    const [host, path] = [url.name, url.path];
    const fits = claims.map((one) => !one.rest && hostMatches(one.host, host) && pathMatches(one, path));
    const fitting = claims.filter((_, at) => fits[at]);
    let first = fitting.filter((one) => fitting.every((other) => other.host !== one.host || before(one, other) <= 0));
    if (!first.length) first = claims.filter((one) => one.rest);
    const because = first.length > 1 ? say("the API gives no order of the rules that fit")
      : first.length ? ruleWords(first[0]) : say("no rule fits");
    const why = claims.map((one) => apiSentence(one, first, host, path));
    const outcomes = first.length ? first.map((one) => one.service) : ["404"];
    return read("api", host, path, outcomes, because, fits, claims.map((one) => first.includes(one)), why);
  }

  function apiSentence(claim, first, host, path) {
    if (first.includes(claim)) return whyFirst(claim, first);
    if (claim.rest) return say("taken only when no rule fits");
    if (!hostMatches(claim.host, host)) {
      const near = claim.host.startsWith("*.") && `.${host}`.endsWith(claim.host.slice(1));
      return near ? say("a wildcard stands for one label only") : say("another host");
    }
    if (!pathMatches(claim, path)) return whyNotPath(claim, path);
    const winner = first.find((one) => one.host === claim.host);
    return claim.path.replace(/\/+$/, "") !== winner.path.replace(/\/+$/, "")
      ? say("a longer path goes first: {path}", {path: winner.path}) : say("Exact goes before Prefix");
  }

  function whyFirst(claim, first) {
    if (first.length > 1) {
      return first.filter((one) => one.host === claim.host).length > 1
        ? say("may win: the API gives no order of two Ingresses with the same host and path")
        : say("may win: the API gives no order of hosts that fit");
    }
    return claim.rest ? say("wins: no rule fits, so the default backend takes it") : say("wins");
  }

  function whyNotPath(claim, path) {
    const bare = claim.path.replace(/\/+$/, "");
    if (pathMatches({...claim, path: claim.path.toLowerCase()}, path.toLowerCase())) return say("upper and lower case differ");
    if (!bare || !path.startsWith(bare)) return say("another path");
    return claim.exact ? say("Exact means exactly {path}", {path: claim.path})
      : say("{path} ends inside a part of the path; a prefix ends at a slash", {path: claim.path});
  }

  const ruleWords = (claim) => (claim.rest ? say("(default backend)") : `${claim.type} ${claim.host || "*"}${claim.path}`);

  // -- bytes and percent-encodings --------------------------------------------------------------------------------------

  const unquoted = (path) => path.replace(/%([0-9A-Fa-f]{2})/g, (_, code) => String.fromCharCode(parseInt(code, 16)));

  // UTF-8, where a byte that belongs to no character stays as Python keeps it (surrogateescape).
  function fromBytes(bytes) {
    const LENGTHS = [/^[\0-\x7f]/, /^[\xc2-\xdf][\x80-\xbf]/,
      /^(?:\xe0[\xa0-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]|\xed[\x80-\x9f])[\x80-\xbf]/,
      /^(?:\xf0[\x90-\xbf]|[\xf1-\xf3][\x80-\xbf]|\xf4[\x80-\x8f])[\x80-\xbf]{2}/];
    let made = "";
    for (let at = 0; at < bytes.length;) {
      const found = LENGTHS.map((form) => bytes.slice(at, at + 4).match(form)).find(Boolean);
      const part = found ? found[0] : bytes[at];
      made += found ? new TextDecoder().decode(Uint8Array.from(part, (c) => c.charCodeAt(0))).replace(/^$/, "\ufeff")
        : String.fromCharCode(0xdc00 + part.charCodeAt(0));
      at += part.length;
    }
    return made;
  }

  // -- Traefik (labtools/traefik: request.py, own.py, router.py, reading.py) --------------------------------------------

  const KEPT = /^[A-Za-z0-9\-._~$&+,/:;=@!'()*[\]%]*$/, UNRESERVED = /[A-Za-z0-9\-._~]/;
  const RESERVED = /(%(?:3A|2F|3F|23|5B|5D|40|21|24|26|27|28|29|2A|2B|2C|3B|3D|25))/;

  function traefikSees(url) {
    const host = url.name.replace(/\.$/, "");
    if (/%(?![0-9A-Fa-f]{2})/.test(url.path)) return {host, path: url.path, status: 400};
    const hex = (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
    const escaped = KEPT.test(url.path) ? url.path : unquoted(url.path).replace(/[^A-Za-z0-9\-._~$&+,/:;=@]/g, hex);
    const normal = escaped.replace(/%([0-9A-Fa-f]{2})/g, (all, code) => {
      const c = String.fromCharCode(parseInt(code, 16));
      return UNRESERVED.test(c) ? c : all.toUpperCase();
    });
    const path = cleaned(normal).split(RESERVED).map((part, at) => (at % 2 ? part : fromBytes(unquoted(part)))).join("");
    return {host, path, status: 0};
  }

  function cleaned(path) {
    const made = [];
    for (const part of path.split("/")) {
      if (part === "..") made.pop();
      else if (part && part !== ".") made.push(part);
    }
    return (path.startsWith("/") ? "/" : "") + made.join("/") + (path.endsWith("/") && made.length ? "/" : "");
  }

  const quoted = (text) => `"${text.replace(/["\\]/g, "\\$&")}"`;

  function routers(claims) {
    const made = claims.map((claim) => {
      const bare = claim.path.replace(/\/$/, "");
      const path = claim.rest || (!claim.exact && claim.path === "/") ? 'PathPrefix("/")'
        : claim.exact ? `Path(${quoted(claim.path)})` : `(Path(${quoted(bare)}) || PathPrefix(${quoted(`${bare}/`)}))`;
      const text = (claim.host ? `Host(${quoted(claim.host)}) && ` : "") + path;
      const dropped = claim.rest && !claim.alone ? "left out: Traefik reads a default backend only in an Ingress without rules" : "";
      const length = bytesOf(text);
      return {claim, bare, text, length, dropped, order: claim.rest && claim.alone ? LAST : length, contested: false};
    });
    const rests = made.filter((one) => one.order === LAST);
    if (rests.length > 1) rests.forEach((one) => { one.contested = true; });
    namedApart(made.filter((one) => !one.claim.rest));
    return made;
  }

  function namedApart(made) {
    const byKey = new Map();
    for (const one of made) {
      const key = (`default-${one.claim.ingress}-${one.claim.host}${one.claim.path}`.match(/[\p{L}\p{N}]+/gu) || []).join("-");
      byKey.set(key, [...(byKey.get(key) || []), one]);
    }
    for (const alike of byKey.values()) {
      const byIngress = new Map();
      for (const one of alike) {
        const texts = byIngress.get(one.claim.ingress) || byIngress.set(one.claim.ingress, new Map()).get(one.claim.ingress);
        if (texts.has(one.text)) texts.get(one.text).dropped = "left out: written once more, further down in the same Ingress";
        texts.set(one.text, one);
      }
      const alone = [...byIngress.values()].filter((texts) => texts.size === 1).map((texts) => [...texts.values()][0]);
      if (alone.length > 1) alone.forEach((one) => { one.contested = true; });
    }
  }

  // As Traefik's Host matcher: one label for the asterisk.
  const hostFits = (pattern, host) => !pattern
    || (pattern.startsWith("*") ? ["*", ...host.split(".").slice(1)].join(".") === pattern : host === pattern);

  function pathFits({claim, bare}, path) {
    if (claim.rest) return true;
    return claim.exact ? path === claim.path : path === bare || path.startsWith(`${bare}/`);
  }

  function byTraefik(claims, url) {
    const seen = traefikSees(url), all = routers(claims);
    const fitting = seen.status ? [] : all.filter((one) => !one.dropped && hostFits(one.claim.host, seen.host) && pathFits(one, seen.path))
      .sort((a, b) => b.order - a.order);
    const winners = firstOf(fitting);
    const outcomes = seen.status ? [String(seen.status)] : winners.map((one) => one.claim.service);
    if (!seen.status && winners.every((one) => one.contested)) outcomes.push("404");
    const why = all.map((one) => (seen.status ? say("not looked at") : traefikSentence(one, winners, fitting, seen)));
    return read("traefik", seen.host, seen.path, outcomes, traefikBecause(seen, winners),
      all.map((one) => fitting.includes(one)), all.map((one) => winners.includes(one)), why);
  }

  // The first that fits, with those that are as long; one that may be missing does not end the search.
  function firstOf(fitting) {
    const winners = [];
    for (const one of fitting) {
      const certain = winners.find((other) => !other.contested);
      if (certain && one.order < certain.order) break;
      winners.push(one);
    }
    return winners;
  }

  function traefikBecause(seen, winners) {
    if (seen.status) return say("Traefik refuses this path before it looks at any rule");
    if (!winners.length) return say("no rule of the controller fits");
    if (winners.length > 1) return say("a tie: several rules are equally long, and their order is undefined");
    return winners[0].order === LAST ? say("only the router of the default backend is left") : winners[0].text;
  }

  function traefikSentence(one, winners, fitting, seen) {
    if (one.dropped) return say(one.dropped);
    const length = one.length;
    if (winners.includes(one)) {
      if (one.contested) return say("undefined: another Ingress' rule has the same name inside Traefik, and one of the two is lost");
      if (winners.length > 1) return say("tie: {length} characters, as long as another's; the order is undefined", {length});
      if (one.order === LAST) return say("wins: nothing else fits");
      return fitting.filter((other) => other.order !== LAST).length === 1 ? say("wins: the only rule that fits")
        : say("wins: the longest rule text that fits, {length} characters", {length});
    }
    if (fitting.includes(one)) return say("{length} characters: tried after the winner", {length});
    return hostFits(one.claim.host, seen.host) ? say("the path does not fit") : say("the host does not fit");
  }

  // -- nginx (nginx_uri.py, nginx_config.py, nginx.py) --------------------------------------------------------------------

  function nginxSees(url) {
    const header = url.host.replace(/:[0-9]*$/, "").toLowerCase().replace(/\.$/, "");
    const host = header.includes("..") ? "" : header;
    const path = /%(?![0-9A-Fa-f]{2})|%00/.test(url.path) ? "" : tidied(fromBytes(unquoted(url.path)));
    return {host, path: path || url.path, status: path && host ? 0 : 400};
  }

  function tidied(path) {
    const made = [], parts = path.split("/").slice(1);
    for (const part of parts) {
      if (part === "..") {
        if (!made.length) return "";
        made.pop();
      } else if (part && part !== ".") made.push(part);
    }
    const open = made.length && ["", ".", ".."].includes(parts[parts.length - 1]);
    return `/${made.join("/")}${open ? "/" : ""}`;
  }

  const server = (host, rest = null) => ({host, rest, claims: []});

  function config(claims) {
    const made = {servers: new Map([[ANY, server(ANY)]]), dropped: new Map()}, served = accepted(claims, made.dropped);
    for (const of of served) addHosts(of, made.servers);
    for (const of of served) for (const claim of of) if (!claim.rest) addClaim(claim, made);
    made.broken = [...made.servers.values()].find((one) => twice(one)) || null;
    return made;
  }

  function accepted(claims, dropped) {
    const taken = new Map(), kept = [], names = [...new Set(claims.map((one) => one.ingress))];
    for (const of of names.map((name) => claims.filter((one) => one.ingress === name))) {
      const why = odd(of) || overlap(of, taken);
      if (why) {
        of.forEach((one) => dropped.set(one, why));
        continue;
      }
      kept.push(of);
      of.filter((one) => !one.rest).forEach((one) => taken.set(`${one.host} ${one.path}`, one.ingress));
    }
    return kept;
  }

  function odd(of) {
    const one = of.find((claim) => !claim.rest && claim.type !== "ImplementationSpecific" && !/^\/[A-Za-z0-9._/-]*$/.test(claim.path));
    return one && say("left out with its whole Ingress: {path} has a sign that the type {type} does not allow", {path: one.path, type: one.type});
  }

  function overlap(of, taken) {
    const one = of.find((claim) => !claim.rest && taken.has(`${claim.host} ${claim.path}`));
    return one && say("left out with its whole Ingress: {host}{path} belongs to the older Ingress {name}",
      {host: one.host || "*", path: one.path, name: taken.get(`${one.host} ${one.path}`)});
  }

  function addHosts(of, servers) {
    const rest = of.find((one) => one.rest) || null;
    if (rest && rest.alone && !servers.get(ANY).rest) servers.get(ANY).rest = rest;
    for (const one of of) {
      const host = one.host || ANY;
      if (!one.rest && !servers.has(host)) servers.set(host, server(host, rest));
    }
  }

  function addClaim(claim, made) {
    const at = made.servers.get(claim.host || ANY);
    if (at.claims.some((one) => one.path === claim.path && one.exact === claim.exact)) {
      made.dropped.set(claim, say("left out: written above in the same Ingress"));
    } else if (at.host === ANY && at.rest && claim.path === "/" && !claim.exact) {
      made.dropped.set(claim, say("left out: the default backend of the Ingress {name} already has this place", {name: at.rest.ingress}));
    } else at.claims.push(claim);
  }

  function locations(at) {
    const exact = new Set(at.claims.filter((one) => one.exact).map((one) => one.path));
    const made = at.claims.flatMap((claim) => {
      const place = (path, equal) => ({path, exact: equal, claim, text: `${equal ? "= " : ""}${path}`});
      if (claim.exact || claim.path === "/") return [place(claim.path, claim.exact)];
      const prefix = place(claim.path.endsWith("/") ? claim.path : `${claim.path}/`, false);
      return exact.has(claim.path) ? [prefix] : [prefix, place(claim.path, true)];
    });
    if (!made.some((one) => one.text === "/")) made.push({path: "/", exact: false, claim: at.rest, text: "/"});
    return at.host === ANY ? [...made, {path: HEALTH, exact: false, claim: null, text: HEALTH}] : made;
  }

  const twice = (at) => (locations(at).map((one) => one.text).find((text, n, all) => all.indexOf(text) !== n) || "");
  const locationFits = (one, path) => (one.exact ? path === one.path : path.startsWith(one.path));

  function serverOf(servers, host) {
    const [name, ...rest] = host.split(".");
    const wild = /^[A-Za-z0-9_-]+$/.test(name) ? `*.${rest.join(".")}` : "";
    return servers.get(host) || servers.get(wild) || servers.get(ANY);
  }

  function located(all, path) {
    const sorted = [...all].sort((a, b) => bytesOf(b.path) - bytesOf(a.path) || Number(b.exact) - Number(a.exact));
    const equal = sorted.find((one) => one.exact && one.path === path) || sorted.find((one) => one.path === path);
    if (equal) return {location: equal, redirected: false};
    const slash = sorted.find((one) => one.path === `${path}/` && one.claim);
    if (slash) return {location: slash, redirected: true};
    return {location: sorted.find((one) => locationFits(one, path)), redirected: false};
  }

  function byNginx(claims, url) {
    const seen = nginxSees(url), made = config(claims), at = serverOf(made.servers, seen.host);
    const found = {seen, made, at, all: locations(at), location: null, redirected: false};
    if (!made.broken && !seen.status) Object.assign(found, located(found.all, seen.path));
    const winner = found.location && found.location.claim;
    const fits = claims.map((one) => nginxFits(found, one));
    return read("nginx", seen.host, seen.path, nginxOutcomes(found), nginxBecause(found), fits,
      claims.map((one) => one === winner), claims.map((one, n) => nginxSentence(found, one, fits[n])));
  }

  const nginxFits = ({location, all, seen, made}, claim) => Boolean(location) && !made.dropped.has(claim)
    && all.some((one) => one.claim === claim && locationFits(one, seen.path));

  function nginxOutcomes({seen, made, location, redirected}) {
    if (made.broken) return seen.status ? [String(seen.status)] : [];
    if (seen.status) return [String(seen.status)];
    if (redirected) return ["301"];
    return [location.claim ? location.claim.service : location.path === HEALTH ? "200" : "404"];
  }

  function nginxBecause({seen, made, at, location, redirected}) {
    if (made.broken) {
      return say("nginx refuses the configuration and keeps what it had: location {path} is there twice for {host}",
        {path: twice(made.broken), host: made.broken.host});
    }
    if (seen.status) return say("nginx refuses this URL before it looks at any rule");
    if (redirected) return say("location {path} redirects to the path with a slash at its end", {path: location.text});
    if (!location.claim && location.path !== HEALTH) {
      return say("no path of server {host} fits, so nginx answers 404", {host: at.host});
    }
    return say("location {path} of server {host}", {path: location.text, host: at.host});
  }

  function nginxSentence({seen, made, at, location, redirected}, claim, fits) {
    if (made.dropped.has(claim)) return made.dropped.get(claim);
    if (!location) return say("not looked at");
    if (location.claim === claim) {
      if (redirected) return say("redirects to {path}", {path: `${seen.path}/`});
      if (claim.rest) return say("wins: no path of this server fits");
      return location.exact ? say("wins: an equal location ends the search")
        : say("wins: the longest location that fits, {path}", {path: location.path});
    }
    if (claim.rest) {
      return at.rest === claim ? say("taken only when no rule fits") : say("what no path of server {host} takes goes elsewhere", {host: at.host});
    }
    const own = claim.host || ANY;
    if (own !== at.host) {
      const alone = new Map([[ANY, server(ANY)], [own, server(own)]]);
      return own !== ANY && serverOf(alone, seen.host).host === ANY ? say("another host")
        : say("server {host} has this host, and nginx looks into no other", {host: at.host});
    }
    if (!fits) return whyNotPath(claim, seen.path);
    return location.exact ? say("an equal location ends the search: {path}", {path: location.text})
      : say("a longer location goes first: {path}", {path: location.text});
  }

  // -- all three --------------------------------------------------------------------------------------------------------

  const read = (name, host, path, outcomes, because, fits, wins, why) =>
    ({name, host, path, outcomes: [...new Set(outcomes)].sort(byCode), because, fits, wins, why});

  function explore(lines, url) {
    const claims = claimsOf(lines);
    return {claims, reads: [byApi(claims, url), byTraefik(claims, url), byNginx(claims, url)]};
  }

  const made = {typed, line, explore};
  if (typeof module === "object" && module.exports) module.exports = made;
  else root.urlExplorer = made;
})(typeof globalThis === "object" ? globalThis : this);
