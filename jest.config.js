/** @type {import('jest').Config} */
module.exports = {
  rootDir: __dirname,
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testEnvironment: 'node',
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  transform: { '^.+\\.(t|j)s$': '@swc/jest' },
  // These are published as ES modules only; jest's own loader wants them turned into CommonJS.
  transformIgnorePatterns: [
    '/node_modules/(?!(oauth4webapi|log-update|ansi-escapes|cli-cursor|restore-cursor|slice-ansi|strip-ansi|wrap-ansi|ansi-regex|ansi-styles|string-width|is-fullwidth-code-point|get-east-asian-width|environment|onetime|mimic-function)/)',
  ],
  modulePathIgnorePatterns: ['<rootDir>/build/'],
  // Longer than a test waits for anything, so that it can say for what.
  testTimeout: 90_000,
  // Tests wait for servers more than they compute, so no core is left aside; each test file has a namespace of its own.
  maxWorkers: '100%',
  reporters: ['default', '<rootDir>/test/support/count-reporter.js'],
};
