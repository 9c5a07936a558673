/** What a rule of the checker is: it sees line after line, with what came before, and reports what must not be. */
import type { CommandName, Line, StatusLine } from '../history';

export type Status = { readonly t: number; readonly at: number } & StatusLine;

/** What has been seen up to, and without, the line that is judged. */
export interface Past {
  readonly status: Status | null;
  readonly process: string;
  /** When the present `state.subState` was entered, awake time. */
  readonly since: number;
  /** The command whose consequences are being written down. */
  readonly command: { readonly command: CommandName; readonly urgent: boolean; readonly before: Status | null; readonly processBefore: string } | null;
  /** What the machine was told last, be it a command or a fact. A timer's step has none of its own time. */
  readonly told: Line | null;
}

export type Report = (message: string) => void;
/** A rule keeps what it must remember in its closure; a fresh one is made for each history. */
export type Rule = (report: Report) => (line: Line, past: Past) => void;

export const pathOf = (status: Pick<StatusLine, 'state' | 'subState'> | null): string =>
  status === null ? '' : status.subState === '' ? status.state : `${status.state}.${status.subState}`;
