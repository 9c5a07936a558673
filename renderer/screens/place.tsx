/** The place that one is at, once the backend was healthy. */
import type { ReactElement } from 'react';
import { useServices } from '../services';
import { useStore } from '../store';
import { LessonScreen } from './lesson';
import { Lessons } from './lessons';
import { Library } from './library';
import { Settings } from './settings';

export function PlaceScreen(): ReactElement {
  const { places } = useServices();
  const place = useStore(places.place);
  if (place.screen === 'lessons') return <Lessons />;
  if (place.screen === 'lesson') return <LessonScreen key={place.id} id={place.id} />;
  return place.screen === 'settings' ? <Settings /> : <Library />;
}
