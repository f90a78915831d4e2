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

/**
 * The part of a write's answer that refuses, although its HTTP status is one of success: a code that is neither 1 nor one of HTTP's
 * for success, `success: false`, or errors (docs/reference/assumptions.md#submit). Its keys are in camelCase.
 */
export function findRefusal(body: unknown): Readonly<Record<string, unknown>> | undefined {
  if (!isRecord(body)) return undefined;
  if (refuses(body)) return body;
  const parts = [body['data'], body['result'], body['metadata']].filter(isRecord);
  return parts.find((part) => refuses(part) || isFailure(part['code']));
}

function refuses(body: Readonly<Record<string, unknown>>): boolean {
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

function isAccepted(code: unknown): boolean {
  const number = numberOf(code);
  return number === 1 || (number >= 200 && number < 300) || YES.includes(plain(code));
}

/** A status of HTTP, or a word, that says that something failed. */
function isFailure(status: unknown): boolean {
  const number = numberOf(status);
  return (number >= 400 && number < 600) || FAILED.includes(plain(status));
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

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
