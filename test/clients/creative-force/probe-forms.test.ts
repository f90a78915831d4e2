import { formsOf } from '../../../clients/creative-force/probe/forms';
import { ids } from './gateway-stand-in';

describe('the forms of an answer', () => {
  it.each([
    [[{ taskId: ids.task }], 'body: bare list'],
    [{ taskId: ids.task }, 'body: bare object'],
    [{ pageInfo: {}, pageData: [] }, 'body: pageInfo and pageData'],
    [{ metadata: {}, data: {} }, 'body: metadata and data'],
    [{ items: [] }, 'body: items'],
    [undefined, 'body: none'],
    [{ TaskId: 1 }, 'field names: PascalCase'],
    [{ task_id: 1 }, 'field names: snake_case'],
    [{ taskId: ids.task.toUpperCase() }, 'GUIDs: capitals'],
    [{ taskId: ids.task }, 'GUIDs: small letters'],
    [{ stepStatusId: '2000' }, 'numbers: text'],
    [{ isHero: 'True' }, 'true and false: text'],
    [{ deadlineUtc: 1767225600000 }, 'instants: milliseconds'],
    [{ deadlineUtc: '1767225600' }, 'instants: seconds as text'],
    [{ deadlineUtc: '2026-01-01T00:00:00Z' }, 'instants: ISO 8601 with zone'],
    [{ deadlineUtc: '2026-01-01T00:00:00' }, 'instants: ISO 8601 without zone'],
    [{ jobId: null }, 'nothing: null'],
    [{ jobId: '' }, 'nothing: empty text'],
    [{ jobId: '00000000-0000-0000-0000-000000000000' }, 'nothing: GUID of zeros'],
  ])('are reported for %j: %s', (body, form) => {
    expect(formsOf(body)).toContain(form);
  });

  it('say nothing of names and values that people chose', () => {
    const told = formsOf({ properties: { Secret_Name: '2000', 'Launch date': null } });
    expect(told).toEqual(['body: bare object', 'field names: camelCase']);
  });
});
