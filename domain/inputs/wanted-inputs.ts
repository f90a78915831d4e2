import type { Task } from '../task/task';

/** The purpose of a file: to work on, additional material, or reference. */
export type InputFolder = 'inputs' | 'support' | 'references';
export type InputRole = 'input' | 'inclip' | 'resource' | 'style guide' | 'colour reference';

export interface WantedInput {
  /** Asset id or file id. */
  readonly id: string;
  /** Which bulk read returns its address (docs/reference/creative-force.md#file-addresses). */
  readonly from: 'assets' | 'files';
  readonly role: InputRole;
  readonly folder: InputFolder;
  readonly position?: string | undefined;
  /** As the task says; the bulk read may return another. */
  readonly fileName?: string | undefined;
}

/** Every file of a task that is not an output, without duplicates, in the task's order. */
export function wantedInputs(task: Task): WantedInput[] {
  const { shots, styleGuide, colorReferences = [] } = task;
  const ofShots = shots.flatMap(({ shotId, position = shotId, inputs, support = [] }): WantedInput[] => [
    ...inputs.map(({ assetId, fileName }): WantedInput => ({
      id: assetId,
      from: 'assets',
      role: 'input',
      folder: 'inputs',
      position,
      fileName,
    })),
    ...support.map(({ assetId, kind }): WantedInput => ({
      id: assetId,
      from: 'assets',
      role: kind,
      folder: 'support',
      position,
    })),
  ]);
  // A colour reference is often attached to the style guide as well; its own role wins.
  const ofTask: WantedInput[] = [
    ...colorReferences.map(({ fileId, fileName }) => ({ ...reference(fileId, 'colour reference'), fileName })),
    ...(styleGuide?.fileIds ?? []).map((fileId) => reference(fileId, 'style guide')),
  ];
  const here = new Set(shots.map(({ position }) => position));
  const ofPositions = (styleGuide?.positions ?? [])
    .filter(({ name }) => here.has(name))
    .flatMap(({ name, fileIds }) => fileIds.map((id) => ({ ...reference(id, 'style guide'), position: name })));
  const wanted = new Map<string, WantedInput>();
  for (const input of [...ofShots, ...ofTask, ...ofPositions]) {
    const key = `${input.from}/${input.id}`;
    if (!wanted.has(key)) wanted.set(key, input);
  }
  return [...wanted.values()];
}

function reference(id: string, role: InputRole): WantedInput {
  return { id, from: 'files', role, folder: 'references' };
}
