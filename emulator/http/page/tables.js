// The browser of tables: what there is, how it is made, its items by page, and a box for questions.

import { call, isStatement, keyCondition, plain } from "./calls.js";
import { byId, element, number } from "./dom.js";

const PAGE_ITEMS = 25;
const COLUMNS_MAX = 9;
const CELL_LETTERS = 160;

export class Browser {
  constructor() {
    this.namespaces = "";
    this.names = [];
    this.table = null;
    this.source = "";
    byId("namespace").addEventListener("change", () => this.list());
    byId("filter").addEventListener("input", () => this.showNames());
    byId("scan").addEventListener("click", () => this.table && this.scan());
    byId("query").addEventListener("submit", (event) => {
      event.preventDefault();
      this.run();
    });
    byId("statement").addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.run();
    });
  }

  setNamespaces(namespaces, source) {
    const shown = JSON.stringify([namespaces, source]);
    if (shown === this.namespaces) return;
    this.namespaces = shown;
    this.source = source;
    const select = byId("namespace");
    const chosen = select.value;
    select.replaceChildren(...namespaces.map(({ account, region, tables }) => {
      const value = `${account}/${region}`;
      return element("option", { value, selected: value === chosen }, `${region} (${account}): ${tables} tables`);
    }));
    if (!byId("tables-view").hidden) this.open(location.hash);
  }

  get namespace() {
    const [account, region] = (byId("namespace").value || "000000000000/us-east-1").split("/");
    return { account, region };
  }

  async open(hash) {
    const name = decodeURIComponent(hash.split("/")[1] ?? "");
    if (!this.namespaces) return;  // the first look at the server comes back here
    await this.list();
    if (name && this.names.includes(name) && this.table?.TableName !== name) await this.show(name);
  }

  // Does one thing; what went wrong is told in the line of outcomes.
  async attempt(act) {
    try {
      await act();
    } catch (fault) {
      this.tell(fault.message, true);
    }
  }

  tell(text, bad = false) {
    byId("outcome").className = bad ? "bad" : "muted";
    byId("outcome").textContent = text;
  }

  list() {
    return this.attempt(async () => {
      if (this.source && this.source !== "emulator") {
        this.tell("Tables are shown of dynarig's own emulator only.");
        return;
      }
      const names = [];
      let start;
      do {
        const { told } = await call("ListTables", start ? { ExclusiveStartTableName: start } : {}, this.namespace);
        names.push(...told.TableNames);
        start = told.LastEvaluatedTableName;
      } while (start);
      this.names = names;
      this.showNames();
      if (!names.length) this.tell("There is no table yet.");
      else if (!this.table) this.tell("Choose a table.");
    });
  }

  showNames() {
    const part = byId("filter").value.toLowerCase();
    byId("table-list").replaceChildren(...this.names.filter((name) => name.toLowerCase().includes(part)).map((name) =>
      element("li", {}, element("button", {
        type: "button", "aria-current": this.table?.TableName === name ? "true" : null,
        on: { click: () => { history.replaceState(null, "", `#tables/${encodeURIComponent(name)}`); this.show(name); } },
      }, name))));
  }

  show(name) {
    return this.attempt(async () => {
      this.table = (await call("DescribeTable", { TableName: name }, this.namespace)).told.Table;
      this.showNames();
      this.describe();
      byId("index").replaceChildren(element("option", { value: "" }, "(the table)"),
        ...this.indexes().map((index) => element("option", { value: index.IndexName }, index.IndexName)));
      await this.scan();
    });
  }

  indexes() {
    return [...this.table.GlobalSecondaryIndexes ?? [], ...this.table.LocalSecondaryIndexes ?? []];
  }

  describe() {
    const table = this.table;
    const kind = Object.fromEntries(table.AttributeDefinitions.map((each) => [each.AttributeName, each.AttributeType]));
    const keys = (schema) => schema.map((each) => `${each.AttributeName} (${kind[each.AttributeName]}, ${each.KeyType})`).join(", ");
    const throughput = table.ProvisionedThroughput;
    const onDemand = table.BillingModeSummary?.BillingMode === "PAY_PER_REQUEST";
    const pairs = [
      ["Key", keys(table.KeySchema)], ["Status", table.TableStatus],
      ["Billing", onDemand ? "on demand" : `provisioned, ${number(throughput.ReadCapacityUnits)} read and ${number(throughput.WriteCapacityUnits)} write units`],
      ["Items", `${number(table.ItemCount)}, ${number(table.TableSizeBytes)} bytes`],
      ...this.indexes().map((index) => [`Index ${index.IndexName}`,
        `${keys(index.KeySchema)}; ${index.Projection.ProjectionType}; ${index.IndexStatus ?? "local"}`]),
    ];
    if (table.StreamSpecification?.StreamEnabled) pairs.push(["Stream", table.StreamSpecification.StreamViewType]);
    const place = byId("description");
    place.hidden = false;
    place.replaceChildren(element("h2", { id: "table-title" }, table.TableName),
      element("dl", { class: "pairs" }, ...pairs.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)])),
      element("details", {}, element("summary", {}, "DescribeTable's answer"), element("pre", {}, JSON.stringify(table, null, 2))));
  }

  scan() {
    const request = { TableName: this.table.TableName, Limit: PAGE_ITEMS };
    const index = byId("index").value;
    if (index) request.IndexName = index;
    return this.page("Scan", request);
  }

  run() {
    return this.attempt(async () => {
      const text = byId("statement").value.trim();
      if (!text) throw new Error("Write a statement, or a key condition such as  pk = 'USER#1'");
      if (isStatement(text)) {
        const request = { Statement: text, ConsistentRead: byId("consistent").checked };
        if (/^\s*select\b/i.test(text)) request.Limit = PAGE_ITEMS;
        return this.page("ExecuteStatement", request);
      }
      if (!this.table) throw new Error("Choose the table that the key condition is of.");
      const request = {
        TableName: this.table.TableName, Limit: PAGE_ITEMS, ...keyCondition(text),
        ScanIndexForward: !byId("backwards").checked, ConsistentRead: byId("consistent").checked,
      };
      const index = byId("index").value;
      if (index) request.IndexName = index;
      return this.page("Query", request);
    });
  }

  // One page of items, and a way to the next.
  page(operation, request) {
    return this.attempt(async () => {
      const asked = { ...request, ReturnConsumedCapacity: "INDEXES" };
      const { told, milliseconds } = await call(operation, asked, this.namespace);
      const items = told.Items ?? [];
      this.tell(`${operation}: ${number(items.length)} ${items.length === 1 ? "item" : "items"}${told.ScannedCount > told.Count ? ` of ${number(told.ScannedCount)} read` : ""}, `
        + `${consumed(told.ConsumedCapacity)}, ${number(milliseconds, 1)} ms`);
      let next = null;
      if (told.LastEvaluatedKey) next = { ...request, ExclusiveStartKey: told.LastEvaluatedKey };
      if (told.NextToken) next = { ...request, NextToken: told.NextToken };
      const more = next && (async () => {
        await this.page(operation, next);
        byId("items-title").focus();  // the button that had the focus is gone
      });
      this.showItems(items, more);
    });
  }

  showItems(items, next) {
    const keys = (this.table?.KeySchema ?? []).map((each) => each.AttributeName);
    const often = new Map(keys.map((name) => [name, Infinity]));
    for (const item of items) for (const name of Object.keys(item)) often.set(name, (often.get(name) ?? 0) + 1);
    const columns = [...often].sort(([, first], [, second]) => second - first).slice(0, COLUMNS_MAX).map(([name]) => name)
      .filter((name) => items.some((item) => name in item));
    const place = byId("items");
    place.hidden = false;
    place.replaceChildren(element("h2", { id: "items-title", tabindex: "-1" }, items.length ? "Items" : "No items"));
    if (items.length) {
      place.append(element("div", { class: "scroll", tabindex: "0", role: "region", "aria-labelledby": "items-title" },
        element("table", {},
          element("thead", {}, element("tr", {}, ...columns.map((name) => element("th", { scope: "col" }, name)), element("th", { scope: "col" }, "Whole"))),
          element("tbody", {}, ...items.map((item) => row(item, columns))))));
    }
    if (next) place.append(element("button", { type: "button", on: { click: next } }, "Next page"));
  }
}

function row(item, columns) {
  const cells = columns.map((name) => {
    if (!(name in item)) return element("td", {});
    const value = plain(item[name]);
    const text = typeof value === "object" || typeof value === "boolean" ? JSON.stringify(value) : value;
    return element("td", { class: "N" in item[name] ? "n" : null }, text.length > CELL_LETTERS ? `${text.slice(0, CELL_LETTERS)}…` : text);
  });
  return element("tr", {}, ...cells, element("td", {},
    element("details", {}, element("summary", {}, "JSON"), element("pre", {}, JSON.stringify(item, null, 2)))));
}

function consumed(capacity) {
  if (!capacity) return "consumed nothing";
  const indexes = { ...capacity.GlobalSecondaryIndexes, ...capacity.LocalSecondaryIndexes };
  const parts = Object.entries(indexes).map(([name, each]) => `${name} ${number(each.CapacityUnits)}`);
  if (parts.length && capacity.Table) parts.unshift(`table ${number(capacity.Table.CapacityUnits)}`);
  return `consumed ${number(capacity.CapacityUnits)} units${parts.length ? ` (${parts.join(", ")})` : ""}`;
}
