'use strict';
const { createHash } = require('node:crypto');

/**
 * A jest transformer for files of large packages: what a test file loads is the module that Node has loaded once for its worker. Where
 * there is no test, in jest's global set-up, a file stays what it is.
 */
const code = `
if (typeof loadOnce === 'function') module.exports = loadOnce(__filename);
else module._compile(require('node:fs').readFileSync(__filename, 'utf8'), __filename);
`;
const key = createHash('sha256').update(code).digest('hex');

module.exports = { process: () => ({ code }), getCacheKey: () => key };
