'use strict';

/** A plugin of textlint that hands over the parts of a file that `rangesOf` finds in its text: pairs of offsets. */
function pluginOf(extensions, rangesOf) {
  class Processor {
    availableExtensions() {
      return extensions;
    }

    processor() {
      return {
        preProcess: (text) => parse(text, rangesOf(text)),
        postProcess: (messages, filePath) => ({ messages, filePath: filePath ?? '<text>' }),
      };
    }
  }
  return { Processor };
}

/** Each range as a paragraph of one text, in the syntax tree of textlint. */
function parse(text, ranges) {
  const lineStarts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const place = (offset) => {
    const line = lineStarts.findLastIndex((start) => start <= offset);
    return { line: line + 1, column: offset - lineStarts[line] };
  };
  const node = (type, [start, end], rest) => ({
    type,
    range: [start, end],
    loc: { start: place(start), end: place(end) },
    raw: text.slice(start, end),
    ...rest,
  });
  const paragraphs = ranges.map((range) => {
    const value = text.slice(...range);
    return node('Paragraph', range, { children: [node('Str', range, { value })] });
  });
  return node('Document', [0, text.length], { children: paragraphs });
}

module.exports = { pluginOf };
