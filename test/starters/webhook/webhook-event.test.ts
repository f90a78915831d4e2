import { readWebhookBody, type WebhookReading } from '../../../starters/webhook/webhook-event';

// The synthetic ecom example of docs/reference/creative-force.md#webhook-body.
const example = {
  Action: 'ExternalPostTaskReadyToWork',
  PayloadId: '5f0a3c1e-7b52-4a0e-9d43-0c1d5a9b7e10',
  EventGroupName: 'ExternalPostTask',
  EventDatetimeUtc: 1_767_225_600_123,
  TaskId: 'a3b4c5d6-1111-4222-8333-944445555666',
  ClientId: '0b1c2d3e-1111-4222-8333-944445555666',
  JobId: '1c2d3e4f-1111-4222-8333-944445555666',
  ProductId: '2d3e4f50-1111-4222-8333-944445555666',
  StepId: 7,
  StepStatusId: 2000,
  ProductionTypeId: 1,
  ContentCreationTypeId: 1,
  EditorialProjectId: null,
  EditorialDeliverableId: [],
};
const zeroGuid = '00000000-0000-0000-0000-000000000000';

const readAll = (body: unknown) => readWebhookBody(Buffer.from(JSON.stringify(body)));
const read = (body: unknown) => readAll(body)[0];
const readText = (text: string) => readWebhookBody(Buffer.from(text))[0];

function noticeOf(changes: Record<string, unknown>) {
  const reading = read({ ...example, ...changes });
  if (reading.kind !== 'task event') throw new Error(`read as ${reading.kind}`);
  return reading.notice;
}

describe('the body of a webhook', () => {
  it('is read into our own terms', () => {
    expect(noticeOf({})).toMatchObject({
      action: 'ExternalPostTaskReadyToWork',
      payloadId: '5f0a3c1e-7b52-4a0e-9d43-0c1d5a9b7e10',
      taskId: 'a3b4c5d6-1111-4222-8333-944445555666',
      contentCreationType: 'ecom',
      happenedAt: 1_767_225_600_123,
      workspaceId: '0b1c2d3e-1111-4222-8333-944445555666',
    });
  });

  it('needs no more than an action, a payload id and a task id', () => {
    const { Action, PayloadId, TaskId } = example;
    expect(read({ Action, PayloadId, TaskId }).kind).toBe('task event');
  });

  it('may carry keys that nobody has heard of', () => {
    expect(noticeOf({ Surprise: { deep: [1, 2, 3] } }).taskId).toBe(example.TaskId);
  });

  it.each([
    [1, 'ecom'],
    [2, 'editorial'],
    ['2', 'editorial'],
    ['Editorial', 'editorial'],
    [null, undefined],
    [undefined, undefined],
    ['', undefined],
    [3, undefined],
  ])('with ContentCreationTypeId %p is of a task that is %s', (ContentCreationTypeId, type) => {
    expect(noticeOf({ ContentCreationTypeId }).contentCreationType).toBe(type);
  });

  it.each([zeroGuid, '', 7])('takes the workspace %j for absent', (ClientId) => {
    expect(noticeOf({ ClientId }).workspaceId).toBeUndefined();
  });

  it.each([
    ['1767225600123', 1_767_225_600_123],
    [1_767_225_600, 1_767_225_600_000],
    ['2026-01-01T00:00:00Z', 1_767_225_600_000],
    ['2026-01-01T00:00:00', 1_767_225_600_000],
    [1_767_225_600.123, 1_767_225_600_123],
    ['2026-01-01 02:00:00+02:00', 1_767_225_600_000],
    ['20260101T000000Z', 1_767_225_600_000],
    ['Thu, 01 Jan 2026 00:00:00 GMT', 1_767_225_600_000],
    ['yesterday', undefined],
    ['2026-13-01T00:00:00Z', undefined],
    [1e300, undefined],
    [-1, undefined],
    [null, undefined],
  ])('with EventDatetimeUtc %p happened at %p', (EventDatetimeUtc, happenedAt) => {
    expect(noticeOf({ EventDatetimeUtc }).happenedAt).toBe(happenedAt);
  });

  const hints = {
    jobId: '1c2d3e4f-1111-4222-8333-944445555666',
    productId: '2d3e4f50-1111-4222-8333-944445555666',
    stepId: 7,
    stepStatusId: 2000,
    productionTypeId: 1,
    projectId: '3d3e4f50-1111-4222-8333-944445555666',
    deliverableIds: ['4d3e4f50-1111-4222-8333-944445555666'],
  };
  const documented = {
    EventGroupName: 'ExternalPostTask',
    ClientId: '0b1c2d3e-1111-4222-8333-944445555666',
    JobId: hints.jobId,
    ProductId: hints.productId,
    StepId: 7,
    StepStatusId: 2000,
    ProductionTypeId: 1,
    EditorialProjectId: hints.projectId,
    EditorialDeliverableId: hints.deliverableIds,
  };

  it.each([
    ['as documented', documented],
    ['with numbers as text', { ...documented, StepId: '7', StepStatusId: '2000', ProductionTypeId: '1' }],
    [
      'with GUIDs in capitals',
      { ...documented, JobId: hints.jobId.toUpperCase(), ProductId: hints.productId.toUpperCase() },
    ],
    ['with one deliverable as text', { ...documented, EditorialDeliverableId: hints.deliverableIds[0] }],
  ])('keeps what it tells beside the task’s id, %s', (_, body) => {
    expect(noticeOf(body).hints).toMatchObject(hints);
  });

  it.each([[null], [''], [zeroGuid], [{}], [undefined]])('has no hint where a field is %j', (nothing) => {
    const body = Object.fromEntries(Object.keys(documented).map((key) => [key, nothing]));
    const told = Object.values(noticeOf({ ...body, EventGroupName: null }).hints ?? {});
    expect(told.filter((hint) => hint !== undefined)).toEqual([]);
  });

  it('is understood with keys that begin with small letters', () => {
    const small = Object.entries(example).map(([key, value]) => [key.slice(0, 1).toLowerCase() + key.slice(1), value]);
    expect(read(Object.fromEntries(small))).toEqual(read(example));
  });

  const snake = Object.fromEntries(
    Object.entries(example).map(([key, value]) => [
      key.replace(/\B[A-Z]/g, (letter) => `_${letter}`).toLowerCase(),
      value,
    ]),
  );
  const { Action, PayloadId, ...others } = example;

  it.each<[string, unknown]>([
    ['with keys in snake_case', snake],
    ['in a list of one', [example]],
    ['as data', { data: example }],
    ['as payload, beside its action', { Action, PayloadId, Payload: others }],
    ['as an event, in small letters', { id: 7, event: snake }],
    ['as a text in an envelope', { id: 7, Message: JSON.stringify(example) }],
    ['in a list of events that has one', { events: [example] }],
    ['in an envelope within a list', [{ data: example }]],
  ])('is understood %s', (_, body) => {
    expect(read(body)).toEqual(read(example));
  });

  it.each(['externalPostTaskReadyToWork', 'EXTERNAL_POST_TASK_READY_TO_WORK', ' ExternalPostTaskReadyToWork '])(
    'is of an action in any case: %j',
    (spelled) => {
      expect(read({ ...example, Action: spelled }).kind).toBe('task event');
    },
  );

  it('may have a number for its id', () => {
    expect(noticeOf({ PayloadId: 4711 }).payloadId).toBe('4711');
  });

  it.each([[undefined], [null], [''], [zeroGuid]])(
    'without an id (%j) has the same one when it is sent again, and another one than others',
    (none) => {
      const id = noticeOf({ PayloadId: none }).payloadId;
      expect(noticeOf({ PayloadId: none }).payloadId).toBe(id);
      expect(noticeOf({ PayloadId: none, StepId: 8 }).payloadId).not.toBe(id);
    },
  );

  it('is not changed by a __proto__ key', () => {
    const text = JSON.stringify({ ...example, TaskId: undefined }).replace(
      '{',
      `{"__proto__":{"TaskId":"${zeroGuid}"},`,
    );
    expect(readText(text)).toMatchObject({ kind: 'not an event', path: '$.TaskId' });
    expect(({} as Record<string, unknown>)['TaskId']).toBeUndefined();
  });

  it('is read by the last of two keys of the same name, all through', () => {
    const text = JSON.stringify(example).replace('{', `{"Action":"JobCreated","TaskId":"not a task",`);
    expect(readText(text)).toMatchObject({
      kind: 'task event',
      notice: { action: example.Action, taskId: example.TaskId },
    });
  });

  it('changes no object when it has keys of a prototype', () => {
    const text = JSON.stringify(example).replace(
      '{',
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":null,"hasOwnProperty":1,',
    );
    expect(readText(text)).toEqual(read(example));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('with an action that is not ours is not looked at any further', () => {
    expect(read({ Action: 'JobCreated' })).toEqual({ kind: 'unknown action' });
  });

  it.each([
    ['$', 'text that is no JSON', '{"Action":'],
    ['$', 'bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['$', 'null', 'null'],
    ['$', 'a list', '[]'],
    ['$.Action', 'no action', '{}'],
    ['$.Action', 'a number for an action', '{"Action":1}'],
    ['$.TaskId', 'no task id', JSON.stringify({ ...example, TaskId: undefined })],
    ['$.TaskId', 'a zero task id', JSON.stringify({ ...example, TaskId: zeroGuid })],
    ['$.TaskId', 'a path for a task id', JSON.stringify({ ...example, TaskId: '../../jobs' })],
    ['$.PayloadId', 'Markdown for a payload id', JSON.stringify({ ...example, PayloadId: '`](http://x)' })],
    ['$.ContentCreationTypeId', 'a list for a type', JSON.stringify({ ...example, ContentCreationTypeId: [] })],
  ])('is refused at %s when it has %s', (path, _what, body) => {
    expect(readWebhookBody(Buffer.from(body))).toMatchObject([{ kind: 'not an event', path }]);
  });

  it('is not repeated in what is said about its fault', () => {
    expect(JSON.stringify(read({ ...example, TaskId: 'marker-in-the-body' }))).not.toContain('marker-in-the-body');
  });
});

describe('an event in another form', () => {
  const { Action, TaskId, PayloadId } = example;

  it.each<[string, unknown]>([
    ['a resource of JSON:API', { data: { type: 'event', id: '1', attributes: example } }],
    ['an envelope that names the task, too', { event: Action, task_id: TaskId, payload: example }],
    ['an envelope that nobody has heard of', { notification: { content: example } }],
    ['another name of the action', { eventType: Action, TaskId, PayloadId }],
    ['keys in capitals', { ACTION: Action, TASK_ID: TaskId, PAYLOAD_ID: PayloadId }],
    ['keys in kebab-case', { action: Action, 'task-id': TaskId, 'payload-id': PayloadId }],
    ['abbreviations in capitals', { action: Action, taskID: TaskId, payloadID: PayloadId }],
    ['the task in an object', { event: Action, PayloadId, task: { id: TaskId, name: 'Front' } }],
    [
      'the task as a relationship of JSON:API',
      {
        data: {
          type: Action,
          attributes: { payloadId: PayloadId },
          relationships: { task: { data: { type: 'tasks', id: TaskId } } },
        },
      },
    ],
  ])('means the same: %s', (_, body) => {
    const reading = read(body);
    expect(reading).toMatchObject({
      kind: 'task event',
      notice: { action: Action, taskId: TaskId, payloadId: PayloadId },
    });
  });

  it.each([
    ['a form', new URLSearchParams({ Action, TaskId, PayloadId }).toString()],
    ['a form with JSON in a field', new URLSearchParams({ payload: JSON.stringify(example) }).toString()],
    ['text behind the mark of its byte order', `\uFEFF${JSON.stringify(example)}\r\n`],
  ])('means the same as the text of %s', (_, text) => {
    expect(readText(text)).toMatchObject({
      kind: 'task event',
      notice: { action: Action, taskId: TaskId, payloadId: PayloadId },
    });
  });

  it.each([[4711], ['4711']])('may be about a task whose id is a number: %j', (taskId) => {
    expect(noticeOf({ TaskId: taskId }).taskId).toBe('4711');
  });
});

describe('a body with several events', () => {
  const idOf = (reading: WebhookReading | undefined) =>
    reading?.kind === 'task event' ? reading.notice.payloadId : undefined;
  const other = { ...example, PayloadId: 'another', TaskId: 'b3b4c5d6-1111-4222-8333-944445555666' };

  it.each<[string, unknown]>([
    ['a list', [example, other]],
    ['a list in an object', { events: [example, other] }],
    ['a list in an envelope', { Id: 1, Data: [example, other] }],
    ['a list of envelopes', [{ payload: example }, { payload: other }]],
  ])('is read event by event: %s', (_, body) => {
    expect(readAll(body)).toEqual([read(example), read(other)]);
  });

  it('may be JSON in lines', () => {
    const lines = `${JSON.stringify(example)}\n\n${JSON.stringify(other)}\n`;
    expect(readWebhookBody(Buffer.from(lines))).toEqual([read(example), read(other)]);
  });

  it('is none when one of its lines is broken', () => {
    const lines = `${JSON.stringify(example)}\n{"Action":`;
    expect(readWebhookBody(Buffer.from(lines))).toMatchObject([{ kind: 'not an event', path: '$' }]);
  });

  it('gives what stands beside the list to each event', () => {
    const { Action, ...about } = other;
    expect(readAll({ Action, Items: [about] })).toEqual([read(other)]);
  });

  it('gives events without an id different ones, and the same when they are sent again', () => {
    const idsOf = (body: unknown) => readAll(body).map(idOf);
    const events = [example, other].map((one) => ({ ...one, PayloadId: undefined }));
    const ids = idsOf(events);
    expect(new Set(ids).size).toBe(2);
    expect(idsOf({ PayloadId: 'of the delivery', events })).toEqual(ids);
  });

  it('gives the same event without an id another one at another time, which may stand beside the list', () => {
    const events = [example, other].map((one) => ({ ...one, PayloadId: undefined, EventDatetimeUtc: undefined }));
    const [first, later] = [1_767_225_600_000, 1_767_312_000_000].map((EventDatetimeUtc) =>
      readAll({ EventDatetimeUtc, events: JSON.parse(JSON.stringify(events)) as unknown }),
    );
    expect(first?.[0]).toMatchObject({ kind: 'task event', notice: { happenedAt: 1_767_225_600_000 } });
    expect(idOf(first?.[0])).not.toBe(idOf(later?.[0]));
  });

  it('says which of them is none', () => {
    expect(readAll([example, { ...other, TaskId: 'none' }, { Action: 'JobCreated' }])).toMatchObject([
      { kind: 'task event' },
      { kind: 'not an event', path: '$[1].TaskId' },
      { kind: 'unknown action' },
    ]);
  });

  it('has at most 100', () => {
    expect(readAll(Array.from({ length: 101 }, () => example))).toEqual([
      { kind: 'not an event', path: '$', expected: 'at most 100 events' },
    ]);
  });
});
