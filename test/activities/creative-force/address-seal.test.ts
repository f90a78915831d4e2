import { createAddressSeal } from '../../../activities';
import type { UploadAddress } from '../../../clients';

const address: UploadAddress = {
  localId: '1',
  url: 'https://bucket.example/key?X-Amz-Signature=abc',
  headers: { 'content-type': 'image/jpeg' },
  assetId: 'asset-1',
};
const seal = createAddressSeal('client-secret');

describe('a sealed address', () => {
  it('opens to what was sealed', () => {
    expect(seal.unseal(seal.seal(address))).toEqual(address);
  });

  it('opens on another worker that has the same secret', () => {
    expect(createAddressSeal('client-secret').unseal(seal.seal(address))).toEqual(address);
  });

  it('cannot be read', () => {
    const sealed = seal.seal(address);
    expect([sealed, Buffer.from(sealed, 'base64').toString('latin1')]).not.toContainEqual(
      expect.stringMatching(/bucket|Amz|asset-1/),
    );
  });

  it('is another text each time', () => {
    expect(seal.seal(address)).not.toBe(seal.seal(address));
  });

  it('does not open with another secret', () => {
    expect(() => createAddressSeal('another-secret').unseal(seal.seal(address))).toThrow();
  });

  it.each([
    ['nonce', 0],
    ['tag', 12],
    ['text', 28],
  ])('does not open when its %s was changed', (_part, at) => {
    const bytes = Buffer.from(seal.seal(address), 'base64');
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    expect(() => seal.unseal(bytes.toString('base64'))).toThrow();
  });

  it('does not open when it was cut', () => {
    expect(() => seal.unseal(seal.seal(address).slice(0, 20))).toThrow();
  });
});
