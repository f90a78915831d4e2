'use strict';
const words = require('./words');

/** The words of words.js. Code in documents is no prose, and textlint does not hand it over here. */
function bannedWords({ Syntax, RuleError, report, locator }) {
  return {
    [Syntax.Str](node) {
      for (const { pattern, instead } of words) {
        for (const { 0: found, index } of node.value.matchAll(new RegExp(pattern.source, 'gi'))) {
          const padding = locator.range([index, index + found.length]);
          report(node, new RuleError(`"${found}": write ${instead}.`, { padding }));
        }
      }
    },
  };
}

/** The text below a node, in which a piece of code counts as one word. */
function textOf(node) {
  if (node.type === 'Code') return 'code';
  return node.children === undefined ? (node.value ?? '') : node.children.map(textOf).join('');
}

/** Sentences of at most `max` words. */
function shortSentences({ Syntax, RuleError, report }, { max }) {
  return {
    [Syntax.Paragraph](node) {
      for (const sentence of textOf(node).split(/[.!?:;]\s/)) {
        const count = sentence.split(/\s+/).filter((word) => /\w/.test(word)).length;
        if (count > max) {
          const begin = sentence.trim().slice(0, 40);
          report(node, new RuleError(`A sentence of ${count} words; at most ${max}: "${begin}…".`));
        }
      }
    },
  };
}

module.exports = { bannedWords, shortSentences };
