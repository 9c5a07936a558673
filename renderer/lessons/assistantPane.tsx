/** Where a draft is asked for, watched while the model writes it, and taken over or thrown away. */
import { useEffect, useMemo, useRef, useState, type ReactElement } from 'react';
import { lessonStrings as strings } from '../lessonStrings';
import { useServices } from '../services';
import { useStore } from '../store';
import { Button } from '../ui/button';
import { createAssistant } from './assistant';
import type { Editor, EditorState } from './editor';
import { Amount, Text } from './fields';
import { minutesOf, type Content } from './wire';

const DEFAULT_MINUTES = 45;
const MAX_WISHES = 2000;

interface Props {
  readonly editor: Editor;
  readonly state: EditorState;
  readonly onEnd: () => void;
}

export function AssistantPane({ editor, state: { content }, onEnd }: Props): ReactElement {
  const { lessonsApi, model, places } = useServices();
  const assistant = useMemo(() => createAssistant(lessonsApi), [lessonsApi]);
  const { phase, text, draft, problem } = useStore(assistant.state);
  const chosen = useStore(model.state).model;
  const [minutes, setMinutes] = useState(minutesOf(content) || DEFAULT_MINUTES);
  const [wishes, setWishes] = useState('');
  useEffect(() => {
    void model.load();
    // Leaving the lesson ends the writing.
    return assistant.reset;
  }, [assistant, model]);
  const wish = { standards: content.standards, grade: content.grade, minutes: Math.min(240, Math.max(5, minutes)), wishes };
  const hasModel = chosen !== null && chosen.base_url !== '' && chosen.name !== '';
  const take = (made: Content): void => {
    editor.change({ ...made, title: keepsTitle(content) ? content.title : made.title, images: content.images });
    assistant.reset();
    onEnd();
  };
  return (
    <section className="drawer" aria-label={strings.draftTitle}>
      <h2>{strings.draftTitle}</h2>
      {content.standards.length === 0 && <p className="part-hint">{strings.draftNeedsStandards}</p>}
      <Amount label={strings.draftMinutes} min={5} max={240} value={minutes} onChange={setMinutes} />
      <Text label={strings.draftWishes} value={wishes} maxLength={MAX_WISHES} rows={3} onChange={setWishes} />
      {phase === 'writing' ? (
        <Button onPress={assistant.cancel}>{strings.cancel}</Button>
      ) : (
        <div className="drawer-actions">
          <Button disabled={content.standards.length === 0} onPress={() => void assistant.byTemplate(wish)}>{strings.byTemplate}</Button>
          {hasModel && <Button icon="pen" disabled={content.standards.length === 0} onPress={() => void assistant.byModel(wish)}>{strings.byModel}</Button>}
          {chosen !== null && !hasModel && <Button look="quiet" onPress={() => places.go({ screen: 'settings' })}>{strings.setUpModel}</Button>}
        </div>
      )}
      <p className="drawer-state" aria-live="polite">{phase === 'writing' ? strings.writing : phase === 'done' ? strings.draftDone : ''}</p>
      {problem !== null && <p className="problem" role="alert">{problem.detail}</p>}
      {text !== '' && <Written text={text} />}
      {draft !== null && (
        <>
          {text === '' && <Preview draft={draft} />}
          <div className="drawer-actions">
            <Button look="primary" onPress={() => take(draft)}>{strings.takeDraft}</Button>
            <Button look="quiet" onPress={assistant.reset}>{strings.discard}</Button>
          </div>
        </>
      )}
    </section>
  );
}

/** A title that was chosen stays. */
const keepsTitle = ({ title }: Content): boolean => title.trim() !== '' && title !== strings.untitled;

function Written({ text }: { readonly text: string }): ReactElement {
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    // Follows the pen.
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  });
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by keyboard
    <section ref={box} className="written" aria-label={strings.draftText} tabIndex={0}>{text}</section>
  );
}

function Preview({ draft }: { readonly draft: Content }): ReactElement {
  return (
    <ol className="preview">
      {draft.activities.map(({ title, minutes }) => <li key={title}>{title} · {strings.minutes(minutes)}</li>)}
    </ol>
  );
}
