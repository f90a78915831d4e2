import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { keepFilesPrivate } from '../../cli/services/private-files';
import { createFolderStore } from '../../clients/store/folder-store';
import { createDataConverter } from '../../temporal/data-converter';
import { createPayloadStore } from '../../temporal/payload-store';

/** State of a worker or a receiver is for its own user alone; what designers are to read is not. */

let folder: string;
let before: number;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'extpost-private-'));
  // What is set replaces what was there.
  before = process.umask(0o022);
  keepFilesPrivate();
});
afterEach(async () => {
  process.umask(before);
  await rm(folder, { recursive: true });
});

const modeOf = async (...names: string[]): Promise<string> =>
  ((await stat(path.join(folder, ...names))).mode & 0o777).toString(8);
const modes = async () => [await modeOf('new'), await modeOf('new', 'acme'), await modeOf('new', 'acme', 'one')];
const bytes = Buffer.from('of a customer');

describe('a file of a worker or a receiver', () => {
  it.each(['put', 'create'] as const)('in the audit can be read by its own user only (%s)', async (write) => {
    await createFolderStore(path.join(folder, 'new'))[write]('acme/one', bytes);
    expect(await modes()).toEqual(['700', '700', '600']);
  });

  it('with a large payload can be read by its own user only', async () => {
    const sha256 = await createPayloadStore(createFolderStore(folder)).put(bytes);
    expect([await modeOf(sha256.slice(0, 2)), await modeOf(sha256.slice(0, 2), sha256)]).toEqual(['700', '600']);
  });

  it.each(['put', 'create'] as const)('made for designers can be read by others (%s)', async (write) => {
    await createFolderStore(path.join(folder, 'new'), { readers: 'everybody' })[write]('acme/one', bytes);
    expect(await modes()).toEqual(['755', '755', '644']);
  });
});

describe('a large payload', () => {
  it('that a command stores can be read by its own user only, although the command leaves the umask as it is', async () => {
    process.umask(0o022);
    const { externalStorage } = createDataConverter({
      largePayloads: { store: { folder: path.join(folder, 'new') }, above: 1 },
    });
    const [claim] = (await externalStorage?.drivers[0]?.store({}, [{ data: bytes }])) ?? [];
    const [file = ''] = (await readdir(path.join(folder, 'new'), { recursive: true })).filter((name) =>
      /[0-9a-f]{64}$/.test(name),
    );
    expect(claim).toBeDefined();
    expect([await modeOf('new'), await modeOf('new', path.dirname(file)), await modeOf('new', file)]).toEqual([
      '700',
      '700',
      '600',
    ]);
  });
});
