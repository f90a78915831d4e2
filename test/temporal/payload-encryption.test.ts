import type { Payload } from '@temporalio/common';

import { createPayloadEncryption, isEncrypted, payloadKeyId } from '../../temporal/payload-encryption';

const [first, second] = ['the first secret of all', 'the second secret of all'] as const;
const payload: Payload = {
  metadata: { encoding: Buffer.from('json/plain'), messageType: Buffer.from('é') },
  data: Buffer.from('{"product":"SKU-1"}'),
};
const plain = ({ metadata, data }: Payload) => [
  Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString()]),
  Buffer.from(data ?? []).toString(),
];
const encrypted = async (secrets: readonly string[] = [first], given = payload): Promise<Payload> => {
  const [one] = await createPayloadEncryption(secrets).encode([given]);
  if (one === undefined) throw new Error('A payload is encrypted to one payload.');
  return one;
};

describe('encrypted payloads', () => {
  it.each([
    ['metadata and data', payload],
    ['no data', { metadata: { encoding: Buffer.from('binary/null') } }],
    ['a megabyte', { ...payload, data: Buffer.alloc(1024 * 1024, 'x') }],
  ])('with %s are given back as they were', async (_what, given) => {
    const codec = createPayloadEncryption([first]);
    expect((await codec.decode(await codec.encode([given]))).map(plain)).toEqual([plain(given)]);
  });

  it('show nothing but how, and with which key, they were encrypted', async () => {
    const one = await encrypted();
    expect(plain(one)[0]).toEqual([
      ['encoding', 'binary/encrypted'],
      ['encryption-cipher', 'AES-256-GCM'],
      ['encryption-key-id', payloadKeyId(first)],
    ]);
    expect(Buffer.from(one.data ?? []).toString('latin1')).not.toMatch(/SKU|json/);
  });

  it('are other bytes each time', async () => {
    expect((await encrypted()).data).not.toEqual((await encrypted()).data);
  });

  it('of an older key are read when that key stands behind the new one', async () => {
    const [old, present] = [await encrypted([first]), await encrypted([second, first])];
    expect((await createPayloadEncryption([second, first]).decode([old, present])).map(plain)).toEqual([
      plain(payload),
      plain(payload),
    ]);
    await expect(createPayloadEncryption([first]).decode([present])).rejects.toThrow(payloadKeyId(second));
  });

  it('of an unknown key are refused with its id, those there are, and what to do', async () => {
    const decoding = createPayloadEncryption([second]).decode([await encrypted()]);
    await expect(decoding).rejects.toThrow(
      new RegExp(`key ${payloadKeyId(first)}, .*has ${payloadKeyId(second)}\\. Add the old secret`),
    );
  });

  it.each([
    ['nonce', 0],
    ['tag', 12],
    ['text', 28],
  ])('are refused when their %s was changed', async (_part, at) => {
    const one = await encrypted();
    const bytes = Buffer.from(one.data ?? []);
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    await expect(createPayloadEncryption([first]).decode([{ ...one, data: bytes }])).rejects.toThrow();
  });

  it('leave what was written without encryption readable', async () => {
    expect(await createPayloadEncryption([first]).decode([payload])).toEqual([payload]);
    expect([isEncrypted(payload), isEncrypted(await encrypted())]).toEqual([false, true]);
  });
});

describe('the id of a key', () => {
  it('is always the same, and does not contain the secret', () => {
    expect(payloadKeyId(first)).toBe(payloadKeyId(first));
    expect(payloadKeyId(first)).toMatch(/^[0-9a-f]{12}$/);
    expect(payloadKeyId(first)).not.toBe(payloadKeyId(second));
  });
});
