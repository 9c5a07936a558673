/** One lesson in the list. */
import { useState, type ReactElement } from 'react';
import { ConfirmRemove } from '../library/confirmRemove';
import { lessonStrings as strings } from '../lessonStrings';
import { useServices } from '../services';
import { strings as appStrings } from '../strings';
import { IconButton } from '../ui/button';
import type { ListedLesson } from './wire';

interface Props {
  readonly lesson: ListedLesson;
  readonly onOpen: (id: string | null) => void;
}

export function LessonRow({ lesson, onOpen }: Props): ReactElement {
  const { lessons } = useServices();
  const [isAsking, setAsking] = useState(false);
  const { id, title, grade, minutes, standards, updated_at: changedAt, has_draft: hasDraft } = lesson;
  const facts = [
    grade === '' ? '' : appStrings.gradeName(grade),
    minutes === 0 ? '' : strings.minutes(minutes),
    standards.length === 0 ? '' : strings.standardsCount(standards.length),
    strings.changedAt(changedAt),
  ].filter((fact) => fact !== '');
  return (
    <li className="lesson-row">
      <div className="lesson-row-line">
        <button type="button" className="lesson-open" onClick={() => onOpen(id)}>
          <span className="lesson-title">{title}</span>
          {hasDraft && <span className="badge">{strings.hasDraft}</span>}
          <span className="lesson-facts">{facts.join(' · ')}</span>
        </button>
        <IconButton name={strings.duplicate(title)} icon="copy" onPress={() => void lessons.duplicate(lesson)} />
        <IconButton name={strings.remove(title)} icon="trash" onPress={() => setAsking(true)} />
      </div>
      {isAsking && <ConfirmRemove name={title} hint={strings.removeHint} onYes={() => void lessons.remove(lesson)} onNo={() => setAsking(false)} />}
    </li>
  );
}
