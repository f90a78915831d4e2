'use strict';
const Sequencer = require('@jest/test-sequencer').default;

/** Folders whose tests run whole days of work and mostly wait: begun late, one of them would keep everybody waiting. */
const days = /\/test\/(kill|end-to-end|model)\//;
/** A restarted worker must be faster than a missed heartbeat, so it starts when lint and types have left the cores. */
const hurried = /\/test\/kill\/worker-lost\./;

/** Begins with the tests that wait most, so that those which only compute fill the cores until the last ones have ended. */
module.exports = class SlowestFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((a, b) => rank(a) - rank(b));
  }
};

function rank({ path, context }) {
  if (hurried.test(path)) return 2;
  if (days.test(path)) return 0;
  return context.config.displayName?.name === 'server' ? 1 : 3;
}
