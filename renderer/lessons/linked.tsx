/** The standards that a lesson works towards, and the search that they are picked from. */
import { useEffect, useMemo, useRef, useState, type ReactElement } from 'react';
import { lessonStrings as strings } from '../lessonStrings';
import { useServices } from '../services';
import { useStore } from '../store';
import { Button, IconButton } from '../ui/button';
import { Icon } from '../ui/icon';
import type { Editor, EditorState } from './editor';

export function LinkedStandards({ editor, state }: { readonly editor: Editor; readonly state: EditorState }): ReactElement {
  const [isPicking, setPicking] = useState(false);
  const { content, texts } = state;
  return (
    <section className="part" aria-label={strings.standards}>
      <div className="part-head"><h2>{strings.standards}</h2></div>
      {content.standards.length === 0 && <p className="part-hint">{strings.noStandards}</p>}
      <ul className="linked">
        {content.standards.map((code) => (
          <li key={code} className="linked-row">
            <span className="code">{code}</span>
            <span className="linked-text">{texts[code] === undefined || texts[code] === '' ? <em>{strings.unknown}</em> : texts[code]}</span>
            <IconButton name={strings.take(code)} icon="close" onPress={() => editor.change({ standards: content.standards.filter((each) => each !== code) })} />
          </li>
        ))}
      </ul>
      <Button small look="quiet" icon={isPicking ? 'check' : 'plus'} onPress={() => setPicking(!isPicking)}>{isPicking ? strings.doneAdding : strings.addStandards}</Button>
      {isPicking && <Picker linked={content.standards} onLink={editor.link} onEnd={() => setPicking(false)} />}
    </section>
  );
}

interface PickerProps {
  readonly linked: readonly string[];
  readonly onLink: Editor['link'];
  readonly onEnd: () => void;
}

function Picker({ linked, onLink, onEnd }: PickerProps): ReactElement {
  const { createSearch } = useServices();
  const search = useMemo(() => createSearch(), [createSearch]);
  const { question, hits, answered, total } = useStore(search.state);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    search.refresh();
    field.current?.focus();
  }, [search]);
  return (
    <div className="picker">
      <div className="search-box">
        <Icon name="search" />
        <input
          ref={field} type="search" aria-label={strings.findStandards} placeholder={strings.findPlaceholder} value={question.q} autoComplete="off" spellCheck={false}
          onChange={(event) => search.type(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') onEnd();
          }}
        />
      </div>
      <p className="unseen" aria-live="polite">{answered !== null && total === 0 ? strings.noHits : ''}</p>
      {answered !== null && total === 0 && <p className="part-hint">{strings.noHits}</p>}
      <ul className="picker-hits">
        {hits.map((hit) => {
          const isLinked = linked.includes(hit.code);
          return (
            <li key={`${hit.document_id} ${hit.code}`} className="linked-row">
              <span className="code">{hit.code}</span>
              <span className="linked-text">{hit.text}</span>
              <button type="button" className="button small" disabled={isLinked} aria-label={isLinked ? `${strings.linked}: ${hit.code}` : strings.link(hit.code)} onClick={() => onLink(hit)}>
                {isLinked ? strings.linked : strings.linkWord}
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
