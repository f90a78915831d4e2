import fastify, { type FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Sandbox } from '../../sandbox';
import { eventually, startQuickSandbox } from './start';
import { Vendor } from './vendor';

const ZERO_GUID = '00000000-0000-0000-0000-000000000000';
const eventShape = z.looseObject({
  TaskId: z.string(),
  ContentCreationTypeId: z.number(),
  EditorialProjectId: z.string().nullish(),
  EditorialDeliverableId: z.union([z.string(), z.array(z.string())]).nullish(),
  JobId: z.string().nullish(),
  ProductId: z.string().nullish(),
});
const detailShape = z.looseObject({
  taskId: z.string(),
  contentCreationTypeId: z.number(),
  editorialProjectId: z.string(),
  editorialDeliverableIds: z.array(z.string()),
  assetLifeCycles: z.array(z.looseObject({ outputSpecs: z.array(z.looseObject({ specId: z.string() })).optional() })),
});

describe('editorial tasks of the sandbox', () => {
  let sandbox: Sandbox;
  let vendor: Vendor;
  let receiver: FastifyInstance;
  let events: z.infer<typeof eventShape>[];
  let rows: { taskId: string; contentCreationTypeId: number }[];

  beforeAll(async () => {
    events = [];
    receiver = fastify({ forceCloseConnections: true });
    receiver.post('/', (request, reply) => {
      events.push(eventShape.parse(request.body));
      return reply.send();
    });
    const url = await receiver.listen({ host: '127.0.0.1', port: 0 });
    sandbox = await startQuickSandbox({
      webhookUrls: { acme: url, nordlicht: url },
      day: { tasks: 20, lostWebhooks: 0, duplicateWebhooks: 0, defects: [] },
    });
    vendor = new Vendor(sandbox);
    await vendor.control('POST', '/day/begin');
    await eventually(() => events.length === 20);
    const listing = await vendor.gateway(
      'GET',
      `/extpost/tasks?postProductionVendorId=${vendor.studio.vendorId}&pageSize=100`,
    );
    rows = z
      .object({ pageData: z.array(z.looseObject({ taskId: z.string(), contentCreationTypeId: z.number() })) })
      .parse(listing.json).pageData;
  });
  afterAll(async () => {
    await sandbox.stop();
    await receiver.close();
  });

  const idsOf = (typeId: number): string[] =>
    rows.flatMap(({ taskId, contentCreationTypeId }) => (contentCreationTypeId === typeId ? [taskId] : []));
  const detail = async (taskId: string): Promise<z.infer<typeof detailShape>> =>
    detailShape.parse((await vendor.gateway('GET', `/editorial/extpost/tasks/${taskId}`)).json);
  const firstId = (): string => idsOf(2)[0] ?? '';

  it('stand in the same listing as ecom tasks', () => {
    expect([idsOf(1).length, idsOf(2).length]).toEqual([12, 2]);
  });

  it('are announced with project and deliverables, once as plain text, and without job and product', () => {
    const editorial = events.filter((event) => event.ContentCreationTypeId === 2);
    const deliverables = editorial.map((event) => event.EditorialDeliverableId);
    expect(deliverables.filter((value) => typeof value === 'string')).toHaveLength(1);
    expect(deliverables.flatMap((value) => (Array.isArray(value) ? [value.length] : [])).sort()).toEqual([1, 2]);
    expect(new Set(editorial.map(({ JobId }) => JobId))).toEqual(new Set([ZERO_GUID, null, undefined]));
    expect(editorial.every(({ EditorialProjectId }) => typeof EditorialProjectId === 'string')).toBe(true);
  });

  it.each([
    ['the detail', 'GET', '', undefined],
    ['the annotations', 'GET', '/annotation', undefined],
    ['the start', 'PUT', '/start', undefined],
    ['the submission', 'POST', '/submit-assets', { assets: [] }],
  ])('are unknown to %s of ecom, and ecom tasks to that of editorial', async (_name, method, rest, body) => {
    const [ecomId = ''] = idsOf(1);
    const asEcom = await vendor.gateway(method, `/extpost/tasks/${firstId()}${rest}`, body);
    const asEditorial = await vendor.gateway(method, `/editorial/extpost/tasks/${ecomId}${rest}`, body);
    expect([asEcom.status, asEditorial.status]).toEqual([400, 400]);
  });

  it('lead to their project, which names the Celtra project, and to each deliverable', async () => {
    const { editorialProjectId, editorialDeliverableIds } = await detail(firstId());
    const project = await vendor.gateway('GET', `/editorial/projects/${editorialProjectId}`);
    const deliverables = await Promise.all(
      editorialDeliverableIds.map((id) => vendor.gateway('GET', `/editorial/deliverables/${id.toUpperCase()}`)),
    );
    expect(project.json).toMatchObject({ properties: { 'Celtra project': expect.any(String) as string } });
    expect(deliverables.map(({ json }) => json)).toEqual(
      editorialDeliverableIds.map((deliverableId) => expect.objectContaining({ deliverableId }) as unknown),
    );
  });

  it('have specs of their own', async () => {
    const specId = (await detail(firstId())).assetLifeCycles[0]?.outputSpecs?.[0]?.specId;
    const asEcom = await vendor.gateway('POST', '/specs/bulk-get-specs', { specIds: [specId] });
    const asEditorial = await vendor.gateway('POST', '/editorial/specs/bulk-get-specs', { specIds: [specId] });
    expect([asEcom.json, asEditorial.json]).toEqual([[], [expect.objectContaining({ specId })]]);
  });

  it('have their project and deliverable on no ecom path', async () => {
    const { editorialProjectId, editorialDeliverableIds } = await detail(firstId());
    const asJob = await vendor.gateway('GET', `/jobs/${editorialProjectId}`);
    const asProduct = await vendor.gateway('GET', `/products/${editorialDeliverableIds[0] ?? ''}`);
    expect([asJob.status, asProduct.status]).toEqual([400, 400]);
  });

  it('have creatives that are distinguished by deliverable', async () => {
    const { editorialProjectId, editorialDeliverableIds } = await detail(firstId());
    const read = async (path: string): Promise<unknown> => (await vendor.gateway('GET', path)).json;
    const project = z
      .looseObject({ properties: z.looseObject({ 'Celtra project': z.string() }) })
      .parse(await read(`/editorial/projects/${editorialProjectId}`));
    const deliverable = z
      .looseObject({ deliverableCode: z.string() })
      .parse(await read(`/editorial/deliverables/${editorialDeliverableIds[0] ?? ''}`));
    const outputs = await vendor.outputs({
      designFile: { id: [project.properties['Celtra project']] },
      output: { contentDimensionsByName: { Deliverable: [deliverable.deliverableCode], Position: ['Front'] } },
    });
    expect(outputs.length).toBeGreaterThan(0);
    expect(outputs.some(({ contentDimensionsByName }) => 'Product' in contentDimensionsByName)).toBe(false);
  });

  it('are named by their deliverable in the ledger', () => {
    const task = sandbox.ledger().tasks.find(({ taskId }) => taskId === firstId());
    expect(task).toMatchObject({ product: expect.stringMatching(/^ACM-E\d+$/) as string });
    expect(task?.title).toContain('(Magazine 1)');
  });
});
