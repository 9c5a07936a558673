/** The mark of the product: a note that looks out of a pocket. Drawn in the page so that it takes the theme's colours. */
import type { ReactElement } from 'react';

export function Mark(): ReactElement {
  return (
    <svg className="mark" viewBox="0 0 48 48" aria-hidden="true" focusable="false">
      <g className="mark-note">
        <path d="M20 29V8.5l14-3.6v20" fill="none" stroke="currentColor" strokeWidth="3.4" strokeLinejoin="round" strokeLinecap="round" />
        <path d="m20 14.4 14-3.6" fill="none" stroke="currentColor" strokeWidth="3.4" />
      </g>
      <path className="mark-pocket" d="M7 20.5h34v12.3a5 5 0 0 1-2.4 4.3L26.6 44.3a5 5 0 0 1-5.2 0L9.4 37.1A5 5 0 0 1 7 32.8z" />
      <path className="mark-stitch" d="M10.6 25.4h26.8" fill="none" strokeWidth="1.7" strokeDasharray="2.7 2.4" strokeLinecap="round" />
    </svg>
  );
}
