/** Foreign text for use inside a line of Markdown: it is shown as it is, and makes no link, picture or HTML. */
export function markdownText(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_[\]<>|]/g, '\\$&');
}

/** A sentence of ours in Markdown that may quote foreign words: they make no link, picture or HTML, and our code spans stay. */
export function withoutLinks(sentence: string): string {
  return sentence.replace(/\](?=[(:[])/g, ']\\').replace(/<(?=[a-z/!?])/gi, '\\<');
}
