/** Shows the notices. Their live region is on the page from the start, so that each is read out when it comes. */
import type { ReactElement } from 'react';
import { useServices } from '../services';
import { useStore } from '../store';
import { strings } from '../strings';
import { IconButton } from './button';
import { Icon } from './icon';

export function Toasts(): ReactElement {
  const { notices } = useServices();
  const list = useStore(notices.list);
  return (
    <section className="toasts" aria-label={strings.notices} aria-live="polite">
      {list.map(({ id, text }) => (
        <div key={id} className="toast">
          <Icon name="check" />
          <p>{text}</p>
          <IconButton name={strings.closeNotice} icon="close" onPress={() => notices.close(id)} />
        </div>
      ))}
    </section>
  );
}
