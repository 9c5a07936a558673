/** Which rows of a long list are in sight. All rows are as high, so that a division tells; what a library would remember of each is not needed. */
import { useEffect, useRef, useState, type RefObject } from 'react';

export const ROW_PX = 20;
/** Chromium makes nothing higher than 33,554,432 px; a longer list scrolls in larger steps. */
const MAX_PX = 30_000_000;
const BEYOND_SIGHT = 10;

export interface Rows {
  /** The element that scrolls. */
  readonly box: RefObject<HTMLDivElement | null>;
  /** Height of all rows together, in pixels. */
  readonly height: number;
  readonly first: number;
  /** Below `first` where there is no row. */
  readonly last: number;
  /** Where a row stands, in pixels from the top of the list. */
  readonly top: (row: number) => number;
  /** How many rows fit. */
  readonly page: number;
  /** Scrolls so far as is needed to see the row. */
  readonly reveal: (row: number) => void;
  readonly toEnd: () => void;
  /** To be called when the list was scrolled. */
  readonly look: () => void;
}

export function useRows(total: number): Rows {
  const box = useRef<HTMLDivElement>(null);
  const [scrollTop, setScrollTop] = useState(0);
  const [boxPx, setBoxPx] = useState(600);
  const allPx = total * ROW_PX;
  const height = Math.min(allPx, MAX_PX);
  // 1 for all lists but giants.
  const scale = height > boxPx ? (allPx - boxPx) / (height - boxPx) : 1;
  const virtualTop = scrollTop * scale;
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => { setBoxPx(element.clientHeight); });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return {
    box,
    height,
    first: Math.max(0, Math.floor(virtualTop / ROW_PX) - BEYOND_SIGHT),
    last: Math.min(total - 1, Math.ceil((virtualTop + boxPx) / ROW_PX) + BEYOND_SIGHT),
    top: (row) => row * ROW_PX - virtualTop + scrollTop,
    page: Math.max(1, Math.floor(boxPx / ROW_PX) - 1),
    reveal: (row) => {
      const element = box.current;
      if (element === null) return;
      const [at, from] = [row * ROW_PX, element.scrollTop * scale];
      if (at < from) element.scrollTop = at / scale;
      else if (at + ROW_PX > from + boxPx) element.scrollTop = (at + ROW_PX - boxPx) / scale;
    },
    toEnd: () => { if (box.current !== null) box.current.scrollTop = box.current.scrollHeight; },
    look: () => { if (box.current !== null) setScrollTop(box.current.scrollTop); },
  };
}
