/**
 * Events out of a stream, wherever it is cut.
 * @jest-environment node
 */
import * as fc from 'fast-check';
import { readEventStream, type StreamEvent } from '../../renderer/backend/eventStream';

const streamOf = (chunks: readonly Uint8Array<ArrayBuffer>[]): ReadableStream<Uint8Array<ArrayBuffer>> => new ReadableStream({
  start: (controller) => {
    for (const chunk of chunks) controller.enqueue(chunk);
    controller.close();
  },
});
const read = async (chunks: readonly Uint8Array<ArrayBuffer>[]): Promise<StreamEvent[]> => {
  const events: StreamEvent[] = [];
  await readEventStream(streamOf(chunks), (event) => events.push(event));
  return events;
};

test('the same events, however the bytes are cut, within letters too', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 5 }), fc.array(fc.nat(200), { maxLength: 8 }), async (texts, cuts) => {
    const bytes = new TextEncoder().encode(texts.map((text) => `event: text\ndata: ${JSON.stringify({ text })}\n\n`).join(''));
    const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
    const events = await read(places.slice(1).map((end, index) => bytes.slice(places[index], end)));
    expect(events.map(({ data }) => (JSON.parse(data) as { text: string }).text)).toEqual(texts);
  }));
});

test('half an event at the end is none', async () => {
  expect(await read([new TextEncoder().encode('event: begin\ndata: {}\n\nevent: text\ndata: {"te')])).toEqual([{ name: 'begin', data: '{}' }]);
});
