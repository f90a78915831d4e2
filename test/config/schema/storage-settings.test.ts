import { faultLines, load, smallFile } from '../example-files';

/** The configuration with the audit's store written like this. */
const withStore = (store: string): string => smallFile({ rest: `audit: { store: ${store} }` });
const environment = { CF_SECRET: 'cf-secret-value', CELTRA_SECRET: 'celtra-secret-value', S3_SECRET: 'hush-hush' };

describe('where something is stored', () => {
  it('is a folder', async () => {
    const { audit } = await load(withStore('{ folder: /var/audit }'));
    expect(audit).toEqual({ enabled: true, keys: [], store: { folder: '/var/audit' } });
  });

  it('is a bucket, whose credentials may be left to the machine', async () => {
    const { audit } = await load(withStore('{ s3: { bucket: our-audit } }'));
    expect(audit.store).toEqual({ s3: { bucket: 'our-audit', forcePathStyle: false } });
  });

  it('takes the secret of a bucket from the environment', async () => {
    const s3 =
      '{ bucket: b-1, endpoint: "https://minio.example.com/", accessKeyId: us, secretAccessKey: "${S3_SECRET}" }';
    const { audit } = await load(withStore(`{ s3: ${s3} }`), environment);
    expect(audit.store.s3).toMatchObject({ endpoint: 'https://minio.example.com', secretAccessKey: 'hush-hush' });
  });

  it.each([
    ['{ folder: a, s3: { bucket: our-audit } }', 'must name either folder or s3'],
    ['{}', 'must name either folder or s3'],
    ['{ s3: { bucket: Our_Audit } }', 'is not a bucket name'],
    ['{ s3: { bucket: our-audit, prefix: a/ } }', 'must not begin or end with a slash'],
    ['{ s3: { bucket: our-audit, accessKeyId: us } }', 'accessKeyId and secretAccessKey go together'],
    ['{ s3: { bucket: our-audit, endpoint: "http://minio.example.com" } }', 'must start with https://'],
    ['{ s3: { bucket: our-audit, accessKeyId: us, secretAccessKey: hush } }', 'a secret must not be in the file'],
  ])('is not %s', async (store, message) => {
    expect((await faultLines(withStore(store))).join('\n')).toContain(message);
  });
});

describe('the storage', () => {
  const withStorage = (storage: string, rest = ''): string => smallFile({ rest: `storage: ${storage}\n${rest}` });

  it('is where everything lies that names no place of its own', async () => {
    const { audit, temporal } = await load(withStorage('{ folder: /srv/extpost }'));
    expect([audit.store, temporal.largePayloads.store]).toEqual([
      { folder: '/srv/extpost/audit' },
      { folder: '/srv/extpost/payloads' },
    ]);
  });

  it('is one bucket, in which each part has a prefix', async () => {
    const { audit, temporal } = await load(withStorage('{ s3: { bucket: our-bucket, prefix: extpost } }'));
    expect(audit.store.s3).toMatchObject({ bucket: 'our-bucket', prefix: 'extpost/audit' });
    expect(temporal.largePayloads.store.s3).toMatchObject({ bucket: 'our-bucket', prefix: 'extpost/payloads' });
  });

  it('leaves alone what names its own place', async () => {
    const rest = 'audit: { store: { folder: /var/audit } }';
    const { audit, temporal } = await load(withStorage('{ s3: { bucket: our-bucket } }', rest));
    expect(audit.store).toEqual({ folder: '/var/audit' });
    expect(temporal.largePayloads.store.s3).toMatchObject({ prefix: 'payloads' });
  });

  it('has the inputs of a studio that wants them saved', async () => {
    const file = smallFile({ studio: '    inputs: {}', rest: 'storage: { folder: /srv/extpost }' });
    expect((await load(file)).studios['acme']?.inputs?.saveTo).toEqual({ folder: '/srv/extpost/inputs' });
  });

  it('is not two places', async () => {
    const faults = await faultLines(withStorage('{ folder: a, s3: { bucket: our-bucket } }'));
    expect(faults.join('\n')).toContain('must name either folder or s3');
  });
});
