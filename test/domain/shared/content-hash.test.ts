import { createHash } from 'node:crypto';

import { contentHash } from '../../../domain/shared/content-hash';

describe('a content hash', () => {
  it('is the SHA-256 of the JSON', () => {
    expect(contentHash({ a: 1 })).toBe(createHash('sha256').update('{"a":1}').digest('hex'));
  });

  it('does not depend on the order of keys', () => {
    expect(contentHash({ a: 1, b: { c: 2, d: 3 } })).toBe(contentHash({ b: { d: 3, c: 2 }, a: 1 }));
  });

  it('does not count what is absent', () => {
    expect(contentHash({ a: 1, b: undefined })).toBe(contentHash({ a: 1 }));
  });

  it('depends on the order of lists', () => {
    expect(contentHash([1, 2])).not.toBe(contentHash([2, 1]));
  });

  it('takes letters of every script', () => {
    expect(contentHash('Größe 👗')).toBe(createHash('sha256').update('"Größe 👗"', 'utf8').digest('hex'));
  });
});
