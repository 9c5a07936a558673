/** Narrows the search to a grade, a strand, or one kind of entry. */
import { useId, type ReactElement } from 'react';
import { useServices } from '../services';
import { useStore } from '../store';
import { strings } from '../strings';
import { Icon } from '../ui/icon';
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

interface ChoiceProps {
  readonly label: string;
  readonly any: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly onChoose: (value: string) => void;
}

function Choice({ label, any, value, options, onChoose }: ChoiceProps): ReactElement {
  const id = useId();
  // A value that the library no longer has stays to be seen, and to be taken back.
  const known = value === '' || options.some(([option]) => option === value) ? options : [...options, [value, value] as const];
  return (
    <div className="choice" data-set={value !== ''}>
      <label className="unseen" htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChoose(event.target.value)}>
        <option value="">{any}</option>
        {known.map(([option, text]) => <option key={option} value={option}>{text}</option>)}
      </select>
      <Icon name="chevron" />
    </div>
  );
}
