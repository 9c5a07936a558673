/** Lines that wait for the disk: in order, within a bound, and none is taken away while it is being written. */
import { createLineQueue } from '../../main/logs/lineQueue';

const LINE = `${'x'.repeat(99_999)}\n`;

test('lines come out as they went in, by as much as was written', () => {
  const queue = createLineQueue(1_000_000);
  queue.push('one\ntwo\n');
  queue.push('thrée\n');
  expect(queue.front()?.toString()).toBe('one\ntwo\nthrée\n');
  queue.consume(4);
  expect(queue.text()).toBe('two\nthrée\n');
  expect(queue.bytes()).toBe(11);
  queue.consume(11);
  expect(queue.front()).toBeNull();
  expect(queue.dropped()).toBe(0);
});

test('where there is no room the oldest lines go, but not those that are being written', () => {
  const queue = createLineQueue(600_000);
  queue.push('first\n');
  const front = queue.front();
  const out = front?.toString();
  for (let count = 0; count < 30; count += 1) queue.push(LINE);
  expect(queue.dropped()).toBeGreaterThan(0);
  expect(front?.toString()).toBe(out);
  expect(queue.front()?.toString().startsWith('first\n')).toBe(true);
  expect(queue.dropped() * LINE.length + queue.bytes()).toBe('first\n'.length + 30 * LINE.length);
});
