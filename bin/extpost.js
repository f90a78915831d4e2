#!/usr/bin/env node
'use strict';
require('../tools/check-node.js');
const { existsSync } = require('node:fs');
const path = require('node:path');

const main = path.join(__dirname, '..', 'build', 'cli', 'main.js');
if (!existsSync(main)) {
  console.error('extpost has not been built yet. Run "npm run build" (or "npm start", which builds first).');
  process.exit(2);
}
require(main);
