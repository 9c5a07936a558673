/** The way between the app's places. */
import type { ReactElement } from 'react';
import { lessonStrings as strings } from '../lessonStrings';
import type { Place } from '../place';
import { useServices } from '../services';
import { useStore } from '../store';

const ENTRIES: readonly { readonly place: Place; readonly name: string; readonly holds: readonly Place['screen'][] }[] = [
  { place: { screen: 'library' }, name: strings.library, holds: ['library'] },
  { place: { screen: 'lessons' }, name: strings.lessons, holds: ['lessons', 'lesson'] },
  { place: { screen: 'settings' }, name: strings.settings, holds: ['settings'] },
];

export function Nav(): ReactElement {
  const { places } = useServices();
  const { screen } = useStore(places.place);
  return (
    <nav className="nav" aria-label={strings.places}>
      {ENTRIES.map(({ place, name, holds }) => (
        <button key={name} type="button" className="nav-entry" aria-current={holds.includes(screen) ? 'page' : undefined} onClick={() => places.go(place)}>
          {name}
        </button>
      ))}
    </nav>
  );
}
