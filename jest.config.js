const { availableParallelism } = require('node:os');

/**
 * Packages of which each jest worker loads one copy, as Node does (docs/decisions/0126-large-packages-are-loaded-once.md): large ones, and
 * those that are published as ES modules only. Not `yaml`, because config/ asks whether what it throws is a ReferenceError, and not `commander`,
 * because it reads process.env, of which each test file has its own.
 */
const loadedOnce = (
  '@aws-sdk @fastify @opentelemetry @swc/core @temporalio fast-check fastify liquidjs log-update mp4box ' +
  'nodemailer oauth4webapi openid-client pino playwright-core prom-client selfsigned sharp smtp-server undici zod'
).replaceAll(' ', '|');

/**
 * Each module gets these as parameters, because Node looks up the globals of a test file by way of a slow handler
 * (docs/decisions/0134-what-jest-repeats-for-each-test-file.md). Nothing that a test may replace.
 */
const fastGlobals = 'Array JSON Map Math Number Object Set String Symbol Uint8Array';

const { testTimeout, ...shared } = {
  rootDir: __dirname,
  testEnvironment: '<rootDir>/test/support/jest-environment.js',
  transform: {
    [`/node_modules/(${loadedOnce})/.+\\.[cm]?js$`]: '<rootDir>/test/support/load-once.js',
    '^.+\\.(t|j)s$': '@swc/jest',
  },
  transformIgnorePatterns: [`/node_modules/(?!(${loadedOnce})/)`],
  // Commands, and what decodes pictures, are loaded with import(), which wants the name of the compiled file.
  moduleNameMapper: { '^(\\.{1,2}/.+-(?:command|picture))\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/build/'],
  sandboxInjectedGlobals: fastGlobals.split(' '),
  // Longer than a test waits for anything, so that it can say for what.
  testTimeout: 150_000,
};

/** Tests in such files need a Temporal server, or run a day of the sandbox. */
const slow = '\\.server\\.test\\.ts$';
/** Tests in such files need the machine for themselves: jest.alone.config.js runs them. */
const alone = '\\.alone\\.test\\.ts$';

/** @type {import('jest').Config} */
module.exports = {
  rootDir: __dirname,
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: [slow, alone],
    },
    {
      ...shared,
      displayName: 'server',
      testRegex: [slow],
      globalSetup: '<rootDir>/test/support/global-setup.ts',
      globalTeardown: '<rootDir>/test/support/global-teardown.ts',
    },
  ],
  testTimeout,
  // With one more the sandbox of a day is kept from running for so long that it counts requests over the gateway's budget.
  maxWorkers: availableParallelism() + 1,
  testSequencer: '<rootDir>/test/support/slowest-first.js',
  reporters: ['default', '<rootDir>/test/support/count-reporter.js'],
};
