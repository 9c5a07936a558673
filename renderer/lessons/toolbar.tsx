/** What can be done with the lesson as a whole, and what of it is kept. */
import { useState, type ReactElement } from 'react';
import { ApiProblem } from '../backend/problem';
import { lessonStrings as strings } from '../lessonStrings';
import { useServices } from '../services';
import { Button } from '../ui/button';
import { Icon } from '../ui/icon';
import type { ExportForm } from './api';
import type { Editor, EditorState } from './editor';

export type Drawer = 'draft' | 'versions' | null;

interface Props {
  readonly id: string;
  readonly editor: Editor;
  readonly state: EditorState;
  readonly drawer: Drawer;
  readonly onDrawer: (drawer: Drawer) => void;
  readonly onSave: () => Promise<boolean>;
}

const FORMS: readonly ExportForm[] = ['docx', 'pdf', 'md', 'json'];

export function Toolbar({ id, editor, state, drawer, onDrawer, onSave }: Props): ReactElement {
  const { places } = useServices();
  const { keeping, saving } = state;
  const toggle = (name: Drawer): void => onDrawer(drawer === name ? null : name);
  return (
    <div className="lesson-bar">
      <Button look="quiet" icon="back" onPress={() => places.go({ screen: 'lessons' })}>{strings.back}</Button>
      {/* Here from the start, so that each change is read out. */}
      <p className="keeping" data-keeping={keeping} aria-live="polite">{strings.keeping[keeping]}</p>
      <div className="lesson-tools">
        {keeping === 'kept' && <Button look="quiet" onPress={() => void editor.dropDraft()}>{strings.dropDraft}</Button>}
        <Toggle name={strings.draft} isOpen={drawer === 'draft'} onPress={() => toggle('draft')} />
        <Toggle name={strings.versions} isOpen={drawer === 'versions'} onPress={() => toggle('versions')} />
        <Export id={id} state={state} onSave={onSave} />
        <Button icon="print" onPress={() => void printWhenShown()}>{strings.print}</Button>
        <Button look="primary" disabled={saving || keeping === 'same'} onPress={() => void onSave()}>{strings.save}</Button>
      </div>
    </div>
  );
}

function Toggle({ name, isOpen, onPress }: { readonly name: string; readonly isOpen: boolean; readonly onPress: () => void }): ReactElement {
  return <button type="button" className="button plain" aria-expanded={isOpen} onClick={onPress}>{name}</button>;
}

function Export({ id, state, onSave }: { readonly id: string; readonly state: EditorState; readonly onSave: () => Promise<boolean> }): ReactElement {
  const { electron, lessonsApi, notices } = useServices();
  const [isBusy, setBusy] = useState(false);
  const run = async (form: ExportForm): Promise<void> => {
    setBusy(true);
    try {
      // A file holds what is saved, so that is done first; what is wrong with it is said where it is typed.
      if (state.keeping !== 'same' && !(await onSave())) return;
      const saved = await electron.saveFile(await lessonsApi.exportFile(id, form));
      if (saved.state === 'saved') notices.show(strings.exported(saved.name));
      if (saved.state === 'failed') notices.show(saved.message);
    } catch (error) {
      notices.show(error instanceof ApiProblem && error.detail !== null ? error.detail : strings.exportFailed);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="choice export">
      <select aria-label={strings.export} value="" disabled={isBusy} onChange={(event) => {
        const form = FORMS.find((each) => each === event.target.value);
        if (form !== undefined) void run(form);
      }}
      >
        <option value="" disabled hidden>{strings.export}</option>
        {FORMS.map((form) => <option key={form} value={form}>{strings.forms[form]}</option>)}
      </select>
      <Icon name="chevron" />
    </div>
  );
}

/** An image that is not there yet would be missing on paper. */
async function printWhenShown(): Promise<void> {
  const images = Array.from(document.querySelectorAll<HTMLImageElement>('.print-sheet img'));
  await Promise.allSettled(images.map(async (image) => await image.decode()));
  window.print();
}
