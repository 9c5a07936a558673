/** Takes a text/event-stream apart as it comes. */

export interface StreamEvent {
  readonly name: string;
  readonly data: string;
}

/** Calls back with each whole event; resolves at the end of the stream, rejects when it breaks. */
export async function readEventStream(body: ReadableStream<Uint8Array>, onEvent: (event: StreamEvent) => void): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    rest += decoder.decode(value, { stream: !done });
    const blocks = rest.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = parse(block);
      if (event !== null) onEvent(event);
    }
    if (done) return;
  }
}

function parse(block: string): StreamEvent | null {
  const lines = block.split('\n');
  const valuesOf = (field: string): string[] => lines.filter((line) => line.startsWith(`${field}:`)).map((line) => line.slice(field.length + 1).trim());
  const [name] = valuesOf('event');
  return name === undefined ? null : { name, data: valuesOf('data').join('\n') };
}
