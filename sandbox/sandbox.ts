import type { Ledger } from './ledger';
import type { SandboxCredentials, StudioName } from './options';

/** The credentials and ids that a studio gives to its vendor. */
export interface SandboxStudio extends SandboxCredentials {
  readonly name: StudioName;
  readonly title: string;
  readonly workspaceId: string;
  /** The vendor's specification code on every shot of this studio. */
  readonly specification: string;
  /** The sample project with every kind of output. */
  readonly sampleDesignId: string;
  /** The Celtra folder in which all of the studio's projects lie. */
  readonly celtraFolderId: string;
}

/** Where a running sandbox is, and what its studios give to their vendor. */
export interface SandboxPlace {
  readonly controlUrl: string;
  /** Ends in `/v1`. */
  readonly creativeForceUrl: string;
  readonly tokenUrl: string;
  readonly authorizeUrl: string;
  readonly revocationUrl: string;
  /** Ends in `/api`. */
  readonly celtraUrl: string;
  /** Token endpoint for Celtra's bearer tokens; only used if `celtra.authentication` allows them. */
  readonly celtraTokenUrl: string;
  readonly celtraFilesUrl: string;
  readonly storeUrl: string;
  readonly studios: readonly SandboxStudio[];
}

export interface Sandbox extends SandboxPlace {
  /** The same as `GET /ledger`. */
  ledger(options?: { readonly final?: boolean }): Ledger;
  stop(): Promise<void>;
}

/** The addresses and credentials of the sandbox as environment variables of the example configuration. */
export function sandboxEnvironment(sandbox: SandboxPlace): Record<string, string> {
  return Object.assign(
    {
      SANDBOX_CREATIVE_FORCE_URL: sandbox.creativeForceUrl,
      SANDBOX_TOKEN_URL: sandbox.tokenUrl,
      SANDBOX_CELTRA_URL: sandbox.celtraUrl,
    },
    ...sandbox.studios.map((studio) => {
      const prefix = studio.name.toUpperCase();
      return {
        [`${prefix}_CF_CLIENT_ID`]: studio.clientId,
        [`${prefix}_CF_CLIENT_SECRET`]: studio.clientSecret,
        [`${prefix}_CF_VENDOR_ID`]: studio.vendorId,
        [`${prefix}_CF_WEBHOOK_SECRET`]: studio.webhookSecret,
        [`${prefix}_CELTRA_APP_ID`]: studio.celtraApplicationId,
        [`${prefix}_CELTRA_SECRET`]: studio.celtraSecretKey,
      };
    }),
  ) as Record<string, string>;
}
