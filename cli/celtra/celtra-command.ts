import { once } from 'node:events';

import { Command, InvalidArgumentError, Option } from 'commander';

import { outputAsJson } from '../../clients';
import { usageError } from '../exit-codes';
import { configOption, parseCount } from '../shared/options';
import { retryTransient } from '../shared/retry';
import { runInterruptible } from '../shared/signals';
import { exportFiles, type ExportFlags, type ExportOptions, readExportRequest } from './export-command';
import { defaultNameTemplate } from './file-names';
import { parseDateTime } from './filter-flags';
import { htmlFormat, imageFormat, videoFormat } from './format-flags';
import { outputsTable } from './show-outputs';

export function celtraCommand(): Command {
  return new Command('celtra')
    .description('list the outputs of a Celtra account, and fetch their files')
    .addCommand(outputsCommand())
    .addCommand(exportCommand());
}

function outputsCommand(): Command {
  const command = addExportFlags(new Command('outputs').argument('<studio>', 'a studio of the configuration'))
    .description('list the outputs that the filters find; this also makes Celtra render them')
    .addOption(new Option('--json', 'print everything that Celtra returns, as one JSON list').conflicts('jsonl'))
    .addOption(new Option('--jsonl', 'the same as one JSON object a line, as they arrive'))
    .option(
      '--urls',
      'with --json or --jsonl: include the addresses of files; anybody with one can fetch the file, for 30 days',
    );
  return command.action((studio: string, options: OutputsOptions) => listOutputs(studio, options));
}

function exportCommand(): Command {
  const command = addExportFlags(new Command('export').argument('<studio>', 'a studio of the configuration'))
    .description('wait until the outputs that the filters find are rendered, and fetch their files')
    .addOption(new Option('--to <folder>', 'put every file into this folder').conflicts(['zip', 'tsv']))
    .addOption(new Option('--zip <file>', 'have Celtra pack all files into this archive').conflicts(['to', 'tsv']))
    .addOption(new Option('--tsv <file>', 'have Celtra write a table of them, with links').conflicts(['to', 'zip']))
    .option('--with-assets', 'with --tsv: an archive with the table and the files')
    .option('--name <template>', 'with --to: Liquid template of the file names, without extension', defaultNameTemplate)
    .option('--overwrite', 'with --to: replace files that no export wrote')
    .option(
      '--parallel <count>',
      'with --to: downloads at the same time; default: worker.transfersInParallel',
      parseCount,
    );
  return command.action((studio: string, options: ExportOptions) => exportFiles(studio, options));
}

function addExportFlags(command: Command): Command {
  return command
    .addOption(configOption())
    .option('--project <ids...>', 'outputs of these projects (design files)')
    .option('--folder <ids...>', 'outputs of the projects in these folders')
    .option('--account <ids...>', 'outputs of these accounts; needs --changed-since too')
    .option(
      '--changed-since <when>',
      'only of projects changed since: 2026-03-01, "2026-03-01 14:30", 6h or 14d (ago)',
      dateTimeArgument,
    )
    .option('--changed-before <when>', 'only of projects changed before', dateTimeArgument)
    .option('--format <ids...>', 'only these formats, such as com.celtra.image')
    .option(
      '--dimension <name=values>',
      'only these values of a content dimension, such as Language=en,fr; may be repeated',
      dimensionArgument,
    )
    .option('--output <ids...>', 'only these outputs')
    .option('--filters <file>', "Celtra's own filter tree in YAML or JSON; must hold as well as the switches")
    .option('--undocumented-operators', 'allow neq, in and nin in the file, which Celtra does not document')
    .option(
      '--image <format>',
      'png, png:64 (colours), jpeg:90 (quality), jpeg:200kb (largest size), tiff or webp',
      imageFormat,
    )
    .option('--video <preset>', 'x264_hq, x264_optimized, prores_422_hq, prores_4444 or gif', videoFormat)
    .option('--html <server>', 'the ad server that HTML is for, such as generic or googleAds', htmlFormat);
}

function dateTimeArgument(text: string): string {
  return parseDateTime(text);
}

/** Parses `Name=value,value`; repeated options are merged. */
function dimensionArgument(
  text: string,
  before: ReadonlyMap<string, readonly string[]> = new Map(),
): ReadonlyMap<string, readonly string[]> {
  const [, name = '', values = ''] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  const accepted = values.split(',').map((value) => value.trim());
  if (name.trim() === '' || accepted.includes('')) {
    throw new InvalidArgumentError('Write it like Language=en,fr. A name or value with = or a comma needs --filters.');
  }
  return new Map([...before, [name.trim(), [...(before.get(name.trim()) ?? []), ...accepted]]]);
}

export interface OutputsOptions extends ExportFlags {
  readonly json?: true;
  readonly jsonl?: true;
  readonly urls?: true;
}

/** `extpost celtra outputs`: the data goes to stdout, everything else to stderr. */
async function listOutputs(studio: string, options: OutputsOptions): Promise<void> {
  const { json, jsonl, urls = false } = options;
  if (urls && json === undefined && jsonl === undefined) throw usageError('--urls needs --json or --jsonl.');
  const { request, studio: clients } = await readExportRequest(studio, options);
  const { celtra: client } = clients;
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
    } else if (outputs.length === 0) console.error('No output matches these filters.');
    else await print(`${outputsTable(outputs)}\n`, signal);
  });
}

/** Waits for a slow reader, so that output does not pile up in memory. */
async function print(text: string, signal: AbortSignal): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain', { signal });
}
