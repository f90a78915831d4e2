// Given to a process or a thread with --require: lets it run our sources, of which each is transformed once.
const { createHash } = require('node:crypto');
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const { threadId } = require('node:worker_threads');

const root = path.resolve(__dirname, '../..');
const folder = path.join(root, 'node_modules', '.cache', 'extpost-sources');
const how = ['.swcrc', 'node_modules/@swc/core/package.json']
  .map((file) => readFileSync(path.join(root, file), 'utf8'))
  .join('');

function transformed(file) {
  const text = readFileSync(file, 'utf8');
  const kept = path.join(folder, createHash('sha256').update(how).update(file).update(text).digest('hex'));
  try {
    return readFileSync(kept, 'utf8');
  } catch {
    const { code } = require('@swc/core').transformSync(text, { filename: file });
    mkdirSync(folder, { recursive: true });
    const mine = `${kept}.${process.pid}-${threadId}`;
    writeFileSync(mine, code);
    renameSync(mine, kept);
    return code;
  }
}

require.extensions['.ts'] = (module, file) => module._compile(transformed(file), file);
