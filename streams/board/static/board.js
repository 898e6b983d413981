"use strict";
// Text comes from wires: it is only ever written with textContent.
const cards = new Map();
const main = document.getElementById("cards");
const template = document.getElementById("card");
const status = document.getElementById("status");
const find = document.getElementById("find");
const material = document.getElementById("material");
let live = false;

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function count(number, one, many) { return `${number} ${number === 1 ? one : many}`; }

function shown(story) {
  if (story.status !== "open" || (material.checked && !story.material)) return false;
  const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
  const text = [story.headline, story.place, ...story.entities.map((e) => e.name), ...story.keywords]
    .join(" ").toLowerCase();
  return words.every((word) => text.includes(word));
}

function draw(story) {
  const node = template.content.firstElementChild.cloneNode(true);
  const part = (selector) => node.querySelector(selector);
  node.classList.toggle("material", story.material);
  part(".counts").textContent = [
    count(story.articles, "article", "articles"), count(story.origins, "origin", "origins"),
    story.sources && count(story.sources, "source", "sources"), story.place,
  ].filter(Boolean).join(" · ");
  part("time").textContent = story.lastUpdated.replace("T", " ").replace(/:\d\d(\.\d+)?Z$/, " UTC");
  part("time").dateTime = story.lastUpdated;
  part("h2").textContent = story.headline;
  part(".change").textContent = `version ${story.version}: ${story.change}` +
    (story.reasons.length ? ` (${story.reasons.join(", ")})` : "");
  for (const line of story.summary) {
    const sentence = element("p", line.text + " ");
    sentence.append(element("small", line.uri));
    part(".summary").append(sentence);
  }
  for (const entity of story.entities) part(".names").append(element("li", entity.name));
  for (const origin of story.families) {
    const text = `${origin.credit || "no credit"}: ${origin.members.join(", ")}` +
      (origin.articles > origin.members.length ? ` and ${origin.articles - origin.members.length} more` : "");
    part(".origins").append(element("li", text, origin.withdrawn ? "withdrawn" : ""));
  }
  part(".because").textContent = story.because;
  for (const entry of story.timeline) part(".timeline").append(element("li", `${entry.time}: ${entry.text}`));
  part(".id").textContent = story.storyId;
  return node;
}

function paint() {
  const open = new Set([...main.querySelectorAll("details[open]")].map((d) => d.closest("article").dataset.id));
  const stories = [...cards.values()].filter(shown).sort((a, b) => (a.lastUpdated < b.lastUpdated ? 1 : -1));
  main.replaceChildren(...stories.slice(0, 200).map((story) => {
    const node = draw(story);
    node.dataset.id = story.storyId;
    if (open.has(story.storyId)) node.querySelector("details").open = true;
    return node;
  }));
  status.textContent = `${live ? "live" : "not connected"} · ${count(stories.length, "story", "stories")}`;
}

let waiting = false;
function soon() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => { waiting = false; paint(); });
}

async function load() {
  const answer = await fetch("/stories");
  const content = await answer.json();
  cards.clear();
  for (const story of content.stories) cards.set(story.storyId, story);
  soon();
}

function follow() {
  const source = new EventSource("/events");
  source.onopen = () => { live = true; load(); };
  source.onerror = () => { live = false; soon(); };
  source.addEventListener("reload", load);
  source.addEventListener("card", (event) => {
    const story = JSON.parse(event.data);
    const known = cards.get(story.storyId);
    if (!known || known.version < story.version) cards.set(story.storyId, story);
    soon();
  });
}

find.addEventListener("input", soon);
material.addEventListener("change", soon);
follow();
