import type { BulkRead, StudioFile } from '../../clients';
import type { Task } from '../../domain/task/task';
import { wantedInputs, type WantedInput } from '../../domain/inputs/wanted-inputs';
import { chunk } from '../../domain/shared/chunk';
import { retryTransient } from '../shared/retry';
import type { StudioClients } from '../shared/studio-clients';

/** Reads what Creative Force says of every file that designers need: one request per fifty assets or files. */
export async function readSources(studio: StudioClients, task: Task, signal: AbortSignal) {
  const { creativeForce, settings } = studio;
  const read = (from: WantedInput['from'], ids: readonly string[]): Promise<BulkRead<StudioFile>> =>
    retryTransient(
      () => (from === 'assets' ? creativeForce.readAssetFiles(ids, signal) : creativeForce.readFiles(ids, signal)),
      { signal },
    );
  const known = new Map<string, StudioFile>();
  const inputs = wantedInputs(task);
  for (const from of ['assets', 'files'] as const) {
    const ids = inputs.filter((input) => input.from === from).map(({ id }) => id);
    for (const part of chunk(ids, settings.creativeForce.bulkSize)) {
      const { found } = await read(from, part);
      for (const file of found) known.set(keyOf({ from, id: file.fileId }), file);
    }
  }
  return {
    /** With the names that Creative Force gives the files. */
    wanted: inputs.map((input) => ({ ...input, fileName: known.get(keyOf(input))?.fileName ?? input.fileName })),
    bytesOf: (input: WantedInput) => known.get(keyOf(input))?.bytes,
    /** The address of a file, a secret; asked for anew when the one before was refused. */
    async addressOf(input: WantedInput, again: boolean) {
      if (again) {
        const [fresh] = (await read(input.from, [input.id])).found;
        if (fresh !== undefined) known.set(keyOf(input), fresh);
      }
      return known.get(keyOf(input))?.url;
    },
  };
}

export type InputSources = Awaited<ReturnType<typeof readSources>>;

function keyOf({ from, id }: Pick<WantedInput, 'from' | 'id'>): string {
  return `${from}/${id.toLowerCase()}`;
}
