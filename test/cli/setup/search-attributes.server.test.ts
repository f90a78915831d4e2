import { Connection } from '@temporalio/client';
import { ensureNamespace } from '../../../cli/setup/ensure-namespace';
import { ensureSearchAttributes, SearchAttributesError } from '../../../cli/setup/search-attributes';

const KEYWORD = 2;

describe('ensureSearchAttributes', () => {
  let connection: Connection;

  beforeAll(async () => {
    connection = await Connection.connect({ address: process.env['EXTPOST_TEST_TEMPORAL_ADDRESS'] ?? '' });
  });
  afterAll(() => connection.close());

  const newNamespace = async (name: string): Promise<string> => {
    await ensureNamespace(connection, name);
    return name;
  };

  it('adds the search attributes that a namespace lacks, once', async () => {
    const namespace = await newNamespace('without-attributes');
    expect(await ensureSearchAttributes(connection, namespace)).toContain('ExtpostCause');
    expect(await ensureSearchAttributes(connection, namespace)).toEqual([]);
  });

  it('refuses a search attribute that has another type', async () => {
    const namespace = await newNamespace('other-type');
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries<number>([['ExtpostRound', KEYWORD]]),
    });
    const adding = ensureSearchAttributes(connection, namespace);
    await expect(adding).rejects.toBeInstanceOf(SearchAttributesError);
    await expect(adding).rejects.toThrow(
      '"ExtpostRound" of namespace "other-type" has the wrong type; extpost needs Int',
    );
  });
});
