const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken by another process. Choose another port, or stop that process',
  EACCES: 'may not be opened by this user. Choose a port above 1023',
  EADDRNOTAVAIL: 'cannot be opened: this computer does not have that address',
};

/** Why a port cannot be opened, in a sentence; `undefined` for an error of another kind. */
export function listenErrorText(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code = '', syscall, address, port }: NodeJS.ErrnoException & { address?: string; port?: number } = error;
  const reason = reasons[code];
  return syscall === 'listen' && reason !== undefined ? `Port ${port} of ${address} ${reason}.` : undefined;
}
