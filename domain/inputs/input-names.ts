import { groupedBy } from '../shared/grouped-by';
import { caseFolded, safeName, safePath, withoutSlashes } from '../shared/safe-name';
import type { Task } from '../task/task';
import { renderTemplate, type TemplateScope } from '../recipe/template';
import type { WantedInput } from './wanted-inputs';

/** Default of `inputs.folder`. */
export const DEFAULT_INPUT_FOLDER = '{{ studio.name }}/{{ task.id }}';
/** Default of `inputs.name`. */
export const DEFAULT_INPUT_NAME = '{{ input.folder }}/{{ input.name }}';

/** Reserved names in a task's folder. */
export const BRIEF_NAME = 'brief.md';
export const MANIFEST_NAME = 'manifest.json';

/** Splits a name into stem and extension; of `tar.gz` only the last part counts. */
const ENDING = /^(.*[^.])\.([A-Za-z0-9]{1,10})$/s;

/** The folder of a task's files, relative to the store. Throws TemplateError. */
export function inputFolder(template: string, studio: string, task: Task): string {
  return safePath(renderTemplate(template, scopeOfTask(studio, task)));
}

/**
 * Names every file by a Liquid template and keeps its extension. Only slashes of the template itself make folders.
 * Names that are equal on a case-insensitive file system are made distinct by position, then by id. Deterministic, in
 * input order. Throws TemplateError.
 */
export function nameInputs(template: string, studio: string, task: Task, inputs: readonly WantedInput[]): string[] {
  const scope = scopeOfTask(studio, task);
  const taken = new Set([BRIEF_NAME, MANIFEST_NAME].map(caseFolded));
  const drafts = inputs.map((input) => spellings(template, scope, input));
  const byPlain = groupedBy(drafts, ([plain]) => caseFolded(plain));
  return drafts.map((spelt) => {
    // All files that share a plain name get a longer one.
    const isShared = (byPlain.get(caseFolded(spelt[0]))?.length ?? 0) > 1;
    const candidates = isShared ? spelt.slice(1) : spelt;
    const name = candidates.find((candidate) => !taken.has(caseFolded(candidate))) ?? spelt[2];
    taken.add(caseFolded(name));
    return name;
  });
}

/** Candidate names, from the shortest to a unique one. */
function spellings(
  template: string,
  scope: TemplateScope,
  input: WantedInput,
): [plain: string, withPosition: string, withId: string] {
  const { id, role, folder, position } = input;
  const [, stem = input.fileName ?? role, ending] = ENDING.exec(input.fileName ?? '') ?? [];
  const file = withoutSlashes({ folder, name: stem, position: position ?? 'Task', role, id });
  const base = safePath(renderTemplate(template, { ...scope, input: file }));
  const spelt = (tail?: string): string => {
    const folders = base.split('/');
    const last = folders.pop() ?? '';
    const name = tail === undefined ? last : `${safeName(last, 120)} ${safeName(tail, 60)}`;
    return [...folders, ending === undefined ? name : `${safeName(name, 185)}.${ending.toLowerCase()}`].join('/');
  };
  return [spelt(), spelt(position ?? role), spelt(id)];
}

function scopeOfTask(studio: string, task: Task): TemplateScope {
  const { workspace, job, product } = task;
  return withoutSlashes({
    studio: { name: studio },
    workspace,
    task: {
      id: task.taskId,
      contentCreationType: task.contentCreationType,
      deadline: task.deadline === undefined ? undefined : new Date(task.deadline).toISOString().slice(0, 10),
    },
    job: { code: job?.code },
    product: { code: product?.code, cfCode: product?.cfCode },
  }) as TemplateScope;
}
