import { setTimeout as pause } from 'node:timers/promises';

import { isGrpcServiceError, type Connection } from '@temporalio/client';

import { neededRetention } from './retention';

const GRPC_NOT_FOUND = 5;
const GRPC_ALREADY_EXISTS = 6;
const KNOWN_WITHIN_MS = 30_000;

/**
 * Registers the namespace when the server does not know it, to keep ended workflows for `retentionMs`, and waits until it
 * does. Returns whether it was new.
 */
export async function ensureNamespace(
  connection: Connection,
  namespace: string,
  retentionMs = neededRetention(0),
): Promise<boolean> {
  const service = connection.workflowService;
  if (await isFound(service.describeNamespace({ namespace }))) return false;
  try {
    await service.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: { seconds: Math.ceil(retentionMs / 1000) as never },
    });
  } catch (error) {
    if (!hasCode(error, GRPC_ALREADY_EXISTS)) throw error;
  }
  const until = Date.now() + KNOWN_WITHIN_MS;
  // Servers cache namespaces, so a new one may be described before it can be used.
  while (!(await isFound(service.listWorkflowExecutions({ namespace, pageSize: 1 })))) {
    if (Date.now() > until)
      throw new Error(
        `The namespace "${namespace}" was registered, but the server does not use it yet. Try again in a minute.`,
      );
    await pause(100);
  }
  return true;
}

async function isFound(answer: Promise<unknown>): Promise<boolean> {
  try {
    await answer;
    return true;
  } catch (error) {
    if (hasCode(error, GRPC_NOT_FOUND)) return false;
    throw error;
  }
}

function hasCode(error: unknown, code: number): boolean {
  return isGrpcServiceError(error) && (error.code as number) === code;
}
