/** `size(20_971_520)` → `21 MB`, as file managers say it. */
export function size(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  const [unit, scale] = bytes < 1_000_000 ? ['KB', 1_000] as const : ['MB', 1_000_000] as const;
  const value = bytes / scale;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}
