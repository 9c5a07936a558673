/** The frame of a panel: its heading takes the focus when it opens, and Escape or Back leads to the screen that was there. */
import { useEffect, useRef, type ReactElement, type ReactNode } from 'react';
import { useServices } from '../services';
import { strings } from '../strings';
import { Button } from '../ui/button';

interface PanelFrameProps {
  readonly title: string;
  /** What can be done, beside the heading. */
  readonly tools?: ReactNode;
  readonly children: ReactNode;
}

export function PanelFrame({ title, tools, children }: PanelFrameProps): ReactElement {
  const { panels } = useServices();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
    // In a later turn: until the screen is back, what had the focus is hidden.
    return () => { setTimeout(panels.returnFocus, 0); };
  }, [panels]);
  useEffect(() => {
    const leave = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !event.defaultPrevented) panels.close();
    };
    window.addEventListener('keydown', leave);
    return () => window.removeEventListener('keydown', leave);
  }, [panels]);
  return (
    <main className="panel">
      <header className="panel-head">
        <Button icon="back" onPress={panels.close}>{strings.back}</Button>
        <h2 ref={heading} tabIndex={-1}>{title}</h2>
        <div className="panel-tools">{tools}</div>
      </header>
      {children}
    </main>
  );
}
