import { RemoteCallError, type CreativeForceClient } from '../../clients';
import type { Annotation, TaskReference } from '../../domain/task/task';

/** `undefined` where the role may not read them, or the studio has no such call: then everything else decides. */
export async function readNotes(
  client: Pick<CreativeForceClient, 'readAnnotations'>,
  task: TaskReference,
  signal: AbortSignal,
): Promise<Annotation[] | undefined> {
  try {
    return await client.readAnnotations(task, signal);
  } catch (error) {
    if (error instanceof RemoteCallError && (error.kind === 'forbidden' || error.kind === 'not found')) {
      return undefined;
    }
    throw error;
  }
}
