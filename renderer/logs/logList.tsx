/** The rows of a log: only those in sight are on the page. It keeps to the end while lines come, until a person scrolls back. */
/* eslint-disable jsx-a11y/prefer-tag-over-role -- a <select> can not hold a million options, nor marks within them */
import { useEffect, useEffectEvent, useLayoutEffect, type KeyboardEvent, type MouseEvent, type ReactElement } from 'react';
import { useServices } from '../services';
import { strings } from '../strings';
import type { LogState } from './log';
import { Marked } from './marked';
import { ROW_PX, useRows } from './rows';

/** `2026-11-23T10:00:00.000Z `. */
const STAMP = /^\d{4}-\d\d-\d\dT[\d:.]+Z /;

/** What is marked with the mouse, the page copies by itself. */
const isTextMarked = (): boolean => window.getSelection()?.isCollapsed === false;

export function LogList({ state, onCopy }: { readonly state: LogState & { readonly total: number }; readonly onCopy: () => void }): ReactElement {
  const { log } = useServices();
  const { total, query, following, selection } = state;
  const rows = useRows(total);
  const { box, first, last } = rows;
  const reveal = useEffectEvent(rows.reveal);
  const toEnd = useEffectEvent(rows.toEnd);
  // After each change: what is here is not asked for again.
  useEffect(() => { log.need(first, last); });
  useLayoutEffect(() => { if (following && total > 0) toEnd(); }, [following, total]);
  // The choice moves the list; new lines do not.
  useLayoutEffect(() => { if (selection !== null) reveal(selection.focus); }, [selection]);

  const choose = (row: number, extend: boolean): void => log.select({ anchor: extend ? selection?.anchor ?? row : row, focus: row });
  const onScroll = (): void => {
    rows.look();
    const element = box.current;
    if (element !== null) log.keepToEnd(element.scrollHeight - element.scrollTop - element.clientHeight < ROW_PX);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = selection?.focus ?? first - 1;
    const targets: Readonly<Record<string, number>> = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + rows.page, PageUp: at - rows.page, Home: 0, End: total - 1 };
    const target = targets[event.key];
    const isControl = event.ctrlKey || event.metaKey;
    if (target !== undefined) choose(Math.min(total - 1, Math.max(0, target)), event.shiftKey);
    else if (isControl && event.key === 'a') log.select({ anchor: 0, focus: total - 1 });
    else if (isControl && event.key === 'c' && !isTextMarked()) onCopy();
    else return;
    event.preventDefault();
  };
  const onClick = (event: MouseEvent, row: number): void => { if (event.shiftKey || !isTextMarked()) choose(row, event.shiftKey); };
  const [low, high] = selection === null ? [0, -1] : [Math.min(selection.anchor, selection.focus), Math.max(selection.anchor, selection.focus)];
  const focus = selection?.focus ?? -1;
  return (
    <div
      ref={box} className="log-rows" role="listbox" tabIndex={0} aria-label={strings.logs.lines} aria-multiselectable
      aria-activedescendant={focus >= first && focus <= last ? `log-row-${focus}` : undefined} onScroll={onScroll} onKeyDown={onKeyDown}
    >
      <div role="presentation" className="log-height" style={{ height: rows.height }}>
        {Array.from({ length: last - first + 1 }, (_, index) => first + index).map((row) => {
          const line = log.line(row);
          const stamp = STAMP.exec(line?.text ?? '')?.[0] ?? '';
          return (
            // eslint-disable-next-line jsx-a11y/click-events-have-key-events -- the list has the keys
            <div
              key={row} id={`log-row-${row}`} className="log-row" role="option" aria-selected={row >= low && row <= high} aria-posinset={row + 1} aria-setsize={total}
              tabIndex={-1} data-level={line?.level} data-focus={row === focus} style={{ transform: `translateY(${rows.top(row)}px)` }} onClick={(event) => onClick(event, row)}
            >
              {line === null ? <span className="log-wait">{strings.logs.wait}</span> : (
                <>
                  <span className="log-stamp"><Marked text={stamp} query={query} /></span>
                  <Marked text={line.text.slice(stamp.length)} query={query} />
                </>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}
