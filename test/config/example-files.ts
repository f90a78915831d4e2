import type { ExtpostConfig } from '../../config';
import { ConfigError } from '../../config/load/config-error';
import { loadConfig } from '../../config/load/load-config';

export const ENVIRONMENT: NodeJS.ProcessEnv = { CF_SECRET: 'cf-secret-value', CELTRA_SECRET: 'celtra-secret-value' };

/** The smallest file that is accepted, with lines added at the end of the studio (6 spaces in, or 4) or of the file. */
export function smallFile({ creativeForce = '', celtra = '', studio = '', recipes = ' []', rest = '' } = {}): string {
  return [
    'studios:',
    '  acme:',
    '    creativeForce:',
    '      clientId: our-client',
    '      clientSecret: ${CF_SECRET}',
    creativeForce,
    '    celtra:',
    '      applicationId: our-app',
    '      secretKey: ${CELTRA_SECRET}',
    celtra,
    studio,
    `    recipes:${recipes}`,
    rest,
  ]
    .filter((line) => line !== '')
    .join('\n');
}

/** A file with one recipe, of which parts are given in YAML's flow style. */
export function fileWithRecipe({
  when = '{}',
  filters = '{ designFile: { id: [a] } }',
  rest = '',
  expected = '"x"',
  output = '"y"',
} = {}): string {
  const recipe = `{ name: one, when: ${when}, celtra: { filters: ${filters}${rest} }, match: { expected: ${expected}, output: ${output} } }`;
  return smallFile({ recipes: `\n      - ${recipe}` });
}

/** Loads a text as if it were `extpost.yaml`; other files are those given. */
export async function load(
  source: string,
  environment: NodeJS.ProcessEnv = ENVIRONMENT,
  files: Readonly<Record<string, string>> = {},
): Promise<ExtpostConfig> {
  const all: Readonly<Record<string, string>> = { 'extpost.yaml': source, ...files };
  return loadConfig({
    path: 'extpost.yaml',
    environment,
    readFile: (path) => {
      const content = all[path];
      if (content === undefined) return Promise.reject(Object.assign(new Error('missing'), { code: 'ENOENT' }));
      return Promise.resolve(content);
    },
  });
}

/** The faults of a text, one line each; fails when there are none. */
export async function faultLines(...parameters: Parameters<typeof load>): Promise<string[]> {
  const error: unknown = await load(...parameters).then(
    () => new Error('the file was accepted'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConfigError)) throw error;
  return error.message.split('\n');
}
