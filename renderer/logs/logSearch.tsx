/** The search in a log. Ctrl or Cmd with F goes to it, Enter and F3 to the next match, with Shift to the one before. */
import { useEffect, useRef, type ReactElement } from 'react';
import { useServices } from '../services';
import { strings } from '../strings';
import { IconButton } from '../ui/button';
import { Icon } from '../ui/icon';
import type { LogState } from './log';

const words = strings.logs;

export function LogSearch({ state: { query, hit } }: { readonly state: LogState }): ReactElement {
  const { log } = useServices();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'f') field.current?.select();
      else if (event.key === 'F3') log.step(event.shiftKey ? 'previous' : 'next');
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [log]);
  return (
    <div className="log-search">
      <div className="search-box">
        <Icon name="search" />
        <input
          ref={field} type="search" aria-label={words.search} placeholder={words.search} value={query} autoComplete="off" spellCheck={false} maxLength={1_000}
          aria-keyshortcuts="Control+F Meta+F" onChange={(event) => log.search(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') log.step(event.shiftKey ? 'previous' : 'next');
            else if (event.key === 'Escape' && query !== '') log.search('');
            else return;
            event.preventDefault();
          }}
        />
      </div>
      {/* eslint-disable-next-line jsx-a11y/prefer-tag-over-role -- <output> is for the result of a form */}
      <span className="log-matches" role="status">{query !== '' && hit !== null ? words.matches(hit.nth, hit.matches) : ''}</span>
      <IconButton name={words.previous} icon="up" onPress={() => log.step('previous')} />
      <IconButton name={words.next} icon="down" onPress={() => log.step('next')} />
    </div>
  );
}
