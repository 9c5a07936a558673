/** `npm start`, by npm itself: stdout is the app's alone, set-up is quick the second time, and its end is clean. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { collect, ROOT, temporaryFolder } from '../support/app';
import { makePdf } from '../support/pdf';

const { folder, remove } = temporaryFolder();
afterAll(remove);

test('the command of the docs: npm start --silent -- --self-test --import … --search …', async () => {
  const pdf = path.join(folder, 'standards.pdf');
  makePdf(pdf, { pages: 3 });
  const child = spawn('npm', ['--prefix', ROOT, 'start', '--silent', '--', '--self-test', '--import', 'standards.pdf', '--search', 'music'],
    // Files are seen from where the person is.
    { cwd: folder, env: { ...process.env, NODE_OPTIONS: '' }, stdio: ['ignore', 'pipe', 'pipe'] });
  const { code, stdout, stderr, report } = await collect(child);
  expect(report).toMatchObject({ ok: true, stopped: true, error: null, imported: { name: 'standards.pdf' } });
  expect(code).toBe(0);
  expect(stdout.trim().split('\n').every((line) => line.startsWith('{'))).toBe(true);
  expect(stderr).toMatch(/Electron \d+\.\d+\.\d+ \(/);
}, 60_000);
