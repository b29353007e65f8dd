// Curves over time and the map of heat. A chart holds nothing but where the pointer is; it is drawn anew each second.

import { drawn, element } from "./dom.js";

const HEIGHT = 190;
const LEFT = 52;
const BOTTOM = 20;
const TOP = 8;

// Round steps of an axis from 0 to at least `most`.
function ticks(most) {
  const raw = Math.max(most, 1e-9) / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= raw) * power;
  const found = [];
  for (let at = 0; at < most + step * 0.999 && found.length < 7; at += step) found.push(at);
  return found;
}

export class LineChart {
  // curves: [{name, style, dashed, values: [number|null]}]; ages: seconds before now, of each value
  constructor(host, label, show) {
    this.host = host;
    this.label = label;
    this.show = show;
    this.hovered = null;
  }

  draw(curves, ages, span) {
    this.curves = curves;
    this.ages = ages;
    this.span = span;
    const width = Math.max(this.host.clientWidth, 280);
    const known = curves.flatMap((curve) => curve.values.filter((value) => value !== null));
    const steps = ticks(Math.max(...known, 0));
    const top = steps[steps.length - 1];
    const x = (age) => LEFT + (width - LEFT - 8) * (1 - age / span);
    const y = (value) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top);
    const svg = drawn("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", "aria-label": this.described() });
    for (const step of steps) {
      svg.append(drawn("line", { class: "gridline", x1: LEFT, x2: width - 8, y1: y(step), y2: y(step) }));
      svg.append(drawn("text", { x: LEFT - 6, y: y(step) + 4, "text-anchor": "end" }, this.show(step, true)));
    }
    for (const age of [span, span / 2, 0]) {
      const anchor = age === span ? "start" : age === 0 ? "end" : "middle";
      svg.append(drawn("text", { x: x(age), y: HEIGHT - 4, "text-anchor": anchor }, age === 0 ? "now" : `${age} s ago`));
    }
    for (const curve of curves) {
      let path = "";
      curve.values.forEach((value, at) => {
        if (value === null || ages[at] > span) return;
        const pen = path === "" || curve.values[at - 1] === null ? "M" : "L";
        path += `${pen}${x(ages[at]).toFixed(1)} ${y(value).toFixed(1)}`;
      });
      if (path) svg.append(drawn("path", { class: `curve ${curve.style}${curve.dashed ? " dashed" : ""}`, d: path }));
    }
    if (this.hovered !== null && this.hovered < ages.length) {
      const at = x(ages[this.hovered]);
      svg.append(drawn("line", { class: "cursor", x1: at, x2: at, y1: TOP, y2: HEIGHT - BOTTOM }));
    }
    svg.addEventListener("pointermove", (event) => {
      const box = svg.getBoundingClientRect();
      const age = span * (1 - ((event.clientX - box.left) * width / box.width - LEFT) / (width - LEFT - 8));
      this.hovered = this.nearest(age);
      this.draw(this.curves, this.ages, this.span);
    });
    svg.addEventListener("pointerleave", () => {
      this.hovered = null;
      this.draw(this.curves, this.ages, this.span);
    });
    this.host.replaceChildren(svg, this.legend());
  }

  nearest(age) {
    let best = null;
    this.ages.forEach((each, at) => {
      if (best === null || Math.abs(each - age) < Math.abs(this.ages[best] - age)) best = at;
    });
    return best;
  }

  valueOf(curve) {
    return curve.values[this.hovered ?? curve.values.length - 1] ?? null;
  }

  legend() {
    return element("ul", { class: "legend" }, ...this.curves.map((curve) => {
      const value = this.valueOf(curve);
      return element("li", { class: curve.dashed ? "dashed" : null }, element("i", { class: curve.style }), `${curve.name} `,
        element("b", {}, value === null ? "–" : this.show(value)));
    }));
  }

  described() {
    const told = this.curves.map((curve) => {
      const value = this.valueOf(curve);
      return `${curve.name} ${value === null ? "unknown" : this.show(value)}`;
    });
    return `${this.label}, now: ${told.join(", ")}`;
  }
}

const ROW = 18;
const NAME = 230;

export class HeatMap {
  constructor(host) {
    this.host = host;
    this.canvas = element("canvas", { role: "img" });
    this.key = element("p", { class: "muted" });
    host.append(this.canvas, this.key);
  }

  // rows: [{name, cells: [{share, throttles}|null]}], a cell each second, the newest last; columns: how many there may be
  draw(rows, columns) {
    const width = Math.max(this.host.clientWidth, 280);
    const height = Math.max(rows.length, 1) * ROW + 18;
    const ratio = window.devicePixelRatio || 1;
    this.canvas.width = width * ratio;
    this.canvas.height = height * ratio;
    this.canvas.style.height = `${height}px`;
    const pen = this.canvas.getContext("2d");
    pen.scale(ratio, ratio);
    const style = getComputedStyle(document.documentElement);
    const colours = [0, 1, 2, 3, 4].map((at) => style.getPropertyValue(`--h${at}`).trim());
    const name = width < 600 ? 110 : NAME;
    const cell = (width - name) / columns;
    pen.font = "12px system-ui, sans-serif";
    pen.textBaseline = "middle";
    rows.forEach((row, line) => {
      const top = line * ROW;
      pen.fillStyle = style.getPropertyValue("--text");
      pen.fillText(shortened(pen, row.name, name - 10), 0, top + ROW / 2);
      pen.fillStyle = colours[0];
      pen.fillRect(name, top + 1, width - name, ROW - 2);
      row.cells.forEach((each, at) => {
        if (each === null || (each.share < 0.005 && !each.throttles)) return;
        const left = name + (columns - row.cells.length + at) * cell;
        pen.fillStyle = mixed(colours, each.share);
        pen.fillRect(left, top + 1, Math.max(cell - 0.5, 1), ROW - 2);
        if (each.throttles) {  // told by a mark, too, not by colour alone
          pen.fillStyle = style.getPropertyValue("--mark");
          pen.fillRect(left + cell / 2 - 1.5, top + ROW / 2 - 1.5, 3, 3);
        }
      });
    });
    pen.fillStyle = style.getPropertyValue("--muted");
    pen.fillText(`${columns} s ago`, name, height - 7);
    pen.textAlign = "end";
    pen.fillText("now", width, height - 7);
    const hot = rows.filter((row) => row.cells.some((each) => each?.throttles)).map((row) => row.name);
    this.canvas.setAttribute("aria-label", `Heat of ${rows.length} partitions over ${columns} seconds. ${
      hot.length ? `Throttled: ${hot.join(", ")}` : "None throttled"}. The table below has the figures of now.`);
    this.key.textContent = "Colour: share of the partition's ceiling that is drawn, from none to all of it. A dot: "
      + "throttled in that second. Eventually consistent reads come from all replicas, and may go beyond the leader's ceiling.";
  }
}

function shortened(pen, text, most) {
  if (pen.measureText(text).width <= most) return text;
  let end = text;
  while (end.length > 4 && pen.measureText(`…${end}`).width > most) end = end.slice(1);
  return `…${end}`;
}

function mixed(colours, share) {
  const place = Math.min(Math.max(share, 0), 1.2) / 1.2 * (colours.length - 1);
  const low = Math.min(Math.floor(place), colours.length - 2);
  const [first, second] = [colours[low], colours[low + 1]].map((hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)));
  return `rgb(${first.map((value, at) => Math.round(value + (second[at] - value) * (place - low))).join(",")})`;
}
