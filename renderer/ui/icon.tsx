/** The icons, drawn as strokes in the colour of the text; none of them is the only carrier of a meaning. */
import type { ReactElement } from 'react';

const PATHS = {
  print: 'M4.5 6V2.2h7V6M4.5 11.5H2.2V6.2h11.6v5.3h-2.3M4.5 9.4h7v4.4h-7z',
  pen: 'm10.6 2.6 2.8 2.8-7.8 7.8-3.4.6.6-3.4z',
  plus: 'M8 3v10M3 8h10',
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10ZM10.7 10.7 14 14',
  close: 'm4 4 8 8M12 4l-8 8',
  trash: 'M2.5 4.5h11M6 4.5V3h4v1.5M4 4.5l.6 8.5h6.8l.6-8.5M6.7 7v3.7M9.3 7v3.7',
  page: 'M4 1.8h5L12.5 5v9.2H4zM9 1.8V5h3.5M6.2 8h4M6.2 10.8h4',
  check: 'm3.2 8.4 3.2 3.2 6.4-7',
  alert: 'M8 1.8 14.6 13.6H1.4zM8 6.2v3.4M8 11.4v.4',
  chevron: 'm4 6 4 4 4-4',
  refresh: 'M13.3 8A5.3 5.3 0 1 1 11.6 4.1L13.4 5.8M13.5 2.4v3.5H10',
  copy: 'M5.8 5.8h7.4v7.4H5.8zM10.2 5.6V2.8H2.8v7.4h2.8',
  back: 'M10 3 5 8l5 5',
  up: 'm4 10 4-4 4 4',
  down: 'm4 6 4 4 4-4',
  lines: 'M2.5 4h11M2.5 8h11M2.5 12h6.5',
  paste: 'M5.5 2.8H3.6v11h8.8v-11h-1.9M5.5 1.8h5v2.6h-5zM6 8h4M6 10.8h4',
  folder: 'M1.8 3.4h4.4l1.5 1.8h6.5v7.6H1.8z',
  drop: 'M8 2v8M4.8 7 8 10.2 11.2 7M2.5 13.6h11',
} as const;

export function Icon({ name }: { readonly name: keyof typeof PATHS }): ReactElement {
  return (
    <svg className="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
