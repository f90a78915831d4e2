'use strict';
// Asks an address whether the process behind it is well: exit code 0 for an answer of 200 to 299, else 1 with a sentence.
// A file of its own, because the image has no curl.
const PATIENCE_MS = 4_000;
const [, , address] = process.argv;

async function main() {
  if (address === undefined) throw new Error('Say which address to ask: node deploy/health-check.js <address>.');
  const answer = await fetch(address, { signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}.`);
}

main().catch((error) => {
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  console.error(`Not healthy: ${error.message}${cause}`);
  process.exitCode = 1;
});
