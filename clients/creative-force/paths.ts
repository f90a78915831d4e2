import type { ContentCreationType } from '../../domain/task/task';

/** The calls whose path a studio's settings can name (docs/reference/creative-force.md#endpoints). */
export type PathName = keyof typeof paths;

const SEGMENT = '{segment}';

/** Path templates relative to the base; `{segment}` is `pathSegment`. Those that differ by flavour get `/editorial` in front. */
const paths = {
  listing: { template: `/${SEGMENT}/tasks`, hasFlavours: true },
  task: { template: `/${SEGMENT}/tasks/{taskId}`, hasFlavours: true },
  annotations: { template: `/${SEGMENT}/tasks/{taskId}/annotation`, hasFlavours: true },
  start: { template: `/${SEGMENT}/tasks/{taskId}/start`, hasFlavours: true },
  submit: { template: `/${SEGMENT}/tasks/{taskId}/submit-assets`, hasFlavours: true },
  assets: { template: '/assets/bulk-get-assets', hasFlavours: false },
  files: { template: '/files/bulk-get-files', hasFlavours: false },
  specs: { template: '/specs/bulk-get-specs', hasFlavours: true },
  uploadAddresses: { template: '/assets/get-presigned-url', hasFlavours: false },
  job: { template: '/jobs/{jobId}', hasFlavours: false },
  product: { template: '/products/{productId}', hasFlavours: false },
  project: { template: '/editorial/projects/{projectId}', hasFlavours: false },
  deliverable: { template: '/editorial/deliverables/{deliverableId}', hasFlavours: false },
} as const;

const DEFAULT_SEGMENT = 'extpost';
/** The guide's other spellings, tried after a 404 (docs/reference/creative-force.md#listing-path). */
const otherSpellings: Partial<Record<PathName, string>> = { listing: 'expost', submit: 'export' };

export interface PathSettings {
  /** The path segment of the task calls, default `extpost` (docs/reference/creative-force.md#endpoints). */
  readonly pathSegment?: string | undefined;
  /** The segment of the listing, default `pathSegment` (docs/reference/creative-force.md#listing-path). */
  readonly listingSegment?: string | undefined;
  /** Whole paths by call, as templates: `/export/tasks/{taskId}/submit-assets`. They go before the segments. */
  readonly paths?: Readonly<Partial<Record<PathName, string | undefined>>> | undefined;
}

/** The paths of a call, best first: the configured one alone, or the default and the guide's other spelling. */
export function pathsOf(name: PathName, settings: PathSettings, flavour: ContentCreationType = 'ecom'): string[] {
  const { template, hasFlavours } = paths[name];
  const prefix = hasFlavours ? prefixOf(flavour) : '';
  const configured = settings.paths?.[name];
  if (configured !== undefined) return [prefix + configured];
  const { pathSegment = DEFAULT_SEGMENT, listingSegment } = settings;
  const segment = name === 'listing' ? (listingSegment ?? pathSegment) : pathSegment;
  const isChosen = segment !== DEFAULT_SEGMENT || (name === 'listing' && listingSegment !== undefined);
  const other = isChosen ? undefined : otherSpellings[name];
  return [segment, ...(other === undefined ? [] : [other])].map((one) => prefix + template.replace(SEGMENT, one));
}

/** The best path of a call. */
export function pathOf(name: PathName, settings: PathSettings, flavour?: ContentCreationType): string {
  return pathsOf(name, settings, flavour)[0] ?? '';
}

/** Editorial has its own paths only for tasks and specs (docs/reference/creative-force.md#flavours). */
function prefixOf(type: ContentCreationType): string {
  return type === 'editorial' ? '/editorial' : '';
}
