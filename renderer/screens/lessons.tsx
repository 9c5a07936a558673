/** All lessons: found by words, made anew, taken from a file. */
import { useEffect, useRef, type ReactElement } from 'react';
import { LessonRow } from '../lessons/lessonRow';
import { lessonStrings as strings } from '../lessonStrings';
import { useServices } from '../services';
import { useStore } from '../store';
import { Button } from '../ui/button';
import { Icon } from '../ui/icon';

export function Lessons(): ReactElement {
  const { lessons, places } = useServices();
  const state = useStore(lessons.state);
  const file = useRef<HTMLInputElement>(null);
  useEffect(() => { lessons.refresh(); }, [lessons]);
  const open = (id: string | null): void => {
    if (id !== null) places.go({ screen: 'lesson', id });
  };
  const isEmpty = state.loaded && state.total === 0 && state.q.trim() === '';
  const newButton = <Button look="primary" icon="plus" onPress={() => void lessons.create().then(open)}>{strings.newLesson}</Button>;
  const importButton = <Button icon="drop" onPress={() => file.current?.click()}>{strings.importLesson}</Button>;
  return (
    <main className="lessons">
      <input
        ref={file} hidden type="file" accept=".json,application/json" aria-label={strings.importFile}
        onChange={(event) => {
          const [chosen] = Array.from(event.target.files ?? []);
          event.target.value = '';
          if (chosen !== undefined) void lessons.importFile(chosen).then(open);
        }}
      />
      {isEmpty ? (
        <section className="lessons-welcome" aria-labelledby="lessons-welcome-title">
          <h2 id="lessons-welcome-title">{strings.emptyTitle}</h2>
          <p>{strings.emptyText}</p>
          <div className="actions">{newButton}{importButton}</div>
        </section>
      ) : (
        <section className="page" aria-label={strings.lessons}>
          <div className="page-head">
            <div className="search-box">
              <Icon name="search" />
              <input
                type="search" aria-label={strings.searchLessons} placeholder={strings.searchPlaceholder} value={state.q}
                autoComplete="off" spellCheck={false} onChange={(event) => lessons.type(event.target.value)}
              />
            </div>
            {importButton}
            {newButton}
          </div>
          <p className="count" aria-live="polite">{state.loaded ? strings.found(state.total, state.q.trim()) : ''}</p>
          {state.failed && (
            <div className="search-failed"><p>{strings.listFailed}</p><Button small onPress={lessons.refresh}>{strings.tryAgain}</Button></div>
          )}
          {state.loaded && state.total === 0 && <p className="lessons-nothing">{strings.nothing(state.q.trim())}</p>}
          {state.lessons.length > 0 && (
            <ul className="results lesson-list" aria-label={strings.lessons}>
              {state.lessons.map((lesson) => <LessonRow key={lesson.id} lesson={lesson} onOpen={open} />)}
            </ul>
          )}
        </section>
      )}
    </main>
  );
}
