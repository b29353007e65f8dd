// DynamoDB's calls to the server that this page came from, and key conditions with their values written in.

const url = new URL(document.querySelector("meta[name=dynarig-calls]").content, document.baseURI).pathname;

// The server reads account and region off a credential and verifies nothing.
export async function call(operation, request, { account, region }) {
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const began = performance.now();
  const answer = await fetch(url, {
    method: "POST",
    body: JSON.stringify(request),
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": `DynamoDB_20120810.${operation}`,
      "x-amz-date": date,
      authorization: `AWS4-HMAC-SHA256 Credential=${account}/${date.slice(0, 8)}/${region}/dynamodb/aws4_request, `
        + `SignedHeaders=host, Signature=${"0".repeat(64)}`,
    },
  });
  const told = await answer.json().catch(() => ({ message: `the server answered ${answer.status}` }));
  if (!answer.ok) {
    const code = String(told.__type ?? "").split("#").pop();
    throw new Error(`${code ? `${code}: ` : ""}${told.message ?? told.Message ?? told.error ?? answer.status}`);
  }
  return { told, milliseconds: performance.now() - began };
}

export const isStatement = (text) => /^\s*(select|insert|update|delete|exists)\b/i.test(text);

const TOKEN = /\s*(?:'((?:[^']|'')*)'|"([^"]+)"|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|([A-Za-z_][\w.-]*)|(<=|>=|[=<>(),]))/y;
const WORDS = /^(and|between|begins_with)$/i;

// `pk = 'USER#1' AND sk > 5` as the members of a Query: names and values become placeholders, as the API wants them.
export function keyCondition(text) {
  const names = {};
  const values = {};
  const parts = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(text);
    if (found === null) throw new Error(`a key condition is such as  pk = 'USER#1' AND sk > 5 ; not understood from: ${text.slice(at).trim()}`);
    const [, string, quoted, numeral, word, sign] = found;
    if (string !== undefined || numeral !== undefined) {
      const name = `:v${Object.keys(values).length}`;
      values[name] = string !== undefined ? { S: string.replaceAll("''", "'") } : { N: numeral };
      parts.push(name);
    } else if (quoted !== undefined || !WORDS.test(word ?? "and")) {
      const wanted = quoted ?? word;
      let name = Object.keys(names).find((each) => names[each] === wanted);
      if (!name) names[name = `#n${Object.keys(names).length}`] = wanted;
      parts.push(name);
    } else {
      parts.push(sign ?? (/begins_with/i.test(word) ? "begins_with" : word.toUpperCase()));
    }
  }
  return { KeyConditionExpression: parts.join(" "), ExpressionAttributeNames: names, ExpressionAttributeValues: values };
}

// An attribute value as a person reads it.
export function plain(value) {
  const [[kind, held]] = Object.entries(value);
  if (kind === "L") return held.map(plain);
  if (kind === "M") return Object.fromEntries(Object.entries(held).map(([name, each]) => [name, plain(each)]));
  if (kind === "NULL") return null;
  return held;
}
