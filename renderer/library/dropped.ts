/** Takes what was dropped apart into files and folders. */

export interface Dropped {
  readonly file: File;
  readonly isFolder: boolean;
}

export const asFiles = (files: Iterable<File>): Dropped[] => Array.from(files, (file) => ({ file, isFolder: false }));

/** Must be called while the event is handled: the items are empty afterwards. */
export function readDrop(data: DataTransfer): Dropped[] {
  const dropped: Dropped[] = [];
  for (const item of Array.from(data.items)) {
    if (item.kind !== 'file') continue;
    const file = item.getAsFile();
    if (file !== null) dropped.push({ file, isFolder: item.webkitGetAsEntry()?.isDirectory ?? false });
  }
  return dropped;
}

export const carriesFiles = (data: DataTransfer | null): boolean => data?.types.includes('Files') ?? false;
