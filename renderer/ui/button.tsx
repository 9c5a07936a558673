/** A button with a word, or with an icon and a name for those who cannot see it. */
import type { ReactElement, ReactNode, Ref } from 'react';
import { Icon } from './icon';

export type IconName = Parameters<typeof Icon>[0]['name'];

interface ButtonProps {
  readonly children: ReactNode;
  readonly onPress: () => void;
  readonly look?: 'primary' | 'plain' | 'quiet' | 'danger';
  readonly icon?: IconName | undefined;
  readonly small?: boolean;
  readonly disabled?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
}

export function Button({ children, onPress, look = 'plain', icon, small = false, disabled = false, ref }: ButtonProps): ReactElement {
  return (
    <button ref={ref} type="button" className={`button ${look}${small ? ' small' : ''}`} disabled={disabled} onClick={onPress}>
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

export function IconButton({ name, icon, onPress }: { readonly name: string; readonly icon: IconName; readonly onPress: () => void }): ReactElement {
  return (
    <button type="button" className="icon-button" aria-label={name} title={name} onClick={onPress}>
      <Icon name={icon} />
    </button>
  );
}
