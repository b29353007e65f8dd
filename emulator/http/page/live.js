// The live view: what the newest look and those before it say.

import { HeatMap, LineChart } from "./charts.js";
import { byId, dollars, element, fill, milliseconds, number, percent } from "./dom.js";
import { SPAN_SECONDS } from "./history.js";

const MAP_ROWS = 20;
const TABLE_ROWS = 12;
const perSecond = (value) => number(value);
const charts = {
  rate: new LineChart(byId("rate-chart"), "Requests per second", perSecond),
  latency: new LineChart(byId("latency-chart"), "Latency in milliseconds", (value, bare) => (bare ? number(value) : milliseconds(value))),
  units: new LineChart(byId("units-chart"), "Consumed units per second", perSecond),
};
const map = new HeatMap(byId("heat-map"));
let costBefore = null;
let costPerHour = null;
let headline = "";

export function noteMode(told) {
  const scale = told.scale && told.scale !== 1 ? `, scale ${told.scale}` : "";
  byId("mode").textContent = told.source === "emulator" ? `capacity: ${told.mode}${scale}` : "the load generator's own figures";
}

export function showLive(told, point, points) {
  if (point === null) return;
  const newest = points[points.length - 1].at;
  const ages = points.map((each) => newest - each.at);
  const recent = points.slice(-3);  // partitions turn warm and cool from second to second: what is hot is told of three
  tell(told, point, recent);
  tiles(point);
  drawRates(points, ages, told.mode === "observe");
  charts.latency.draw([["p50", "s1"], ["p90", "s3"], ["p99", "s2"]].map(([name, style]) =>
    ({ name, style, values: points.map((each) => each[name]) })), ages, SPAN_SECONDS);
  byId("latency-note").textContent = told.source === "emulator"
    ? "What the server took, or the modelled latency where one is set." : "From the intended start of each request.";
  charts.units.draw([{ name: "read units/s", style: "s1", values: points.map((each) => each.read) },
    { name: "write units/s", style: "s2", values: points.map((each) => each.written) }], ages, SPAN_SECONDS);
  fill(byId("consumed"), point.consumed.slice(0, TABLE_ROWS).map((row) =>
    [row.name, number(row.read), number(row.written), number(row.readInAll), number(row.writtenInAll)]), [1, 2, 3, 4]);
  drawHeat(told, point, points);
}

function warmest(point) {
  return [...point.heat.values()].sort((first, second) => second.throttles - first.throttles || second.share - first.share);
}

function tell(told, point, recent) {
  const hot = recent.map((each) => warmest(each)[0]).filter((each) => each && (each.throttles > 0 || each.share > 0.05))
    .sort((first, second) => second.throttles - first.throttles || second.share - first.share)[0];
  let text = told.source === "emulator" ? "No partition is warm." : "This target does not tell its partitions.";
  if (hot) {
    const verb = hot.target.mode === "observe" ? "would be throttled" : "throttled";
    const units = hot.write_units >= hot.read_units ? `${number(hot.write_units)} write` : `${number(hot.read_units)} read`;
    text = `Hottest partition: ${hot.name} at ${percent(hot.share)} of its ceiling, ${units} units/s`
      + (hot.throttles ? `, ${number(hot.throttles)} requests/s ${verb}.` : ".");
  }
  byId("hottest").setAttribute("aria-live", text.split(" at ")[0] === headline ? "off" : "polite");  // told aloud when it is another
  headline = text.split(" at ")[0];
  byId("hottest").textContent = text;
}

function tiles(point) {
  const shown = [
    ["Accepted/s", number(point.accepted)], ["Throttled/s", number(point.throttledInAll)],
    ["p50", milliseconds(point.p50)], ["p99", milliseconds(point.p99)],
    ["Read units/s", number(point.read)], ["Write units/s", number(point.written)],
    ["Cost an hour", dollars(costPerHour)],
  ];
  byId("tiles").replaceChildren(...shown.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))));
}

function drawRates(points, ages, observed) {
  const reasons = [...new Set(points.flatMap((each) => Object.keys(each.throttled)))].sort();
  charts.rate.draw([{ name: "accepted", style: "s1", values: points.map((each) => each.accepted) },
    ...reasons.map((reason, at) => ({
      name: observed ? `${reason} (would be)` : reason, style: `s${at % 4 + 2}`, dashed: at >= 4,
      values: points.map((each) => each.throttled[reason] ?? 0),
    }))], ages, SPAN_SECONDS);
}

function drawHeat(told, point, points) {
  const note = told.source !== "emulator" ? "Only dynarig's own emulator tells where its partitions are."
    : told.heat.length ? "" : told.mode === "off"
      ? "Capacity is not simulated: start the server with --capacity observe or enforce." : "Nothing was drawn from any partition yet.";
  byId("heat-note").textContent = note + (told.heat_left_out ? ` ${told.heat_left_out} cooler partitions are not shown.` : "");
  const peak = new Map();
  for (const each of points) {
    for (const [key, cell] of each.heat) {
      const old = peak.get(key) ?? { name: cell.name, score: 0 };
      old.score += cell.share + (cell.throttles > 0 ? 1 : 0);
      peak.set(key, old);
    }
  }
  const keys = [...peak].sort(([, first], [, second]) => second.score - first.score).slice(0, MAP_ROWS).map(([key]) => key);
  keys.sort((first, second) => first.localeCompare(second, "en", { numeric: true }));
  map.draw(keys.map((key) => ({
    name: peak.get(key).name,
    cells: points.map((each) => each.heat.get(key) ?? null),
  })), SPAN_SECONDS);
  fill(byId("partitions"), warmest(point).slice(0, TABLE_ROWS).map((each) => [
    each.name.slice(0, -each.id.length - 1), each.id, number(each.read_units),
    number(each.write_units), percent(each.share), number(each.throttles), number(each.throttled),
  ]), [2, 3, 4, 5, 6]);
}

export function showKeys(heat, hot) {
  const target = heat?.tables.find((each) => each.table === hot.target.table && each.index === hot.target.index);
  const partition = target?.partitions.find((each) => each.id === hot.id);
  const keys = (partition?.hottest ?? []).slice(0, 3).map((each) =>
    `${each.key} (${percent(each.share)} of the table's units${each.throttled ? `, throttled ${number(each.throttled)} times` : ""})`);
  byId("hot-keys").textContent = keys.length ? `Hottest keys of ${hot.name}: ${keys.join("; ")}` : "";
}

export function showCost(told, source) {
  if (told === null) {
    byId("cost-figure").textContent = "–";
    byId("cost-note").textContent = source === "emulator" ? "" : "This target does not tell its bill.";
    return;
  }
  if (costBefore && told.elapsed_seconds > costBefore.elapsed_seconds && told.run_usd >= costBefore.run_usd) {
    costPerHour = (told.run_usd - costBefore.run_usd) / (told.elapsed_seconds - costBefore.elapsed_seconds) * 3600;
  }
  costBefore = told;
  byId("cost-figure").textContent = costPerHour === null ? "…" : `${dollars(costPerHour)} an hour at the present rate`;
  byId("cost-note").textContent = `So far ${dollars(told.run_usd)}; a month like all of it ${dollars(told.month_usd)}. `
    + `Prices of ${told.prices_read_on}, before the free tier.`;
  fill(byId("cost-lines"), told.lines.slice(0, 8).map((line) => [
    line.index ? `${line.table} / ${line.index}` : line.table, [line.operation, line.usage_type].filter(Boolean).join(", "),
    dollars(line.run_usd), dollars(line.month_usd),
  ]), [2, 3]);
}
