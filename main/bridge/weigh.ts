/** Weighs what the page sent before anything else looks at it, so that no message can cost more than its channel allows. */

/** No message of ours is nested deeper, and a circle has no end. */
const MAX_DEPTH = 32;
/** What anything takes at least; so a message of many small parts has an end too. */
const PART_BYTES = 8;
const KINDS = 'allowed are plain objects, lists, texts, numbers and bytes';

/** Why these values may not pass, or null: too heavy, too deep, or of a kind that no channel takes. Stops at the limit, follows no recursion. */
export function weigh(values: readonly unknown[], maxBytes: number): string | null {
  let bytes = 0;
  const waiting: { readonly value: unknown; readonly depth: number }[] = [{ value: values, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, depth } = next;
    if (depth > MAX_DEPTH) return `allowed are ${MAX_DEPTH} levels`;
    bytes += PART_BYTES;
    if (typeof value === 'string') bytes += 2 * value.length;
    else if (ArrayBuffer.isView(value)) bytes += value.byteLength;
    // Of any length, and no channel counts so far.
    else if (typeof value === 'bigint') return KINDS;
    // Counted by its length: a sparse one is large without holding anything.
    else if (Array.isArray(value)) bytes += PART_BYTES * value.length;
    else if (typeof value === 'object' && value !== null && Object.prototype.toString.call(value) !== '[object Object]') return KINDS;
    if (bytes > maxBytes) return `allowed are ${maxBytes} bytes`;
    if (Array.isArray(value)) for (const item of value as unknown[]) waiting.push({ value: item, depth: depth + 1 });
    else if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
      for (const key in value) {
        bytes += 2 * key.length;
        if (bytes + PART_BYTES * waiting.length > maxBytes) return `allowed are ${maxBytes} bytes`;
        waiting.push({ value: (value as Record<string, unknown>)[key], depth: depth + 1 });
      }
    }
  }
  return null;
}
