'use strict';
const { existsSync, readFileSync, writeFileSync } = require('node:fs');

/**
 * A jest reporter that writes `{ passed, failed }` to the file that EXTPOST_TEST_COUNTS names, for `.ci/run`; silent without it.
 * A run adds to the counts of the run before it, because `npm test` runs jest twice.
 */
module.exports = class CountReporter {
  onRunComplete(_contexts, results) {
    const file = process.env.EXTPOST_TEST_COUNTS;
    if (file === undefined || file === '') return;
    // A test file that could not even be loaded has no tests to count, yet it failed.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const before = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { passed: 0, failed: 0 };
    const counts = { passed: before.passed + results.numPassedTests, failed: before.failed + failed };
    writeFileSync(file, JSON.stringify(counts));
  }
};
