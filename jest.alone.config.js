const { projects, ...config } = require('./jest.config.js');

const server = projects.find(({ displayName }) => displayName === 'server');

/** Tests of how fast a killed worker is replaced: they run after all others, because other work beside them would change the result. */
module.exports = {
  ...config,
  maxWorkers: 1,
  projects: [{ ...server, displayName: 'alone', testRegex: ['\\.alone\\.test\\.ts$'] }],
};
