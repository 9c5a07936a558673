/** The frame that all rows of the document list share. */
import type { ReactElement, ReactNode } from 'react';
import { Icon } from '../ui/icon';

export type Tone = 'good' | 'busy' | 'note' | 'bad';

interface RowProps {
  readonly name: string;
  readonly tone: Tone;
  readonly tools?: ReactNode;
  readonly children: ReactNode;
}

export function Row({ name, tone, tools, children }: RowProps): ReactElement {
  return (
    <li className="row" data-tone={tone}>
      <span className="row-sign" aria-hidden="true"><Icon name={tone === 'bad' || tone === 'note' ? 'alert' : 'page'} /></span>
      <div className="row-body">
        <h3 className="row-name" title={name}>{name}</h3>
        {children}
      </div>
      {tools !== undefined && <div className="row-tools">{tools}</div>}
    </li>
  );
}
