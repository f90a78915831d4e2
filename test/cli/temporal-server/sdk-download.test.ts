import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import testingPackage from '@temporalio/testing/package.json';
import { findTemporalServer } from '../../../cli/temporal-server';
import { downloadTimeout, sdkDownload } from '../../../cli/temporal-server/sdk-download';
import { FakeMachine, fakeTemporal } from './fake-programs';

let machine: FakeMachine;

/** A child in the SDK's place: a shell script that is given the staging folder as $1. */
const findWithChild = (script: string): ReturnType<typeof findTemporalServer> => {
  const command = machine.install('child', script, 'elsewhere');
  return findTemporalServer(machine, [sdkDownload({ command, args: (stagingFolder) => [stagingFolder] })]);
};

beforeEach(() => {
  machine = new FakeMachine();
});
afterEach(() => {
  machine.remove();
});

describe('the download through the SDK', () => {
  it('puts what arrived into the cache, under the SDK version', async () => {
    const path = machine.cachedPath(`sdk-${testingPackage.version}`);
    mkdirSync(dirname(path), { recursive: true });
    const program = machine.install('arrived', fakeTemporal('1.9.1'), 'elsewhere');
    const found = await findWithChild(`/bin/cp -p ${program} "$1/temporal-sdk-typescript"`);
    expect(found).toEqual({ path, from: 'download', version: '1.9.1' });
  });

  it('is given up when nothing arrives', async () => {
    machine.environment['EXTPOST_TEMPORAL_DOWNLOAD_TIMEOUT'] = '100ms';
    await expect(findWithChild('exec /bin/sleep 20')).rejects.toThrow(
      'nothing arrived for 0.1 s (EXTPOST_TEMPORAL_DOWNLOAD_TIMEOUT changes this time)',
    );
  });

  it('does not take half a file for a program', async () => {
    await expect(
      findWithChild('echo half > "$1/temporal.downloading"; echo "connection reset" >&2; exit 1'),
    ).rejects.toThrow('temporal.download): connection reset');
  });

  it('tells the cause, not twice the address', async () => {
    const words =
      'Failed to start ephemeral server: failed to download: error sending request for url (https://a/?x=1): dns error';
    await expect(findWithChild(`echo "${words}" >&2; exit 1`)).rejects.toThrow(
      'temporal.download): failed to download: dns error',
    );
  });

  it('really asks the SDK, which here meets a proxy that refuses', async () => {
    machine.environment['HTTPS_PROXY'] = 'http://127.0.0.1:9';
    await expect(findTemporalServer(machine, [sdkDownload()])).rejects.toThrow(
      /temporal\.download\): failed to download/,
    );
  });
});

describe('EXTPOST_TEMPORAL_DOWNLOAD_TIMEOUT', () => {
  it('is 20 s when it is not set', () => {
    expect(downloadTimeout({})).toBe(20_000);
  });

  it('is a duration', () => {
    expect(downloadTimeout({ EXTPOST_TEMPORAL_DOWNLOAD_TIMEOUT: '2m' })).toBe(120_000);
  });

  it('leaves the download out when it is 0', async () => {
    machine.environment['EXTPOST_TEMPORAL_DOWNLOAD_TIMEOUT'] = '0';
    await expect(findWithChild('exit 0')).rejects.toThrow('switched off by EXTPOST_TEMPORAL_DOWNLOAD_TIMEOUT');
  });

  it.each(['20', 'soon', '-5s'])('is refused when it is "%s"', (setting) => {
    expect(() => downloadTimeout({ EXTPOST_TEMPORAL_DOWNLOAD_TIMEOUT: setting })).toThrow(
      `EXTPOST_TEMPORAL_DOWNLOAD_TIMEOUT is "${setting}", which is no duration`,
    );
  });
});
