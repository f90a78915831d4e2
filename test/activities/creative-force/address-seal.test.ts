import {
  createAddressSeal,
  type SealScope,
  openUploadAddress,
  sealUploadAddress,
} from '../../../activities/creative-force/address-seal';

const address = 'https://bucket.example/key?X-Amz-Signature=abc';
const seal = createAddressSeal('client-secret');
const scope: SealScope = { taskId: 'task-1', purpose: 'upload' };

describe('a sealed address', () => {
  it('opens to what was sealed', () => {
    expect(seal.open(seal.seal(address, scope), scope)).toBe(address);
  });

  it('opens on another worker that has the same secret', () => {
    expect(createAddressSeal('client-secret').open(seal.seal(address, scope), scope)).toBe(address);
  });

  it('opens whatever the case of the task’s id', () => {
    expect(seal.open(seal.seal(address, scope), { ...scope, taskId: 'TASK-1' })).toBe(address);
  });

  it('cannot be read', () => {
    const sealed = seal.seal(address, scope);
    expect([sealed, Buffer.from(sealed, 'base64').toString('latin1')]).not.toContainEqual(
      expect.stringMatching(/bucket|Amz|task-1/),
    );
  });

  it('is another text each time', () => {
    expect(seal.seal(address, scope)).not.toBe(seal.seal(address, scope));
  });

  it.each<[string, ReturnType<typeof createAddressSeal>, SealScope]>([
    ['with another secret', createAddressSeal('another-secret'), scope],
    ['for another task', seal, { ...scope, taskId: 'task-2' }],
    ['for another purpose', seal, { ...scope, purpose: 'render' }],
  ])('does not open %s', (_how, other, otherScope) => {
    expect(other.open(seal.seal(address, scope), otherScope)).toBeUndefined();
  });

  it.each([
    ['nonce', 0],
    ['tag', 12],
    ['text', 28],
  ])('does not open when its %s was changed', (_part, at) => {
    const bytes = Buffer.from(seal.seal(address, scope), 'base64');
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    expect(seal.open(bytes.toString('base64'), scope)).toBeUndefined();
  });

  it('does not open when it was cut', () => {
    expect(seal.open(seal.seal(address, scope).slice(0, 20), scope)).toBeUndefined();
  });
});

describe('a sealed upload address', () => {
  it('opens to its address and headers, for its task alone', () => {
    const target = { url: address, headers: { 'content-type': 'image/jpeg' } };
    const sealed = sealUploadAddress(seal, 'task-1', target);
    expect([openUploadAddress(seal, 'task-1', sealed), openUploadAddress(seal, 'task-2', sealed)]).toEqual([
      target,
      undefined,
    ]);
  });
});
