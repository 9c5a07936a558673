/** Log files that a test holds in its hand, served as main serves them. */
import type { LogHit, LogLevel, LogPage, LogSource, LogView } from '../../preload/contract';

const RANK: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

export class FakeLogs {
  readonly files = new Map<string, { version: number; lines: LogPage['lines'][number][] }>();
  reads = 0;

  write(name: string, ...lines: readonly (readonly [LogLevel, string])[]): void {
    const file = this.files.get(name) ?? { version: 1, lines: [] };
    file.lines.push(...lines.map(([level, text]) => ({ level, text })));
    this.files.set(name, file);
  }
  sources(): LogSource[] {
    return [...this.files].map(([name, { lines }]) => ({ name, bytes: lines.length * 100, changedAt: 0, current: true }));
  }
  read({ source, level }: LogView, from: number, count: number): LogPage {
    this.reads += 1;
    const file = this.files.get(source);
    if (file === undefined) throw new Error('no such log');
    const rows = file.lines.filter((line) => RANK[line.level] >= RANK[level]);
    return { version: file.version, total: rows.length, lines: rows.slice(from, from + count) };
  }
  find(view: LogView, query: string, from: number, direction: 'next' | 'previous'): LogHit {
    const { version, lines } = this.read(view, 0, Infinity);
    const rows = lines.flatMap(({ text }, row) => (text.toLowerCase().includes(query.toLowerCase()) ? [row] : []));
    const index = direction === 'next' ? rows.findIndex((row) => row >= from) : rows.findLastIndex((row) => row < from);
    const row = rows.at(index < 0 ? (direction === 'next' ? 0 : -1) : index) ?? null;
    return { version, row, nth: row === null ? 0 : rows.indexOf(row) + 1, matches: rows.length };
  }
}
