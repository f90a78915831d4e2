import type { ExpectedOutput, OutputSpec, Shot, Task } from './task';

export interface ShotOutput {
  readonly shot: Shot;
  readonly expected: ExpectedOutput;
}

/** Identifies an expected output by shot, spec and variant (docs/reference/assumptions.md#expected-outputs). */
export function expectedOutputKey(expected: Pick<ExpectedOutput, 'shotId' | 'specId' | 'variant'>): string {
  return [expected.shotId, expected.specId ?? '-', expected.variant ?? '-'].join('/');
}

export function expectedOutputs(task: Task): ShotOutput[] {
  return task.shots.flatMap((shot) => shot.expectedOutputs.map((expected) => ({ shot, expected })));
}

/** The expected outputs of a task that have one of these keys. */
export function outputsWithKeys(task: Task, keys: readonly string[]): ShotOutput[] {
  const wanted = new Set(keys);
  return expectedOutputs(task).filter(({ expected }) => wanted.has(expectedOutputKey(expected)));
}

const KNOWN_EXTENSION = /\.(jpe?g|png|tiff?|psd|psb|webp|gif|tga|eps|pdf|mp4|mov)$/i;

/** The extension of a file name (lower case, no dot) if it is a known picture or film extension. */
export function knownExtension(fileName: string): string | undefined {
  return KNOWN_EXTENSION.exec(fileName)?.[1]?.toLowerCase();
}

/** The requested name, with an extension only if it has none (docs/reference/creative-force.md#file-names). */
export function deliveredFileName(request: {
  expected: Pick<ExpectedOutput, 'name' | 'shotId' | 'specId' | 'variant'>;
  spec: OutputSpec | undefined;
  renderExtension: string;
}): string {
  const { expected, spec, renderExtension } = request;
  const { shotId, specId, variant } = expected;
  const name = expected.name ?? [shotId, specId, variant].filter((part) => part !== undefined).join('_');
  return knownExtension(name) !== undefined ? name : `${name}.${spec?.extension ?? renderExtension}`;
}
