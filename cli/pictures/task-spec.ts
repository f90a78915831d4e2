import { loadConfig } from '../../config';
import { specOf } from '../../domain/task/task-facts';
import type { OutputSpec } from '../../domain/task/task';
import { CommandError, exitCodes } from '../exit-codes';
import { outputsNamed } from '../plan/explain';
import { readBrief } from '../plan/read-brief';
import { runInterruptible } from '../shared/signals';
import { openStudioClients } from '../shared/studio-clients';

/** Reads the spec of an expected output from Creative Force. `words` are studio, task id and `POSITION/SPEC`. */
export async function readTaskSpec(words: readonly string[], configPath: string): Promise<OutputSpec> {
  const [studioName, taskId, expected] = words;
  if (studioName === undefined || taskId === undefined || expected === undefined || words.length > 3) {
    throw new CommandError(
      '--task takes a studio, a task id and an expected output, such as: --task acme 0f1c… "Front/Feed 1:1".',
      exitCodes.wrongUse,
    );
  }
  const config = await loadConfig({ path: configPath, environment: process.env, needs: ['creative force', 'logins'] });
  const studio = openStudioClients(config, studioName, configPath);
  let found: OutputSpec | undefined;
  await runInterruptible(async (signal) => {
    const { facts, due } = await readBrief(studio, taskId, { recipes: [], signal });
    const [output] = outputsNamed({ facts, due }, expected);
    found = output === undefined ? undefined : specOf(facts, output);
  });
  if (found !== undefined) return found;
  throw new CommandError(`${expected} has no output spec, so there is nothing to compare with.`, exitCodes.failed);
}
