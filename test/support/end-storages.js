'use strict';
const { AsyncLocalStorage } = require('node:async_hooks');

const entered = new Set();
const { run } = AsyncLocalStorage.prototype;
AsyncLocalStorage.prototype.run = function (...args) {
  entered.add(this);
  return run.apply(this, args);
};

/**
 * Disables every AsyncLocalStorage that was used. Node visits each enabled one for each promise, jest makes one for each test file, and
 * does not disable it (docs/decisions/0134-what-jest-repeats-for-each-test-file.md). One that is used again enables itself.
 */
function endStorages() {
  for (const storage of entered) storage.disable();
  entered.clear();
}

module.exports = { endStorages };
