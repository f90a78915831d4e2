#!/usr/bin/env node
'use strict';
require('../tools/check-node.js');
const { existsSync } = require('node:fs');
const path = require('node:path');

// Only a clone has the commands of demo/; a production build is without them.
const main = ['demo', 'cli']
  .map((folder) => path.join(__dirname, '..', 'build', folder, 'main.js'))
  .find((file) => existsSync(file));
if (main === undefined) {
  console.error('extpost has not been built yet. Run "npm run build" (or "npm start", which builds first).');
  process.exit(2);
}
require(main);
