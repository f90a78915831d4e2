import { z } from 'zod';
import { celtraSettings } from '../celtra/options';
import { creativeForceSettings } from '../creative-force/options';
import { forbiddenPart } from '../creative-force/redirect-rules';
import { webhookSettings } from '../creative-force/webhook-options';
import { daySettings, runningDaySettings } from '../day/options';
import { latencySettings } from '../latency';
import { storeSettings } from '../object-store/options';
import type { World } from '../world';

const sections = z.strictObject({
  creativeForce: creativeForceSettings,
  webhooks: webhookSettings,
  store: storeSettings,
  celtra: celtraSettings,
  latency: latencySettings,
  day: daySettings,
});
const sectionNames = ['creativeForce', 'webhooks', 'store', 'celtra', 'latency', 'day'] as const;
type SectionName = (typeof sectionNames)[number];

const change = z.strictObject({
  creativeForce: z.looseObject({}).optional(),
  webhooks: z.looseObject({}).optional(),
  store: z.looseObject({}).optional(),
  celtra: z.looseObject({}).optional(),
  latency: z.looseObject({}).optional(),
  // The rest of the day is fixed when the sandbox starts.
  day: runningDaySettings.partial().optional(),
});

/** The current settings by section. Settings that count down show what is left. */
export function currentSettings({ settings }: World): Record<SectionName, unknown> {
  const { creativeForce, webhooks, store, celtra, latency, day } = settings;
  return { creativeForce, webhooks, store, celtra, latency, day };
}

/**
 * Changes settings of the running sandbox: the whole change or, if anything in it is invalid, nothing. Objects within
 * a setting (by studio, by state) are merged; everything else is replaced. Throws a ZodError with paths such as
 * `creativeForce.md5Format`.
 */
export function changeSettings(world: World, asked: unknown): void {
  const patch = change.parse(asked);
  const before: Record<string, unknown> = currentSettings(world);
  const parsed = sections.parse(merge(before, patch));
  for (const [studio, uris] of Object.entries(parsed.creativeForce.redirectUris)) {
    for (const uri of uris) {
      const part = forbiddenPart(uri, parsed.creativeForce);
      if (part !== undefined) {
        const path = ['creativeForce', 'redirectUris', studio];
        throw new z.ZodError([
          { code: 'custom', input: uri, path, message: `A redirect address must not contain ${part}.` },
        ]);
      }
    }
  }
  // The services keep references to the section objects, so these are changed in place.
  for (const name of sectionNames) Object.assign(world.settings[name], parsed[name]);
}

function merge(before: unknown, patch: unknown): unknown {
  if (!isPlain(before) || !isPlain(patch)) return patch;
  const merged: Record<string, unknown> = { ...before };
  for (const [name, value] of Object.entries(patch)) {
    merged[name] = merge(before[name], value);
  }
  return merged;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
