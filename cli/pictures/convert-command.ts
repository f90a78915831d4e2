import { existsSync } from 'node:fs';
import { copyFile, rm } from 'node:fs/promises';

import { Command, Option } from 'commander';
import { z } from 'zod';

import { messageOf } from '../../domain/shared/text';
import { convertPicture } from '../../activities/pictures/convert-picture';
import { examinePicture } from '../../activities/pictures/examine-picture';
import { conversionSchema } from '../../config/schema/preflight-schema';
import { planConversion, type Conversion } from '../../domain/preflight/conversion';
import type { OutputSpec } from '../../domain/task/task';
import { CommandError, exitCodes, usageError } from '../exit-codes';
import { sizeOf } from './check-command';
import { pictureText, reportPicture } from './picture-report';
import { readSpec } from './read-spec';

export function convertCommand(): Command {
  return new Command('convert')
    .description('convert a picture as a recipe would, and show what changed')
    .argument('<file>', 'a picture; it is not changed')
    .requiredOption('--to <file>', 'the converted picture; must not exist yet')
    .requiredOption(
      '--wish <wishes...>',
      'as under convert in a recipe, such as density=300 profile=srgb background=#ffffff; also maxBytes=500000',
    )
    .addOption(new Option('--spec <file>', 'the output spec for wishes "as asked", JSON or YAML'))
    .option('--json', 'print what changed and both pictures as JSON')
    .action((file: string, options: ConvertOptions) => convert(file, options));
}

interface ConvertOptions {
  readonly to: string;
  readonly wish: readonly string[];
  readonly spec?: string;
  readonly json?: true;
}

/** Throws CommandError when a wish cannot be had, or when the result would not be delivered. */
async function convert(file: string, { to, wish, spec: specFile, json }: ConvertOptions): Promise<void> {
  const size = await sizeOf(file);
  if (existsSync(to)) throw usageError(`${to} exists already. Give another file with --to.`);
  const { conversion, maxBytes } = readWishes(wish);
  const asked = specFile === undefined ? { specId: 'wishes' } : await readSpec(specFile);
  const spec: OutputSpec = { ...asked, ...(maxBytes !== undefined && { maxBytes }) };
  const before = await reportPicture(file, size);
  const { picture, trouble } = await examinePicture(file);
  if (picture === undefined || trouble !== undefined) {
    throw new CommandError(`${file} ${trouble?.why ?? 'is not a picture'}.`, exitCodes.wouldNotGoOut);
  }
  const { steps, impossible } = planConversion(conversion, picture, spec);
  if (impossible.length > 0) throw new CommandError(`${file}: ${impossible.join('; ')}.`, exitCodes.wouldNotGoOut);
  let changes: readonly string[] = [];
  try {
    if (steps === undefined) await copyFile(file, to);
    else changes = await convertPicture({ from: file, to, picture, steps });
  } catch (error) {
    await rm(to, { force: true });
    const [why = ''] = messageOf(error).split('\n');
    throw new CommandError(`${file} cannot be converted: ${why}.`, exitCodes.wouldNotGoOut);
  }
  const after = await reportPicture(to, await sizeOf(to));
  if (json === true) console.log(JSON.stringify({ file, to, changes, before, after }));
  else {
    console.log(pictureText(before));
    console.log(changes.length === 0 ? 'No change was necessary.' : changes.map((change) => `  ${change}`).join('\n'));
    console.log(pictureText(after));
  }
  // A file name does not change the format, for example.
  if (!after.findings.some(({ action }) => action === 'block')) return;
  throw new CommandError(`${to} was written, but would not be delivered as it is.`, exitCodes.wouldNotGoOut);
}

/** Reads `name=value` words as a recipe's `convert` would be read. Throws CommandError. */
function readWishes(words: readonly string[]): { conversion: Conversion; maxBytes: number | undefined } {
  const values: Record<string, unknown> = {};
  for (const word of words.flatMap((one) => one.split(/,(?=\w+=)/))) {
    const at = word.indexOf('=');
    const [name, text] = at < 0 ? [word, ''] : [word.slice(0, at).trim(), word.slice(at + 1).trim()];
    values[name] = text !== '' && Number.isFinite(Number(text)) ? Number(text) : text.replace(/^as-asked$/, 'as asked');
  }
  const { maxBytes, ...wishes } = values;
  const conversion = conversionSchema.safeParse(wishes);
  const bytes = z.int().min(1).optional().safeParse(maxBytes);
  if (!conversion.success) throw usageError(`--wish is not understood: ${z.prettifyError(conversion.error)}`);
  if (!bytes.success) throw usageError('--wish maxBytes needs a whole number of bytes.');
  return { conversion: conversion.data, maxBytes: bytes.data };
}
