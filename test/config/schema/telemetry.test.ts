import { faultLines, load, smallFile } from '../example-files';

const withEndpoint = (endpoint: string): string =>
  smallFile({ rest: `telemetry: { traces: { endpoint: '${endpoint}' } }` });

describe('the collector of traces', () => {
  it('is none unless it is named', async () => {
    expect((await load(smallFile())).telemetry.traces.endpoint).toBeUndefined();
  });

  it.each([
    ['http://otel-collector:4318', 'http://otel-collector:4318'],
    ['https://collector.example.com/otlp/', 'https://collector.example.com/otlp'],
  ])('may be at %s', async (written, endpoint) => {
    expect((await load(withEndpoint(written))).telemetry.traces.endpoint).toBe(endpoint);
  });

  it.each([
    ['collector:4318', 'is not an address'],
    ['grpc://collector:4317', 'is not an address'],
    ['http://me:secret@collector:4318', 'must not carry a user name'],
    ['http://collector:4318?key=1', 'must not carry'],
  ])('cannot be at %s', async (written, message) => {
    expect((await faultLines(withEndpoint(written))).join('\n')).toContain(message);
  });
});
