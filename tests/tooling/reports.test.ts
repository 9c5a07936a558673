/** What the test programs' reports are read as. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { countOf, jestOutcome, junitOutcome } from '../../scripts/reports';

let folder: string;
beforeEach(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'reports-')); });
afterEach(() => { fs.rmSync(folder, { recursive: true }); });

function write(text: string): string {
  const file = path.join(folder, 'report');
  fs.writeFileSync(file, text);
  return file;
}

test('no report is no outcome', () => {
  expect(jestOutcome(path.join(folder, 'none'))).toBeUndefined();
  expect(junitOutcome(path.join(folder, 'none'))).toBeUndefined();
});

test('Jest: states, messages without colours, files relative to the project', () => {
  const outcome = jestOutcome(write(JSON.stringify({ testResults: [{
    name: path.resolve('tests/unit/a.test.ts'), status: 'failed', message: '',
    assertionResults: [
      { fullName: 'works', status: 'passed', failureMessages: [] },
      { fullName: 'breaks', status: 'failed', failureMessages: ['\u001B[31mred\u001B[39m'] },
      { fullName: 'waits', status: 'todo', failureMessages: null },
    ],
  }] })));
  expect(outcome?.tests).toEqual([
    { file: 'tests/unit/a.test.ts', title: 'works', state: 'passed' },
    { file: 'tests/unit/a.test.ts', title: 'breaks', state: 'failed', message: 'red' },
    { file: 'tests/unit/a.test.ts', title: 'waits', state: 'skipped' },
  ]);
});

test('Jest: a file that could not run is a failed test', () => {
  const outcome = jestOutcome(write(JSON.stringify({ testResults: [{ name: path.resolve('b.test.ts'), status: 'failed', message: 'syntax', assertionResults: [] }] })));
  expect(outcome?.tests).toEqual([{ file: 'b.test.ts', title: '(the file itself)', state: 'failed', message: 'syntax' }]);
});

test('pytest: states, scenarios, and messages as they were written', () => {
  const outcome = junitOutcome(write(`<?xml version="1.0"?><testsuites><testsuite>
    <testcase classname="tests.test_a" name="test_fine" file="tests/test_a.py" line="3" time="0.1"/>
    <testcase classname="tests.test_a" name="test_traced" time="0.1"><properties><property name="scenario" value="Graceful &quot;stop&quot;"/></properties></testcase>
    <testcase classname="tests.test_a" name="test_bad" time="0.1"><failure message="short">assert 1 &lt; 0&#10;E</failure></testcase>
    <testcase classname="tests.test_a" name="test_later" time="0.1"><skipped message="why"/></testcase>
  </testsuite></testsuites>`));
  const file = 'backend-spec/tests/test_a.py';
  expect(outcome?.tests).toEqual([
    { file, title: 'test_fine', state: 'passed' },
    { file, title: 'test_traced', state: 'passed', scenarios: ['Graceful "stop"'] },
    { file, title: 'test_bad', state: 'failed', message: 'assert 1 < 0\nE' },
    { file, title: 'test_later', state: 'skipped' },
  ]);
  expect(outcome && countOf(outcome, 'passed')).toBe(2);
});
