const { availableParallelism } = require('node:os');

const { testTimeout, ...shared } = {
  rootDir: __dirname,
  testEnvironment: 'node',
  transform: {
    // It imports Node's modules while it runs, which jest cannot; elsewhere such an import stays as it is (.swcrc).
    '/@opentelemetry/otlp-exporter-base/.+\\.js$': ['@swc/jest', { swcrc: false, module: { type: 'commonjs' } }],
    '^.+\\.(t|j)s$': '@swc/jest',
  },
  // These are published as ES modules only; jest's own loader wants them turned into CommonJS.
  transformIgnorePatterns: [
    '/node_modules/(?!(@opentelemetry/otlp-exporter-base|oauth4webapi|openid-client|jose|log-update|ansi-escapes|cli-cursor|restore-cursor|slice-ansi|strip-ansi|wrap-ansi|ansi-regex|ansi-styles|string-width|is-fullwidth-code-point|get-east-asian-width|environment|onetime|mimic-function)/)',
  ],
  modulePathIgnorePatterns: ['<rootDir>/build/'],
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
  // A test of the server project and its part of the Temporal server use most of a core; more workers only make each wait.
  maxWorkers: availableParallelism() + 1,
  testSequencer: '<rootDir>/test/support/slowest-first.js',
  reporters: ['default', '<rootDir>/test/support/count-reporter.js'],
};
