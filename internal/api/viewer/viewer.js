// Shows /openapi.json: routes, parameters, schemas, examples, and for each route
// a form that writes its curl and sends it. It asks this server only.
import {$, el, show} from "../page/dom.js";

const root = new URL("..", import.meta.url).href; // of this server, which a proxy may show under a prefix
const longest = 20000; // characters of an answer that are shown

const format = value => typeof value === "string" ? value : JSON.stringify(value, null, 1);

// resolve follows a $ref within the document, and names it.
function resolve(d, schema) {
  if (!schema || !schema.$ref) return [schema || {}, ""];
  const name = schema.$ref.split("/").pop();
  return [d.components.schemas[name] || {}, name];
}

// describeType is a schema in a few words.
function describeType(d, schema) {
  const [s, name] = resolve(d, schema);
  if (s.oneOf) return s.oneOf.map(one => describeType(d, one)).join(" or ");
  if (s.allOf) return name || s.allOf.map(one => describeType(d, one)).join(" and ");
  if (s.enum) return s.enum.map(v => JSON.stringify(v)).join(" | ");
  const types = [].concat(s.type || "any").join(" or ");
  if (s.items) return types.replace("array", "list of " + describeType(d, s.items));
  const limits = [["minimum", "from"], ["maximum", "to"], ["pattern", "as"], ["maxItems", "at most"]]
    .filter(([key]) => s[key] !== undefined && String(s[key]).length < 40).map(([key, word]) => `${word} ${s[key]}`).join(" ");
  return (name && s.properties ? `${types} ${name}` : types) + (limits && ", " + limits);
}

// memberRows are the members of an object, and of the objects within it.
function memberRows(d, schema, under = "", depth = 0) {
  const [s] = resolve(d, schema);
  if (depth > 4) return [];
  if (s.allOf) return s.allOf.flatMap(one => memberRows(d, one, under, depth));
  if (s.oneOf) return s.oneOf.flatMap(one => memberRows(d, one, under, depth + 1));
  if (s.items) return memberRows(d, s.items, under + "[]", depth + 1);
  return Object.entries(s.properties || {}).flatMap(([name, p]) => {
    const path = under ? `${under}.${name}` : name;
    const always = (s.required || []).includes(name) ? "" : "may be absent";
    const [own] = resolve(d, p);
    return [el("tr", {}, el("td", {}, el("code", {}, path)), el("td", {}, describeType(d, p)), el("td", {}, p.description || own.description || always)),
      ...memberRows(d, p, path, depth + 1)];
  });
}

function memberTable(d, schema) {
  const seen = new Set(); // two forms of a body can share a member
  const all = memberRows(d, schema).filter(row => !seen.has(row.firstChild.textContent) && seen.add(row.firstChild.textContent));
  return all.length === 0 ? null : el("table", {}, el("tr", {}, ...["member", "type", ""].map(t => el("th", {}, t))), all);
}

function bodies(d, content) {
  return Object.entries(content || {}).flatMap(([type, c]) => [
    el("h3", {}, type), memberTable(d, c.schema),
    c.example === undefined ? null : el("pre", {}, format(c.example)),
  ]);
}

// requestForm sends one operation. update keeps the curl at what is filled in.
function requestForm(path, method, o) {
  const post = method === "post";
  const types = Object.keys(o.responses["200"]?.content || {});
  const inputs = (o.parameters || []).map(p => [p, el("input", {value: String(p.example ?? ""), name: p.name})]);
  const accept = types.length > 1 ? el("select", {}, types.map(t => el("option", {}, t))) : null;
  const body = post ? el("textarea", {"aria-label": "body"}, format(o.requestBody.content["application/json"].example)) : null;
  const curl = el("pre", {}), answer = el("div", {"aria-live": "polite"});

  const url = () => {
    const query = inputs.filter(([p, i]) => p.in === "query" && i.value !== "").map(([p, i]) => `${p.name}=${encodeURIComponent(i.value)}`).join("&");
    return inputs.filter(([p]) => p.in === "path")
      .reduce((u, [p, i]) => u.replace(`{${p.name}}`, encodeURIComponent(i.value)), root + path.slice(1)) + (query && "?" + query);
  };
  const quote = text => "'" + text.replaceAll("'", "'\\''") + "'";
  const update = () => {
    curl.textContent = ["curl", accept && `-H ${quote("Accept: " + accept.value)}`,
      post && `-H 'Content-Type: application/json' -d ${quote(body.value)}`, quote(url())].filter(Boolean).join(" ");
  };
  const send = async event => {
    event.preventDefault();
    show(answer, el("p", {}, "Waiting for the answer …"));
    try {
      const r = await fetch(url(), {method: post ? "POST" : "GET", cache: "no-store",
        headers: {...(accept ? {Accept: accept.value} : {Accept: types[0] || "*/*"}), ...(post ? {"Content-Type": "application/json"} : {})},
        body: post ? body.value : undefined});
      const type = r.headers.get("Content-Type") || "";
      const text = type === "application/octet-stream" ? `${(await r.arrayBuffer()).byteLength} bytes` : await r.text();
      const head = [...r.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
      show(answer, el("h3", {}, `${r.status} ${r.statusText}`), el("pre", {}, head),
        el("pre", {}, text.length > longest ? text.slice(0, longest) + `\n… ${text.length - longest} more characters` : text));
    } catch (err) {
      show(answer, el("p", {}, `The server did not answer: ${err.message}`));
    }
  };
  const f = el("form", {oninput: update, onsubmit: send}, el("h3", {}, "Try it"),
    inputs.map(([p, i]) => el("label", {}, p.name, i)), accept && el("label", {}, "Accept", accept), body, curl,
    path === "/events" ? el("p", {}, "This answer has no end: use curl.") : el("button", {}, "Send"), answer);
  update();
  return f;
}

function operation(d, path, method, o) {
  const id = method + path;
  const fits = (o.parameters || []).map(p => el("tr", {}, el("td", {}, el("code", {}, p.name)), el("td", {}, p.in), el("td", {}, describeType(d, p.schema)), el("td", {}, p.description || "")));
  return el("details", {id},
    el("summary", {}, el("span", {class: "method"}, method.toUpperCase()), " ", el("span", {class: "path"}, path), " ", o.summary),
    o.description ? el("p", {}, o.description) : null,
    fits.length ? [el("h3", {}, "Parameters"), el("table", {}, fits)] : null,
    o.requestBody ? [el("h3", {}, "Body"), bodies(d, o.requestBody.content)] : null,
    requestForm(path, method, o),
    Object.entries(o.responses).map(([code, r]) => el("details", {}, el("summary", {}, el("code", {}, code), " ", r.description), bodies(d, r.content))));
}

function renderDocument(d) {
  show($("about"), d.info.description + " ", el("a", {href: root + "openapi.json"}, "/openapi.json"), " says the same as OpenAPI " + d.openapi + ".");
  const all = Object.entries(d.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, o]) => ({path, method, o})));
  for (const {name} of d.tags) {
    const of = all.filter(({o}) => o.tags.includes(name));
    $("main").append(el("h2", {}, name), ...of.map(({path, method, o}) => operation(d, path, method, o)));
    $("routes").append(el("h2", {}, name), el("ul", {}, of.map(({path, method}) =>
      el("li", {}, el("a", {href: "#" + method + path}, el("span", {class: "method"}, method.toUpperCase()), path)))));
  }
  const open = () => {
    const at = $(decodeURIComponent(location.hash.slice(1)));
    if (at) { at.open = true; at.scrollIntoView(); }
  };
  addEventListener("hashchange", open);
  open();
}

try {
  const r = await fetch(root + "openapi.json");
  if (!r.ok) throw new Error(`the server answered with status ${r.status}`);
  renderDocument(await r.json());
} catch (err) {
  $("about").textContent = `The page could not read /openapi.json: ${err.message}`;
}
