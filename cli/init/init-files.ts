import { stringify } from 'yaml';

import { shellCommand } from '../../domain/shared/shell';

/** What a first configuration needs to know. Contains secrets. */
export interface InitAnswers {
  readonly studio: string;
  readonly namespace: string;
  /** Absent: Temporal's own settings in the environment. */
  readonly temporalAddress?: string | undefined;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly vendorId?: string | undefined;
  readonly webhookSecret?: string | undefined;
  readonly celtraAppId: string;
  readonly celtraSecret: string;
  /** Other addresses than those of Creative Force and Celtra. */
  readonly creativeForceUrl?: string | undefined;
  readonly tokenUrl?: string | undefined;
  readonly celtraUrl?: string | undefined;
}

/** A secret, the variable by which the configuration names it, and its file. */
export interface SecretFile {
  readonly variable: string;
  readonly fileName: string;
  readonly value: string;
}

/** The secrets of a studio, each for a file of its own. */
export function secretFiles(answers: InitAnswers): readonly SecretFile[] {
  const { studio, clientSecret, webhookSecret, celtraSecret } = answers;
  const values = [
    ['CF_CLIENT_SECRET', clientSecret],
    ['CF_WEBHOOK_SECRET', webhookSecret],
    ['CELTRA_SECRET', celtraSecret],
  ] as const;
  return values.flatMap(([name, value]) => {
    if (value === undefined) return [];
    const variable = secretVariable(studio, name);
    return [{ variable, fileName: variable.toLowerCase(), value }];
  });
}

/** The variable that holds a secret of a studio, such as `ACME_CF_CLIENT_SECRET`. */
export function secretVariable(studio: string, name: string): string {
  return `${studio.replaceAll(/\W/g, '_').toUpperCase()}_${name}`;
}

/** The text of a first `extpost.yaml`: no secret, and one example of a recipe to change. */
export function configText(answers: InitAnswers): string {
  const { studio, namespace, temporalAddress, clientId, vendorId, celtraAppId } = answers;
  const variable = (name: string): string => `\${${secretVariable(studio, name)}}`;
  const { creativeForceUrl, tokenUrl, celtraUrl, webhookSecret } = answers;
  const content = {
    temporal: { ...(temporalAddress !== undefined && { address: temporalAddress }), namespace },
    studios: {
      [studio]: {
        creativeForce: {
          ...(creativeForceUrl !== undefined && { baseUrl: creativeForceUrl }),
          ...(tokenUrl !== undefined && { tokenUrl }),
          clientId,
          clientSecret: variable('CF_CLIENT_SECRET'),
          ...(vendorId !== undefined && { vendorId }),
          ...(webhookSecret !== undefined && { webhookSecrets: [variable('CF_WEBHOOK_SECRET')] }),
        },
        celtra: {
          ...(celtraUrl !== undefined && { baseUrl: celtraUrl }),
          applicationId: celtraAppId,
          secretKey: variable('CELTRA_SECRET'),
        },
        recipes: [
          {
            name: 'by-position-and-size',
            celtra: {
              filters: {
                designFile: { id: ["{{ job.properties['Celtra project'] }}"] },
                output: { contentDimensionsByName: { Product: ['{{ product.code }}'] } },
              },
            },
            match: {
              expected: '{{ shot.position }}/{{ spec.name }}',
              output: '{{ output.contentDimensionsByName.Position }}/{{ output.mediaLineItemAttributesByName.Size }}',
            },
          },
        ],
      },
    },
  };
  const head = [
    '# Written by extpost init. Every key is explained in docs/reference/settings.md.',
    '# The recipe is an example: change it to how your designs are named, and try it with "extpost plan".',
  ];
  return `${head.join('\n')}\n${stringify(content, { lineWidth: 0 })}`;
}

/** Lines for a shell or an env_file that name the files of the secrets. */
export function environmentText(files: readonly SecretFile[], folder: string): string {
  return files
    .map(({ variable, fileName }) => `${variable}_FILE=${shellCommand([`${folder}/${fileName}`])}\n`)
    .join('');
}
