/** Invariant 8: each change is published once, numbered without a hole, with an address only while it can be used; and ports are moved without a crash. */
import { pathOf, type Rule } from './rule';

const publishesChanges: Rule = (report) => {
  let seq = -1;
  let last: Readonly<Record<string, unknown>> | null = null;
  return (line) => {
    if (line.kind === 'machine-error') report(`the machine broke: ${line.message}`);
    if (line.kind === 'status') {
      if (line.seq !== seq + 1) report(`status ${line.seq} follows ${seq}`);
      seq = line.seq;
      const { t: _t, at: _at, seq: _seq, kind: _kind, ...projection } = line;
      const before: Readonly<Record<string, unknown>> | null = last;
      if (before !== null && Object.entries(projection).every(([key, value]) => before[key] === value)) report('the same status twice');
      last = projection;
    }
    if (line.kind === 'end' && line.projection !== JSON.stringify(last)) report('the last status is not what is true');
  };
};

const tellsTheAddress: Rule = (report) => {
  let port: number | null = null;
  return (line) => {
    if (line.kind === 'spawn') port = line.port;
    if (line.kind !== 'status') return;
    const usable = ['healthy', 'unhealthy', 'reconnecting'].includes(line.state);
    const url = usable ? `http://127.0.0.1:${port}` : null;
    if (line.url !== url) report(`the address is ${line.url}, not ${url}, while ${pathOf(line)}`);
  };
};

/** A port that somebody else took is not tried again before a backend was healthy, and costs neither crash nor wait. */
const movesOn: Rule = (report) => {
  let excluded: number[] = [];
  let port = 0;
  let proven = false;
  let moving: number | null = null;
  return (line, past) => {
    switch (line.kind) {
      case 'spawn':
        if (excluded.includes(line.port)) report(`port ${line.port} was tried again`);
        [port, proven] = [line.port, false];
        return;
      case 'choose':
        if (JSON.stringify(line.excluded) !== JSON.stringify(excluded)) report(`excluded are ${line.excluded.join()}, not ${excluded.join()}`);
        moving = null;
        return;
      case 'exit-told': {
        const ordinary = past.status?.state === 'starting' && pathOf(past.status) !== 'starting.evicting';
        if (line.portTaken && !proven && ordinary) excluded = [...excluded, port];
        return;
      }
      case 'group-empty': if (pathOf(past.status) === 'starting.moving') moving = line.t; return;
      case 'status':
        if (line.state === 'healthy') [excluded, proven] = [[], true];
        if (past.status?.state === 'fatal' && line.state !== 'fatal') excluded = [];
        if (moving !== null) report('the port was taken, the sweep done, but no other port is chosen');
        if (pathOf(line) === 'starting.moving' && past.process === 'none') report('moving without anything to wait for');
        return;
      default:
    }
  };
};

export const statusRules: Readonly<Record<string, Rule>> = {
  '8 publishes changes': publishesChanges,
  '8 tells the address': tellsTheAddress,
  'moves on': movesOn,
};
