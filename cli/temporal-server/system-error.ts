/** The code of one of Node's own errors (`ENOENT`). By shape, not by class: jest gives each test file classes of its own. */
export function systemErrorCode(error: unknown): string | undefined {
  return isObject(error) && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Whether a system call failed: the disk, a program that cannot be started, the network. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return systemErrorCode(error) !== undefined && isObject(error) && 'syscall' in error;
}

export function messageOf(error: unknown): string {
  return isObject(error) && 'message' in error && typeof error.message === 'string' ? error.message : String(error);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
