'use strict';
const { writeFileSync } = require('node:fs');

/** A jest reporter that writes `{ passed, failed }` to the file that EXTPOST_TEST_COUNTS names, for `.ci/run`; silent without it. */
module.exports = class CountReporter {
  onRunComplete(_contexts, results) {
    const file = process.env.EXTPOST_TEST_COUNTS;
    if (file === undefined || file === '') return;
    // A test file that could not even be loaded has no tests to count, yet it failed.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    writeFileSync(file, JSON.stringify({ passed: results.numPassedTests, failed }));
  }
};
