/** All clauses, and the kit that they try a backend with. */
import { Launched, portFor, type Launch, type Target } from './backend';
import type { Clause, Kit } from './clause';
import { ACCESS } from './clauses/access';
import { END } from './clauses/end';
import { HEALTH } from './clauses/health';
import { START } from './clauses/start';

export const CLAUSES: Readonly<Record<string, readonly Clause[]>> = { start: START, health: HEALTH, access: ACCESS, end: END };

export interface KitWithEnds extends Kit {
  /** Ends what the last clause started. */
  readonly tidy: () => Promise<void>;
  /** Ends all. */
  readonly close: () => Promise<void>;
}

export function makeKit(target: Target): KitWithEnds {
  const launched: Launched[] = [];
  let common: Promise<Launched> | null = null;
  let commonOne: Launched | null = null;
  const begin = async (options: Launch): Promise<Launched> => new Launched(target, options.port ?? await portFor(target.spec), options);
  const tidy = async (): Promise<void> => {
    // The last first: an earlier one owns the folder.
    for (const backend of launched.splice(0).reverse()) await backend.end();
  };
  return {
    target,
    launch: async (options = {}) => {
      const backend = await begin(options);
      launched.push(backend);
      return backend;
    },
    shared: async () => {
      common ??= begin({}).then(async (backend) => {
        commonOne = backend;
        await backend.ready();
        return backend;
      });
      return await common;
    },
    tidy,
    close: async () => {
      await tidy();
      await commonOne?.end();
    },
  };
}
