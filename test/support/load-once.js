'use strict';

/** A jest transformer for files of large packages: what a test file loads is the module that Node has loaded once for the whole worker. */
module.exports = { process: (_source, file) => ({ code: `module.exports = loadOnce(${JSON.stringify(file)});` }) };
