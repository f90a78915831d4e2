import type { ExpectedOutput, OutputSpec, Shot, Task } from './task';

/** An expected output together with the shot it belongs to. */
export interface ShotOutput {
  readonly shot: Shot;
  readonly expected: ExpectedOutput;
}

/** Keys an expected output by (shot, spec or none, variant or none): docs/reference/assumptions.md#task-detail. */
export function expectedOutputKey(expected: Pick<ExpectedOutput, 'shotId' | 'specId' | 'variant'>): string {
  return [expected.shotId, expected.specId ?? '-', expected.variant ?? '-'].join('/');
}

/** All files that the task wants, in the task's order. */
export function expectedOutputs(task: Task): ShotOutput[] {
  return task.shots.flatMap((shot) => shot.expectedOutputs.map((expected) => ({ shot, expected })));
}

/** What a person calls this expected output: position and spec, e.g. `Front, Feed 1:1`. */
export function expectedOutputLabel({ shot, expected }: ShotOutput, spec: OutputSpec | undefined): string {
  const what = spec?.name ?? expected.variantName;
  return [shot.position ?? shot.shotId, what].filter((part) => part !== undefined).join(', ');
}

const KNOWN_EXTENSION = /\.(jpe?g|png|tiff?|psd|psb|webp|gif|tga|eps|pdf|mp4|mov)$/i;

/** The extension of a file name, lower case and without a dot, when it is one that pictures and films have. */
export function knownExtension(fileName: string): string | undefined {
  return KNOWN_EXTENSION.exec(fileName)?.[1]?.toLowerCase();
}

/**
 * The name under which a file is delivered: the name asked for, and an extension only when it has none
 * (docs/reference/creative-force.md#file-names). Falls back to the render's own extension when there is no spec.
 */
export function deliveredFileName(request: {
  expected: Pick<ExpectedOutput, 'name' | 'shotId' | 'variant'>;
  spec: OutputSpec | undefined;
  renderExtension: string;
}): string {
  const { expected, spec, renderExtension } = request;
  const name = expected.name ?? [expected.shotId, expected.variant].filter((part) => part !== undefined).join('_');
  return knownExtension(name) !== undefined ? name : `${name}.${spec?.extension ?? renderExtension}`;
}
