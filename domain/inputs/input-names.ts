import { safeName, safePath } from '../shared/safe-name';
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
  const taken = new Set([BRIEF_NAME, MANIFEST_NAME].map(folded));
  const drafts = inputs.map((input) => spellings(template, scope, input));
  const plain = countOf(drafts.map(([first]) => folded(first)));
  return drafts.map((spelt) => {
    // All files that share a plain name get a longer one.
    const isShared = (plain.get(folded(spelt[0])) ?? 0) > 1;
    const candidates = isShared ? spelt.slice(1) : spelt;
    const name = candidates.find((candidate) => !taken.has(folded(candidate))) ?? spelt[2];
    taken.add(folded(name));
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

/** Slashes in values must not make folders; absent values are omitted so that using them is an error. */
function withoutSlashes(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/[/\\]/g, '_');
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .map(([key, inner]) => [key, withoutSlashes(inner)]),
  );
}

function countOf(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** A name as a case-insensitive file system compares it. */
function folded(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
