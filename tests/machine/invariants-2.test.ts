/** Half 2 of the random stories of this run, each judged by the checker; halves, so that two workers share them. */
import { lifecycle } from '../../machines/lifecycle';
import { explain, firstBroken, share } from './support/judge';

it('no story breaks an invariant', () => {
  const { first, count } = share(1, 2);
  const broken = firstBroken(lifecycle, first, count);
  expect(broken && explain(lifecycle, broken)).toBeNull();
}, 24 * 3_600_000);
