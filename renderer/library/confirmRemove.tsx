/** Asks in place before a document goes, with the harmless answer in focus; Escape is that answer too. */
import { useEffect, useRef, type ReactElement } from 'react';
import { strings } from '../strings';
import { Button } from '../ui/button';

interface Props {
  readonly name: string;
  /** What goes with it. */
  readonly hint: string;
  readonly onYes: () => void;
  readonly onNo: () => void;
}

export function ConfirmRemove({ name, hint, onYes, onNo }: Props): ReactElement {
  const keep = useRef<HTMLButtonElement>(null);
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    keep.current?.focus();
    const element = box.current;
    const leave = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') onNo();
    };
    element?.addEventListener('keydown', leave);
    return () => element?.removeEventListener('keydown', leave);
  }, [onNo]);
  return (
    <section ref={box} className="confirm" aria-label={strings.removeAsk(name)}>
      <p><strong>{strings.removeAsk(name)}</strong> {hint}</p>
      <div className="row-actions">
        <Button ref={keep} small onPress={onNo}>{strings.removeNo}</Button>
        <Button small look="danger" onPress={onYes}>{strings.removeYes}</Button>
      </div>
    </section>
  );
}
