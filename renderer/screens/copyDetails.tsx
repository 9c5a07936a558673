/** Copies what a helper needs to know, as plain text, and says that it did. */
import { useEffect, useState, type ReactElement } from 'react';
import type { AppInfo, BackendStatus } from '../../preload/contract';
import { strings } from '../strings';
import { Button } from '../ui/button';
import { copyText } from '../ui/clipboard';

const SHOWN_MS = 2500;

export function CopyDetails({ info, status }: { readonly info: AppInfo | null; readonly status: BackendStatus }): ReactElement {
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (said === '') return undefined;
    const timer = setTimeout(() => setSaid(''), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = async (): Promise<void> => setSaid((await copyText(detailsText(info, status))) ? strings.copied : strings.copyFailed);
  return (
    <>
      <Button icon={said === strings.copied ? 'check' : 'copy'} onPress={() => void copy()}>{strings.copyDetails}</Button>
      <span className="copied" aria-live="polite">{said}</span>
    </>
  );
}

/** Not translated: it is for those who mend it, and the words are the ones of the logs. */
export function detailsText(info: AppInfo | null, status: BackendStatus): string {
  const { crash } = status;
  const lines = [
    info === null ? strings.product : `${info.name} ${info.version} (Electron ${info.electron}, ${info.platform})`,
    `time: ${new Date(status.at).toISOString()}`,
    `state: ${status.state}${status.subState === '' ? '' : `.${status.subState}`}`,
    `reason: ${status.reason ?? 'none'}`,
    `detail: ${status.detail ?? 'none'}`,
    `generation: ${status.generation}, port: ${status.port ?? 'none'}, crashes: ${status.crashes}`,
  ];
  if (crash !== null) {
    lines.push(`crash of generation ${crash.generation}: ${crash.cause} (code ${crash.code ?? 'none'}, signal ${crash.signal ?? 'none'})`);
    if (crash.stderrTail.length > 0) lines.push('stderr:', ...crash.stderrTail.map((line) => `  ${line}`));
  }
  return lines.join('\n');
}
