/** What `tools/temporal-server/go.mod` pins; a unit test holds the two together. */
export const PINNED_CLI_VERSION = '1.8.2';

/** The Go that `tools/temporal-server/go.mod` asks for. */
export const NEEDED_GO_VERSION = '1.26.4';

/** Older command lines lack settings and server features that extpost uses. */
export const OLDEST_USABLE_CLI = { major: 1, minor: 5 } as const;

/** Packages that a first build compiles (`go list -deps`); only for the progress line. */
export const PACKAGES_IN_A_FIRST_BUILD = 1_700;
