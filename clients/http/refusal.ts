import { type Fields, isRecord } from '../record';

/** Fields of a write's answer that say whether it was done. */
const doneNames = [
  'success',
  'isSuccess',
  'isSuccessful',
  'succeeded',
  'isSucceeded',
  'successful',
  'accepted',
  'ok',
] as const;
/** Lists of what was not taken, as the answer for upload addresses has one. */
const failedNames = [
  'errorAssets',
  'failedAssets',
  'rejectedAssets',
  'invalidAssets',
  'errorFiles',
  'failures',
] as const;
const FAILED: readonly unknown[] = ['error', 'errored', 'fail', 'failed', 'failure', 'refused', 'rejected', 'invalid'];
const NO: readonly unknown[] = [false, 'false', 'no', 0, '0'];
const YES: readonly unknown[] = ['success', 'succeeded', 'accepted', 'created', 'ok'];

/** Keys by which an answer shows a task, whose own status may be among them. */
const taskKeys = [
  ...['taskId', 'externalPostTaskId', 'extPostTaskId', 'id'],
  ...['stepStatusId', 'stepStatusName', 'assetLifeCycles'],
] as const;

/** What a write's answer says against its status of success. `part`: the part of the body that says it. */
export interface Refusal {
  readonly part: Fields;
  /** Otherwise the answer shows a task, and a word in `status` may be the task's own. */
  readonly isCertain: boolean;
}

/**
 * The refusal in a write's answer whose HTTP status is one of success: a code that is neither 1 nor one of HTTP's for success,
 * `success: false`, errors, or a `status` that says so (docs/reference/assumptions.md#submit). Its keys are in camelCase.
 */
export function findRefusal(body: unknown): Refusal | undefined {
  if (!isRecord(body)) return undefined;
  const inner = [body['data'], body['result'], body['metadata']].filter(isRecord);
  const certain = refuses(body) ? body : inner.find((part) => refuses(part) || isFailure(part['code']));
  if (certain !== undefined) return { part: certain, isCertain: true };
  const parts = [body, ...inner];
  const said = parts.find(({ status }) => FAILED.includes(plain(status)));
  if (said === undefined || parts.some(accepts)) return undefined;
  return { part: said, isCertain: !taskKeys.some((key) => Object.hasOwn(said, key)) };
}

const dataNames = ['data', 'result', 'results', 'value', 'payload', 'response', 'items'] as const;

/**
 * The status of HTTP that an error states in its body, although its own is one of success: `{ success: false, code: 404 }`
 * (docs/reference/assumptions.md#unreadable-answers). Its keys are in camelCase.
 */
export function statedStatus(body: unknown): number | undefined {
  if (!isRecord(body)) return undefined;
  const saysNo = doneNames.some((name) => NO.includes(plain(body[name]))) || hasContent(body['error']);
  if (!saysNo || dataNames.some((name) => !isAbsent(body[name]))) return undefined;
  const sources = [body, body['error']].filter(isRecord);
  const codes = sources.flatMap(({ statusCode, status, code }) => [statusCode, status, code].map(numberOf));
  return codes.find((code) => Number.isInteger(code) && code >= 400 && code < 600);
}

function refuses(body: Fields): boolean {
  const { statusCode, status, errors, error } = body;
  return (
    (!isAbsent(statusCode) && !isAccepted(statusCode)) ||
    isFailure(status) ||
    doneNames.some((name) => NO.includes(plain(body[name]))) ||
    hasContent(errors) ||
    hasContent(error) ||
    failedNames.some((name) => Array.isArray(body[name]) && hasContent(body[name]))
  );
}

/** Whether it says in so many words that it was done. */
function accepts(body: Fields): boolean {
  return isAccepted(body['statusCode']) || doneNames.some((name) => body[name] === true);
}

function isAccepted(code: unknown): boolean {
  const number = numberOf(code);
  return number === 1 || (number >= 200 && number < 300) || YES.includes(plain(code));
}

/** A status of HTTP that says that something failed. */
function isFailure(status: unknown): boolean {
  const number = numberOf(status);
  return number >= 400 && number < 600;
}

function hasContent(errors: unknown): boolean {
  if (typeof errors === 'object' && errors !== null) return Object.keys(errors).length > 0;
  return errors === true || (typeof errors === 'string' && errors.trim() !== '');
}

function numberOf(value: unknown): number {
  return typeof value === 'number' || (typeof value === 'string' && value.trim() !== '') ? Number(value) : NaN;
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function plain(value: unknown): unknown {
  return typeof value === 'string' ? value.trim().toLowerCase() : value;
}
