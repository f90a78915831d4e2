const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a name is the complete id of a task, in any letter case. */
export function isTaskId(name: string): boolean {
  return GUID.test(name);
}

/** Whether a name can be the complete id of a task: a GUID, or a number (docs/reference/assumptions.md#values). */
export function mayBeTaskId(name: string): boolean {
  return isTaskId(name) || /^\d{1,20}$/.test(name);
}

const ID_IN_PATH = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=\/)\d{1,20}(?=[/?#]|$)/gi;

/**
 * The id of the task in the address of a Web page, of the board, of Creative Force or of Temporal's Web UI; `undefined` for what is
 * no address, or names no task or several.
 */
export function taskIdInAddress(name: string): string | undefined {
  if (!/^https?:\/\//i.test(name) || !URL.canParse(name)) return undefined;
  const { pathname, search, hash } = new URL(name);
  const address = unescaped(`${pathname}${search}${hash}`);
  const inPath = /\/extpost\/[^/]+\/([^/?#]+)|\/tasks?\/(?:[^/?#]+\/)?([^/?#]+)/i.exec(address);
  const named = [inPath?.[1], inPath?.[2]].find((id) => id !== undefined && mayBeTaskId(id));
  const ids = new Set(named === undefined ? (address.match(ID_IN_PATH) ?? []) : [named]);
  const [only, ...others] = [...ids].map((id) => id.toLowerCase());
  return others.length === 0 ? only : undefined;
}

function unescaped(address: string): string {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}

/** What people can name a task by. */
export interface NameableTask {
  readonly taskId: string;
  readonly product?: string | undefined;
  /** Product code and name. */
  readonly title?: string | undefined;
}

/** Shorter beginnings of an id, and parts of a title, would too often fit by chance. */
const MIN_LENGTH = 4;

type Fit = (task: NameableTask, name: string) => boolean;

/** Ways to name a task, the surest first. */
const ways: readonly Fit[] = [
  ({ taskId }, name) => same(taskId, name),
  ({ product }, name) => product === name,
  ({ taskId }, name) => name.length >= MIN_LENGTH && isBeginning(taskId, name),
  ({ product, title }, name) => [product, title, nameIn(title, product)].some((one) => same(one, name)),
  ({ title }, name) => name.length >= MIN_LENGTH && (title?.toLowerCase().includes(name.toLowerCase()) ?? false),
];

/**
 * The tasks that a name fits: an id or its beginning (four letters or more), a product's code or name, or a part of its title.
 * Only those that it fits in the surest way.
 */
export function tasksNamed<Task extends NameableTask>(name: string, tasks: readonly Task[]): readonly Task[] {
  const wanted = name.trim();
  for (const fits of ways) {
    const found = tasks.filter((task) => fits(task, wanted));
    if (found.length > 0) return found;
  }
  return [];
}

/** A number is not the beginning of another one, which is some other task. */
function isBeginning(taskId: string, name: string): boolean {
  return !/^\d+$/.test(taskId) && taskId.toLowerCase().startsWith(name.toLowerCase());
}

/** A title is the product's code and its name. */
function nameIn(title: string | undefined, product: string | undefined): string | undefined {
  if (title === undefined || product === undefined || !title.startsWith(`${product} `)) return undefined;
  return title.slice(product.length + 1);
}

function same(one: string | undefined, name: string): boolean {
  return one !== undefined && one.toLowerCase() === name.toLowerCase();
}
