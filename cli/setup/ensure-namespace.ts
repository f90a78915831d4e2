import type { Connection } from '@temporalio/client';

import { grpcCodes, grpcErrorOf } from '../../temporal';
import { neededRetention } from './retention';
import { untilReady } from './until-ready';

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
  if (await isKnown(connection, namespace)) return false;
  try {
    await service.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: { seconds: Math.ceil(retentionMs / 1000) as never },
    });
  } catch (error) {
    if (grpcErrorOf(error)?.code !== grpcCodes.alreadyExists) throw error;
  }
  // Servers cache namespaces, so a new one may be described before it can be used.
  await untilReady(`The namespace "${namespace}"`, () => service.listWorkflowExecutions({ namespace, pageSize: 1 }));
  return true;
}

async function isKnown(connection: Connection, namespace: string): Promise<boolean> {
  try {
    await connection.workflowService.describeNamespace({ namespace });
    return true;
  } catch (error) {
    if (grpcErrorOf(error)?.code === grpcCodes.notFound) return false;
    throw error;
  }
}
