import { responseSchemaFor } from '../../../clients/creative-force/probe/probe-recorder';
import { collectIds } from '../../../clients/creative-force/probe/probe';
import { compareShape } from '../../../clients/creative-force/probe/compare-shape';
import { everyCall, propertyGuid, task } from './every-call';
import { ecomTask, ids } from './gateway-stand-in';

const adapter = responseSchemaFor('task', ecomTask);
const bodyOf = (name: string): unknown => everyCall.find((call) => call.name === name)?.body;

describe('The shape of a task detail', () => {
  it('has nothing new and nothing missing when there is exactly what its adapter reads', () => {
    const { assetLifeCycles, ...rest } = task;
    const whole = { ...rest, assetLifeCycles: [{ ...assetLifeCycles[0], ...assetLifeCycles[1] }] };
    expect(compareShape(adapter, whole)).toEqual({ fault: undefined, isEmpty: false, missing: [], unknown: [] });
  });

  it('names what is new by its place, without a value', () => {
    const shot = { ...task.assetLifeCycles[0], markings: ['private'], 'odd key': 1 };
    const { unknown } = compareShape(adapter, { ...task, slaColour: 'green', assetLifeCycles: [shot] });
    expect(unknown).toEqual(['$.assetLifeCycles[].markings', '$.assetLifeCycles[]["odd key"]', '$.slaColour']);
  });

  it('names as missing what no row has, and not what one row has', () => {
    const { jobCode: _, ...without } = task;
    const { missing } = compareShape(adapter, without);
    // The second shot alone names its file, and neither shot lacks what the other has.
    expect(missing).toEqual(['$.jobCode']);
  });

  it('counts the names of custom properties neither as new nor as missing, for people choose them', () => {
    const styleGuide = { ...task.styleGuide, properties: { Anything: 'x', [propertyGuid]: 1 } };
    expect(compareShape(adapter, { ...task, styleGuide })).toMatchObject({ missing: [], unknown: [] });
  });

  it('names the place that is not understood, without the value', () => {
    const { fault } = compareShape(adapter, { ...task, jobCode: { secret: 'value' } });
    expect(fault).toBe('$.jobCode: expected text, found an object');
  });

  it('shows no id that stands as a key', () => {
    const { unknown } = compareShape(adapter, { ...task, [ids.asset]: 1 });
    expect(unknown).toEqual(['$[guid]']);
  });
});

describe('The shape of a list', () => {
  it.each([[[]], [{ pageInfo: null, pageData: [] }], [undefined]])('can be empty: %j', (body) => {
    expect(compareShape(responseSchemaFor('annotations', ecomTask), body)).toMatchObject({
      fault: undefined,
      isEmpty: true,
    });
  });

  it('is compared row by row, bare or as a page', () => {
    const annotations = responseSchemaFor('annotations', ecomTask);
    const row = { annotationId: ids.asset, weather: 1 };
    expect(compareShape(annotations, [row]).unknown).toEqual(['$[].weather']);
    expect(compareShape(annotations, { pageData: [row] }).unknown).toEqual(['$.pageData[].weather']);
  });

  it.each([
    [[{ taskId: ids.asset }], '$[].clientId'],
    [{ data: [{ taskId: ids.asset }], meta: { total: 1 } }, '$.data[].clientId'],
    [{ pageInfo: { pageNumber: 1 }, pageData: [{ taskId: ids.asset }] }, '$.pageData[].clientId'],
  ])('does not miss the other names of its paging: %j', (body, first) => {
    const { missing } = compareShape(responseSchemaFor('listing', ecomTask), body);
    expect(missing[0]).toBe(first);
    expect(missing.filter((place) => !place.includes('[]'))).toEqual([]);
  });
});

describe('Every adapter', () => {
  it.each([
    ['listing', 'listTasks'],
    ['task', 'readTask'],
    ['annotations', 'readAnnotations'],
    ['assets', 'readInputAssets'],
    ['files', 'readFiles'],
    ['specs', 'readSpecs'],
    ['job', 'readJob'],
    ['product', 'readProduct'],
    ['project', 'readProject'],
    ['deliverable', 'readDeliverable'],
  ] as const)('understands its own shape while it is watched: %s', (subject, call) => {
    const { fault, unknown } = compareShape(responseSchemaFor(subject, ecomTask), bodyOf(call));
    expect([fault, unknown]).toEqual([undefined, []]);
  });
});

describe('Ids for further calls', () => {
  it('are found under any of the keys, single or in lists, once each, without the zero GUID', () => {
    const body = [{ fileId: ids.asset.toUpperCase(), deep: { fileIds: [ids.spec, ids.asset, 7, 'none'] } }];
    const zero = '00000000-0000-0000-0000-000000000000';
    expect(collectIds(['fileId', 'fileIds'], [...body, { fileId: zero }])).toEqual([ids.asset, ids.spec]);
  });
});
