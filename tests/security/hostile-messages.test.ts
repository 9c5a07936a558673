/** Hole: a page, or a frame in it, makes main do something by a message that the contract does not know. */
import * as fc from 'fast-check';
import * as v from 'valibot';
import { createDispatcher, type Frame, type InvokeHandlers } from '../../main/bridge/dispatch';
import { EVENTS, INVOKE, MAX_BYTES, type Channel } from '../../preload/contract';

/** More by POCKETMUSEC_FUZZ_MESSAGES. */
const MESSAGES = Number(process.env['POCKETMUSEC_FUZZ_MESSAGES'] ?? 100_000);
const CHANNELS = Object.keys(INVOKE) as Channel[];
const PAGE: Frame = { url: 'app://bundle/index.html', origin: 'app://bundle', parent: null };
const CANARY = 'hunter2 is the password';

const reached: { channel: string; args: readonly unknown[] }[] = [];
const logged: string[] = [];
const log = { info: () => {}, warn: (...words: unknown[]) => { logged.push(JSON.stringify(words)); }, error: (...words: unknown[]) => { logged.push(JSON.stringify(words)); } };
/** Each answers with what fits no contract, so that whatever comes back as an answer was checked. */
const handlers = Object.fromEntries(CHANNELS.map((channel) =>
  [channel, (...args: readonly unknown[]) => { reached.push({ channel, args }); return Symbol.for(CANARY); }])) as unknown as InvokeHandlers;
let dispatch: ReturnType<typeof createDispatcher>;

beforeEach(() => {
  reached.length = 0;
  logged.length = 0;
  dispatch = createDispatcher(handlers, log);
});

const refusal = async (channel: string, frame: Frame | null, args: readonly unknown[]): Promise<string> =>
  await dispatch(channel, frame, args).then(() => 'accepted', (error: unknown) => String(error));
const gone: Frame = { url: 'app://bundle/index.html', parent: null, get origin(): string { throw new Error('Render frame was disposed'); } };

/** What structured clone can carry, with our own names and values among it, and texts that must not come back. */
const content = fc.constantFrom(CANARY, 'RETRY', 'RESTART', '__proto__', 'constructor', '../../etc/passwd', '\0', '\u{1F3B5}', 'x'.repeat(100_000));
const key = fc.constantFrom('imported', 'hits', 'error', 'name', 'pages', 'code', 'text', 'length', '__proto__', 'constructor', 'toString', CANARY);
const anything = fc.anything({
  key: fc.oneof(key, fc.string({ maxLength: 8 })), values: [content, fc.boolean(), fc.integer(), fc.double(), fc.string(), fc.constant(null), fc.constant(undefined)],
  maxDepth: 3, maxKeys: 4, withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true, withSparseArray: true, withNullPrototype: true,
});
const outcome = fc.record({
  imported: fc.option(fc.record({ name: content, pages: fc.oneof(fc.nat(), fc.double()), standards: fc.nat(), objectives: fc.oneof(fc.nat(), anything) })),
  hits: fc.array(fc.record({ code: content, text: fc.oneof(content, anything) }), { maxLength: 3 }),
  error: fc.option(content), extra: anything,
}, { requiredKeys: ['imported', 'hits', 'error'] });
const messages = fc.array(fc.oneof(anything, content, outcome), { maxLength: 3 });

describe.each(CHANNELS)('Towards Secure IPC validation: %s', (channel) => {
  test.each<[string, Frame | null]>([
    ['a frame in the page', { ...PAGE, parent: PAGE }],
    ['an empty frame in the page', { url: 'about:blank', origin: 'app://bundle', parent: PAGE }],
    ['another origin', { ...PAGE, url: 'https://evil.example/app://bundle/', origin: 'https://evil.example' }],
    ['another host of our scheme', { ...PAGE, url: 'app://evil/index.html', origin: 'app://evil' }],
    ['an origin that begins like ours', { ...PAGE, url: 'app://bundle.evil/index.html', origin: 'app://bundle.evil' }],
    ['an opaque origin at our address', { ...PAGE, origin: 'null' }],
    ['our origin at an empty address', { ...PAGE, url: '' }],
    ['our origin at about:blank', { ...PAGE, url: 'about:blank' }],
    ['a file', { ...PAGE, url: 'file:///app://bundle/index.html', origin: 'file://' }],
    ['a frame that is gone', gone],
    ['no frame', null],
  ])('is closed to %s, whatever it sends', async (_who, frame) => {
    // Also to what the page itself may say.
    for (const args of [[], ['RETRY'], [{ imported: null, hits: [], error: null }], ...fc.sample(messages, { numRuns: 90, seed: 7 })]) {
      expect(await refusal(channel, frame, args)).toBe(`Error: ${channel}: the sender is not a page of this app`);
    }
    expect(reached).toEqual([]);
  });

  test('lets nothing through that its schema does not allow, and never repeats what it was sent', async () => {
    const args = v.strictTuple([...INVOKE[channel].args]);
    for (const sent of fc.sample(messages, { numRuns: 1_000, seed: 11 })) {
      const before = reached.length;
      const said = await refusal(channel, PAGE, sent);
      expect(said).toMatch(new RegExp(`^Error: ${channel}: `));
      expect(said).not.toContain(CANARY);
      expect(said.length).toBeLessThan(400);
      if (reached.length > before) expect([v.is(args, sent), reached.at(-1)]).toEqual([true, { channel, args: sent }]);
    }
    expect(logged.join('\n')).not.toContain(CANARY);
  });

  test('has schemas without a back door: no field beyond the named ones, no value of any kind', () => {
    const loose = looseParts([...INVOKE[channel].args, INVOKE[channel].result]);
    expect(loose).toEqual([]);
  });
});

test.each(Object.entries(EVENTS))('%s carries no value of any kind', (_name, { message }) => { expect(looseParts([message])).toEqual([]); });

test('a channel that is not in the contract does not exist, however it is called', async () => {
  for (const name of ['', 'backend:kill', 'backend:command ', 'BACKEND:COMMAND', '__proto__', 'constructor', 'toString', 'hasOwnProperty', CANARY]) {
    expect(await refusal(name, PAGE, ['RETRY'])).toBe('Error: the bridge: there is no such channel');
  }
  expect(reached).toEqual([]);
  expect(logged.join('\n')).not.toContain(CANARY);
});

test.each<[string, Channel, readonly unknown[], string]>([
  ['a wrong word', 'backend:command', ['SELF_DESTRUCT'], 'argument 0: allowed is ("RETRY" | "RESTART" | "KEEP_WAITING" | "PROBE_NOW")'],
  ['a wrong type', 'backend:command', [7], 'argument 0: allowed is ("RETRY" | "RESTART" | "KEEP_WAITING" | "PROBE_NOW")'],
  ['an object that turns into a word', 'backend:command', [{ toString: 'RETRY' }], 'argument 0: allowed is ("RETRY" | "RESTART" | "KEEP_WAITING" | "PROBE_NOW")'],
  ['no argument', 'backend:command', [], 'argument 0: allowed is ("RETRY" | "RESTART" | "KEEP_WAITING" | "PROBE_NOW")'],
  ['one too many', 'backend:command', ['RETRY', CANARY], 'argument 1: allowed is nothing'],
  ['an argument where there is none', 'app:info', [CANARY], 'argument 0: allowed is nothing'],
  ['an extra field', 'self-test:finish', [{ imported: null, hits: [], error: null, sudo: CANARY }], 'argument 0.sudo: allowed is nothing'],
  ['an extra field with content for a name', 'self-test:finish', [{ imported: null, hits: [], error: null, [CANARY]: 1 }], 'argument 0.?: allowed is nothing'],
  ['a missing field', 'self-test:finish', [{ imported: null, hits: [] }], 'argument 0.error: allowed is "error"'],
  ['a wrong type, deep', 'self-test:finish', [{ imported: null, hits: [{ code: 'K.CN.1', text: 5 }], error: null }], 'argument 0.hits.0.text: allowed is string'],
  ['half a page', 'self-test:finish', [{ imported: { name: 'a', pages: 1.5, standards: 0, objectives: 0 }, hits: [], error: null }], 'argument 0.imported.pages: allowed is another value'],
  ['too much', 'backend:command', ['x'.repeat(MAX_BYTES)], `the arguments: allowed are ${MAX_BYTES} bytes`],
  ['too many', 'backend:command', [Array.from({ length: MAX_BYTES }, () => 0)], `the arguments: allowed are ${MAX_BYTES} bytes`],
  ['a long list that holds nothing', 'backend:command', [sparse(2 ** 31)], `the arguments: allowed are ${MAX_BYTES} bytes`],
  ['too many fields', 'backend:command', [Object.fromEntries(Array.from({ length: MAX_BYTES }, (_, index) => [`f${index}`, 0]))], `the arguments: allowed are ${MAX_BYTES} bytes`],
  ['bytes', 'backend:command', [new Uint8Array(MAX_BYTES)], `the arguments: allowed are ${MAX_BYTES} bytes`],
  ['too deep', 'backend:command', [nested(40)], 'the arguments: allowed are 32 levels'],
  ['a circle', 'backend:command', [circle()], 'the arguments: allowed are 32 levels'],
  ['a map', 'backend:command', [new Map([[CANARY, 1]])], 'the arguments: allowed are plain objects, lists, texts, numbers and bytes'],
  ['a buffer', 'backend:command', [new ArrayBuffer(8)], 'the arguments: allowed are plain objects, lists, texts, numbers and bytes'],
  ['a number of any length', 'backend:command', [10n ** 1_000n], 'the arguments: allowed are plain objects, lists, texts, numbers and bytes'],
])('%s: %s says which field and what is allowed', async (_what, channel, args, said) => {
  expect(await refusal(channel, PAGE, args)).toBe(`Error: ${channel}: ${said}`);
  expect(reached).toEqual([]);
  expect(logged.join('\n')).not.toContain(CANARY);
});

test('what the page may say arrives, once and unchanged', async () => {
  const finished = { imported: { name: 'a.pdf', pages: 1, standards: 2, objectives: 3 }, hits: [{ code: 'K.CN.1', text: 'x'.repeat(100_000) }], error: null };
  await refusal('backend:command', PAGE, ['RETRY']);
  await refusal('self-test:finish', PAGE, [finished]);
  expect(reached).toEqual([{ channel: 'backend:command', args: ['RETRY'] }, { channel: 'self-test:finish', args: [finished] }]);
});

test('an answer of main that does not fit the contract never leaves', async () => {
  expect(await refusal('app:info', PAGE, [])).toBe('Error: app:info: the answer does not fit the contract: the whole: allowed is Object');
  const leaky = createDispatcher({ ...handlers, 'app:info': () => ({ name: '', version: '', electron: '', platform: '', debug: false, token: CANARY }) }, log);
  await expect(leaky('app:info', PAGE, [])).rejects.toThrow(/^app:info: the answer does not fit the contract: token: allowed is nothing$/);
  expect(logged.join('\n')).not.toContain(CANARY);
});

test(`${MESSAGES} messages made up at random: no crash, no effect, and a log that stays short`, async () => {
  const frames = fc.oneof({ weight: 4, arbitrary: fc.constant(PAGE) }, { weight: 1, arbitrary: fc.constantFrom(null, gone, { ...PAGE, parent: {} }, { ...PAGE, origin: 'null' }) });
  const names = fc.oneof({ weight: 9, arbitrary: fc.constantFrom<string[]>(...CHANNELS) }, { weight: 1, arbitrary: fc.string() });
  await fc.assert(fc.asyncProperty(names, frames, messages, async (name, frame, args) => {
    const before = reached.length;
    const said = await refusal(name, frame, args);
    // The handlers answer with nothing that fits, so nothing is ever accepted.
    if (!said.startsWith('Error: ')) throw new Error(`${name} answered`);
    if (reached.length > before && (frame !== PAGE || !v.is(v.strictTuple([...INVOKE[name as Channel].args]), args))) throw new Error(`${name} was reached`);
  }), { numRuns: MESSAGES });
  expect(logged.filter((line) => line.includes('a message was refused'))).toHaveLength(100);
  expect(Object.prototype).not.toHaveProperty('imported');
});

/** Deep enough to be refused. */
function nested(levels: number): unknown {
  return levels === 0 ? 0 : [nested(levels - 1)];
}

function circle(): unknown {
  const self: unknown[] = [];
  self.push(self);
  return self;
}

function sparse(length: number): unknown[] {
  const list: unknown[] = [];
  list.length = length - 1;
  return list;
}

/** The parts of schemas that would let through what nobody named, by the kinds that valibot gives them. */
function looseParts(schemas: readonly unknown[]): string[] {
  const strict = new Set(['strict_object', 'strict_tuple', 'array', 'string', 'number', 'boolean', 'null', 'void', 'literal', 'picklist', 'nullable', 'union', 'variant', 'instance']);
  const found: string[] = [];
  const waiting = [...schemas];
  for (let schema = waiting.pop(); schema !== undefined; schema = waiting.pop()) {
    const { type, entries, item, items, wrapped, options, class: made } = schema as Record<string, unknown>;
    if (typeof type !== 'string' || !strict.has(type)) found.push(String(type));
    if (type === 'instance' && made !== Uint8Array) found.push('instance of another class');
    waiting.push(...Object.values(entries ?? {}), ...(item === undefined ? [] : [item]), ...((items as unknown[] | undefined) ?? []), ...(wrapped === undefined ? [] : [wrapped]));
    if (type === 'union' || type === 'variant') waiting.push(...(options as unknown[]));
  }
  return found;
}
