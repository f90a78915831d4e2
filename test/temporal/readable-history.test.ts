import { ApplicationFailure, defaultPayloadConverter, type Payload } from '@temporalio/common';
import { encodeErrorToFailure, loadDataConverter } from '@temporalio/common/lib/internal-non-workflow';

import { createDataConverter } from '../../temporal/data-converter';
import { readable } from '../../temporal/readable-history';

type OnlyOptions = Parameters<typeof readable>[0];

const clientWith = (...encryptionKeys: string[]): OnlyOptions => {
  const loadedDataConverter = loadDataConverter(createDataConverter({ encryptionKeys }));
  return { options: { loadedDataConverter } } as OnlyOptions;
};
const client = clientWith('a secret of sixteen');
const encrypt = async (value: unknown): Promise<Payload> => {
  const { payloadCodecs } = client.options.loadedDataConverter;
  const [payload] = (await payloadCodecs[0]?.encode([defaultPayloadConverter.toPayload(value)])) ?? [];
  if (payload === undefined) throw new Error('A payload is encrypted to one payload.');
  return payload;
};

describe('a readable part of a history', () => {
  it('has every payload decrypted, however deep, and all else as it was', async () => {
    const eventTime = { low: 1, high: 2, unsigned: false };
    const event = { eventTime, name: 'x', none: null, input: { payloads: [await encrypt({ a: 1 })] } };
    const { input, ...rest } = await readable(client, event);
    expect(input.payloads.map((one) => defaultPayloadConverter.fromPayload(one))).toEqual([{ a: 1 }]);
    expect(rest).toEqual({ eventTime, name: 'x', none: null });
  });

  it('has the words of encrypted failures, and of their causes', async () => {
    const error = ApplicationFailure.create({
      message: 'outer',
      cause: ApplicationFailure.create({ message: 'inner' }),
    });
    const failure = await encodeErrorToFailure(client.options.loadedDataConverter, error);
    expect(failure.message).toBe('Encoded failure');
    expect(await readable(client, { failure })).toMatchObject({
      failure: { message: 'outer', cause: { message: 'inner' } },
    });
  });

  it('leaves what cannot be decrypted as it is', async () => {
    const payload = await encrypt('secret');
    expect(await readable(clientWith('another secret, longer'), { payload })).toEqual({ payload });
  });

  it('is the same object where nothing is encrypted', async () => {
    const history = { events: [] };
    expect(await readable(clientWith(), history)).toBe(history);
  });
});
