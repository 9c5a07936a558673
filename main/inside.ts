/** Opens files that a page named: only what lies in one folder after all links are followed, and still does when it is open. */
import { constants } from 'node:fs';
import { open, readlink, realpath, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';

/** Without it a pipe in a file's place would be waited for. */
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** A name that leads out of the folder, or to something else than a file. */
export class OutsideError extends Error {
  override readonly name = 'OutsideError';
  constructor() {
    super('A file was not opened: allowed are files of the app’s own folder.');
  }
}

/** Absolute in any system's spelling, a way up, or what the system would read as another name. */
const isPlain = (name: string): boolean =>
  name !== '' && !/[\0\\:]/.test(name) && !name.startsWith('/') && !name.split('/').some((part) => part === '..' || part === '.' || part === '');

/** Opens the file `name`, a path with slashes below `folder`, for reading; the caller closes it. Throws OutsideError, or what the system says of a file that is not there. */
export async function openInside(folder: string, name: string): Promise<FileHandle> {
  if (!isPlain(name)) throw new OutsideError();
  const root = await realpath(folder);
  const file = await realpath(path.join(root, name));
  if (!file.startsWith(root + path.sep)) throw new OutsideError();
  const handle = await open(file, READ);
  try {
    // Between the look and the opening a folder on the way may have become a link.
    if (!(await handle.stat()).isFile() || !(await placeOf(handle, file)).startsWith(root + path.sep)) throw new OutsideError();
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Where an open file lies. Linux says it of the file itself; elsewhere its name is followed again, which leaves a moment. '' where that leads to another one. */
async function placeOf(handle: FileHandle, name: string): Promise<string> {
  if (process.platform === 'linux') return await readlink(`/proc/self/fd/${handle.fd}`);
  const place = await realpath(name);
  const [opened, found] = await Promise.all([handle.stat(), stat(place)]);
  return opened.ino === found.ino && opened.dev === found.dev ? place : '';
}
