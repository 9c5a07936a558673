/** All parts of a lesson, to be typed into. */
import { useId, type ReactElement, type Ref } from 'react';
import { lessonStrings as strings } from '../lessonStrings';
import { Amount, Line, Text } from './fields';
import type { Editor, EditorState } from './editor';
import { Items } from './items';
import { LinkedStandards } from './linked';
import { Pictures } from './pictures';
import { minutesOf, type Activity } from './wire';

/** The backend's own limits. */
const MAX_TITLE = 200;
const MAX_GRADE = 20;
const MAX_TEXT = 20_000;
const DAY_MINUTES = 24 * 60;
const BLANK: Activity = { title: '', minutes: 0, text: '' };

interface Props {
  readonly editor: Editor;
  readonly state: EditorState;
  readonly title: Ref<HTMLInputElement>;
}

export function LessonForm({ editor, state, title }: Props): ReactElement {
  const { content } = state;
  const { change } = editor;
  const totalId = useId();
  return (
    <div className="lesson-form">
      <div className="lesson-first">
        <Line ref={title} className="title-field" label={strings.title} value={content.title} maxLength={MAX_TITLE} onChange={(value) => change({ title: value })} />
        <Line className="grade-field" label={strings.grade} value={content.grade} maxLength={MAX_GRADE} onChange={(grade) => change({ grade })} />
      </div>
      <Text label={strings.overview} value={content.overview} maxLength={MAX_TEXT} rows={3} onChange={(overview) => change({ overview })} />
      <LinkedStandards editor={editor} state={state} />
      <Items
        heading={strings.objectives} items={content.objectives} blank="" nameOf={(index) => strings.objective(index + 1)} addText={strings.addObjective}
        onChange={(objectives) => change({ objectives })}
        renderItem={(item, index, set) => <Text hidesLabel rows={1} label={strings.objective(index + 1)} value={item} maxLength={MAX_TEXT} onChange={set} />}
      />
      <Items
        heading={strings.activities} items={content.activities} blank={BLANK} nameOf={(index) => strings.activity(index + 1)} addText={strings.addActivity}
        onChange={(activities) => change({ activities })}
        aside={<p id={totalId} className="total" aria-live="polite">{strings.total(minutesOf(content))}</p>}
        renderItem={(item, index, set) => (
          <>
            <div className="activity-head">
              <Line hidesLabel label={strings.activityTitle(index + 1)} placeholder={strings.activityTitleHint} value={item.title} maxLength={MAX_TITLE} onChange={(text) => set({ ...item, title: text })} />
              <Amount hidesLabel label={strings.activityMinutes(index + 1)} min={0} max={DAY_MINUTES} value={item.minutes} onChange={(minutes) => set({ ...item, minutes })} />
              <span className="unit" aria-hidden="true">{strings.minutesUnit}</span>
            </div>
            <Text hidesLabel label={strings.activityText(index + 1)} placeholder={strings.activityTextHint} value={item.text} maxLength={MAX_TEXT} onChange={(text) => set({ ...item, text })} />
          </>
        )}
      />
      <Items
        heading={strings.materials} items={content.materials} blank="" nameOf={(index) => strings.material(index + 1)} addText={strings.addMaterial}
        onChange={(materials) => change({ materials })}
        renderItem={(item, index, set) => <Text hidesLabel rows={1} label={strings.material(index + 1)} value={item} maxLength={MAX_TEXT} onChange={set} />}
      />
      <Pictures editor={editor} images={content.images} />
      <Text label={strings.notes} value={content.notes} maxLength={MAX_TEXT} rows={3} onChange={(notes) => change({ notes })} />
    </div>
  );
}
