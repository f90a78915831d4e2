import type { Random } from '../random';
import type { SandboxCredentials, SandboxOptions } from '../options';
import type { StudioName } from '../studio-name';
import type { Preset, Studio } from './model';

/** The GUID of the custom property "Celtra project" where a studio's answers are keyed by GUID. It never changes. */
export const CELTRA_PROJECT_PROPERTY = '6f1e2a90-3b44-4c1d-9a52-7d0c5e8b1f24';

interface Profile {
  readonly name: StudioName;
  readonly title: string;
  readonly propertyKeys: 'name' | 'guid';
  readonly specification: { readonly id: string; readonly name: string };
  readonly presets: readonly Omit<Preset, 'specId'>[];
}

const feed = { name: 'Feed 1:1', width: 1080, height: 1080, extension: '.jpg', fileNamePart: 'feed' } as const;
const portrait = {
  name: 'Portrait 4:5',
  width: 1080,
  height: 1350,
  extension: '.jpg',
  fileNamePart: 'portrait',
} as const;
const story = { name: 'Story 9:16', width: 1080, height: 1920, extension: '.jpg', fileNamePart: 'story' } as const;
const banner = { name: 'Banner 3:1', width: 1200, height: 400, extension: '.png', fileNamePart: 'banner' } as const;

const profiles: readonly Profile[] = [
  {
    name: 'acme',
    title: 'Acme',
    propertyKeys: 'name',
    specification: { id: 'SPRING-SOCIAL', name: 'Spring social set' },
    presets: [feed, story, banner],
  },
  {
    name: 'nordlicht',
    title: 'Nordlicht',
    propertyKeys: 'guid',
    specification: { id: 'NORDLICHT-LAUNCH', name: 'Launch set' },
    presets: [feed, portrait, banner],
  },
];

/** The two studios with new ids and at least `presets` presets each; `credentials` overrides the random ones. */
export function createStudios(
  random: Random,
  credentials: SandboxOptions['credentials'] = {},
  presets: number | null = null,
): Studio[] {
  return profiles.map((profile) => ({
    ...profile,
    workspaceId: random.guid(),
    accountId: random.hex(8),
    folderId: random.hex(8),
    presets: {
      ecom: withIds(random, widened(profile.presets, presets)),
      editorial: withIds(random, widened(profile.presets, presets)),
    },
    credentials: { ...drawCredentials(random), ...credentials[profile.name] },
  }));
}

/**
 * A studio with a wide fan-out has further presets, each of a size of its own
 * (docs/reference/creative-force.md#fan-out).
 */
function widened(presets: Profile['presets'], wanted: number | null): Profile['presets'] {
  const further = Array.from({ length: Math.max(0, (wanted ?? 0) - presets.length) }, (_, index) => {
    const number = String(presets.length + index + 1).padStart(2, '0');
    return {
      name: `Variant ${number}`,
      width: 640,
      height: 400 + 10 * index,
      extension: '.jpg',
      fileNamePart: `v${number}`,
    } as const;
  });
  return [...presets, ...further];
}

function withIds(random: Random, presets: Profile['presets']): Preset[] {
  return presets.map((preset) => ({ ...preset, specId: random.guid() }));
}

function drawCredentials(random: Random): SandboxCredentials {
  return {
    clientId: random.guid(),
    clientSecret: random.hex(40),
    vendorId: random.guid(),
    // The real secret's format is Base64, and it is used as it is shown (docs/reference/creative-force.md#signature).
    webhookSecret: Buffer.from(random.hex(64), 'hex').toString('base64'),
    celtraApplicationId: random.hex(8),
    celtraSecretKey: random.hex(32),
  };
}
