/** Who holds the ports that the backend could take: what "Quit other applications" shows. */
import type { PortHolder } from '../../preload/contract';
import type { PortRange } from './choosePort';
import { holdersOf, loopbackListenersSync } from './procfs';

/** Writes numbers briefly: `8000, 8003–8010`. */
export function briefly(numbers: Iterable<number>): string {
  const spans: [first: number, last: number][] = [];
  for (const number of [...new Set(numbers)].toSorted((a, b) => a - b)) {
    const newest = spans.at(-1);
    if (newest !== undefined && number === newest[1] + 1) newest[1] = number;
    else spans.push([number, number]);
  }
  return spans.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(', ');
}

/** The holders of many ports first; those that the system hides together, last. Null where the system does not tell at all (not Linux). */
export async function findPortHolders({ from, to }: PortRange): Promise<PortHolder[] | null> {
  const listeners = loopbackListenersSync()?.filter(({ port }) => port >= from && port <= to);
  if (!listeners) return null;
  const portOf = new Map(listeners.map(({ inode, port }) => [inode, port]));
  const holders = await holdersOf(new Set(portOf.keys()));
  const portsOf = (inodes: Iterable<string>): number[] => [...inodes].flatMap((inode) => portOf.get(inode) ?? []);
  const known = holders
    .map(({ pid, name, inodes }) => ({ pid, name, held: portsOf(inodes) }))
    .toSorted((a, b) => b.held.length - a.held.length)
    .map(({ held, ...holder }): PortHolder => ({ ...holder, ports: briefly(held) }));
  const told = new Set(holders.flatMap(({ inodes }) => inodes));
  const hidden = portsOf([...portOf.keys()].filter((inode) => !told.has(inode)));
  return hidden.length === 0 ? known : [...known, { pid: null, name: null, ports: briefly(hidden) }];
}
