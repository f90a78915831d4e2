import { toUSVString } from 'node:util';

import { StoreKeyError } from './store';

/** The limit of S3 for a key and of most file systems for a name, in bytes. */
const LONGEST_KEY = 900;
const LONGEST_NAME = 240;

const FORBIDDEN = /[\u0000-\u001f\u007f\\:*?"<>|]/;

/** Returns a valid key: names separated by `/`, each valid in every file system and none leading out of the folder. */
export function validatedKey(key: string): string {
  const fault = faultOf(key);
  if (fault === undefined) return key;
  throw new StoreKeyError(`"${key}" cannot be a key of a store: ${fault}.`);
}

function faultOf(key: string): string | undefined {
  if (Buffer.byteLength(key) > LONGEST_KEY) return `it is longer than ${LONGEST_KEY} bytes`;
  if (FORBIDDEN.test(key) || toUSVString(key) !== key) return 'it has a character that not every store can bear';
  for (const name of key.split('/')) {
    if (name === '') return 'a name between its slashes is empty';
    if (name.startsWith('.')) return 'a name in it begins with a dot';
    if (name.endsWith('.') || name.endsWith(' ')) return 'a name in it ends with a dot or a space';
    if (Buffer.byteLength(name) > LONGEST_NAME) return `a name in it is longer than ${LONGEST_NAME} bytes`;
  }
  return undefined;
}
