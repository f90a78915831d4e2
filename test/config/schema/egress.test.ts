import { ownEgress } from '../../../workers/gateway-lease/own-egress';
import { faultLines, load, smallFile } from '../example-files';

const withWorker = (worker: string): string => smallFile({ rest: `worker: ${worker}` });

describe('the network addresses of the workers', () => {
  it('are one without a name, unless they are named', async () => {
    const { worker } = await load(withWorker('{}'));
    expect([worker.egress, worker.egresses, ownEgress(worker)]).toEqual([undefined, [], undefined]);
  });

  it('are named in one list, and each worker says which it has', async () => {
    const { worker } = await load(withWorker('{ egress: south, egresses: [north, south] }'));
    expect(ownEgress(worker)).toBe('south');
  });

  it('may come from the environment, so that one file serves all hosts', async () => {
    const environment = { CF_SECRET: 'a', CELTRA_SECRET: 'b', EGRESS: 'north' };
    const { worker } = await load(withWorker('{ egress: "${EGRESS}", egresses: [north, south] }'), environment);
    expect(worker.egress).toBe('north');
  });

  it.each([
    ['{ egress: west, egresses: [north, south] }', 'is not one of worker.egresses (north, south)'],
    ['{ egress: west }', 'is not one of worker.egresses (which names none)'],
    ['{ egresses: [North/1] }', 'is not a name of an address'],
  ])('are not %s', async (worker, message) => {
    expect((await faultLines(withWorker(worker))).join('\n')).toContain(message);
  });

  it('are several for a worker that does not say which it has, and then it does not start', async () => {
    const { worker } = await load(withWorker('{ egresses: [north, south] }'));
    expect(() => ownEgress(worker)).toThrow('set worker.egress');
  });
});
