/** The log that is looked at: its rows in chunks as they are needed, its growth while the panel is open, and the search in it. */
import type { ElectronApi, LogHit, LogPage, LogSource, LogView } from '../../preload/contract';
import { createStore, type Readable } from '../store';

export type LogLine = LogPage['lines'][number];

/** Whole rows that a person chose: the first of them, and the one that moves. */
export interface Selection {
  readonly anchor: number;
  readonly focus: number;
}

export interface LogState {
  readonly sources: readonly LogSource[];
  readonly view: LogView;
  readonly version: number;
  /** Rows of the view; null until it was read. */
  readonly total: number | null;
  readonly query: string;
  /** The row that the search stands at; null before the first answer. */
  readonly hit: LogHit | null;
  readonly failed: boolean;
  /** Kept to the newest line; until a person scrolls back. */
  readonly following: boolean;
  readonly selection: Selection | null;
  /** Changes when rows have come. */
  readonly chunks: number;
}

export interface Log {
  readonly state: Readable<LogState>;
  /** Looks at the log from now on, again and again; returns what ends that. */
  readonly follow: () => () => void;
  readonly choose: (change: Partial<LogView>) => void;
  /** The row, or null while it is not here. */
  readonly line: (row: number) => LogLine | null;
  /** These rows are in sight: those that are not here are fetched. */
  readonly need: (from: number, to: number) => void;
  readonly keepToEnd: (following: boolean) => void;
  readonly select: (selection: Selection) => void;
  /** Searches anew, from the chosen row on. */
  readonly search: (query: string) => void;
  /** Chooses the next match after, or before, the chosen row. */
  readonly step: (direction: 'next' | 'previous') => void;
  /** The chosen rows as text, at most COPY_ROWS of them. */
  readonly selectedText: () => Promise<string>;
}

const LOOK_MS = 400;
const CHUNK_ROWS = 200;
/** Of the whole file so much stays in memory. */
const KEPT_CHUNKS = 40;
export const COPY_ROWS = 20_000;

type Electron = Pick<ElectronApi, 'listLogs' | 'readLog' | 'findInLog'>;

export function createLog(electron: Electron): Log {
  const state = createStore<LogState>({
    sources: [], view: { source: 'backend.log', level: 'debug' }, version: 0, total: null, query: '', hit: null, failed: false,
    following: true, selection: null, chunks: 0,
  });
  let chunks = new Map<number, readonly LogLine[]>();
  let asked = new Set<number>();
  /** Answers to an earlier question are not for the present one. */
  let question = 0;
  let watching = 0;

  const chunkOf = (row: number): number => Math.floor(row / CHUNK_ROWS);
  const lineAt = (row: number): LogLine | null => chunks.get(chunkOf(row))?.[row % CHUNK_ROWS] ?? null;

  /** Takes what an answer says of the whole; another version is another file. */
  function take({ version, total }: LogPage): void {
    const old = state.get();
    const isAnother = version !== old.version;
    if (isAnother) forget();
    if (isAnother || total !== old.total || old.failed) {
      state.set({ ...old, version, total, failed: false, ...(isAnother && old.version !== 0 && { following: true, selection: null, hit: null }) });
    }
  }
  function forget(): void {
    chunks = new Map();
    asked = new Set();
  }

  async function fetchChunk(number: number): Promise<void> {
    asked.add(number);
    const { view } = state.get();
    try {
      const page = await electron.readLog(view, number * CHUNK_ROWS, CHUNK_ROWS);
      if (view !== state.get().view) return;
      take(page);
      chunks.delete(number);
      chunks.set(number, page.lines);
      for (const old of chunks.keys()) {
        if (chunks.size <= KEPT_CHUNKS) break;
        chunks.delete(old);
      }
      state.update((old) => ({ ...old, chunks: old.chunks + 1 }));
    } catch {
      // The next look says that it can't be read.
    } finally {
      asked.delete(number);
    }
  }

  async function look(): Promise<void> {
    const { view } = state.get();
    try {
      const [sources, page] = await Promise.all([electron.listLogs(), electron.readLog(view, 0, 0)]);
      if (view !== state.get().view) return;
      take(page);
      state.update((old) => ({ ...old, sources }));
    } catch {
      const sources = await electron.listLogs().catch(() => []);
      if (view === state.get().view) state.update((old) => ({ ...old, sources, total: old.total ?? 0, failed: true }));
    }
  }

  async function find(query: string, from: number, direction: 'next' | 'previous'): Promise<void> {
    const mine = (question += 1);
    const { view } = state.get();
    try {
      const hit = await electron.findInLog(view, query, from, direction);
      if (mine !== question || view !== state.get().view) return;
      const { row } = hit;
      state.update((old) => ({ ...old, hit, ...(row !== null && { following: false, selection: { anchor: row, focus: row } }) }));
    } catch {
      // As above.
    }
  }

  return {
    state,
    follow: () => {
      const mine = (watching += 1);
      void (async () => {
        while (mine === watching) {
          await look();
          await new Promise((resolve) => { setTimeout(resolve, LOOK_MS); });
        }
      })();
      return () => { if (mine === watching) watching += 1; };
    },
    choose: (change) => {
      forget();
      state.update((old) => ({ ...old, view: { ...old.view, ...change }, total: null, version: 0, hit: null, following: true, selection: null }));
      void look();
      const { query } = state.get();
      if (query !== '') void find(query, 0, 'next');
    },
    line: lineAt,
    need: (from, to) => {
      for (let number = chunkOf(from); number <= chunkOf(to); number += 1) {
        // The last chunk was not full when it came.
        const last = Math.min(to, (number + 1) * CHUNK_ROWS - 1);
        if (lineAt(last) === null && !asked.has(number)) void fetchChunk(number);
      }
    },
    keepToEnd: (following) => { if (following !== state.get().following) state.update((old) => ({ ...old, following })); },
    select: (selection) => state.update((old) => ({ ...old, selection })),
    search: (query) => {
      state.update((old) => ({ ...old, query, hit: null }));
      if (query === '') question += 1;
      else void find(query, state.get().selection?.focus ?? 0, 'next');
    },
    step: (direction) => {
      const { query, selection } = state.get();
      const at = selection?.focus ?? -1;
      if (query !== '') void find(query, direction === 'next' ? at + 1 : Math.max(0, at), direction);
    },
    selectedText: async () => {
      const { view, selection } = state.get();
      if (selection === null) return '';
      const from = Math.min(selection.anchor, selection.focus);
      const count = Math.min(COPY_ROWS, Math.abs(selection.anchor - selection.focus) + 1);
      const lines: string[] = [];
      while (lines.length < count) {
        const page = await electron.readLog(view, from + lines.length, Math.min(CHUNK_ROWS, count - lines.length));
        if (page.lines.length === 0) break;
        lines.push(...page.lines.map(({ text }) => text));
      }
      return lines.map((line) => `${line}
`).join('');
    },
  };
}
