'use strict';
const { pluginOf } = require('./text-plugin');

/** What stays of a match of a pattern, as ranges: the texts between tags, or behind the sign of a comment. */
const rangesOf = (pattern) => (text) =>
  [...text.matchAll(pattern)].map(({ 0: found, index }) => [index, index + found.length]);

module.exports = {
  /** The texts of a page of the board, between its tags. */
  liquid: pluginOf(['.liquid'], rangesOf(/(?<=^|[>}])[^<>{}]*[a-z] [^<>{}]*(?=[<{]|$)/g)),
  /** The comments of a YAML file, which readers of an example read. */
  yaml: pluginOf(['.yaml', '.yml'], rangesOf(/(?<=^|\s)# .+$/gm)),
};
