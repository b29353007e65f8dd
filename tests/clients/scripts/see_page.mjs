// What a person sees of the page while a load throttles, and of its browser of tables. Argument: the page's address.
import { createRequire } from "node:module";

const require = createRequire(`${process.env.MODULES_FOLDER}/of.js`);
const { chromium } = require("playwright-core");

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });
const complaints = [];
const seen = {};
try {
  const page = await browser.newPage();
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && complaints.push(message.text()));
  page.on("pageerror", (fault) => complaints.push(fault.message));
  page.on("request", (request) => request.url().startsWith(process.argv[2].split("/_dynarig")[0].split("/dynamodb")[0])
    || complaints.push(`asks ${request.url()}`));
  const text = (selector) => page.locator(selector).innerText();

  await page.goto(process.argv[2]);
  await page.locator("#hottest", { hasText: "requests/s throttled" }).waitFor({ timeout: 20_000 });
  seen.hottest = await text("#hottest");
  await page.locator("#hot-keys", { hasText: "Hottest keys" }).waitFor({ timeout: 20_000 });
  seen.keys = await text("#hot-keys");
  seen.partitions = (await text("#partitions tbody tr:first-child")).split("\t");
  seen.heat = await page.locator("#heat-map canvas").getAttribute("aria-label");
  seen.reasons = await text("#rate-chart .legend");
  await page.locator("#cost-lines tbody tr").first().waitFor();
  seen.cost = await text("#cost-note");
  seen.consumed = await text("#consumed tbody");

  await page.keyboard.press("Tab");  // the first stop of the keyboard leads past the header
  seen.first_stop = await page.evaluate(() => document.activeElement.textContent);
  await page.getByRole("link", { name: "Tables" }).click();
  await page.getByRole("button", { name: "orchard", exact: true }).click();
  await page.locator("#items tbody tr").first().waitFor();
  seen.description = await text("#description dl");
  seen.items = await page.locator("#items tbody tr").count();
  await page.getByRole("button", { name: "Next page" }).click();
  await page.waitForFunction(() => document.activeElement.id === "items-title");
  seen.next_items = await page.locator("#items tbody tr").count();
  const ask = async (statement, operation) => {
    await page.getByLabel("PartiQL, or a key condition").fill(statement);
    await page.getByRole("button", { name: "Run" }).click();
    await page.locator("#outcome", { hasText: operation }).waitFor();
    return { outcome: (await text("#outcome")).split(", ").slice(0, 2), rows: await page.locator("#items tbody tr").allInnerTexts() };
  };
  seen.query = await ask("tree = 'elstar' AND pick BETWEEN 2 AND 3", "Query");
  seen.statement = await ask(`SELECT apples FROM "orchard" WHERE tree = 'elstar' AND pick = 1`, "ExecuteStatement");
  seen.complaints = [...complaints];  // the browser itself complains of every answer of 400
  seen.refused = (await ask("apples = 1", "ValidationException")).outcome;
} finally {
  await browser.close();
}
console.log(JSON.stringify(seen));
