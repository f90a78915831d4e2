import { defaultPayloadConverter } from '@temporalio/common';
import type { Client } from '@temporalio/client';

import { flavourOfLastRun, unknownFlavour } from '../../../starters/tasks/last-flavour';

const run = { studio: 'acme', taskId: '1', runId: 'run-1' };

/** A client whose history begins with a start with this input. */
function clientOf(input: unknown): Client {
  const payloads = [defaultPayloadConverter.toPayload(input)];
  const events = [{ workflowExecutionStartedEventAttributes: { input: { payloads } } }];
  return {
    options: { namespace: 'default', loadedDataConverter: { payloadCodecs: [] } },
    workflowService: { getWorkflowExecutionHistory: () => Promise.resolve({ history: { events } }) },
  } as unknown as Client;
}

describe('how a task is read that a person starts again', () => {
  it.each([
    ['an editorial task', { contentCreationType: 'editorial' }, { contentCreationType: 'editorial' }],
    ['an ecom task', { contentCreationType: 'ecom' }, { contentCreationType: 'ecom' }],
    ['a task of which nobody had told what it is', unknownFlavour, unknownFlavour],
    ['an input of another form', { contentCreationType: 3 }, unknownFlavour],
  ])('is as in its last run: %s', async (_, input, expected) => {
    expect(await flavourOfLastRun(clientOf(input), run)).toEqual(expected);
  });

  it('tries both where Temporal knows no run', async () => {
    expect(await flavourOfLastRun(clientOf({}), { studio: 'acme', taskId: '1' })).toEqual(unknownFlavour);
  });
});
