/** The panel of the diagnostics: what would be in the file, each part to be read before it is saved. */
import { useEffect, useState, type ReactElement } from 'react';
import type { DiagnosticsEntry } from '../../preload/contract';
import { PanelFrame } from '../panels/panel';
import { useServices } from '../services';
import { strings } from '../strings';
import { Button } from '../ui/button';
import { size } from '../ui/size';

const words = strings.diagnostics;

export function DiagnosticsPanel(): ReactElement {
  const { electron, notices } = useServices();
  const [entries, setEntries] = useState<readonly DiagnosticsEntry[] | null>(null);
  const [shown, setShown] = useState<{ readonly name: string; readonly text: string } | null>(null);
  useEffect(() => {
    let isHere = true;
    void electron.previewDiagnostics().then((found) => { if (isHere) setEntries(found); }, () => notices.show(words.failed));
    return () => { isHere = false; };
  }, [electron, notices]);
  const read = (name: string): void => { void electron.readDiagnostics(name).then((text) => setShown({ name, text }), () => notices.show(words.failed)); };
  const save = async (): Promise<void> => {
    const saved = await electron.saveDiagnostics();
    if (saved.state === 'saved') notices.show(words.saved(saved.name));
    if (saved.state === 'failed') notices.show(saved.message);
  };
  return (
    <PanelFrame title={words.title} tools={<Button small look="primary" disabled={entries === null} onPress={() => void save()}>{words.save}</Button>}>
      <p className="diagnostics-help">{words.help}</p>
      <div className="diagnostics">
        <ul className="diagnostics-list" aria-label={words.contents}>
          {entries?.map(({ name, bytes }) => (
            <li key={name}>
              <button type="button" className="diagnostics-entry" aria-pressed={shown?.name === name} onClick={() => read(name)}>
                <span>{name}</span> <span className="diagnostics-size">{size(bytes)}</span>
              </button>
            </li>
          ))}
        </ul>
        {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by keyboard */}
        <section className="diagnostics-text" aria-label={shown?.name ?? words.nothingShown} tabIndex={0}>
          {shown === null ? <p>{entries === null ? words.gathering : words.nothingShown}</p> : <pre>{shown.text}</pre>}
        </section>
      </div>
    </PanelFrame>
  );
}
