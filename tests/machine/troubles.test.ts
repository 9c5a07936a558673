/** What is said in trouble: for each reason there is, what happened, what can be done, and a way on. The requirements' own words are in status.test.ts. */
import { FATAL_REASONS } from '../../machines/policy';
import { BACKEND_STATES, TEXTS } from '../../machines/status';
import { CHOICES, FATAL, SLOW } from '../../machines/troubles';

const SENTENCES = /^([A-Z][^.]+\.( |$))+$/;

it.each(FATAL_REASONS)('fatal for %s says what happened, what to do, and offers to try again', (reason) => {
  const { text, help, choices } = FATAL[reason];
  expect(text).toMatch(SENTENCES);
  expect(help).toMatch(SENTENCES);
  expect(choices).toContain('Retry');
  expect(choices.filter((choice) => !CHOICES.includes(choice))).toEqual([]);
});

it('slow leaves the choice between patience and a fresh start', () => {
  expect(SLOW.text).toMatch(SENTENCES);
  expect(SLOW.help).toMatch(SENTENCES);
  expect(SLOW.choices).toEqual(['Keep Waiting', 'View Logs', 'Restart']);
});

it('each trouble has words of its own', () => {
  const texts = [SLOW, ...Object.values(FATAL)].map(({ text }) => text);
  expect(new Set(texts).size).toBe(texts.length);
});

it.each(BACKEND_STATES)('%s has words, also where nothing more is known', (state) => {
  expect(TEXTS[state]).toMatch(/^[A-Z].+/);
});
