'use strict';
const ts = require('typescript');
const { pluginOf } = require('./text-plugin');

/** Three words or more with a space between them; names, keys and patterns are no prose. */
const PROSE = /[A-Za-z’']{2,} [A-Za-z’'`]+ [A-Za-z’']+/;

/** The texts of a TypeScript file, as ranges of it: what is printed, logged or shown in --help. */
function textsOfTypeScript(text) {
  const source = ts.createSourceFile('file.ts', text, ts.ScriptTarget.Latest, true);
  const ranges = [];
  const visit = (node) => {
    const isText =
      ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node) || ts.isTemplateLiteralToken(node);
    if (isText && PROSE.test(node.text)) ranges.push([node.getStart(source), node.getEnd()]);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return ranges;
}

module.exports = { typescript: pluginOf(['.ts'], textsOfTypeScript) };
