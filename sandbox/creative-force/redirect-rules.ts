import type { CreativeForceOptions } from './options';

/** What a redirect address must not contain (docs/reference/creative-force.md#redirect-addresses). */
const forbidden = [
  'localhost',
  'creativeforce.io',
  'metadata.google',
  'burpcollaborator.net',
  '.local',
  '.internal',
  'ram.aliyuncs.com',
  'fuf.me',
  'localtest.me',
  'ulh.us',
  '127.0.0.1',
  '169.254.169.254',
];
const loopback: readonly string[] = ['localhost', '127.0.0.1', '.local'];

/** The forbidden part of a redirect address; `undefined` if it may be registered. */
export function forbiddenPart(
  redirectUri: string,
  { allowLoopbackRedirects }: Pick<CreativeForceOptions, 'allowLoopbackRedirects'>,
): string | undefined {
  const host = new URL(redirectUri).hostname.toLowerCase();
  const isLoopback = host === 'localhost' || host === '127.0.0.1';
  const found = forbidden.filter(
    (part) =>
      redirectUri.toLowerCase().includes(part) && !(allowLoopbackRedirects && isLoopback && loopback.includes(part)),
  );
  // Report the longest match: localtest.me rather than .local.
  return found.toSorted((first, second) => second.length - first.length)[0];
}
