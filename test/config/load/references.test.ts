import { ENVIRONMENT, faultLines, load, smallFile } from '../example-files';

describe('values from the environment', () => {
  it('are filled in anywhere in a text', async () => {
    const config = await load(smallFile({ celtra: '      caller: extpost at ${PLACE}/${PLACE}' }), {
      ...ENVIRONMENT,
      PLACE: 'Aarhus',
    });
    expect(config.studios['acme']?.celtra.caller).toBe('extpost at Aarhus/Aarhus');
  });

  it('come from the file that NAME_FILE names, without its line end', async () => {
    const environment = { ...ENVIRONMENT, CF_SECRET: '', CF_SECRET_FILE: '/run/secrets/cf' };
    const config = await load(smallFile(), environment, { '/run/secrets/cf': ' from a file \r\n' });
    expect(config.studios['acme']?.creativeForce.clientSecret).toBe(' from a file ');
  });

  it('win over the file', async () => {
    const config = await load(smallFile(), { ...ENVIRONMENT, CF_SECRET_FILE: '/nowhere' });
    expect(config.studios['acme']?.creativeForce.clientSecret).toBe('cf-secret-value');
  });

  it('become a number where a number is asked for', async () => {
    const config = await load(smallFile({ rest: 'receiver: { port: "${PORT}" }' }), { ...ENVIRONMENT, PORT: '9000' });
    expect(config.receiver.port).toBe(9000);
  });

  it('stay text where text is asked for', async () => {
    const config = await load(smallFile(), { ...ENVIRONMENT, CF_SECRET: '0123456' });
    expect(config.studios['acme']?.creativeForce.clientSecret).toBe('0123456');
  });

  it('are not searched for further references', async () => {
    const config = await load(smallFile(), { ...ENVIRONMENT, CF_SECRET: 'a${CELTRA_SECRET}' });
    expect(config.studios['acme']?.creativeForce.clientSecret).toBe('a${CELTRA_SECRET}');
  });

  it('leave $${ and {{ }} alone', async () => {
    const config = await load(smallFile({ celtra: '      caller: "$${X} {{ y }} $5"' }));
    expect(config.studios['acme']?.celtra.caller).toBe('${X} {{ y }} $5');
  });

  it.each([
    ['is not set', {}, 'the environment variable CF_SECRET is not set; set it, or let CF_SECRET_FILE name a file'],
    ['is empty', { CF_SECRET: '' }, 'the environment variable CF_SECRET is empty; set it'],
    ['names no file', { CF_SECRET_FILE: '/no' }, 'the file /no, named by CF_SECRET_FILE, cannot be read (ENOENT)'],
    ['names an empty file', { CF_SECRET_FILE: '/empty' }, 'the file /empty, named by CF_SECRET_FILE, is empty'],
  ])('are missed where the variable %s', async (_what, environment, message) => {
    const faults = await faultLines(smallFile(), { CELTRA_SECRET: 'x', ...environment }, { '/empty': '\n' });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(`extpost.yaml:5:21 studios.acme.creativeForce.clientSecret: ${message}`);
  });

  it.each(['${not-a-name}', '${}', 'a ${UNFINISHED'])('are not taken from the broken reference %s', async (written) => {
    const [fault] = await faultLines(smallFile({ celtra: `      caller: "${written}"` }));
    expect(fault).toContain(':9:15 studios.acme.celtra.caller: holds a broken reference; write ${NAME}');
  });

  it('are shown by name, never by value, when they are wrong', async () => {
    const faults = await faultLines(smallFile({ studio: '    reviewWindow: ${CF_SECRET}' }));
    expect(faults).toEqual([
      'extpost.yaml:9:19 studios.acme.reviewWindow: "${CF_SECRET}" (filled in) is not a duration; write it like 500ms, 30s, 5m or 14d',
    ]);
  });

  it('are not shown by the fault of a template either', async () => {
    const recipes =
      '\n      - { name: a, celtra: { filters: { folder: { id: [a] } } }, match: { expected: "{{ ${CF_SECRET}", output: b } }';
    const faults = await faultLines(smallFile({ recipes }));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain('is not a Liquid template');
    expect(faults[0]).not.toContain('cf-secret-value');
  });
});

describe('secrets', () => {
  it.each([
    ['clientSecret', smallFile().replace('${CF_SECRET}', 'hunter2')],
    ['secretKey', smallFile().replace('${CELTRA_SECRET}', 'hunter2')],
    ['secretKey', smallFile().replace('${CELTRA_SECRET}', '1202')],
    ['secretKey', smallFile().replace('${CELTRA_SECRET}', 'hunter2${CELTRA_SECRET}')],
    ['webhookSecrets[0]', smallFile({ creativeForce: '      webhookSecrets: [hunter2]' })],
    [
      'secretKey',
      smallFile({ creativeForce: '      pathSegment: &alias hunter2' }).replace('${CELTRA_SECRET}', '*alias'),
    ],
  ])('must not stand in the file as %s', async (name, source) => {
    const faults = await faultLines(source);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(`${name}: a secret must not be in the file; write \${NAME} and set NAME`);
    expect(faults[0]).not.toMatch(/hunter2|1202/);
  });
});
