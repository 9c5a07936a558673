/** The fields that a lesson is typed into. */
import { useEffect, useId, useRef, type ReactElement, type Ref } from 'react';

interface TextProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
  readonly maxLength: number;
  /** The label is read out, not shown: what the field is for stands beside it. */
  readonly hidesLabel?: boolean;
  readonly className?: string;
}

export function Line({ label, value, onChange, placeholder, maxLength, hidesLabel = false, className = '', ref }: TextProps & { readonly ref?: Ref<HTMLInputElement> }): ReactElement {
  const id = useId();
  return (
    <div className={`field ${className}`}>
      <label htmlFor={id} className={hidesLabel ? 'unseen' : ''}>{label}</label>
      <input ref={ref} id={id} type="text" value={value} maxLength={maxLength} placeholder={placeholder} autoComplete="off" onChange={(event) => onChange(event.target.value)} />
    </div>
  );
}

/** Grows with its text. */
export function Text({ label, value, onChange, placeholder, maxLength, hidesLabel = false, className = '', rows = 2 }: TextProps & { readonly rows?: number }): ReactElement {
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const fit = (): void => {
      const area = field.current;
      if (area === null) return;
      area.rows = rows;
      const line = Number.parseFloat(getComputedStyle(area).lineHeight) || 20;
      // By rows and not by a height: the page's policy allows no inline styles.
      area.rows = Math.max(rows, Math.ceil((area.scrollHeight - 16) / line));
    };
    fit();
    // A narrower window breaks the lines anew.
    window.addEventListener('resize', fit);
    return () => window.removeEventListener('resize', fit);
  });
  return (
    <div className={`field ${className}`}>
      <label htmlFor={id} className={hidesLabel ? 'unseen' : ''}>{label}</label>
      <textarea ref={field} id={id} value={value} rows={rows} maxLength={maxLength} placeholder={placeholder} onChange={(event) => onChange(event.target.value)} />
    </div>
  );
}

interface AmountProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly onChange: (value: number) => void;
  readonly hidesLabel?: boolean;
}

/** A whole number; what is none counts as the least. */
export function Amount({ label, value, min, max, onChange, hidesLabel = false }: AmountProps): ReactElement {
  const id = useId();
  return (
    <div className="field amount">
      <label htmlFor={id} className={hidesLabel ? 'unseen' : ''}>{label}</label>
      <input
        id={id} type="number" inputMode="numeric" min={min} max={max} value={value === 0 && min === 0 ? '' : value} placeholder="0"
        onChange={(event) => {
          const typed = Math.round(event.target.valueAsNumber);
          onChange(Number.isNaN(typed) ? min : Math.min(max, Math.max(0, typed)));
        }}
      />
    </div>
  );
}
