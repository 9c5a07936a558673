/** The panel of the logs: which one, which lines of it, the search, and what can be done with the lines. */
import { useEffect, type ReactElement } from 'react';
import type { LogLevel } from '../../preload/contract';
import { PanelFrame } from '../panels/panel';
import { useServices } from '../services';
import { useStore } from '../store';
import { strings } from '../strings';
import { Button } from '../ui/button';
import { copyText } from '../ui/clipboard';
import { Choice } from '../ui/choice';
import { size } from '../ui/size';
import { LogList } from './logList';
import { LogSearch } from './logSearch';

const LEVELS = ['debug', 'warn', 'error'] as const satisfies readonly LogLevel[];
const words = strings.logs;

export function LogPanel(): ReactElement {
  const { electron, log, notices } = useServices();
  const state = useStore(log.state);
  const { sources, view, total, failed, following } = state;
  useEffect(() => log.follow(), [log]);
  const copy = (): void => {
    void log.selectedText().then(copyText).then((copied) => notices.show(copied ? strings.copied : strings.copyFailed));
  };
  return (
    <PanelFrame
      title={words.title}
      tools={(
        <>
          <Button small icon="copy" disabled={state.selection === null} onPress={copy}>{words.copy}</Button>
          <Button small icon="folder" onPress={() => void electron.openLogFolder()}>{words.openFolder}</Button>
        </>
      )}
    >
      <div className="log-bar">
        <Choice
          label={words.source} value={view.source} onChoose={(source) => log.choose({ source })}
          options={sources.map(({ name, bytes }) => [name, words.sourceName(name, size(bytes))])}
        />
        <fieldset className="kinds">
          <legend className="unseen">{words.level}</legend>
          {LEVELS.map((level) => (
            <label key={level} className="kind">
              <input type="radio" name="level" value={level} checked={view.level === level} onChange={() => log.choose({ level })} />
              <span>{words.levels[level]}</span>
            </label>
          ))}
        </fieldset>
        <LogSearch state={state} />
      </div>
      {total === null || total === 0 || failed ? <p className="log-note">{note(total, view.level, failed)}</p> : (
        <LogList state={{ ...state, total }} onCopy={copy} />
      )}
      <footer className="log-foot">
        <span>{total === null ? '' : words.lineCount(total)}</span>
        <button type="button" className="button small follow" aria-pressed={following} title={words.followHint} onClick={() => log.keepToEnd(!following)}>{words.follow}</button>
      </footer>
    </PanelFrame>
  );
}

function note(total: number | null, level: LogLevel, failed: boolean): string {
  if (failed) return words.failed;
  if (total === null) return words.reading;
  return level === 'debug' ? words.empty : words.emptyLevel;
}
