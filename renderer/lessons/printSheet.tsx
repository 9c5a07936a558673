/** The lesson as it comes out of the printer; on the screen it is not seen. */
import type { ReactElement } from 'react';
import { lessonStrings as strings } from '../lessonStrings';
import { useServices } from '../services';
import { useStore } from '../store';
import { strings as appStrings } from '../strings';
import type { EditorState } from './editor';
import { minutesOf } from './wire';

export function PrintSheet({ state: { content, texts } }: { readonly state: EditorState }): ReactElement {
  const { backend } = useServices();
  const url = useStore(backend.view).status?.url ?? null;
  const minutes = minutesOf(content);
  const facts = [content.grade === '' ? '' : appStrings.gradeName(content.grade), minutes === 0 ? '' : strings.minutes(minutes)].filter((fact) => fact !== '');
  return (
    <article className="print-sheet" aria-hidden="true">
      <h1>{content.title}</h1>
      <p className="print-facts">{facts.join(' · ')}</p>
      <Prose heading={strings.overview} text={content.overview} />
      {content.standards.length > 0 && (
        <><h2>{strings.standards}</h2><ul>{content.standards.map((code) => <li key={code}><strong>{code}</strong> {texts[code]}</li>)}</ul></>
      )}
      <Points heading={strings.objectives} items={content.objectives} />
      <Points heading={strings.materials} items={content.materials} />
      {content.activities.length > 0 && <h2>{strings.activities}</h2>}
      {content.activities.map(({ title, minutes: length, text }, index) => (
        // eslint-disable-next-line react/no-array-index-key -- a place in the lesson is all that an activity is
        <section key={index}>
          <h3>{title === '' ? strings.activity(index + 1) : title}{length > 0 && ` (${strings.minutes(length)})`}</h3>
          <p>{text}</p>
        </section>
      ))}
      {content.images.length > 0 && url !== null && (
        <><h2>{strings.images}</h2>{content.images.map((id, index) => <img key={id} src={`${url}/api/images/${id}`} alt={strings.image(index + 1)} />)}</>
      )}
      <Prose heading={strings.notes} text={content.notes} />
    </article>
  );
}

function Prose({ heading, text }: { readonly heading: string; readonly text: string }): ReactElement | null {
  return text.trim() === '' ? null : <><h2>{heading}</h2><p>{text}</p></>;
}

function Points({ heading, items }: { readonly heading: string; readonly items: readonly string[] }): ReactElement | null {
  const said = items.filter((item) => item.trim() !== '');
  // eslint-disable-next-line react/no-array-index-key -- two may say the same
  return said.length === 0 ? null : <><h2>{heading}</h2><ul>{said.map((item, index) => <li key={index}>{item}</li>)}</ul></>;
}
