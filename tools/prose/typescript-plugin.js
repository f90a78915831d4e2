'use strict';
const ts = require('typescript');

// A plugin of textlint that hands over the texts of a TypeScript file: what is printed, logged or shown in --help.

/** Three words or more with a space between them; names, keys and patterns are no prose. */
const PROSE = /[A-Za-z’']{2,} [A-Za-z’'`]+ [A-Za-z’']+/;

function isText(node) {
  return ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node) || ts.isTemplateLiteralToken(node);
}

function parse(text) {
  const source = ts.createSourceFile('file.ts', text, ts.ScriptTarget.Latest, true);
  const place = (offset) => {
    const { line, character } = source.getLineAndCharacterOfPosition(offset);
    return { line: line + 1, column: character };
  };
  const node = (type, [start, end], rest) => ({
    type,
    range: [start, end],
    loc: { start: place(start), end: place(end) },
    raw: text.slice(start, end),
    ...rest,
  });
  const paragraphs = [];
  const visit = (found) => {
    if (isText(found) && PROSE.test(found.text)) {
      const range = [found.getStart(source), found.getEnd()];
      const value = text.slice(...range);
      paragraphs.push(node('Paragraph', range, { children: [node('Str', range, { value })] }));
    }
    ts.forEachChild(found, visit);
  };
  visit(source);
  return node('Document', [0, text.length], { children: paragraphs });
}

class Processor {
  availableExtensions() {
    return ['.ts'];
  }

  processor() {
    return {
      preProcess: parse,
      postProcess: (messages, filePath) => ({ messages, filePath: filePath ?? '<text>' }),
    };
  }
}

module.exports = { Processor };
