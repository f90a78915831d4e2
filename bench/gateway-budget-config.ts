import type { SandboxPlace, SandboxStudio } from '../sandbox';

/** Request rate and waits; `reviewWindow` must be longer than the sandbox's verdict. */
export interface BudgetConfigOptions {
  readonly requestsPerSecond: number;
  readonly reviewWindow: string;
  /** With extpost's own defaults for waits and for parallel requests to Celtra, instead of those for a quick sandbox. */
  readonly usualPace?: boolean;
  /** Requests to Celtra at the same time at most. */
  readonly mostParallel?: number | undefined;
  /** `worker.transfersInParallel`. */
  readonly transfers?: number | undefined;
}

/**
 * An `extpost.yaml` for first deliveries at full speed: its recipes mention only what the task's detail holds, so that
 * no optional read is made, and the only look after the submission is that at the end of the review window.
 */
export function gatewayBudgetConfig({ studios }: Pick<SandboxPlace, 'studios'>, options: BudgetConfigOptions) {
  return {
    sweep: { every: '1h' },
    logging: { level: 'warn' },
    worker: {
      shutdownGrace: '2s',
      gatewayRequestsPerSecond: options.requestsPerSecond,
      allowLoopback: true,
      ...(options.transfers !== undefined && { transfersInParallel: options.transfers }),
    },
    studios: Object.fromEntries(studios.map((studio) => [studio.name, studioConfig(studio, options)])),
  };
}

/** One studio, with the secret names that `extpost sandbox` prints. */
function studioConfig(
  { name, celtraFolderId }: SandboxStudio,
  { reviewWindow, usualPace = false, mostParallel }: BudgetConfigOptions,
) {
  const prefix = name.toUpperCase();
  return {
    creativeForce: {
      baseUrl: '${SANDBOX_CREATIVE_FORCE_URL}',
      tokenUrl: '${SANDBOX_TOKEN_URL}',
      clientId: `\${${prefix}_CF_CLIENT_ID}`,
      clientSecret: `\${${prefix}_CF_CLIENT_SECRET}`,
      vendorId: `\${${prefix}_CF_VENDOR_ID}`,
      webhookSecrets: [`\${${prefix}_CF_WEBHOOK_SECRET}`],
      ...(!usualPace && { assetKnown: { first: '2s', max: '10s', giveUp: '10m' } }),
    },
    celtra: {
      baseUrl: '${SANDBOX_CELTRA_URL}',
      applicationId: `\${${prefix}_CELTRA_APP_ID}`,
      secretKey: `\${${prefix}_CELTRA_SECRET}`,
      ...(mostParallel !== undefined && { maxParallelRequests: mostParallel }),
      ...(!usualPace && { poll: { first: '1s', factor: 2, max: '10s', deadline: '60m' } }),
    },
    poll: { first: '1h', factor: 1, max: '1h', freshFor: '1h' },
    reviewWindow,
    recipes: [recipe(celtraFolderId, 'ecom', 'Product'), recipe(celtraFolderId, 'editorial', 'Deliverable')],
  };
}

/** The name of an expected output begins with the product's (or deliverable's) code, and the detail holds it. */
function recipe(folderId: string, contentCreationType: 'ecom' | 'editorial', dimension: string) {
  return {
    name: `${contentCreationType}-by-name`,
    when: { contentCreationType },
    celtra: {
      filters: {
        folder: { id: [folderId] },
        output: { contentDimensionsByName: { [dimension]: ["{{ expected.name | split: '_' | first }}"] } },
      },
    },
    match: {
      expected: "{{ shot.position }}/{{ spec.name | default: 'Original' }}",
      output: '{{ output.contentDimensionsByName.Position }}/{{ output.mediaLineItemAttributesByName.Size }}',
    },
  };
}
