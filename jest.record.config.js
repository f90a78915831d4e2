const { projects, ...config } = require('./jest.config.js');

const server = projects.find(({ displayName }) => displayName === 'server');

/** Records histories for the replay test; never part of a test run (test/replay/record-histories.ts). */
module.exports = {
  ...config,
  projects: [{ ...server, testRegex: ['/test/replay/record-histories\\.ts$'] }],
};
