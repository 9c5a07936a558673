/** Standards PDFs with known content, made by the backend's own fixture generator. */
import { execFileSync } from 'node:child_process';
import { truncateSync } from 'node:fs';
import path from 'node:path';
import { PYTHON, ROOT } from './supervise';

export interface KnownContent {
  readonly standards: number;
  readonly objectives: number;
}

export interface PdfOptions {
  readonly pages: number;
  readonly layout?: string;
  readonly encrypt?: boolean;
  /** Cut the file off after this many bytes. */
  readonly cutAt?: number;
}

/** Writes the PDF to `file`; returns how many standards and objectives it holds. */
export function makePdf(file: string, { pages, layout, encrypt = false, cutAt }: PdfOptions): KnownContent {
  const args = ['-m', 'tests.fixtures.make_pdf', file, '--pages', String(pages), ...(layout === undefined ? [] : ['--layout', layout]), ...(encrypt ? ['--encrypted'] : [])];
  const known = JSON.parse(execFileSync(PYTHON, args, { cwd: path.join(ROOT, 'backend-spec'), encoding: 'utf8' })) as { standards: object; objectives: object };
  if (cutAt !== undefined) truncateSync(file, cutAt);
  return { standards: Object.keys(known.standards).length, objectives: Object.keys(known.objectives).length };
}
