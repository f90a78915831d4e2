const config = require('./jest.config.js');

/** Records histories for the replay test; never part of a test run (test/replay/record-histories.ts). */
module.exports = {
  ...config,
  testMatch: ['<rootDir>/test/replay/record-histories.ts'],
};
