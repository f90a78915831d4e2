import { readFile } from 'node:fs/promises';

import { parse } from 'yaml';
import { z } from 'zod';

import { messageOf } from '../../domain/shared/text';
import { outputSpecSchema } from '../../clients/creative-force/wire/records';
import type { OutputSpec } from '../../domain/task/task';
import { type CommandError, usageError } from '../exit-codes';

/** Names that people write for the fields of a preset output, in lower case. */
const fieldNames: Readonly<Record<string, string>> = {
  id: 'specId',
  specid: 'specId',
  name: 'specName',
  specname: 'specName',
  extension: 'fileExtension',
  fileextension: 'fileExtension',
  format: 'fileExtension',
  dpi: 'dpi',
  density: 'dpi',
  colorprofile: 'colorProfileName',
  colorprofilename: 'colorProfileName',
  bitsperchannel: 'bitsPerChannel',
  backgroundcolor: 'backgroundColor',
  background: 'backgroundColor',
  maxbytes: 'maxFileLength',
  maxfilelength: 'maxFileLength',
  dimension: 'dimension',
  width: 'width',
  height: 'height',
};

/** Reads an output spec from a JSON or YAML file, in our words or in Creative Force's. Throws CommandError. */
export async function readSpec(file: string): Promise<OutputSpec> {
  const document: unknown = await readFile(file, 'utf8')
    .then(parse)
    .catch((error: unknown) => {
      throw wrongSpec(file, messageOf(error));
    });
  const record = z.record(z.string(), z.unknown()).safeParse(document);
  if (!record.success) throw wrongSpec(file, 'it is not an object');
  const named: Record<string, unknown> = { specId: file };
  for (const [name, value] of Object.entries(record.data)) {
    const field = fieldNames[name.toLowerCase()];
    if (field === undefined) {
      throw wrongSpec(file, `it has no field "${name}"; it may have ${Object.keys(fieldNames).join(', ')}`);
    }
    named[field] = field === 'dimension' ? inLowerCase(value) : value;
  }
  const { width, height, dimension = { width, height }, ...wire } = named;
  const spec = outputSpecSchema.safeParse({ ...wire, dimension });
  if (!spec.success) throw wrongSpec(file, z.prettifyError(spec.error));
  return spec.data;
}

/** `Width` becomes `width`. */
function inLowerCase(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name.toLowerCase(), inner as unknown]));
}

function wrongSpec(file: string, why: string): CommandError {
  return usageError(`${file} is not an output spec: ${why}.`);
}
