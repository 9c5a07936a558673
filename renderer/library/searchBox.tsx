/** The search field. Ctrl or Cmd with F, or a slash, goes to it; Escape empties it. */
import { useEffect, useRef, type ReactElement } from 'react';
import { useServices } from '../services';
import { useStore } from '../store';
import { strings } from '../strings';
import { IconButton } from '../ui/button';
import { Icon } from '../ui/icon';

export function SearchBox(): ReactElement {
  const { search } = useServices();
  const { question } = useStore(search.state);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const go = (event: KeyboardEvent): void => {
      const isFind = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'f';
      const isSlash = event.key === '/' && !isTyping(event.target);
      if (!isFind && !isSlash) return;
      event.preventDefault();
      field.current?.focus();
      field.current?.select();
    };
    window.addEventListener('keydown', go);
    return () => window.removeEventListener('keydown', go);
  }, []);
  const clear = (): void => {
    search.choose({ q: '' });
    field.current?.focus();
  };
  return (
    <div className="search-box">
      <Icon name="search" />
      <input
        ref={field} type="search" aria-label={strings.searchLabel} placeholder={strings.searchPlaceholder} value={question.q}
        autoComplete="off" spellCheck={false} aria-keyshortcuts="Control+F Meta+F /"
        onChange={(event) => search.type(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && question.q !== '') clear();
        }}
      />
      {question.q === '' ? <kbd aria-hidden="true">/</kbd> : <IconButton name={strings.clearSearch} icon="close" onPress={clear} />}
    </div>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select');
}
