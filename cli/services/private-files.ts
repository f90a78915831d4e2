/** Files that this process makes are for its own user alone: they hold data of customers. */
export function keepFilesPrivate(): void {
  process.umask(0o077);
}
