// The frame: which view is shown, and the look at the server once a second while somebody looks at the page.

import { byId } from "./dom.js";
import { showLive, showCost, showKeys, noteMode } from "./live.js";
import { History } from "./history.js";
import { Browser } from "./tables.js";

const LOOK_MILLISECONDS = 1000;
const COST_LOOKS = 5;
const KEYS_LOOKS = 5;
const PATIENCE_MILLISECONDS = 4000;

const history = new History();
const browser = new Browser();
let looks = 0;

async function ask(path) {
  const answer = await fetch(path, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MILLISECONDS) });
  return answer.ok ? answer.json() : null;
}

async function look() {
  const began = performance.now();
  const live = byId("live-view");
  try {
    const told = await ask("live");
    if (told === null) throw new Error("no figures");
    byId("connection").textContent = "";
    noteMode(told);
    browser.setNamespaces(told.namespaces, told.source);
    const point = history.add(told, performance.now() / 1000);
    if (!live.hidden) showLive(told, point, history.points);
    if (!live.hidden && looks % COST_LOOKS === 0) showCost(await ask("cost"), told.source);
    const hot = point && [...point.heat.values()].find((each) => each.share > 0.2 || each.throttles > 0);
    if (!live.hidden && looks % KEYS_LOOKS === 2) {
      showKeys(hot ? await ask(`heat?table=${encodeURIComponent(hot.target.table)}`) : null, hot);
    }
    looks += 1;
  } catch (fault) {
    byId("connection").textContent = "The server does not answer; asking again.";
  }
  if (!document.hidden) setTimeout(look, Math.max(LOOK_MILLISECONDS - (performance.now() - began), 100));
  else document.addEventListener("visibilitychange", look, { once: true });
}

function turn() {
  const tables = location.hash.startsWith("#tables");
  byId("live-view").hidden = tables;
  byId("tables-view").hidden = !tables;
  for (const [id, current] of [["to-live", !tables], ["to-tables", tables]]) {
    if (current) byId(id).setAttribute("aria-current", "page");
    else byId(id).removeAttribute("aria-current");
  }
  if (tables) browser.open(location.hash);
}

window.addEventListener("hashchange", turn);
turn();
look();
