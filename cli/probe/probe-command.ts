import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { Command } from 'commander';

import { probeCreativeForce, type ProbeResult } from '../../clients';
import { loadConfig } from '../../config';
import { creativeForceSettings } from '../../workers/composition/client-settings';
import { exitCodes } from '../exit-codes';
import { configOption, taskArgument } from '../shared/options';
import { onStandardError, showProgress } from '../shared/progress';
import { resolveTaskId } from '../shared/resolve-task';
import { commandBudget, findStudio, openStudioClients } from '../shared/studio-clients';
import { printableLines } from '../shared/terminal-text';
import { isAllUnderstood, probeAdvice } from './probe-advice';
import { probeReport, probeRowJson } from './probe-report';
import { pseudonymise } from './pseudonyms';

const RESOLVE_TIMEOUT_MS = 60_000;

interface ProbeOptions {
  readonly config: string;
  readonly task?: string;
  readonly save?: string;
  readonly withUploadAddress: boolean;
  readonly json: boolean;
}

export function probeCommand(): Command {
  return new Command('probe')
    .description('call every endpoint that a studio should allow, reading only, and report what is missing')
    .argument('<studio>', 'the name of a studio in the configuration')
    .addOption(configOption())
    .option('-t, --task <task>', `the task to look at: ${taskArgument}; default: the first listed of each flavour`)
    .option(
      '--save <folder>',
      'write the answers to this folder as fixtures, with ids, names, texts and addresses replaced',
    )
    .option('--with-upload-address', 'also request one upload address, which registers a temporary file', false)
    .option('--json', 'print the findings as JSON', false)
    .action(async (studioName: string, options: ProbeOptions) => {
      const config = await loadConfig({
        path: options.config,
        needs: ['creative force', 'logins'],
      });
      const studio = findStudio(config, studioName, options.config);
      const { task } = options;
      const taskId =
        task === undefined
          ? undefined
          : await resolveTaskId(
              openStudioClients(config, studioName, options.config),
              { studio: studioName, task },
              { config, signal: AbortSignal.timeout(RESOLVE_TIMEOUT_MS) },
            );
      let asked = 'Creative Force';
      const progress = showProgress(onStandardError, () => `Asking ${asked}`);
      const rows = await probeCreativeForce(
        {
          vendorId: studio.creativeForce.vendorId,
          hasEditorialListing: studio.creativeForce.editorialListing,
          taskId,
          withUploadAddress: options.withUploadAddress,
          onCall: (endpoint) => (asked = endpoint),
        },
        creativeForceSettings(studioName, studio),
        { budget: commandBudget(config, studio) },
      ).finally(progress.stop);

      const isGood = isAllUnderstood(rows);
      const ask = probeAdvice(rows);
      if (options.json) console.log(JSON.stringify({ studio: studioName, isGood, ask, rows: rows.map(probeRowJson) }));
      else console.log(printableLines(`${probeReport(rows)}\n\n${ask}`));
      if (options.save !== undefined) {
        const files = await saveFixtures(options.save, rows);
        console.error(`Saved ${files.length} answers in ${options.save}. Check them before you share them.`);
      }
      if (!isGood) process.exitCode = exitCodes.probeFoundTrouble;
    });
}

/** Writes each answer, with pseudonyms, as `<ecom or editorial>-<subject>.json` (test/contract/fixtures). Returns the names of the files. */
async function saveFixtures(folder: string, rows: readonly ProbeResult[]): Promise<string[]> {
  const answered = rows.filter(({ body }) => body !== undefined);
  const bodies = pseudonymise(answered.map(({ body }) => body));
  const fixtures = new Map<string, object>();
  for (const [index, { endpoint, subject, contentCreationType }] of answered.entries()) {
    if (subject === undefined || contentCreationType === undefined) continue;
    const file = `${contentCreationType}-${subject.replaceAll(' ', '-')}.json`;
    if (!fixtures.has(file)) fixtures.set(file, { endpoint, subject, contentCreationType, body: bodies[index] });
  }
  await mkdir(folder, { recursive: true });
  for (const [file, fixture] of fixtures) {
    await writeFile(path.join(folder, file), `${JSON.stringify(fixture, null, 2)}\n`);
  }
  return [...fixtures.keys()];
}
