import { loadClientConfigProfile } from '@temporalio/envconfig';

/** A Temporal server that the user has configured; extpost then starts none of its own. */
export interface ConfiguredTemporal {
  /** `host:port`. */
  readonly address: string;
  /** Where it is configured: "TEMPORAL_ADDRESS" or "the Temporal profile \"staging\"". */
  readonly configuredBy: string;
}

/** The server that TEMPORAL_ADDRESS or a Temporal profile names, if any. Throws when the profile cannot be read. */
export function configuredTemporal(environment: NodeJS.ProcessEnv): ConfiguredTemporal | undefined {
  // Shell scripts and compose files pass empty variables for what is not set.
  const set = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const address = readProfile(set as Record<string, string>);
  if (address === undefined || address === '') return undefined;
  const profile = `the Temporal profile "${set['TEMPORAL_PROFILE'] ?? 'default'}"`;
  return { address, configuredBy: set['TEMPORAL_ADDRESS'] === undefined ? profile : 'TEMPORAL_ADDRESS' };
}

function readProfile(overrideEnvVars: Record<string, string>): string | undefined {
  try {
    return loadClientConfigProfile({ overrideEnvVars }).address;
  } catch (error) {
    throw new Error(
      `Temporal's configuration file cannot be used: ${error instanceof Error ? error.message : String(error)}. ` +
        'Correct it (TEMPORAL_CONFIG_FILE, else temporalio/temporal.toml in your configuration folder), or unset TEMPORAL_PROFILE.',
      { cause: error },
    );
  }
}
