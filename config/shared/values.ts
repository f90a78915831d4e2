import { z } from 'zod';

/** `${NAME}` and nothing else: the only way in which a secret may be written. */
export const ONE_REFERENCE = /^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/;

const GUID = /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;

/** Text that is not empty. */
export function nonEmptyText() {
  return z.string().min(1);
}

/** Text that may be written as `${NAME}` only and is shown to nobody. In the JSON Schema it is marked `writeOnly`. */
export function secret() {
  return nonEmptyText().meta({ writeOnly: true, pattern: ONE_REFERENCE.source });
}

/** A Creative Force id, in lower case. */
export function guid() {
  return z.string().regex(GUID, 'is not a GUID such as 7c1d2e3f-0000-4000-8000-000000000001').toLowerCase();
}

/** A port to listen on; 0 lets the system choose. */
export function port() {
  return z.int().min(0).max(65_535);
}

/** One value or a list of them in the file, always a list in the program. */
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

/** An `https` address without a slash at its end; plain `http` is for this computer only. */
export function address() {
  return z
    .string()
    .superRefine((written, context) => {
      const message = addressFault(written);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    })
    .overwrite((written) => written.replace(/\/+$/, ''));
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

/** Lets a check of a whole group run although something inside it is wrong already, so that all faults show at once. */
export const RUN_DESPITE_ISSUES = { when: () => true };

/** Whether a value is a group; what is checked under {@link EVEN_IF_FAULTY} may be anything. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
