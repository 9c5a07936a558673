/** One lesson being edited. Ctrl or Cmd with S saves it, with P prints it. */
import { useCallback, useEffect, useRef, useState, type ReactElement } from 'react';
import { AssistantPane } from '../lessons/assistantPane';
import type { Editor, EditorState } from '../lessons/editor';
import { LessonForm } from '../lessons/form';
import { PrintSheet } from '../lessons/printSheet';
import { Toolbar, type Drawer } from '../lessons/toolbar';
import { Versions } from '../lessons/versions';
import { lessonStrings as strings } from '../lessonStrings';
import { useServices } from '../services';
import { useStore } from '../store';
import { Button } from '../ui/button';

export function LessonScreen({ id }: { readonly id: string }): ReactElement {
  const { openEditor } = useServices();
  const { notices } = useServices();
  const [editor] = useState(() => openEditor(id));
  useEffect(() => editor.start(), [editor]);
  const state = useStore(editor.state);
  const [drawer, setDrawer] = useState<Drawer>(null);
  const title = useRef<HTMLInputElement>(null);
  const isLoaded = state.lesson !== null;
  const save = useCallback(async (): Promise<boolean> => {
    const saved = await editor.save();
    if (saved) notices.show(strings.saved);
    else if (editor.state.get().content.title.trim() === '') title.current?.focus();
    return saved;
  }, [editor, notices]);
  useEffect(() => {
    const go = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 's') return;
      event.preventDefault();
      void save();
    };
    window.addEventListener('keydown', go);
    return () => window.removeEventListener('keydown', go);
  }, [save]);
  useEffect(() => {
    // A new lesson begins with its name.
    if (!isLoaded || title.current?.value !== strings.untitled) return;
    title.current.focus();
    title.current.select();
  }, [isLoaded]);
  return (
    <main className="lesson">
      <Toolbar id={id} editor={editor} state={state} drawer={drawer} onDrawer={setDrawer} onSave={save} />
      <Problem editor={editor} state={state} />
      <div className="lesson-body" aria-busy={!isLoaded}>
        {isLoaded ? <LessonForm editor={editor} state={state} title={title} /> : state.problem === null && <p className="part-hint">{strings.loading}</p>}
        {isLoaded && drawer === 'draft' && <AssistantPane editor={editor} state={state} onEnd={() => setDrawer(null)} />}
        {isLoaded && drawer === 'versions' && <Versions key={state.lesson?.version} id={id} editor={editor} state={state} />}
      </div>
      {isLoaded && <PrintSheet state={state} />}
    </main>
  );
}

function Problem({ editor, state }: { readonly editor: Editor; readonly state: EditorState }): ReactElement | null {
  const { problem, conflict, keeping, lesson } = state;
  if (problem === null) return null;
  return (
    <div className="lesson-problem" role="alert">
      <p>{problem}</p>
      {conflict !== null && <Button small onPress={() => void editor.saveOver()}>{strings.saveOver}</Button>}
      {conflict !== null && <Button small onPress={() => void editor.takeNewest()}>{strings.takeNewest}</Button>}
      {conflict === null && (keeping === 'failed' || lesson === null) && <Button small onPress={editor.retry}>{strings.tryAgain}</Button>}
    </div>
  );
}
