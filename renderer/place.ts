/** Where in the app one is, kept in the page's hash: loading the page again, as after a crash, comes back to the same place. */
import { createStore, type Readable } from './store';

export type Place =
  | { readonly screen: 'library' }
  | { readonly screen: 'lessons' }
  | { readonly screen: 'lesson'; readonly id: string }
  | { readonly screen: 'settings' };

export interface Places {
  readonly place: Readable<Place>;
  readonly go: (place: Place) => void;
  readonly stop: () => void;
}

export function createPlaces(target: Pick<Window, 'location' | 'history' | 'addEventListener' | 'removeEventListener'> = window): Places {
  const place = createStore<Place>(parse(target.location.hash));
  const follow = (): void => {
    const next = parse(target.location.hash);
    if (write(next) !== write(place.get())) place.set(next);
  };
  // The mouse's and the keyboard's way back.
  target.addEventListener('popstate', follow);
  return {
    place,
    go: (next) => {
      if (write(next) === write(place.get())) return;
      target.history.pushState(null, '', write(next));
      place.set(next);
    },
    stop: () => target.removeEventListener('popstate', follow),
  };
}

function write(place: Place): string {
  if (place.screen === 'lesson') return `#/lessons/${encodeURIComponent(place.id)}`;
  return place.screen === 'library' ? '#/' : `#/${place.screen}`;
}

function parse(hash: string): Place {
  const [screen, id] = hash.replace(/^#\/?/, '').split('/');
  if (screen === 'lessons') return id === undefined || id === '' ? { screen: 'lessons' } : { screen: 'lesson', id: decodeURIComponent(id) };
  return screen === 'settings' ? { screen: 'settings' } : { screen: 'library' };
}
