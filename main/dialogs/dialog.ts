/** What a message box says in each state that asks for a decision. Pure: words, buttons and evidence; showing it is in show.ts. */
import type { BackendStatus, Choice, PortHolder } from '../../preload/contract';

export interface Dialog {
  /** A slow start is no error: it may still come up by itself. */
  readonly type: 'error' | 'warning';
  readonly message: string;
  readonly detail: string;
  /** The first is the default. */
  readonly buttons: readonly Choice[];
}

/** As much of a stack trace as fits on a screen; its end says most. */
const MAX_LINES = 15;
const MAX_LINE = 160;

const brief = (line: string): string => (line.length > MAX_LINE ? `${line.slice(0, MAX_LINE - 1)}…` : line);

/** Null in all states that need nobody. `debug` adds what the backend printed last, such as a stack trace. */
export function dialogOf(status: BackendStatus, debug: boolean): Dialog | null {
  const { state, text, help, choices, detail, crash } = status;
  if (choices.length === 0) return null;
  const evidence = state === 'fatal' ? [crash?.cause, detail].filter((line, index, all) => typeof line === 'string' && all.indexOf(line) === index) : [];
  const trace = debug && state === 'fatal' ? crash?.stderrTail.slice(-MAX_LINES) ?? [] : [];
  const paragraphs = [help ?? '', evidence.map((line) => brief(line ?? '')).join('\n'), trace.map(brief).join('\n')];
  return { type: state === 'fatal' ? 'error' : 'warning', message: text, detail: paragraphs.filter((part) => part !== '').join('\n\n'), buttons: choices };
}

/** What "Quit other applications" adds to the box. */
export function holdersText(holders: readonly PortHolder[] | null): string {
  if (holders === null) return 'This system does not tell which applications use the ports.';
  if (holders.length === 0) return 'The ports are free now.';
  const lines = holders.map(({ pid, name, ports }) => `${name === null ? 'An application of somebody else' : `${name} (process ${pid ?? '?'})`}: ${ports}`);
  return `These applications use the ports:\n${lines.slice(0, MAX_LINES).map(brief).join('\n')}`;
}
