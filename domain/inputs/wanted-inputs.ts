import type { Task } from '../task/task';

/** What a file is for: a picture to work on, material beside it, or something to look at. */
export type InputFolder = 'inputs' | 'support' | 'references';
export type InputRole = 'input' | 'inclip' | 'resource' | 'style guide' | 'colour reference';

/** One file that designers need of a task. */
export interface WantedInput {
  /** The asset's id, or the file's. */
  readonly id: string;
  /** Which of Creative Force's two bulk reads knows it (docs/reference/creative-force.md#bulk-reads). */
  readonly from: 'assets' | 'files';
  readonly role: InputRole;
  readonly folder: InputFolder;
  /** Absent for what belongs to the whole task. */
  readonly position?: string | undefined;
  /** As far as the task says; the bulk read may know better. */
  readonly fileName?: string | undefined;
}

/** Every file of a task that is not an output, each once, in the task's order. */
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
  // A colour reference often hangs on the style guide as well; then it is called what it is.
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
