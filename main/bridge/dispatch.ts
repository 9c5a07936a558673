/** Checks each message of the page, and main's answer to it, against the contract: channel, sender, weight, shape. Needs no Electron. */
import * as v from 'valibot';
import { INVOKE, MAX_BYTES, type Arguments, type Channel, type Result } from '../../preload/contract';
import type { Log } from '../backend/effects';
import { ORIGIN } from '../window/assets';
import { weigh } from './weigh';

export type InvokeHandlers = {
  readonly [Name in Channel]: (...args: Arguments<Name>) => Result<Name> | Promise<Result<Name>>;
};

/** What is asked of the frame that a message comes from; Electron's `WebFrameMain` has it. */
export interface Frame {
  readonly url: string;
  readonly origin: string;
  readonly parent: unknown;
}

/** A page that sends nonsense must not fill the disk. */
const MAX_WARNINGS = 100;
/** What a field of ours can be called; other keys are content. */
const FIELD_NAME = /^[\w-]{1,40}$/;

/** Our page in its main frame; a frame that is gone, one inside another, or any other origin, is nobody. */
export function isOurPage(frame: Frame | null): boolean {
  try {
    return frame !== null && frame.parent === null && frame.origin === ORIGIN && frame.url.startsWith(`${ORIGIN}/`);
  } catch {
    // Its page went away meanwhile.
    return false;
  }
}

/** The field that is wrong and what is allowed there; never what was found. */
export function problemOf(issue: v.BaseIssue<unknown>): string {
  const fields = (issue.path ?? []).map(({ key }) => String(key)).map((key) => (FIELD_NAME.test(key) ? key : '?'));
  const allowed = issue.expected === 'never' ? 'nothing' : issue.expected ?? 'another value';
  return `${fields.join('.') || 'the whole'}: allowed is ${allowed}`;
}

const isChannel = (name: string): name is Channel => Object.hasOwn(INVOKE, name);

/** Answers one message: rejects, without any effect, whatever the contract does not allow. `frame` may throw when it is read late. */
export function createDispatcher(handlers: InvokeHandlers, log: Log): (channel: string, frame: Frame | null, args: readonly unknown[]) => Promise<unknown> {
  const argumentsOf = Object.fromEntries(Object.entries(INVOKE).map(([name, { args }]) => [name, v.strictTuple([...args])]));
  let warnings = 0;

  const refuse = (channel: string, why: string): never => {
    warnings += 1;
    if (warnings <= MAX_WARNINGS) log.warn('a message was refused', { channel, why, ...(warnings === MAX_WARNINGS && { more: 'are not logged' }) });
    throw new Error(`${channel}: ${why}`);
  };

  return async (channel, frame, args) => {
    if (!isChannel(channel)) return refuse('the bridge', 'there is no such channel');
    if (!isOurPage(frame)) return refuse(channel, 'the sender is not a page of this app');
    const entry: { readonly result: v.GenericSchema; readonly maxBytes?: number } = INVOKE[channel];
    const tooMuch = weigh(args, entry.maxBytes ?? MAX_BYTES);
    if (tooMuch !== null) return refuse(channel, `the arguments: ${tooMuch}`);
    const checked = v.safeParse(argumentsOf[channel] ?? v.never(), args);
    if (!checked.success) return refuse(channel, `argument ${problemOf(checked.issues[0])}`);
    // The schema has just checked what the types of the channel say.
    const handler = handlers[channel] as (...values: readonly unknown[]) => unknown;
    const answer = v.safeParse(entry.result, await handler(...checked.output));
    if (answer.success) return answer.output;
    log.error('an answer does not fit the contract', { channel, why: problemOf(answer.issues[0]) });
    throw new Error(`${channel}: the answer does not fit the contract: ${problemOf(answer.issues[0])}`);
  };
}
