import { z } from 'zod';

/** The environment variables of the suite (CONTRIBUTING.md#the-contract-suite). */
const variables = z.object({
  EXTPOST_CONTRACT_BASE_URL: z.url().optional(),
  EXTPOST_CONTRACT_TOKEN_URL: z.url().optional(),
  EXTPOST_CONTRACT_CLIENT_ID: z.string().min(1).optional(),
  EXTPOST_CONTRACT_CLIENT_SECRET: z.string().min(1).optional(),
  EXTPOST_CONTRACT_VENDOR_ID: z.guid().optional(),
  EXTPOST_CONTRACT_TASK: z.guid().toLowerCase().optional(),
  EXTPOST_CONTRACT_EDITORIAL_TASK: z.guid().toLowerCase().optional(),
  EXTPOST_CONTRACT_USE_UP: z.guid().toLowerCase().optional(),
  EXTPOST_CONTRACT_CONTROL_URL: z.url().optional(),
  EXTPOST_CONTRACT_REQUESTS_PER_SECOND: z.coerce.number().int().min(1).max(20).optional(),
});

/** Somebody else's stand-in, or a live account; absent means a sandbox of our own. */
export interface Elsewhere {
  readonly baseUrl: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly vendorId: string | undefined;
  readonly tasks: { readonly ecom?: string | undefined; readonly editorial?: string | undefined };
  /** The task that may be started, delivered and submitted. */
  readonly taskToUseUp: string | undefined;
  /** That of a running `extpost sandbox`. */
  readonly controlUrl: string | undefined;
  readonly requestsPerSecond: number;
}

export const elsewhere: Elsewhere | undefined = readElsewhere(process.env);

function readElsewhere(environment: NodeJS.ProcessEnv): Elsewhere | undefined {
  const read = variables.safeParse(environment);
  if (!read.success) throw new Error(`The contract suite was told something odd:\n${z.prettifyError(read.error)}`);
  const given = read.data;
  if (given.EXTPOST_CONTRACT_BASE_URL === undefined) return undefined;
  const must = (name: keyof typeof given): string => {
    const value = given[name];
    if (typeof value === 'string') return value;
    throw new Error(`With EXTPOST_CONTRACT_BASE_URL the contract suite needs ${name} too.`);
  };
  return {
    baseUrl: given.EXTPOST_CONTRACT_BASE_URL,
    tokenUrl: must('EXTPOST_CONTRACT_TOKEN_URL'),
    clientId: must('EXTPOST_CONTRACT_CLIENT_ID'),
    clientSecret: must('EXTPOST_CONTRACT_CLIENT_SECRET'),
    vendorId: given.EXTPOST_CONTRACT_VENDOR_ID,
    tasks: { ecom: given.EXTPOST_CONTRACT_TASK, editorial: given.EXTPOST_CONTRACT_EDITORIAL_TASK },
    taskToUseUp: given.EXTPOST_CONTRACT_USE_UP,
    controlUrl: given.EXTPOST_CONTRACT_CONTROL_URL,
    requestsPerSecond: given.EXTPOST_CONTRACT_REQUESTS_PER_SECOND ?? 15,
  };
}
