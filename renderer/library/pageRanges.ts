/** Writes page numbers briefly: 3, 7–9, 12. */

export function pageRanges(pages: readonly number[]): string {
  const ranges: [first: number, last: number][] = [];
  for (const page of [...pages].sort((a, b) => a - b)) {
    const newest = ranges.at(-1);
    if (newest !== undefined && page <= newest[1] + 1) newest[1] = page;
    else ranges.push([page, page]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(', ');
}
