import { createStudios } from '../../sandbox/day/studios';
import { writeDay } from '../../sandbox/day/write-day';
import { EventLog } from '../../sandbox/event-log';
import { judgeDelivery } from '../../sandbox/ledger-judge';
import { settingsOf } from '../../sandbox/options';
import { createRandom } from '../../sandbox/random';

const random = createRandom('cards');
const expected = writeDay(random, createStudios(random), settingsOf({}).day, 0)
  .flatMap(({ shots }) => shots.flatMap((shot) => shot.expected))
  .filter(({ shot }) => shot.position === 'Carousel');

/** The verdict on what is delivered for the first card, when Celtra served these bytes as this file. */
function judge(asset: string, format: string) {
  const [card] = expected;
  if (card === undefined) throw new Error('The day has no carousel.');
  const log = new EventLog();
  const outputId = card.creative?.outputId;
  log.record({ at: 0, kind: 'file', status: 200, outputId, asset, format, sha256: 'hash', bytes: 1 });
  const { fileName } = card;
  const delivery = { expected: card, assetId: 'asset', fileName, sha256: 'hash', bytes: 1, repeatsRejected: false };
  return judgeDelivery(delivery, { choices: [] }, log);
}

describe('the ledger', () => {
  it('takes the card of a carousel that is asked for', () => {
    expect(judge(expected[0]?.asset ?? '', 'jpeg')).toBeUndefined();
  });

  it('takes no other card of the same carousel', () => {
    expect(judge(expected[1]?.asset ?? '', 'jpeg')).toContain('the bytes are those of another file of the creative');
  });

  it('takes no other format', () => {
    expect(judge(expected[0]?.asset ?? '', 'png')).toBe('the picture is png, not jpeg');
  });
});
