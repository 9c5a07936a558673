/** A list that is typed item by item: added, moved, removed, by mouse and by keyboard. */
import { useEffect, useRef, type ReactElement, type ReactNode } from 'react';
import { lessonStrings as strings } from '../lessonStrings';
import { Button, IconButton } from '../ui/button';

interface Props<T> {
  readonly heading: string;
  readonly items: readonly T[];
  readonly nameOf: (index: number) => string;
  readonly addText: string;
  readonly blank: T;
  readonly onChange: (items: T[]) => void;
  readonly renderItem: (item: T, index: number, set: (item: T) => void) => ReactNode;
  readonly aside?: ReactNode;
}

const MAX_ITEMS = 200;

export function Items<T>({ heading, items, nameOf, addText, blank, onChange, renderItem, aside }: Props<T>): ReactElement {
  const list = useRef<HTMLOListElement>(null);
  const added = useRef(false);
  useEffect(() => {
    if (!added.current) return;
    added.current = false;
    list.current?.querySelector<HTMLElement>(':scope > li:last-child :is(input, textarea)')?.focus();
  });
  const swap = (index: number, other: number): void => {
    const next = [...items];
    const [one, two] = [next[index], next[other]];
    if (one === undefined || two === undefined) return;
    next[index] = two;
    next[other] = one;
    onChange(next);
  };
  return (
    <section className="part" aria-label={heading}>
      <div className="part-head"><h2>{heading}</h2>{aside}</div>
      <ol ref={list} className="items">
        {items.map((item, index) => (
          // An item is what stands at its place: it has no other name, and fields keep their text in the list.
          // eslint-disable-next-line react/no-array-index-key
          <li key={index} className="item">
            <div className="item-fields">{renderItem(item, index, (next) => onChange(items.map((old, at) => (at === index ? next : old))))}</div>
            <div className="item-tools">
              {index > 0 && <IconButton name={strings.moveUp(nameOf(index))} icon="up" onPress={() => swap(index, index - 1)} />}
              {index < items.length - 1 && <IconButton name={strings.moveDown(nameOf(index))} icon="down" onPress={() => swap(index, index + 1)} />}
              <IconButton name={strings.take(nameOf(index))} icon="close" onPress={() => onChange(items.filter((_, at) => at !== index))} />
            </div>
          </li>
        ))}
      </ol>
      {items.length < MAX_ITEMS && (
        <Button small look="quiet" icon="plus" onPress={() => {
          added.current = true;
          onChange([...items, blank]);
        }}
        >{addText}</Button>
      )}
    </section>
  );
}
