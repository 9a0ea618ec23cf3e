// Canonical JSON: keys sorted, no white space. Equal values give equal text, so outputs can be compared byte by byte.

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  // No prototype: an own key `__proto__` stays a key.
  const result = Object.create(null) as Record<string, unknown>;
  for (const [key, entry] of entries) result[key] = sorted(entry);
  return result;
}

/** `value` as JSON with sorted keys; what `toJSON` methods say is followed first. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(JSON.parse(JSON.stringify(value))));
}
