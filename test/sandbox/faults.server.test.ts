import type { Sandbox, SandboxOptions } from '../../sandbox';
import { eventually, startQuickSandbox } from './start';
import { send, Vendor, type Answer } from './vendor';

describe('forced faults', () => {
  let sandbox: Sandbox;
  let vendor: Vendor;
  let taskId: string;

  const begin = async (options: SandboxOptions = {}): Promise<void> => {
    sandbox = await startQuickSandbox(options);
    vendor = new Vendor(sandbox);
    await vendor.control('POST', '/day/begin');
    await eventually(() => sandbox.ledger().tasks.every((task) => task.readyAt !== undefined));
    taskId = sandbox.ledger().tasks[0]?.taskId ?? '';
  };
  const arm = (fault: unknown): Promise<Answer> => vendor.control('POST', '/faults', fault);
  const read = (): Promise<Answer> => vendor.gateway('GET', `/extpost/tasks/${taskId}`);

  afterEach(() => sandbox.stop());

  it.each([
    [{ answer: 'errorList' }, 500, 'UnhandledException'],
    [{ answer: 'errorList', status: 429, retryAfter: '1' }, 429, 'requestId'],
    [{ answer: 'problemDetails' }, 400, 'One or more validation errors occurred.'],
    [{ answer: 'statusCode', code: 320, message: 'Production type disabled' }, 400, '"statusCode":320'],
    [{ answer: 'empty' }, 404, ''],
    [{ answer: 'html', status: 503 }, 503, '<html>'],
    [{ answer: 'body', body: { odd: [1] } }, 200, '{"odd":[1]}'],
    [{ answer: 'notJson' }, 200, 'The service is starting.'],
  ])('answer once with %j', async (fault, status, text) => {
    await begin();
    await arm({ endpoint: 'getTask', ...fault });
    const answer = await read();
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(text);
    expect((await read()).status).toBe(200);
  });

  it('stop a call that they answer from being carried out', async () => {
    await begin();
    const mappings = await vendor.prepare(taskId);
    await arm([
      { endpoint: 'startTask', answer: 'html' },
      { endpoint: 'submitAssets', answer: 'reset' },
    ]);
    await vendor.gateway('PUT', `/extpost/tasks/${taskId}/start`);
    await expect(vendor.submit(taskId, mappings)).rejects.toThrow();
    expect((await vendor.task(taskId)).stepStatusId).toBe(2000);
  });

  it('carry a slow call out once its time has come', async () => {
    await begin();
    await arm({ endpoint: 'startTask', answer: 'slow', delayMs: 30 });
    const asked = performance.now();
    await vendor.gateway('PUT', `/extpost/tasks/${taskId}/start`);
    expect(performance.now() - asked).toBeGreaterThanOrEqual(28);
    expect((await vendor.task(taskId)).stepStatusId).toBe(3000);
  });

  it('send Retry-After as it was written', async () => {
    await begin();
    await arm({ endpoint: 'getTask', answer: 'html', status: 503, retryAfter: '7' });
    expect((await read()).headers.get('retry-after')).toBe('7');
  });

  it.each(['reset', 'answerLost', 'cutConnection'])('break the connection: %s', async (answer) => {
    await begin();
    await arm({ endpoint: 'getTask', answer });
    await expect(read()).rejects.toThrow();
    expect((await read()).status).toBe(200);
  });

  it('leave a caller waiting', async () => {
    await begin();
    await arm({ endpoint: 'getTask', answer: 'hang' });
    const token = await vendor.token();
    const call = send(`${sandbox.creativeForceUrl}/extpost/tasks/${taskId}`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(60),
    });
    await expect(call).rejects.toThrow(/aborted|timeout/i);
  });

  it('cut JSON in half, in an answer that is whole for HTTP', async () => {
    await begin();
    await arm({ endpoint: 'getTask', answer: 'cutJson' });
    expect(await read()).toMatchObject({ status: 200, json: undefined });
  });

  it('pass some calls first, and then fail so many, or every one', async () => {
    await begin();
    await arm({ endpoint: 'getTask', answer: 'empty', skip: 1, times: 2 });
    const statuses: number[] = [];
    for (let call = 0; call < 4; call += 1) statuses.push((await read()).status);
    expect(statuses).toEqual([200, 404, 404, 200]);
    await arm({ endpoint: 'any', answer: 'empty', times: 'always' });
    expect([(await read()).status, (await read()).status]).toEqual([404, 404]);
    await vendor.control('DELETE', '/faults');
    expect((await read()).status).toBe(200);
  });

  it('fail only the studio, the flavour and the task that are meant', async () => {
    await begin();
    await arm([
      { endpoint: 'getTask', answer: 'empty', studio: 'nordlicht' },
      { endpoint: 'getTask', answer: 'empty', flavour: 'editorial' },
      { endpoint: 'getTask', answer: 'empty', taskId: '11111111-1111-4111-8111-111111111111' },
    ]);
    expect((await read()).status).toBe(200);
    expect((await vendor.control('GET', '/faults')).json).toHaveLength(3);
  });

  it('lose the answer of a start that was carried out', async () => {
    await begin();
    await arm({ endpoint: 'startTask', answer: 'answerLost' });
    await expect(vendor.gateway('PUT', `/extpost/tasks/${taskId}/start`)).rejects.toThrow();
    expect((await vendor.task(taskId)).stepStatusId).toBe(3000);
  });

  it('lose the answer of a submission that was accepted', async () => {
    await begin();
    const mappings = await vendor.prepare(taskId);
    await arm({ endpoint: 'submitAssets', answer: 'answerLost' });
    await expect(vendor.submit(taskId, mappings)).rejects.toThrow();
    await eventually(() => sandbox.ledger().summary.done === 1);
    expect((await vendor.task(taskId)).stepStatusId).toBe(9000);
  });

  it('lose the answer of a PUT whose bytes were stored', async () => {
    await begin();
    const bytes = Buffer.from('abc');
    const promise = await vendor.promise([{ fileName: 'a.jpg', bytes }]);
    const [file] = promise.files;
    const put = (): Promise<Answer> =>
      send(file?.presignedUrl ?? '', {
        method: 'PUT',
        headers: { ...promise.headers, 'content-type': 'image/jpeg' },
        body: new Uint8Array(bytes),
      });
    await arm({ endpoint: 'putFile', answer: 'answerLost' });
    await expect(put()).rejects.toThrow();
    const asset = await vendor.gateway('POST', '/assets/bulk-get-assets', { assetIds: [file?.tempAssetId] });
    expect(asset.json).toMatchObject([{ assetId: file?.tempAssetId }]);
    await arm({ endpoint: 'putFile', answer: 'errorList' });
    expect(await put()).toMatchObject({ status: 503, text: expect.stringContaining('SlowDown') });
  });

  it('come to the token call, and from the options of the start', async () => {
    await begin({ faults: [{ endpoint: 'token', answer: 'html' }] });
    await expect(vendor.token()).rejects.toThrow();
    expect(await vendor.token()).not.toBe('');
  });

  it('are refused with a reason when they make no sense', async () => {
    await begin();
    const answer = await arm({ endpoint: 'getTasks', answer: 'empty' });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('endpoint');
  });
});
