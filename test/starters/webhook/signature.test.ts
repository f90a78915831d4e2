import { createHmac } from 'node:crypto';

import { findSignature, usableSecrets } from '../../../starters/webhook/signature';

// The test vector of docs/reference/creative-force.md#signature.
const secret = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';
const body = Buffer.from('{"Action":"ExternalPostTaskReadyToWork","PayloadId":"11111111-1111-4111-8111-111111111111"}');
const signature = '99faf519240ad6369d5627b133ee8a040c0a8b30d149cc0a8427f29bb979144c';

const fits = (secrets: string[], bytes: Buffer, written: string | undefined) =>
  findSignature(secrets, bytes, written) !== undefined;

describe('a webhook signature', () => {
  it('fits the test vector of the fact sheet', () => {
    expect(body).toHaveLength(91);
    expect(fits([secret], body, signature)).toBe(true);
  });

  it.each([
    ['utf8-hex', signature],
    ['utf8-base64', 'mfr1GSQK1jadViexM+6KBAwKizDRScwKhCfym7l5FEw='],
    ['base64-hex', '22ab89198bc867bb3b4e219045ff9f706963b3e76c78fd1601b2aadc17dfbb42'],
    ['base64-base64', 'IquJGYvIZ7s7TiGQRf+fcGljs+dseP0WAbKq3Bffu0I='],
  ])('is known as %s, with and without sha256= before it', (form, written) => {
    expect(findSignature([secret], body, written)).toBe(form);
    expect(findSignature(['another', secret], body, `sha256=${written}`)).toBe(form);
  });

  it.each([
    ['in upper case', signature.toUpperCase()],
    ['with sha256= before it', `sha256=${signature}`],
    ['with spaces around it', ` ${signature} `],
    ['in Base64 for addresses', 'mfr1GSQK1jadViexM-6KBAwKizDRScwKhCfym7l5FEw'],
  ])('fits when written %s', (_how, written) => {
    expect(fits([secret], body, written)).toBe(true);
  });

  it('fits when any of several secrets made it, while one is being replaced', () => {
    expect(fits(['the next secret', secret], body, signature)).toBe(true);
    expect(fits([secret, 'the next secret'], body, signature)).toBe(true);
  });

  it.each([
    ['nothing', undefined],
    ['an empty text', ''],
    ['Base64 with one letter changed', 'mfr1GSQK1jadViexM+6KBAwKizDRScwKhCfym7l5FEx='],
    ['Base64 for addresses with one letter changed', 'mfr1GSQK1jadViexM-6KBAwKizDRScwKhCfym7l5FEx'],
    ['Base64 of another length', 'mfr1GSQK1jadViexM+6KBA=='],
    ['half a digest', signature.slice(0, 32)],
    ['two digests', `${signature}, ${signature}`],
    ['a digest with one digit changed', signature.replace('9', '8')],
    ['letters that are no hex digits', 'z'.repeat(64)],
  ])('does not match when it is %s', (_what, written) => {
    expect(fits([secret], body, written)).toBe(false);
  });

  it('does not match a body that was changed by one byte', () => {
    expect(fits([secret], Buffer.concat([body, Buffer.from(' ')]), signature)).toBe(false);
  });

  it('never fits an empty secret, with which anyone could sign', () => {
    const signedWithNothing = 'b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad';
    expect(fits([''], Buffer.alloc(0), signedWithNothing)).toBe(false);
    expect(usableSecrets([''])).toEqual([]);
  });

  it('never fits a secret that is no Base64 by the bytes that Node would find in it', () => {
    const signedWithNothing = createHmac('sha256', '').update(body).digest('hex');
    expect(fits(['!!!'], body, signedWithNothing)).toBe(false);
  });
});
