/** Narrows the search to a grade, a strand, or one kind of entry. */
import type { ReactElement } from 'react';
import { useServices } from '../services';
import { useStore } from '../store';
import { strings } from '../strings';
import { Choice } from '../ui/choice';
import type { Question } from './search';

const KINDS: readonly Question['kind'][] = ['', 'standard', 'objective'];

export function Filters(): ReactElement {
  const { search } = useServices();
  const { question, grades, strands } = useStore(search.state);
  return (
    <fieldset className="filters">
      <legend className="unseen">{strings.filters}</legend>
      <Choice
        label={strings.grade} any={strings.anyGrade} value={question.grade} onChoose={(grade) => search.choose({ grade })}
        options={grades.map((grade) => [grade, strings.gradeName(grade)])}
      />
      <Choice
        label={strings.strand} any={strings.anyStrand} value={question.strand} onChoose={(strand) => search.choose({ strand })}
        options={strands.map(({ code, name }) => [code, name === '' ? code : name])}
      />
      <fieldset className="kinds">
        <legend className="unseen">{strings.kind}</legend>
        {KINDS.map((kind) => (
          <label key={kind} className="kind">
            <input type="radio" name="kind" value={kind} checked={question.kind === kind} onChange={() => search.choose({ kind })} />
            <span>{strings.kinds[kind]}</span>
          </label>
        ))}
      </fieldset>
    </fieldset>
  );
}
