import type { CreativeForceClient } from '../../clients';
import type { ContentCreationType } from '../../domain/task/task';
import { errorOf } from '../clients/test-server';
import { canChangeSettings, describeIf, NO_CONTROL, openTarget, type Target, type GatewaySettings } from './target';

describeIf(canChangeSettings, 'The listing', NO_CONTROL, () => {
  let target: Target;
  let vendorId: string;
  let all: string[];
  beforeAll(async () => {
    target = await openTarget();
    vendorId = target.vendorId ?? '';
    all = await walk(target.client);
  });
  afterAll(() => target.close());

  /** Page by page, as the sweep does it. */
  const walk = async (client: CreativeForceClient, flavour?: ContentCreationType, pageSize = 10): Promise<string[]> => {
    const met: string[] = [];
    for (let pageNumber = 1; pageNumber <= 50; pageNumber += 1) {
      const { rows, isLast } = await client.listTasks({ vendorId, pageNumber, pageSize, flavour });
      met.push(...rows.map(({ taskId }) => taskId));
      if (isLast) break;
    }
    return met.sort();
  };

  it('has more than one page, and tasks of both flavours', async () => {
    const { rows } = await target.client.listTasks({ vendorId, pageNumber: 1, pageSize: 100 });
    expect(all.length).toBeGreaterThan(10);
    expect(new Set(rows.map(({ contentCreationType }) => contentCreationType)).size).toBe(2);
  });

  it.each<GatewaySettings>([
    { listingSpelling: 'extpost' },
    { listingSpelling: 'expost' },
    { listingSpelling: 'both' },
    { listingShape: 'page', listingTotals: true },
    { listingShape: 'page', listingTotals: false },
    { listingShape: 'bare' },
    { listingShape: 'bareWhole' },
    { listingShape: 'bareWhole', envelope: true, numericStrings: true },
    { largestPage: 10 },
  ])('is read to its end with %j', async (settings) => {
    await expect(target.during(settings, () => walk(target.clientWith({})))).resolves.toEqual(all);
  });

  it('is found at once under a spelling that was set', async () => {
    const listed = target.during({ listingSpelling: 'expost' }, () =>
      walk(target.clientWith({ listingSegment: 'expost' })),
    );
    await expect(listed).resolves.toEqual(all);
  });

  it('is not looked for under another spelling when one was set', async () => {
    const read = () => errorOf(walk(target.clientWith({ listingSegment: 'expost' })));
    await expect(target.during({ listingSpelling: 'extpost' }, read)).resolves.toMatchObject({ kind: 'not found' });
  });

  it('is one for both flavours, or has a second path, and then the two together are the whole', async () => {
    const noSecond = () => errorOf(walk(target.clientWith({}), 'editorial'));
    await expect(target.during({ editorialListing: 'shared' }, noSecond)).resolves.toMatchObject({ kind: 'not found' });
    const { ecom, editorial } = await target.during({ editorialListing: 'separate' }, async () => ({
      ecom: await walk(target.client, 'ecom'),
      editorial: await walk(target.client, 'editorial'),
    }));
    expect(editorial.length).toBeGreaterThan(0);
    expect([...ecom, ...editorial].sort()).toEqual(all);
  });

  it('refuses a page that is larger than it gives, with a message', async () => {
    const error = await target.during({ largestPage: 20 }, () => errorOf(walk(target.client, 'ecom', 21)));
    expect(error).toMatchObject({ kind: 'refused', status: 400 });
    expect((error as Error).message).toContain('pageSize');
  });
});
