/** Takes files dropped anywhere in the window, and shows that it would. The Add Files button does the same without dragging. */
import { useEffect, useState, type ReactElement } from 'react';
import { strings } from '../strings';
import { Icon } from '../ui/icon';
import { carriesFiles, readDrop, type Dropped } from './dropped';

export function DropZone({ onDrop }: { readonly onDrop: (dropped: readonly Dropped[]) => unknown }): ReactElement | null {
  const isOver = useFileDrop(onDrop);
  if (!isOver) return null;
  return (
    <div className="drop-zone" aria-hidden="true">
      <div className="drop-card">
        <Icon name="drop" />
        <strong>{strings.dropHere}</strong>
        <span>{strings.dropHint}</span>
      </div>
    </div>
  );
}

function useFileDrop(onDrop: (dropped: readonly Dropped[]) => unknown): boolean {
  // Entering a child comes before leaving its parent, so that only the count says when the pointer has left the window.
  const [depth, setDepth] = useState(0);
  useEffect(() => {
    const enter = (event: DragEvent): void => {
      if (carriesFiles(event.dataTransfer)) setDepth((old) => old + 1);
    };
    const leave = (event: DragEvent): void => {
      if (carriesFiles(event.dataTransfer)) setDepth((old) => Math.max(0, old - 1));
    };
    const over = (event: DragEvent): void => {
      // Without this the drop would not come here, and the window would try to open the file.
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = carriesFiles(event.dataTransfer) ? 'copy' : 'none';
    };
    const drop = (event: DragEvent): void => {
      event.preventDefault();
      setDepth(0);
      if (event.dataTransfer) onDrop(readDrop(event.dataTransfer));
    };
    const listeners = { dragenter: enter, dragleave: leave, dragover: over, drop } as const;
    for (const [type, listener] of Object.entries(listeners)) window.addEventListener(type, listener as EventListener);
    return () => {
      for (const [type, listener] of Object.entries(listeners)) window.removeEventListener(type, listener as EventListener);
    };
  }, [onDrop]);
  return depth > 0;
}
