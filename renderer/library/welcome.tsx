/** The library before its first document: what to do, and where to drop. */
import type { ReactElement } from 'react';
import { strings } from '../strings';

export function Welcome({ action }: { readonly action: ReactElement }): ReactElement {
  return (
    <section className="welcome" aria-labelledby="welcome-title">
      <WelcomeDrawing />
      <h2 id="welcome-title">{strings.emptyTitle}</h2>
      <p>{strings.emptyText}</p>
      {action}
      <p className="welcome-note">{strings.emptyNote}</p>
    </section>
  );
}

/** A sheet with a table of standards, on its way into the pocket, and the notes that come of it. */
function WelcomeDrawing(): ReactElement {
  return (
    <svg className="drawing welcome-drawing" viewBox="0 0 240 150" aria-hidden="true" focusable="false">
      <path className="drawing-line" d="M8 52c44-16 76 14 112 0s72-14 112 0M8 64c44-16 76 14 112 0s72-14 112 0M8 76c44-16 76 14 112 0s72-14 112 0" />
      <g className="drawing-note-left"><ellipse className="drawing-ink" cx="36" cy="66" rx="6.4" ry="4.8" transform="rotate(-18 36 66)" /><path className="drawing-stem" d="M42 64V34" /></g>
      <g><path className="drawing-stem" d="M194 66V36l20-5v30M194 44l20-5" /><ellipse className="drawing-ink" cx="188.5" cy="67" rx="6.4" ry="4.8" transform="rotate(-18 188.5 67)" /><ellipse className="drawing-ink" cx="208.5" cy="62" rx="6.4" ry="4.8" transform="rotate(-18 208.5 62)" /></g>
      <g transform="rotate(-4 120 60)">
        <path className="drawing-sheet" d="M86 8h50l20 20v84H86z" />
        <path className="drawing-fold" d="M136 8v20h20z" />
        <path className="drawing-accent" d="M96 36h22v8H96z" />
        <path className="drawing-text" d="M96 22h26M124 40h22M96 54h50M96 64h44M96 76h22M124 76h20" />
      </g>
      <path className="drawing-pocket" d="M62 84h116v30a12 12 0 0 1-6 10.4l-45 20a16 16 0 0 1-14 0l-45-20A12 12 0 0 1 62 114z" />
      <path className="drawing-stitch" d="M72 94h96" />
    </svg>
  );
}
