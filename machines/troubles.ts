/** What a person is told, and may choose, when something went wrong: one entry for each such state; dialogs and pages both show these. */
import type { FatalReason } from './policy';

/** Everything that can be offered; the words are the buttons' own, letter by letter as in the requirements where they give them. */
export const CHOICES = [
  'Quit other applications', 'Retry', 'Download Installer', 'View Full Logs', 'View Logs', 'Keep Waiting', 'Restart',
] as const;
export type Choice = (typeof CHOICES)[number];

export interface Trouble {
  /** What happened, in a line. */
  readonly text: string;
  /** What it means and what can be done. */
  readonly help: string;
  /** The recommended one first. */
  readonly choices: readonly Choice[];
}

export const SLOW: Trouble = {
  text: 'Backend is taking longer than expected to start.',
  help: 'It may just be busy. You can give it another 30 seconds, look at its log, or start it afresh.',
  choices: ['Keep Waiting', 'View Logs', 'Restart'],
};

export const FATAL: Readonly<Record<FatalReason, Trouble>> = {
  'no-ports': {
    text: 'Unable to start backend. No available ports.',
    help: 'Other applications use all the ports that PocketMusec can take. Quit one of them, then retry.',
    choices: ['Quit other applications', 'Retry'],
  },
  'executable-missing': {
    text: 'Backend executable missing. Please reinstall PocketMusec.',
    help: 'A part of the app is not where it should be. Your library is safe; installing again keeps it.',
    choices: ['Download Installer', 'Retry', 'View Logs'],
  },
  'not-runnable': {
    text: 'The backend cannot run on this computer.',
    help: 'Its file is damaged, blocked, or made for another kind of computer. Reinstalling PocketMusec usually mends this.',
    choices: ['Download Installer', 'Retry', 'View Logs'],
  },
  'crash-budget': {
    text: 'The backend keeps stopping.',
    help: 'It stopped several times within a few minutes, so it was not restarted again. Your library is safe. Retry, or look at the log for the cause.',
    choices: ['Retry', 'View Full Logs'],
  },
  database: {
    text: 'Your library could not be opened.',
    help: 'It was left untouched. If it comes from a newer PocketMusec, install that version; the cause is named below.',
    choices: ['Retry', 'View Logs', 'Download Installer'],
  },
  'user-data': {
    text: 'PocketMusec cannot write to its folder.',
    help: 'Check that the disk is not full and that you may write to the folder, then retry.',
    choices: ['Retry', 'View Logs'],
  },
  configuration: {
    text: 'The backend is not set up correctly.',
    help: 'Its configuration has a mistake, named below. Reinstalling PocketMusec puts the original back.',
    choices: ['Retry', 'View Logs', 'Download Installer'],
  },
  unkillable: {
    text: 'The old backend does not end.',
    help: 'It is still running and could not be ended. Restarting the computer always helps; then open PocketMusec again.',
    choices: ['Retry', 'View Logs'],
  },
};
