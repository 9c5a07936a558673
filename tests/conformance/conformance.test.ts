/** The contract with the backend, clause by clause, against the command that CONFORMANCE names; `npm run conformance` starts it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { checkBackendSpec, readBackendSpec } from '../../main/backend/spec';
import { PYTHON, ROOT } from '../support/supervise';
import type { Target } from './backend';
import { CLAUSES, makeKit } from './kit';

interface Asked {
  /** The spec file, by its whole path. */
  readonly spec: string;
  /** In place of the spec's command, run in `folder`. */
  readonly command?: readonly string[];
  readonly folder?: string;
  /** Where they go. */
  readonly findings: string;
}

const OWN = path.join(ROOT, 'backend-spec/backend.json');
const asked = JSON.parse(process.env['CONFORMANCE'] ?? JSON.stringify({
  spec: OWN, findings: path.join(ROOT, 'reports/conformance-findings.json'),
})) as Asked;
const given = readBackendSpec(asked.spec);
const target: Target = {
  spec: asked.command === undefined ? given
    : checkBackendSpec({ ...given, command: { development: asked.command }, workingFolder: { development: asked.folder ?? ROOT } }, 'the command line'),
  packaged: false,
  placeholders: { python: PYTHON, resources: ROOT, app: ROOT },
};

const kit = makeKit(target);
/** In the order of the clauses. */
const findings = Object.entries(CLAUSES).flatMap(([group, clauses]) => clauses.map((clause) => {
  const spared = clause.spares(target.spec);
  return { clause, finding: { group, says: clause.says(target.spec), state: spared === null ? 'failed' : 'not applicable', found: spared ?? 'it was not tried' } };
}));

afterEach(kit.tidy);
afterAll(async () => {
  await kit.close();
  mkdirSync(path.dirname(asked.findings), { recursive: true });
  writeFileSync(asked.findings, `${JSON.stringify(findings.map(({ finding }) => finding), null, 2)}\n`);
});

describe.each(Object.keys(CLAUSES))('%s: the backend', (group) => {
  for (const { clause, finding } of findings) {
    if (finding.group !== group) continue;
    (finding.state === 'not applicable' ? test.skip : test)(finding.says, async () => {
      try {
        finding.found = await clause.check(kit);
        finding.state = 'passed';
      } catch (error) {
        finding.found = error instanceof Error ? error.message : String(error);
        throw error;
      }
    });
  }
});

test('our own backend is spared nothing', () => {
  if (asked.spec !== OWN) return;
  expect(findings.filter(({ finding }) => finding.state === 'not applicable')).toEqual([]);
});
