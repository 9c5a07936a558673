/** The clock tells a sleep from a busy computer: after a sleep a timer begins anew, and on a busy computer none starves. */
import { createClock, GAP_MS, GAP_WINDOW_MS, MAX_GAPS, type Clock } from '../../main/backend/clock';

/** What sleeps and delays add to the time that the fake timers know. */
let skippedMs: number;
let gaps: number;
let clock: Clock;

beforeEach(() => {
  jest.useFakeTimers();
  skippedMs = 0;
  gaps = 0;
  clock = createClock(() => { gaps += 1; }, () => Date.now() + skippedMs);
});
afterEach(() => { jest.useRealTimers(); });

/** The computer sleeps: time goes by, and no timer hears of it. */
const sleep = (ms: number): void => { skippedMs += ms; };

test('a timer in time fires once', () => {
  const fired = jest.fn();
  clock.setTimeout(fired, 100);
  jest.advanceTimersByTime(99);
  expect(fired).not.toHaveBeenCalled();
  jest.advanceTimersByTime(1_000);
  expect(fired).toHaveBeenCalledTimes(1);
  expect(gaps).toBe(0);
});

test('a cleared timer does not fire, before and after a sleep', () => {
  const fired = jest.fn();
  const first = clock.setTimeout(fired, 100);
  clock.clearTimeout(first);
  const second = clock.setTimeout(fired, 100);
  sleep(60_000);
  jest.advanceTimersByTime(100);
  expect(gaps).toBe(1);
  clock.clearTimeout(second);
  jest.advanceTimersByTime(10_000);
  expect(fired).not.toHaveBeenCalled();
  expect(jest.getTimerCount()).toBe(0);
});

test('after a sleep a timer begins anew, in full, and all timers together tell of one sleep', () => {
  const fired = jest.fn();
  clock.setTimeout(fired, 5_000);
  clock.setTimeout(fired, 5_000);
  jest.advanceTimersByTime(3_000);
  sleep(8 * 3_600_000);
  jest.advanceTimersByTime(2_000);
  expect(gaps).toBe(1);
  expect(fired).not.toHaveBeenCalled();
  jest.advanceTimersByTime(4_999);
  expect(fired).not.toHaveBeenCalled();
  jest.advanceTimersByTime(1);
  expect(fired).toHaveBeenCalledTimes(2);
  expect(gaps).toBe(1);
});

test('a timer that is late by the limit exactly was not asleep', () => {
  const fired = jest.fn();
  clock.setTimeout(fired, 100);
  sleep(GAP_MS);
  jest.advanceTimersByTime(100);
  expect(fired).toHaveBeenCalledTimes(1);
  expect(gaps).toBe(0);
});

test('the timer is armed again before the gap is told, so that who hears of it can clear it', () => {
  const fired = jest.fn();
  const own = createClock(() => { own.clearTimeout(id); }, () => Date.now() + skippedMs);
  const id = own.setTimeout(fired, 100);
  sleep(5_000);
  jest.advanceTimersByTime(100);
  expect(jest.getTimerCount()).toBe(0);
});

test('a second sleep is told too', () => {
  clock.setTimeout(() => {}, 100);
  sleep(5_000);
  jest.advanceTimersByTime(100);
  sleep(5_000);
  jest.advanceTimersByTime(100);
  expect(gaps).toBe(2);
});

test('on a computer that is late with every timer, timers fire all the same', () => {
  const fired = jest.fn();
  clock.setTimeout(fired, 100);
  for (let round = 0; round < MAX_GAPS + 1; round += 1) {
    sleep(GAP_MS + 1);
    jest.advanceTimersByTime(100);
  }
  expect(gaps).toBe(MAX_GAPS);
  expect(fired).toHaveBeenCalledTimes(1);
});

test('also when each gap makes the listener start over, as the machine does', () => {
  const fired = jest.fn();
  let id = 0;
  const own = createClock(() => {
    own.clearTimeout(id);
    id = own.setTimeout(fired, 5_000);
  }, () => Date.now() + skippedMs);
  id = own.setTimeout(fired, 5_000);
  for (let round = 0; round < 10; round += 1) {
    jest.advanceTimersByTime(4_999);
    sleep(2_000);
    jest.advanceTimersByTime(1);
  }
  expect(fired).toHaveBeenCalledTimes(1);
});

test('after a quiet time a sleep is believed again', () => {
  const fired = jest.fn();
  for (let round = 0; round < MAX_GAPS + 1; round += 1) {
    clock.setTimeout(() => {}, 100);
    sleep(GAP_MS + 1);
    jest.advanceTimersByTime(100);
  }
  expect(gaps).toBe(MAX_GAPS);
  jest.advanceTimersByTime(GAP_WINDOW_MS + 1);
  clock.setTimeout(fired, 100);
  sleep(60_000);
  jest.advanceTimersByTime(100);
  expect(gaps).toBe(MAX_GAPS + 1);
  expect(fired).not.toHaveBeenCalled();
});

test('a wait beyond what Node can count does not fire at once', () => {
  const fired = jest.fn();
  clock.setTimeout(fired, 2 ** 40);
  jest.advanceTimersByTime(2 ** 31 - 2);
  expect(fired).not.toHaveBeenCalled();
});

test('its time is monotonic: the wall clock is not asked', () => {
  jest.useRealTimers();
  const real = createClock(() => {});
  const wall = jest.spyOn(Date, 'now').mockReturnValue(0);
  expect(Math.abs(real.now() - performance.now())).toBeLessThan(1_000);
  expect(wall).not.toHaveBeenCalled();
});
