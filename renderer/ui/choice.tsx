/** A choice out of a list, with its name for those who cannot see what it belongs to. */
import { useId, type ReactElement } from 'react';
import { Icon } from './icon';

interface ChoiceProps {
  readonly label: string;
  /** The word for no choice, where that is one. */
  readonly any?: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly onChoose: (value: string) => void;
}

export function Choice({ label, any, value, options, onChoose }: ChoiceProps): ReactElement {
  const id = useId();
  // A value that is no longer among the options stays to be seen, and to be taken back.
  const known = value === '' || options.some(([option]) => option === value) ? options : [...options, [value, value] as const];
  return (
    <div className="choice" data-set={any !== undefined && value !== ''}>
      <label className="unseen" htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChoose(event.target.value)}>
        {any !== undefined && <option value="">{any}</option>}
        {known.map(([option, text]) => <option key={option} value={option}>{text}</option>)}
      </select>
      <Icon name="chevron" />
    </div>
  );
}
