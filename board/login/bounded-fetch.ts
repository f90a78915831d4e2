import type { CustomFetch } from 'openid-client';

/** Far more than a discovery document, a key set or a token answer has. */
const MAX_BYTES = 1024 * 1024;

/** `fetch` with an answer of at most 1 MiB, and without redirects. Throws an Error in words. */
export const boundedFetch: CustomFetch = async (url, { body, ...options }) => {
  const response = await fetch(url, { ...options, ...(body !== undefined && { body }), redirect: 'manual' });
  const { status, statusText, headers } = response;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) throw new Error(`${new URL(url).host} sent an answer of more than 1 MiB`);
    chunks.push(chunk);
  }
  const hasBody = status !== 204 && status !== 205 && status !== 304;
  return new Response(hasBody ? Buffer.concat(chunks) : null, { status, statusText, headers });
};
