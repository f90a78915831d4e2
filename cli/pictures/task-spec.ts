import { loadConfig } from '../../config';
import { specOf } from '../../domain/task/task-facts';
import type { OutputSpec } from '../../domain/task/task';
import { failure, usageError } from '../exit-codes';
import { findOutputs } from '../plan/explain';
import { readBrief } from '../plan/read-brief';
import { runInterruptible } from '../shared/signals';
import { resolveTaskId } from '../shared/resolve-task';
import { openStudioClients } from '../shared/studio-clients';

/** Reads the spec of an expected output from Creative Force. `words` are a studio, a task and an expected output. */
export async function readTaskSpec(words: readonly string[], configPath: string): Promise<OutputSpec> {
  const [studioName, task, expected] = words;
  if (studioName === undefined || task === undefined || expected === undefined) {
    throw usageError(
      '--task needs a studio, a task and an expected output, such as: --task acme SKU-1 "Front, Feed 1:1".',
    );
  }
  const config = await loadConfig({ path: configPath, needs: ['creative force', 'logins'] });
  const studio = openStudioClients(config, studioName, configPath);
  let found: OutputSpec | undefined;
  await runInterruptible(async (signal) => {
    const taskId = await resolveTaskId(studio, { studio: studioName, task }, { config, signal });
    const { facts, due } = await readBrief(studio, taskId, { recipes: [], signal });
    const [output] = findOutputs({ facts, due }, expected);
    found = output === undefined ? undefined : specOf(facts, output);
  });
  if (found !== undefined) return found;
  throw failure(`${expected} has no output spec, so there is nothing to compare with.`);
}
