'use strict';
const vm = require('node:vm');

/** The last script of each file, whose bytecode serves every test file of a jest worker. */
const scripts = new Map();
const { compileFunction } = vm;

/**
 * Takes the place of `vm.compileFunction`, with which jest compiles each module again for each test file
 * (docs/decisions/0134-what-jest-repeats-for-each-test-file.md). A script is compiled once, and run in the context of each test file. A script cannot
 * look `import()` up in the file that it runs for, so such code is compiled as before.
 */
function compileOnce(code, parameters, options) {
  const { filename, parsingContext } = options ?? {};
  if (!filename || !parsingContext || code.includes('import(')) return compileFunction(code, parameters, options);
  const known = scripts.get(filename);
  if (known?.code === code) return known.script.runInContext(parsingContext);
  const head = `(function (${parameters.join()}) {`;
  const script = new vm.Script(`${head}${code}\n})`, { filename, columnOffset: -head.length });
  scripts.set(filename, { code, script });
  return script.runInContext(parsingContext);
}

vm.compileFunction = compileOnce;
