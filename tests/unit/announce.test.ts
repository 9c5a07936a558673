/** What is said in passing: each restart after a crash once, "Reconnecting..." only where it lasts. */
import { createActor } from 'xstate';
import { createAnnounce } from '../../main/announce';
import { lifecycle } from '../../machines/lifecycle';
import { project } from '../../machines/status';
import type { BackendStatus } from '../../preload/contract';

const idle = project(createActor(lifecycle, { input: {} }).getSnapshot());
const crashOf = (generation: number): BackendStatus['crash'] => ({ generation, at: 0, cause: 'x', code: 1, signal: null, stderrTail: [] });
let told: string[];
let hear: (changes: Partial<BackendStatus>) => void;

beforeEach(() => {
  jest.useFakeTimers();
  told = [];
  const announce = createAnnounce({ tell: (text) => { told.push(text); }, tellOutside: (text) => { told.push(`outside: ${text}`); } });
  let status: BackendStatus = { ...idle, seq: 0, at: 0, nextTryAt: null };
  hear = (changes) => {
    status = { ...status, ...changes, seq: status.seq + 1 };
    announce(status);
  };
});
afterEach(() => { jest.useRealTimers(); });

test('Scenario: Automatic restart on crash: notifies "Backend restarted after crash", once for each crash', () => {
  hear({ state: 'healthy', generation: 1 });
  hear({ state: 'backoff', crash: crashOf(1) });
  hear({ state: 'starting', generation: 2 });
  expect(told).toEqual([]);
  hear({ state: 'healthy' });
  hear({ state: 'unhealthy' });
  hear({ state: 'healthy' });
  expect(told).toEqual(['Backend restarted after crash']);
  hear({ state: 'starting', generation: 3 });
  hear({ state: 'healthy' });
  expect(told).toHaveLength(1);
  hear({ state: 'backoff', crash: crashOf(3) });
  hear({ state: 'healthy', generation: 4 });
  expect(told).toHaveLength(2);
});

test('a backend that was given up, and that somebody started again, was not restarted by itself', () => {
  hear({ state: 'healthy', generation: 1 });
  hear({ state: 'backoff', crash: crashOf(1) });
  hear({ state: 'fatal', crash: crashOf(3), generation: 3 });
  hear({ state: 'healthy', generation: 4 });
  expect(told).toEqual([]);
  hear({ state: 'backoff', crash: crashOf(4) });
  hear({ state: 'healthy', generation: 5 });
  expect(told).toEqual(['Backend restarted after crash']);
});

test('a backend that never crashed was not restarted after a crash', () => {
  hear({ state: 'healthy', generation: 2 });
  expect(told).toEqual([]);
});

test('Scenario: Continuous health monitoring: "Reconnecting..." is said outside the window after 3 s, once, and not where it is over sooner', () => {
  hear({ state: 'unhealthy' });
  hear({ state: 'reconnecting' });
  jest.advanceTimersByTime(2_999);
  hear({ state: 'healthy' });
  jest.advanceTimersByTime(10_000);
  expect(told).toEqual([]);
  hear({ state: 'unhealthy' });
  jest.advanceTimersByTime(1_000);
  hear({ state: 'reconnecting', attempt: 1 });
  jest.advanceTimersByTime(2_000);
  hear({ state: 'reconnecting', attempt: 2 });
  jest.advanceTimersByTime(10_000);
  expect(told).toEqual(['outside: Reconnecting...']);
});
