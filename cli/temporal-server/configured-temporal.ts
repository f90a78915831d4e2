import { loadClientConfigProfile } from '@temporalio/envconfig';
import { messageOf } from './system-error';

/** A Temporal that the user has named; then extpost starts none of its own. */
export interface ConfiguredTemporal {
  /** `host:port`. */
  readonly address: string;
  readonly namespace?: string;
  /** What named it, for people: "TEMPORAL_ADDRESS", "the Temporal profile \"staging\"". */
  readonly namedBy: string;
}

/**
 * The Temporal that TEMPORAL_ADDRESS or a profile of Temporal's own configuration file names, or undefined.
 * Throws with a plain message when the file or the profile cannot be read.
 */
export function configuredTemporal(environment: NodeJS.ProcessEnv): ConfiguredTemporal | undefined {
  // An empty variable is what a shell script or a compose file leaves when nothing was set.
  const set = Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, value]],
    ),
  );
  const { address, namespace } = readProfile(set);
  if (address === undefined || address === '') return undefined;
  const profileName = set['TEMPORAL_PROFILE'] ?? 'default';
  return {
    address,
    ...(namespace === undefined ? {} : { namespace }),
    namedBy: set['TEMPORAL_ADDRESS'] === undefined ? `the Temporal profile "${profileName}"` : 'TEMPORAL_ADDRESS',
  };
}

function readProfile(environment: Record<string, string>): { address?: string; namespace?: string } {
  try {
    return loadClientConfigProfile({ overrideEnvVars: environment });
  } catch (error) {
    throw new Error(
      `Temporal's configuration file cannot be used: ${messageOf(error)}. ` +
        'Correct it (TEMPORAL_CONFIG_FILE, else temporalio/temporal.toml in your configuration folder), or unset TEMPORAL_PROFILE.',
      { cause: error },
    );
  }
}
