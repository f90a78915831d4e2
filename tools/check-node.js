'use strict';
// Runs before anything else, on any Node, so it is written in the oldest words.
var wanted = [20, 19];
var have = process.versions.node.split('.').map(Number);
if (have[0] < wanted[0] || (have[0] === wanted[0] && have[1] < wanted[1])) {
  console.error(
    'extpost needs Node ' +
      wanted.join('.') +
      ' or newer, and this is Node ' +
      process.versions.node +
      '.\n' +
      'Install a newer Node (for example with "nvm install 22"), then run the command again.',
  );
  process.exit(2);
}
