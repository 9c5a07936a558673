/** `npm run corpus`: the test that reads the PDFs of pypdf's source distribution; the first run takes them from the package index. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { ROOT, VENV_PYTHON } from './setup/paths.mjs';

const { status } = spawnSync(VENV_PYTHON, ['-m', 'pytest', '-q', '-s', '-m', 'corpus', 'tests/test_corpus.py', ...process.argv.slice(2)], {
  cwd: path.join(ROOT, 'backend-spec'), stdio: 'inherit',
});
process.exitCode = status ?? 1;
