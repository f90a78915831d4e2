import { createAddressSeal } from '../../activities';
import type { UploadAddress } from '../../clients';

const address: UploadAddress = {
  localId: '1',
  url: 'https://bucket.example/key?X-Amz-Signature=abc',
  headers: { 'content-type': 'image/jpeg' },
  assetId: 'asset-1',
};
const seal = createAddressSeal('client-secret');

describe('a sealed address', () => {
  it('opens to what was sealed', () => {
    expect(seal.open(seal.close(address))).toEqual(address);
  });

  it('opens on another worker that has the same secret', () => {
    expect(createAddressSeal('client-secret').open(seal.close(address))).toEqual(address);
  });

  it('cannot be read', () => {
    const sealed = seal.close(address);
    expect([sealed, Buffer.from(sealed, 'base64').toString('latin1')]).not.toContainEqual(
      expect.stringMatching(/bucket|Amz|asset-1/),
    );
  });

  it('is another text each time', () => {
    expect(seal.close(address)).not.toBe(seal.close(address));
  });

  it('does not open with another secret', () => {
    expect(() => createAddressSeal('another-secret').open(seal.close(address))).toThrow();
  });

  it.each([
    ['nonce', 0],
    ['tag', 12],
    ['text', 28],
  ])('does not open when its %s was changed', (_part, at) => {
    const bytes = Buffer.from(seal.close(address), 'base64');
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    expect(() => seal.open(bytes.toString('base64'))).toThrow();
  });

  it('does not open when it was cut', () => {
    expect(() => seal.open(seal.close(address).slice(0, 20))).toThrow();
  });
});
