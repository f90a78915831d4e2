import { StoreError, StoreKeyError } from './store';

/** The HTTP status of an error of the AWS SDK, if the store answered. */
export function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined;
  const { $metadata: metadata } = error;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}

/** Turns an error of the AWS SDK into a StoreError without its message, which may hold what was signed; not an abort. */
export function toStoreError(error: unknown, what: string, place: string): unknown {
  if (error instanceof StoreError || error instanceof StoreKeyError) return error;
  const { name = 'no reason given', code } = error as { readonly name?: string; readonly code?: unknown };
  if (name === 'AbortError') return error;
  const status = statusOf(error);
  const reason = status === undefined ? (typeof code === 'string' ? code : name) : `${name}, HTTP ${status}`;
  return new StoreError(`Cannot ${what} in the store ${place} (${reason}): ${advice(name, status)}.`);
}

function advice(name: string, status: number | undefined): string {
  if (name === 'NoSuchBucket') return 'there is no such bucket; create it, or correct the name in extpost.yaml';
  if (name.startsWith('Credentials')) {
    return 'no credentials were found; set accessKeyId and secretAccessKey, or give the machine a role';
  }
  if (name === 'PermanentRedirect' || status === 301) return 'the bucket is in another region; correct the region';
  if (status === 401 || status === 403) {
    return 'the credentials are wrong or lack the right; allow reading, writing and listing of this bucket and prefix';
  }
  if (status === undefined) return 'the store cannot be reached; look at the endpoint, the region and the network';
  return status >= 500 || status === 429
    ? 'the store has trouble of its own; it can be tried again'
    : 'the store refuses the request; look at bucket, region, endpoint and forcePathStyle';
}
