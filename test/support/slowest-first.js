'use strict';
const Sequencer = require('@jest/test-sequencer').default;

/** Folders whose tests run whole days of work and mostly wait: begun late, one of them would keep everybody waiting. */
const days = /\/test\/(kill|end-to-end|model)\//;

/** Begins with the tests that wait most, so that those which only compute fill the cores until the last ones have ended. */
module.exports = class SlowestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path, context }) => (days.test(path) ? 0 : context.config.displayName?.name === 'server' ? 1 : 2);
    return super.sort(tests).sort((a, b) => rank(a) - rank(b));
  }
};
