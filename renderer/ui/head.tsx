/** The head of every screen: the product's mark and name, and the one status that assistive technology listens to. */
import type { ReactElement, ReactNode } from 'react';
import { strings } from '../strings';
import { Mark } from './mark';

export type Tone = 'good' | 'wait' | 'bad';

export function Head({ text, tone, nav = null }: { readonly text: string; readonly tone: Tone; readonly nav?: ReactNode }): ReactElement {
  return (
    <header className="head">
      <Mark />
      <h1 className="product">{strings.product}</h1>
      {nav}
      {/* The one live region of the status: here before its text changes, and on every screen. */}
      {/* eslint-disable-next-line jsx-a11y/prefer-tag-over-role -- <output> is for the result of a form */}
      <p className="status" role="status" data-tone={tone}>{text}</p>
    </header>
  );
}
