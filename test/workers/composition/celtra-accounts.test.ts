import { celtraAccounts } from '../../../workers/composition/studios';
import { load, smallFile } from '../../config/example-files';

/** What a file of two studios is read as, the second one with these settings of Celtra. */
async function accountsOf(celtraOfBolt: Readonly<Record<string, unknown>>) {
  const config = await load(smallFile({ celtra: '      maxParallelRequests: 10' }));
  const { acme } = config.studios;
  if (acme === undefined) throw new Error('The file has no acme.');
  return celtraAccounts({
    ...config,
    studios: { acme, bolt: { ...acme, celtra: { ...acme.celtra, ...celtraOfBolt } } },
  });
}

describe('the Celtra accounts of a worker', () => {
  it('are apart for each application and address, so that one does not slow another', async () => {
    const apart = [
      { studios: ['acme'], max: 10 },
      { studios: ['bolt'], max: 10 },
    ];
    expect(await accountsOf({ applicationId: 'another-app' })).toEqual(apart);
    expect(await accountsOf({ baseUrl: 'https://other.example/api' })).toEqual(apart);
  });

  it('are one for studios that share an application, with the smallest of their limits', async () => {
    const shared = { baseUrl: 'https://HUB.celtra.io/api/', maxParallelRequests: 4 };
    expect(await accountsOf(shared)).toEqual([{ studios: ['acme', 'bolt'], max: 4 }]);
  });
});
