// What was seen, second by second: differences of the sums that the server tells. Pure but for what it keeps.

import { targetName } from "./dom.js";

export const SPAN_SECONDS = 120;

export class History {
  constructor() {
    this.clear();
  }

  clear() {
    this.points = [];
    this.before = null;
  }

  // told: the server's answer; at: seconds of a clock of ours. The point made of it, null for the first.
  add(told, at) {
    const before = this.before;
    this.before = { told, at };
    if (before === null || told.answered < before.told.answered || told.source !== before.told.source) {
      this.points = [];
      return null;
    }
    const seconds = Math.max(at - before.at, 0.05);
    const point = {
      at,
      accepted: (told.answered - before.told.answered) / seconds,
      throttled: rates(told.throttled, before.told.throttled, seconds),
      ...latencies(told, before.told),
      consumed: consumed(told, before.told, seconds),
      heat: heat(told, before.told, seconds),
    };
    point.throttledInAll = Object.values(point.throttled).reduce((sum, each) => sum + each, 0);
    point.read = point.consumed.reduce((sum, each) => sum + each.read, 0);
    point.written = point.consumed.reduce((sum, each) => sum + each.written, 0);
    this.points.push(point);
    while (this.points.length && this.points[0].at < at - SPAN_SECONDS) this.points.shift();
    return point;
  }
}

function rates(now, before, seconds) {
  return Object.fromEntries(Object.entries(now).map(([name, times]) => [name, Math.max(times - (before[name] ?? 0), 0) / seconds]));
}

function consumed(told, before, seconds) {
  const key = (row) => JSON.stringify([row.account, row.region, row.table, row.index]);
  const known = new Map(before.consumed.map((row) => [key(row), row]));
  return told.consumed.map((row) => {
    const old = known.get(key(row)) ?? { read_units: 0, write_units: 0 };
    return {
      name: targetName(row), readInAll: row.read_units, writtenInAll: row.write_units,
      read: Math.max(row.read_units - old.read_units, 0) / seconds,
      written: Math.max(row.write_units - old.write_units, 0) / seconds,
    };
  });
}

function partitionsOf(told) {
  const found = new Map();
  for (const target of told.heat) {
    for (const partition of target.partitions) {
      const name = `${targetName(target)} ${partition.id}`;
      found.set(`${target.account}/${target.region}/${name}`, { name, target, ...partition });
    }
  }
  return found;
}

function heat(told, before, seconds) {
  const known = partitionsOf(before);
  const found = partitionsOf(told);
  for (const [key, each] of found) each.throttles = Math.max(each.throttled - (known.get(key)?.throttled ?? each.throttled), 0) / seconds;
  return found;
}

// p50, p90 and p99 in milliseconds of what was answered since the look before; null where nothing was.
function latencies(told, before) {
  const counts = new Map();
  for (const [operation, buckets] of Object.entries(told.latency)) {
    const old = new Map(before.minute === told.minute ? before.latency[operation] ?? [] : []);
    const shrunk = buckets.some(([value, times]) => times < (old.get(value) ?? 0));
    for (const [value, times] of buckets) {
      counts.set(value, (counts.get(value) ?? 0) + times - (shrunk ? 0 : old.get(value) ?? 0));
    }
  }
  const ordered = [...counts].filter(([, times]) => times > 0).sort(([first], [second]) => first - second);
  const total = ordered.reduce((sum, [, times]) => sum + times, 0);
  const at = (share) => {
    let seen = 0;
    for (const [value, times] of ordered) {
      seen += times;
      if (seen >= share * total) return value / 1000;
    }
    return null;
  };
  return total ? { p50: at(0.5), p90: at(0.9), p99: at(0.99) } : { p50: null, p90: null, p99: null };
}
