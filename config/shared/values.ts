import { z } from 'zod';

import { withoutTrailing } from '../../domain/shared/text';

/** A single `${NAME}`: the only form in which a secret may be written. */
export const ONE_REFERENCE = /^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/;

/** In place of a credential that a command does not need. Long enough for every setting, and certainly no credential. */
export const NOT_NEEDED = '(this command does not need this credential)';

const GUID = /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;

export function nonEmptyText() {
  return z.string().min(1);
}

/** A secret, which must be written as `${NAME}`. `writeOnly` in the JSON Schema. */
export function secret() {
  return nonEmptyText().meta({ writeOnly: true, pattern: ONE_REFERENCE.source });
}

/** A secret that has to be of a form; `fault` says what is wrong with it, without showing it. */
export function secretOfForm(fault: (value: string) => string | undefined) {
  return secret().superRefine((value, context) => {
    const message = value === NOT_NEEDED ? undefined : fault(value);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });
}

/** An address that is a secret as a whole, such as that of a chat's webhook: `https`, or `http` for this computer. */
export function secretAddress() {
  return secretOfForm((value) => {
    if (!URL.canParse(value)) return 'is not an address';
    const { protocol, hostname } = new URL(value);
    if (protocol === 'https:' || (protocol === 'http:' && isThisComputer(hostname))) return undefined;
    return 'must start with https://; http:// is accepted for this computer only (localhost, 127.0.0.1, [::1])';
  });
}

const SHORTEST_KEY = 16;

/** A secret from which keys are made. */
export function strongSecret() {
  return secretOfForm((key) =>
    key.trim().length >= SHORTEST_KEY
      ? undefined
      : `is too short; give 32 bytes in Base64 (openssl rand -base64 32) or at least ${SHORTEST_KEY} characters`,
  );
}

export function guid() {
  return z.string().regex(GUID, 'is not a GUID such as 7c1d2e3f-0000-4000-8000-000000000001').toLowerCase();
}

/** An id of Creative Force: a GUID as documented, or a number. */
export function entityId() {
  const expected = 'is not a GUID such as 7c1d2e3f-0000-4000-8000-000000000001, nor a number in quotes';
  return z
    .string()
    .refine((text) => GUID.test(text) || /^\d{1,20}$/.test(text), expected)
    .toLowerCase();
}

/** A TCP port; 0 lets the system choose. */
export function port() {
  return z.int().min(0).max(65_535);
}

export function ipAddress() {
  return z.union([z.ipv4(), z.ipv6()], { error: 'is not an IP address such as 127.0.0.1' });
}

/** An IP address, or a subnet in CIDR notation. */
export function proxyAddress() {
  return z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
    error: 'is neither an IP address nor a subnet such as 10.0.0.0/8',
  });
}

export function wholeNumber(byDefault: number, { min, max }: { min: number; max?: number }) {
  const atLeast = z.int().min(min);
  return (max === undefined ? atLeast : atLeast.max(max)).prefault(byDefault);
}

export function flag(byDefault: boolean) {
  return z.boolean().prefault(byDefault);
}

/** One of several words; the first is the default. */
export function choice<const Word extends string>(words: readonly [Word, ...Word[]]) {
  return z.enum(words).prefault(words[0]);
}

/** One value or a list in the file, always a list in the program. */
export function oneOrMore<Value extends z.ZodType<string, string>>(value: Value) {
  const list = z.array(value).min(1);
  return z.codec(
    z.union([value, list], { error: 'is neither text nor a list of texts; numbers go in quotes' }),
    z.array(value),
    {
      decode: (written) => (Array.isArray(written) ? written : [written]) as z.input<Value>[],
      encode: (values) => values as z.output<Value>[],
    },
  );
}

/** An `https` address without trailing slashes; plain `http` is allowed for this computer only. */
export function address() {
  return z
    .string()
    .superRefine((written, context) => {
      const message = addressFault(written);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    })
    .overwrite((written) => withoutTrailing(written, '/'));
}

function addressFault(written: string): string | undefined {
  if (!URL.canParse(written)) return 'is not an address; write it like https://host/path';
  const url = new URL(written);
  if (url.username !== '' || url.password !== '') return 'must not carry a user name or a password';
  if (url.search !== '' || url.hash !== '') return 'must not carry a query (?…) or a fragment (#…)';
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isThisComputer(url.hostname))) return undefined;
  return 'must start with https://; http:// is accepted for this computer only (localhost, 127.0.0.1, [::1])';
}

function isThisComputer(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d+){3}$/.test(host);
}

/** The IANA name of a time zone; UTC unless set. */
export function timeZone() {
  return nonEmptyText().refine(isTimeZone, 'is not a time zone such as UTC or Europe/Copenhagen').prefault('UTC');
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Runs a check of a group even if something inside it is invalid, so that all faults are reported at once. */
export const RUN_DESPITE_ISSUES = { when: () => true };

/** Whether a value is an object; with {@link RUN_DESPITE_ISSUES} it may be anything. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
