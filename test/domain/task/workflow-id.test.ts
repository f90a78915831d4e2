import { assert, property, stringMatching, uuid } from 'fast-check';

import { parseTaskWorkflowId, sweepScheduleId, taskWorkflowId } from '../../../domain/task/workflow-id';
import { TASK_ID } from '../../support/facts';

describe('the workflow id of a task', () => {
  it('names the studio and the task', () => {
    expect(taskWorkflowId({ studio: 'acme', taskId: TASK_ID })).toBe(`extpost/acme/${TASK_ID}`);
  });

  it('is the same however the task id is written', () => {
    expect(taskWorkflowId({ studio: 'acme', taskId: TASK_ID.toUpperCase() })).toBe(`extpost/acme/${TASK_ID}`);
  });

  it('can always be read back', () => {
    expect(() => {
      assert(
        property(stringMatching(/^[a-z0-9][a-z0-9_-]*$/), uuid(), (studio, taskId) => {
          const read = parseTaskWorkflowId(taskWorkflowId({ studio, taskId }));
          return read?.studio === studio && read.taskId === taskId;
        }),
      );
    }).not.toThrow();
  });
});

describe('reading a workflow id', () => {
  it.each([
    '',
    'extpost',
    'extpost/acme',
    'extpost//task',
    'extpost/acme/',
    'other/acme/task',
    'extpost/acme/task/more',
  ])('knows that "%s" names no task', (id) => {
    expect(parseTaskWorkflowId(id)).toBeUndefined();
  });

  it('does not take a studio’s sweep for a task', () => {
    expect(parseTaskWorkflowId(sweepScheduleId('acme'))).toBeUndefined();
  });
});
