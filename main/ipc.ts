/** The only place that touches `ipcMain`: each channel of the contract with its sender and its arguments checked. */
import { ipcMain, type IpcMainInvokeEvent } from 'electron';
import * as v from 'valibot';
import { USER_COMMANDS, type InvokeChannels } from '../preload/contract';
import type { Log } from './backend/effects';
import { ORIGIN } from './window/assets';

export type InvokeHandlers = {
  readonly [Channel in keyof InvokeChannels]:
    (...args: InvokeChannels[Channel]['args']) => InvokeChannels[Channel]['result'] | Promise<InvokeChannels[Channel]['result']>;
};

const shortText = v.pipe(v.string(), v.maxLength(100_000));
const amount = v.pipe(v.number(), v.integer(), v.minValue(0));
const none = v.strictTuple([]);

/** The shape of each channel's arguments; a channel without an entry does not compile. */
const argumentSchemas: { readonly [Channel in keyof InvokeChannels]: v.GenericSchema<unknown, unknown> } = {
  'backend:get-url': none,
  'backend:get-status': none,
  'backend:command': v.strictTuple([v.picklist(USER_COMMANDS)]),
  'app:info': none,
  'logs:open': none,
  'self-test:get-job': none,
  'self-test:finish': v.strictTuple([v.strictObject({
    imported: v.nullable(v.strictObject({ name: shortText, pages: amount, standards: amount, objectives: amount })),
    hits: v.pipe(v.array(v.strictObject({ code: shortText, text: shortText })), v.maxLength(1_000)),
    error: v.nullable(shortText),
  })]),
};

/** Our page in its main frame; a frame that is gone, or any other origin, is nobody. */
function isTrusted({ senderFrame }: IpcMainInvokeEvent): boolean {
  return senderFrame !== null && senderFrame.parent === null && senderFrame.url.startsWith(`${ORIGIN}/`);
}

/** The field that is wrong, never its content. */
function problemOf(issue: v.BaseIssue<unknown>): string {
  return `${v.getDotPath(issue) ?? 'the arguments'}: allowed is ${issue.expected ?? 'another shape'}`;
}

const isChannel = (name: string): name is keyof InvokeChannels => name in argumentSchemas;

/** Registers every channel. A refused message has no effect and is logged without its content. */
export function setupIpc(handlers: InvokeHandlers, log: Log): void {
  for (const channel of Object.keys(argumentSchemas).filter(isChannel)) {
    ipcMain.handle(channel, async (event: IpcMainInvokeEvent, ...args: unknown[]) => {
      const refuse = (why: string): never => {
        log.warn('a message was refused', { channel, why });
        throw new Error(`${channel}: ${why}`);
      };
      if (!isTrusted(event)) return refuse('the sender is not a page of this app');
      const result = v.safeParse(argumentSchemas[channel], args);
      if (!result.success) return refuse(problemOf(result.issues[0]));
      // The schema has just checked what the types of the channel say.
      const handler = handlers[channel] as (...checked: unknown[]) => unknown;
      return await handler(...args);
    });
  }
}
