import type { Recipe } from '../../../domain/recipe/recipe';
import { ConfigError } from '../../../config/load/config-error';
import { loadConfig } from '../../../config/load/load-config';
import { faultLines, load, smallFile } from '../example-files';

describe('a configuration that is accepted', () => {
  it('takes every default for what the file leaves out', async () => {
    const config = await load(smallFile());
    expect(config).toEqual({
      temporal: {
        encryptionKeys: [],
        codecServer: {
          host: '127.0.0.1',
          port: 8234,
          origins: ['http://127.0.0.1:8233', 'http://localhost:8233'],
        },
        largePayloads: { store: { folder: '.extpost/payloads' }, above: 262_144 },
      },
      storage: { keep: 180 * 86_400_000, pictures: true },
      board: { host: '127.0.0.1', port: 8180, trustedProxies: [], maxUploadBytes: 500_000_000 },
      receiver: {
        host: '0.0.0.0',
        port: 8080,
        bodyLimit: 262_144,
        maxEventAge: 2_592_000_000,
        trustedProxies: [],
        maxConnections: 2048,
        eventsOfStudio: { burst: 1_000, perSecond: 20 },
        maxConnectionsPerPeer: 1024,
        maxUnconfirmedTasks: 1_000,
        monitoringHost: '127.0.0.1',
        temporalTimeout: 5000,
        allowLocalRedirect: false,
        stateFolder: '.extpost/receiver',
        recordHeaders: 0,
      },
      worker: {
        spool: {
          folder: '.extpost/spool',
          maxBytes: 5_000_000_000,
          maxTotalBytes: 50_000_000_000,
          keepFree: 1_000_000_000,
          clearAfter: 172_800_000,
        },
        bytesInFlight: 2_000_000_000,
        egresses: [],
        allowLoopback: false,
        shutdownGrace: 10_000,
        monitoringHost: '127.0.0.1',
        gatewayRequestsPerSecond: 15,
        transfersInParallel: 32,
        decodedBytes: 1024 ** 3,
      },
      audit: { enabled: true, keys: [], store: { folder: '.extpost/audit' } },
      sweep: { every: 300_000, alarmAfter: 1_800_000 },
      telemetry: { traces: {} },
      logging: { level: 'info' },
      studios: {
        acme: {
          creativeForce: {
            baseUrl: 'https://gateway.creativeforce.io/v1',
            tokenUrl: 'https://accounts.creativeforce.io/connect/token',
            grant: 'client credentials',
            credentialsIn: 'form',
            clientId: 'our-client',
            clientSecret: 'cf-secret-value',
            authorizeUrl: 'https://accounts.creativeforce.io/connect/authorize',
            revocationUrl: 'https://accounts.creativeforce.io/connect/revocation',
            loginScope: 'cfgateway offline_access',
            tokenFolder: '.extpost/tokens',
            webhookSecrets: [],
            signatureMode: 'auto',
            pathSegment: 'extpost',
            paths: {},
            physicalFileTypeId: 2,
            md5Format: 'guid',
            bulkRequest: 'wrapped',
            bulkSize: 50,
            editorialListing: false,
            propertyNames: {},
            rejectedStatuses: [],
            pageSize: 100,
            assetKnown: { first: 2_000, max: 120_000, giveUp: 900_000 },
            requestTimeout: 30_000,
          },
          celtra: {
            baseUrl: 'https://hub.celtra.io/api',
            applicationId: 'our-app',
            secretKey: 'celtra-secret-value',
            authentication: { method: 'basic' },
            caller: 'extpost',
            poll: { first: 2_000, factor: 1.5, max: 30_000, deadline: 3_600_000 },
            renders: {
              erroredAgain: 2,
              finalErrors: ['Creative content is empty'],
              missingAnswers: 3,
              emptyAnswers: 3,
              onDesignChange: 'ask',
              pinVersion: true,
              outputsPerRequest: 100,
            },
            maxParallelRequests: 16,
            requestTimeout: 60_000,
            fileTimeout: 600_000,
            timeZone: 'UTC',
            undocumentedOperators: false,
            extraAssetFormats: [],
            subFolders: false,
            outputFilters: 'top level',
            tableWithAssets: 'paths',
          },
          brief: { inputAssets: 'when mentioned', names: 'when mentioned' },
          preflight: { onMismatch: 'block', rules: {}, maxPixels: 268_402_689 },
          poll: { first: 30_000, factor: 2, max: 21_600_000, freshFor: 300_000, goneAfter: 3_600_000 },
          reviewWindow: 1_209_600_000,
          corrections: {
            first: 120_000,
            factor: 1.5,
            max: 3_600_000,
            for: 7_776_000_000,
            settlingTime: 600_000,
            unclearAfter: 600_000,
            maxRounds: 10,
          },
          retries: { first: 300_000, factor: 2, max: 21_600_000 },
          deadline: { warnBefore: 14_400_000 },
          recipes: [],
        },
      },
    });
  });

  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['5m', 300_000],
    ['6h', 21_600_000],
    ['14d', 1_209_600_000],
  ])('reads the duration %s as %d milliseconds', async (written, milliseconds) => {
    const config = await load(smallFile({ studio: `    reviewWindow: ${written}` }));
    expect(config.studios['acme']?.reviewWindow).toBe(milliseconds);
  });

  it('takes the slash from the end of an address', async () => {
    const config = await load(smallFile({ celtra: '      baseUrl: http://127.0.0.1:4000/api/' }));
    expect(config.studios['acme']?.celtra.baseUrl).toBe('http://127.0.0.1:4000/api');
  });

  it('writes GUIDs in lower case', async () => {
    const config = await load(
      smallFile({
        creativeForce: [
          '      vendorId: 7C1D2A50-3F0E-4C58-9D0B-5A2F6F1F0E11',
          '      propertyNames: { 0F8FAD5B-D9CB-469F-A165-70867728950E: Season }',
        ].join('\n'),
      }),
    );
    expect(config.studios['acme']?.creativeForce).toMatchObject({
      vendorId: '7c1d2a50-3f0e-4c58-9d0b-5a2f6f1f0e11',
      propertyNames: { '0f8fad5b-d9cb-469f-a165-70867728950e': 'Season' },
    });
  });

  it('follows aliases and merged groups', async () => {
    const rest = ['  beta:', '    <<: *acme', '    reviewWindow: 3d'].join('\n');
    const config = await load(smallFile({ rest }).replace('acme:', 'acme: &acme'));
    expect(config.studios['beta']).toEqual({ ...config.studios['acme'], reviewWindow: 259_200_000 });
  });

  it('gives recipes in the shape of the domain', async () => {
    const config = await load(smallFile());
    const recipes: readonly Recipe[] | undefined = config.studios['acme']?.recipes;
    expect(recipes).toEqual([]);
  });

  it('is read from the disk when no other way is given', async () => {
    const environment = {
      ACME_CF_CLIENT_ID: 'a',
      ACME_CF_CLIENT_SECRET: 'b',
      ACME_CF_WEBHOOK_SECRET: 'c',
      ACME_CELTRA_APP_ID: 'd',
      ACME_CELTRA_SECRET: 'e',
    };
    const config = await loadConfig({ path: 'extpost.example.yaml', environment });
    expect(config.studios['acme']).toMatchObject({
      creativeForce: { clientId: 'a', clientSecret: 'b', webhookSecrets: ['c'] },
      celtra: { applicationId: 'd', secretKey: 'e' },
      recipes: [
        {
          name: 'spring-social',
          when: { specification: ['SPRING-SOCIAL'], contentCreationType: ['ecom'] },
          celtra: { assetFormats: { Image: { image: { format: 'jpeg', quality: 90 } } } },
        },
      ],
    });
  });
});

describe('a configuration with faults', () => {
  it('names the file, the line, the column and the path of a fault, and how to write it right', async () => {
    const faults = await faultLines(smallFile({ studio: '    reviewWindow: 14 days' }));
    expect(faults).toEqual([
      'extpost.yaml:9:19 studios.acme.reviewWindow: "14 days" is not a duration; write it like 500ms, 30s, 5m or 14d',
    ]);
  });

  it('reports all faults at once, in the order of the file', async () => {
    const faults = await faultLines(
      smallFile({
        creativeForce: '      clientID: x',
        celtra: '      caller: ${NOWHERE}',
        studio: '    preflight: { onMismatch: blok }',
        rest: 'sweep: { every: 0s }',
      }),
    );
    expect(faults).toEqual([
      'extpost.yaml:6:7 studios.acme.creativeForce.clientID: unknown key; did you mean "clientId"?',
      'extpost.yaml:10:15 studios.acme.celtra.caller: the environment variable NOWHERE is not set; set it, or let NOWHERE_FILE name a file that holds the value',
      'extpost.yaml:11:30 studios.acme.preflight.onMismatch: "blok" is not one of block, warn; did you mean block?',
      'extpost.yaml:13:17 sweep.every: "0s" is too short; at least 1s',
    ]);
  });

  it('gives the faults as data too', async () => {
    const error: unknown = await load(smallFile({ rest: 'port: 1' })).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).faults).toEqual([
      {
        line: 10,
        column: 1,
        path: 'port',
        message: 'unknown key; there is receiver.port: is it in the wrong group?',
      },
    ]);
  });

  it.each([
    [
      'a setting that is missing',
      'studios:\n  acme: { celtra: {} }\n',
      'studios.acme.recipes: this setting is missing',
    ],
    ['an empty value', smallFile({ rest: 'receiver:' }), ':10:1 receiver: this is empty; give it a value or remove'],
    ['a number for a text', smallFile({ celtra: '      caller: 12' }), '12 is a number where text is expected; put it'],
    ['a text for a number', smallFile({ rest: 'receiver: { port: web }' }), 'receiver.port: "web" is not a number'],
    ['a broken number', smallFile({ rest: 'receiver: { port: 80.5 }' }), '80.5 is not a whole number'],
    ['a number that is too large', smallFile({ rest: 'worker: { gatewayRequestsPerSecond: 21 }' }), 'at most 20'],
    ['a number that is too small', smallFile({ rest: 'worker: { gatewayRequestsPerSecond: 0 }' }), 'at least 1'],
    [
      'a duration without a unit',
      smallFile({ rest: 'sweep: { every: 5 }' }),
      'sweep.every: 5 is not a duration; write',
    ],
    ['an empty text', smallFile({ rest: 'receiver: { host: "" }' }), '"" is empty; give it a value'],
    ['a value for a group', smallFile({ rest: 'receiver: 8080' }), '8080 is not a group of settings'],
    [
      'a value for a list',
      smallFile({ creativeForce: '      webhookSecrets: x' }),
      'webhookSecrets: "x" is not a list',
    ],
    [
      'a studio name in capitals',
      smallFile().replace('acme', 'Acme'),
      ':2:3 studios.Acme: "Acme" is not a studio name',
    ],
    ['no studio', 'studios: {}', 'studios: this names no studio; add at least one'],
    ['a vendor id that is no GUID', smallFile({ creativeForce: '      vendorId: 7c1d' }), '"7c1d" is not a GUID'],
    ['a sweep too often', smallFile({ rest: 'sweep: { every: 10ms }' }), '"10ms" is too short; at least 1s'],
    [
      'waits that shrink',
      smallFile({ studio: '    poll: { first: 7h }' }),
      'poll.first: 7h is longer than max (6h); change one of them',
    ],
    [
      'a deadline before the last wait',
      smallFile({ celtra: '      poll: { deadline: 5s }' }),
      ':9:13 studios.acme.celtra.poll.max: 30s is longer than deadline (5s)',
    ],
  ])('reports %s', async (_what, source, message) => {
    expect((await faultLines(source)).join('\n')).toContain(message);
  });

  it.each([
    ['http://gateway.creativeforce.io', 'must start with https://'],
    ['ftp://127.0.0.1/', 'must start with https://'],
    ['gateway.creativeforce.io', 'is not an address; write it like https://host/path'],
    ['https://host/?a=b', 'must not carry a query'],
  ])('refuses the address %s', async (written, message) => {
    const [fault] = await faultLines(smallFile({ creativeForce: `      baseUrl: ${written}` }));
    expect(fault).toContain(`:6:16 studios.acme.creativeForce.baseUrl: "${written}" ${message}`);
  });

  it('does not repeat a password that stands in an address', async () => {
    const [fault] = await faultLines(smallFile({ creativeForce: '      tokenUrl: https://me:hunter2@host/token' }));
    expect(fault).toContain('must not carry a user name or a password');
    expect(fault).not.toContain('hunter2');
  });

  it.each(['http://localhost:1', 'http://sandbox.localhost', 'http://127.0.0.2/x', 'http://[::1]:9'])(
    'accepts plain http on this computer: %s',
    async (written) => {
      const config = await load(smallFile({ celtra: `      baseUrl: "${written}"` }));
      expect(config.studios['acme']?.celtra.baseUrl).toBe(written);
    },
  );
});
