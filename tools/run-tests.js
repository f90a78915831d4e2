'use strict';
// "npm test": the tests, and beside them every other check, because tests wait more than they compute.
// The tests print as they go; a check prints when the tests have ended. Fails when anything fails.
const { spawn } = require('node:child_process');

/** The checks and their arguments: one thread each, because the tests fill all cores, and a second thread does work twice. */
const checks = {
  types: ['--checkers', '1'],
  lint: ['--threads=1'],
  format: [],
  'dead-code': [],
  prose: [],
  site: [],
};
/** The type checker and the linter's knowledge of types are programs in Go. */
const oneThread = { ...process.env, GOMAXPROCS: '1' };

/** Runs a script of package.json to its end: its name, whether it passed, what it printed and how long it took. */
function run(script, { args = [], stdio, env = process.env }) {
  const began = Date.now();
  const npm = [process.env.npm_execpath, 'run', '--silent', script, ...(args.length > 0 ? ['--', ...args] : [])];
  const child = spawn(process.execPath, npm, { stdio, env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));
  return new Promise((resolve) => {
    const end = (passed) => resolve({ script, passed, output, seconds: Math.round((Date.now() - began) / 1000) });
    child.once('error', (error) => {
      output += error.message;
      end(false);
    });
    child.once('close', (exitCode) => end(exitCode === 0));
  });
}

async function main() {
  const args = process.argv.slice(2);
  const checking = Object.entries(checks).map(([script, checkArgs]) =>
    run(script, { args: checkArgs, stdio: ['ignore', 'pipe', 'pipe'], env: oneThread }),
  );
  const results = [await run('test:only', { args, stdio: 'inherit' }), ...(await Promise.all(checking))];
  // Named files are run as they are; a whole run ends with the tests that need the machine for themselves.
  if (args.length === 0) {
    results.push(await run('test:alone', { stdio: 'inherit', env: { ...process.env, EXTPOST_TEST_BUILT: 'yes' } }));
  }
  for (const { output } of results) process.stdout.write(output);
  for (const { script, passed, seconds } of results)
    console.log(`${passed ? 'passed' : 'FAILED'}  ${script} (${seconds} s)`);
  if (results.some(({ passed }) => !passed)) process.exitCode = 1;
}

void main();
