// Elements and figures. Text goes in as text, never as markup: keys and items are anybody's.

export const byId = (id) => document.getElementById(id);

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "on") for (const [event, act] of Object.entries(value)) made.addEventListener(event, act);
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export function drawn(name, attributes = {}, text = null) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== null) made.textContent = text;
  return made;
}

// Rows of a table's body: the first cell heads its row; those listed in `numbers` are right-aligned.
export function fill(table, rows, numbers) {
  table.tBodies[0].replaceChildren(...rows.map((cells) => element("tr", {}, ...cells.map((cell, at) =>
    element(at === 0 ? "th" : "td", { scope: at === 0 ? "row" : null, class: numbers.includes(at) ? "n" : null }, cell)))));
}

export function number(value, digits = null) {
  const places = digits ?? (Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : Math.abs(value) >= 10 ? 1 : 2);
  return value.toLocaleString("en-GB", { minimumFractionDigits: 0, maximumFractionDigits: places });
}

export const percent = (share) => `${number(share * 100, share < 0.1 ? 1 : 0)} %`;

export function milliseconds(value) {
  return value === null ? "–" : `${number(value)} ms`;
}

export function dollars(value) {
  if (value === null || value === undefined) return "–";
  const digits = value >= 100 ? 0 : value >= 1 ? 2 : value >= 0.01 ? 4 : 6;
  return `$${value.toLocaleString("en-GB", { minimumFractionDigits: Math.min(digits, 2), maximumFractionDigits: digits })}`;
}

export const targetName = (row) => (row.index ? `${row.table} / ${row.index}` : row.table);
