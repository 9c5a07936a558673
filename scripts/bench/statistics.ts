/** What a bench prints: medians, percentiles and a table with each figure beside its limit. */

export interface Row {
  readonly what: string;
  readonly measured: string;
  /** What the same machine did in the same run without us. */
  readonly limit: string;
  readonly reach: string;
  readonly ok: boolean;
  /** Raw samples, in the unit of `measured`. */
  readonly samples: Readonly<Record<string, readonly number[]>>;
}

/** The value below which `share` of the samples lie (nearest rank). */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN;
}

export const median = (samples: readonly number[]): number => percentile(samples, 0.5);

/** `milliseconds(412.34)` → `412 ms`; below 20 with one decimal. */
export const milliseconds = (value: number): string => `${value < 20 ? value.toFixed(1) : Math.round(value)} ms`;

export function table(rows: readonly Row[]): string {
  const cells = [['What', 'Measured', 'Limit beside it', 'Reach', ''], ...rows.map((row) => [row.what, row.measured, row.limit, row.reach, row.ok ? 'reached' : 'MISSED'])];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  return cells.map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()).join('\n');
}
