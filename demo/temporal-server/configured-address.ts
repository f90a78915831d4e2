import { loadClientConfigProfile } from '@temporalio/envconfig';

/**
 * `host:port` of the server that TEMPORAL_ADDRESS or a Temporal profile names, if any; extpost then starts none of its own.
 * Throws when the profile cannot be read.
 */
export function configuredAddress(environment: NodeJS.ProcessEnv): string | undefined {
  // Shell scripts and compose files pass empty variables for what is not set.
  const overrideEnvVars = Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''),
  );
  try {
    const { address } = loadClientConfigProfile({ overrideEnvVars });
    return address === '' ? undefined : address;
  } catch (error) {
    throw new Error(
      `Temporal's configuration file cannot be used: ${error instanceof Error ? error.message : String(error)}. ` +
        'Correct it (TEMPORAL_CONFIG_FILE, else temporalio/temporal.toml in your configuration folder), or unset TEMPORAL_PROFILE.',
      { cause: error },
    );
  }
}
