import { once } from 'node:events';

import { CommandError, exitCodes } from '../exit-codes';
import { runInterruptible } from '../shared/interruptible';
import { retryTransient } from '../shared/retry';
import { readExportRequest, type ExportFlags } from './export-request';
import { outputAsJson, outputsTable } from './show-outputs';

export interface OutputsOptions extends ExportFlags {
  readonly json?: true;
  readonly jsonl?: true;
  readonly urls?: true;
}

/** `extpost celtra outputs`: the data goes to stdout, everything else to stderr. */
export async function listOutputs(studio: string, options: OutputsOptions): Promise<void> {
  const { json, jsonl, urls = false } = options;
  if (urls && json === undefined && jsonl === undefined) {
    throw new CommandError('--urls goes with --json or --jsonl.', exitCodes.wrongUse);
  }
  const { request, studio: celtra } = await readExportRequest(studio, options);
  const { client } = celtra;
  await runInterruptible(async (signal) => {
    if (jsonl === true) {
      for await (const output of client.exportOutputsAsLines(request, signal)) {
        await print(`${JSON.stringify(outputAsJson(output, urls))}\n`, signal);
      }
      return;
    }
    const outputs = await retryTransient(() => client.exportOutputs(request, signal), { signal });
    if (json === true) {
      const printed = outputs.map((output) => outputAsJson(output, urls));
      await print(`${JSON.stringify(printed, undefined, 2)}\n`, signal);
    } else if (outputs.length === 0) console.error('No output answers these filters.');
    else await print(`${outputsTable(outputs)}\n`, signal);
  });
}

/** Waits for a slow reader, so that lines do not pile up in memory. */
async function print(text: string, signal: AbortSignal): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain', { signal });
}
