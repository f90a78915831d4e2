import { createRegistrationWait } from '../../../activities/creative-force/registration-wait';
import { RemoteCallError } from '../../../clients/remote-call-error';

/** What is waited for is short, and what must not be waited for is long: neither depends on how busy the machine is. */
const short = { firstMs: 400, factor: 2, maxMs: 1_000 };
const long = { firstMs: 60_000, factor: 2, maxMs: 60_000 };
const AT_ONCE_MS = 30_000;
const signal = new AbortController().signal;

function refusal(code: string): RemoteCallError {
  return new RemoteCallError('Refused.', {
    system: 'Creative Force',
    endpoint: 'POST /extpost/tasks/{taskId}/submit-assets',
    kind: 'refused',
    mayHaveActed: false,
    code,
  });
}

async function waited(
  registration: ReturnType<typeof createRegistrationWait>,
  studio: string,
  pace = long,
): Promise<number> {
  const began = performance.now();
  await registration.wait(studio, Date.now(), pace, signal);
  return performance.now() - began;
}

const refuse = (code: string) => () => Promise.reject(refusal(code));

describe('the wait before a submission', () => {
  it('is nothing where no submission was refused', async () => {
    const registration = createRegistrationWait();
    await registration.observe('acme', Date.now() - 500, () => Promise.resolve());
    expect(await waited(registration, 'acme')).toBeLessThan(AT_ONCE_MS);
  });

  it('follows a refusal with code 24, for that studio only', async () => {
    const registration = createRegistrationWait();
    await expect(registration.observe('acme', Date.now(), refuse('24'))).rejects.toThrow('Refused.');
    expect(await waited(registration, 'acme', short)).toBeGreaterThanOrEqual(350);
    expect(await waited(registration, 'other')).toBeLessThan(AT_ONCE_MS);
  });

  it.each([
    ['another code', '152', 0],
    ['an upload of long ago', '24', 10 * 60_000],
  ])('does not follow a refusal with %s', async (_name, code, agoMs) => {
    const registration = createRegistrationWait();
    await expect(registration.observe('acme', Date.now() - agoMs, refuse(code))).rejects.toThrow('Refused.');
    expect(await waited(registration, 'acme')).toBeLessThan(AT_ONCE_MS);
  });

  it('ends with the activity', async () => {
    const registration = createRegistrationWait();
    await expect(registration.observe('acme', Date.now(), refuse('24'))).rejects.toThrow('Refused.');
    const stopped = AbortSignal.abort(new Error('Stopped.'));
    await expect(registration.wait('acme', Date.now(), long, stopped)).rejects.toThrow();
  });
});
