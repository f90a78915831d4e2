import { startDay, type DayOptions, type RunningDay } from '../../bench/day';
import { testTemporalAddress } from '../starters/test-temporal';
import { namespaceOfFile } from '../support/temporal';
import { temporaryFolder } from './command';

/** Longer than any day of these tests takes to start on a busy machine. */
const STARTS_WITHIN_MS = 240_000;

interface DayOfFile extends RunningDay {
  readonly folder: string;
}

type DayOfFileOptions = Omit<DayOptions, 'folder' | 'temporal'>;

/**
 * Runs a day for all tests of a file, in a folder and a Temporal namespace of its own; to be called once, at the top of the file.
 * `options` gets the folder. Returns a function that gives the day once `beforeAll` has started it; nobody has begun it then.
 */
export function dayOfFile(
  options: DayOfFileOptions | ((folder: string) => Promise<DayOfFileOptions>),
): () => DayOfFile {
  let folder: Awaited<ReturnType<typeof temporaryFolder>> | undefined;
  let day: DayOfFile | undefined;
  beforeAll(async () => {
    folder = await temporaryFolder();
    const temporal = { address: testTemporalAddress(), namespace: namespaceOfFile() };
    const chosen = typeof options === 'function' ? await options(folder.path) : options;
    day = { ...(await startDay({ ...chosen, folder: folder.path, temporal })), folder: folder.path };
  }, STARTS_WITHIN_MS);
  afterAll(async () => {
    await day?.stop();
    await folder?.remove();
  });
  return () => {
    if (day === undefined) throw new Error('The day is started by beforeAll; ask for it in a test or a hook.');
    return day;
  };
}
