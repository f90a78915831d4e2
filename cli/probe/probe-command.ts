import { Command } from 'commander';

import { probeCreativeForce, RequestBudget } from '../../clients';
import { loadConfig } from '../../config';
import { creativeForceSettings } from '../../workers';
import { CommandError, exitCodes } from '../exit-codes';
import { configOption } from '../shared/options';
import { createProbeProgress } from './probe-progress';
import { probeReport, probeRowJson } from './probe-report';
import { saveFixtures } from './save-fixtures';
import { isAllUnderstood, probeAdvice } from './probe-advice';

interface ProbeOptions {
  readonly config: string;
  readonly task?: string;
  readonly save?: string;
  readonly withUploadAddress: boolean;
  readonly json: boolean;
}

/** `extpost probe`: what a studio's Creative Force account allows, and whether its answers are understood. */
export function probeCommand(): Command {
  return new Command('probe')
    .description('ask every endpoint that a studio should allow, reading only, and say what is missing')
    .argument('<studio>', 'the name of a studio in the configuration')
    .addOption(configOption())
    .option('-t, --task <id>', 'the task to look at; default: the first listed of each flavour')
    .option('--save <folder>', 'write the answers there as fixtures, with ids, names, texts and addresses replaced')
    .option('--with-upload-address', 'also ask for one upload address; it registers a temporary file', false)
    .option('--json', 'print the findings as JSON', false)
    .action(async (studioName: string, options: ProbeOptions) => {
      const config = await loadConfig({ path: options.config, environment: process.env });
      const studio = Object.hasOwn(config.studios, studioName) ? config.studios[studioName] : undefined;
      if (studio === undefined) {
        const known = Object.keys(config.studios).join(', ');
        const message = `There is no studio "${studioName}" in ${options.config}; there are: ${known}.`;
        throw new CommandError(message, exitCodes.wrongUse);
      }
      const progress = createProbeProgress(process.stderr);
      const rows = await probeCreativeForce(
        {
          vendorId: studio.creativeForce.vendorId,
          hasEditorialListing: studio.creativeForce.editorialListing,
          taskId: options.task?.toLowerCase(),
          withUploadAddress: options.withUploadAddress,
          onCall: progress.asking,
        },
        creativeForceSettings(studioName, studio),
        // A process of its own counts for itself: run it while the workers leave room (docs/probe.md).
        { budget: new RequestBudget({ limit: config.worker.gatewayRequestsPerSecond }) },
      ).finally(progress.finish);

      const isGood = isAllUnderstood(rows);
      const ask = probeAdvice(rows);
      if (options.json) console.log(JSON.stringify({ studio: studioName, isGood, ask, rows: rows.map(probeRowJson) }));
      else console.log(`${probeReport(rows)}\n\n${ask}`);
      if (options.save !== undefined) {
        const files = await saveFixtures(options.save, rows);
        console.error(`Saved ${files.length} answers in ${options.save}. Look them through before you give them away.`);
      }
      if (!isGood) process.exitCode = exitCodes.probeFoundTrouble;
    });
}
