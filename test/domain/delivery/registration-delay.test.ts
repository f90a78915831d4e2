import {
  afterAcceptance,
  afterUnknownUpload,
  delayUntilRegistered,
  type RegistrationDelay,
} from '../../../domain/delivery/registration-delay';

const pace = { firstMs: 2_000, factor: 2, maxMs: 120_000 };

/** What is known, and how long the next submission then waits. */
it.each<[string, RegistrationDelay, number]>([
  ['nothing was ever refused', {}, 0],
  ['a submission was refused at once and none accepted yet', { tooShortMs: 0 }, 2_000],
  ['a refusal came late', { tooShortMs: 119_500 }, 120_000],
  ['the gap between refused and accepted is wide', { tooShortMs: 2_000, enoughMs: 6_000 }, 4_000],
  ['the gap is small', { tooShortMs: 4_000, enoughMs: 5_000 }, 5_000],
  ['the gap is small in milliseconds', { tooShortMs: 0, enoughMs: 200 }, 200],
])('when %s', (_name, known, wait) => {
  expect(delayUntilRegistered(known, pace)).toBe(wait);
});

it('learns nothing from acceptances of a studio that never refused', () => {
  expect(afterAcceptance({}, 300)).toEqual({});
});

it('keeps the shortest time that was enough', () => {
  expect(afterAcceptance({ tooShortMs: 1_000, enoughMs: 4_000 }, 2_500)).toEqual({
    tooShortMs: 1_000,
    enoughMs: 2_500,
  });
});

it('gives up a time that was enough once a longer one is refused', () => {
  expect(afterUnknownUpload({ tooShortMs: 1_000, enoughMs: 2_500 }, 3_000)).toEqual({ tooShortMs: 3_000 });
});

it.each([300, 1_000, 10_000, 45_000])('finds a registration time of %d ms with at most eight refusals', (trueMs) => {
  let known: RegistrationDelay = {};
  let refusals = 0;
  for (let task = 0; task < 50; task++) {
    let elapsed = delayUntilRegistered(known, pace);
    for (let attempt = 0; elapsed < trueMs; attempt++) {
      refusals++;
      known = afterUnknownUpload(known, elapsed);
      elapsed += pace.firstMs * pace.factor ** attempt;
    }
    known = afterAcceptance(known, elapsed);
  }
  const wait = delayUntilRegistered(known, pace);
  expect([wait >= trueMs, wait <= trueMs * 1.4 + 250, refusals <= 8]).toEqual([true, true, true]);
});
