'use strict';
const { types } = require('node:util');
const { TestEnvironment } = require('jest-environment-node');
const { endStorages } = require('./end-storages.js');
require('./compile-once.js');

const isInstance = Function.prototype[Symbol.hasInstance];

/**
 * Jest's environment for Node, in which large packages are loaded once in a jest worker, not again for each test file
 * (docs/decisions/0126-large-packages-are-loaded-once.md), and every module is compiled once
 * (docs/decisions/0134-what-jest-repeats-for-each-test-file.md).
 */
module.exports = class extends TestEnvironment {
  constructor(...args) {
    super(...args);
    const { global } = this;
    // Called by what load-once.js makes of a file.
    global.loadOnce = require;
    // Jest shares Uint8Array alone, and sharp takes pixels in others, too.
    Object.assign(global, { Uint8ClampedArray, Uint16Array, Uint32Array, Float32Array, Float64Array });
    // A test file has an Error of its own, of which the errors of these packages are no instances.
    Object.defineProperty(global.Error, Symbol.hasInstance, {
      value(value) {
        return isInstance.call(this, value) || (this === global.Error && types.isNativeError(value));
      },
    });
  }

  async teardown() {
    await super.teardown();
    endStorages();
  }
};
