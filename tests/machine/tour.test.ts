/** Every transition of the machine is taken, and every guard refuses once; the tour finds its own way through the definition. */
import { lifecycle } from '../../machines/lifecycle';
import { replay } from '../../machines/trace';
import { Rig } from './support/rig';
import { greedyTour, REFUSALS, TRANSITIONS } from './support/tour';

describe('the tour', () => {
  const goals = [...TRANSITIONS, ...REFUSALS];
  const tour = greedyTour(goals);

  it(`takes all ${TRANSITIONS.length} transitions`, () => {
    expect(TRANSITIONS.filter((id) => !tour.covered.has(id))).toEqual([]);
  });

  it(`is refused by all ${REFUSALS.length} guarded ones, so that each guard is seen both ways`, () => {
    expect(REFUSALS.filter((id) => !tour.covered.has(id))).toEqual([]);
  });

  it('lives in a real actor too, and its record replays', () => {
    for (const life of tour.lives) {
      const rig = new Rig();
      for (const event of life) if (!event.type.startsWith('xstate.')) rig.actor.send(event as Parameters<typeof rig.actor.send>[0]);
      expect(rig.errors).toEqual([]);
      expect(replay(lifecycle, rig.trace)).toMatchObject({ same: true });
    }
  });
});
