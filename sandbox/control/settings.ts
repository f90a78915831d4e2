import { z } from 'zod';
import { celtraSettings } from '../celtra/options';
import { creativeForceSettings } from '../creative-force/options';
import { forbiddenPart } from '../creative-force/redirect-rules';
import { webhookSettings } from '../creative-force/webhook-options';
import { daySettings, runningDaySettings } from '../day/options';
import { storeSettings } from '../object-store/options';
import type { World } from '../world';

const sections = z.strictObject({
  creativeForce: creativeForceSettings,
  webhooks: webhookSettings,
  store: storeSettings,
  celtra: celtraSettings,
  day: daySettings,
});
const sectionNames = ['creativeForce', 'webhooks', 'store', 'celtra', 'day'] as const;
type SectionName = (typeof sectionNames)[number];

const change = z.strictObject({
  creativeForce: z.looseObject({}).optional(),
  webhooks: z.looseObject({}).optional(),
  store: z.looseObject({}).optional(),
  celtra: z.looseObject({}).optional(),
  // The rest of the day is written when the sandbox starts.
  day: runningDaySettings.partial().optional(),
});

/** Every knob as it stands, by room. Counts that are spent stand at what is left. */
export function currentSettings({ settings }: World): Record<SectionName, unknown> {
  const { creativeForce, webhooks, store, celtra, day } = settings;
  return { creativeForce, webhooks, store, celtra, day };
}

/**
 * Turns knobs in the running sandbox: all of the change or, when anything in it is wrong, nothing. Objects within a
 * knob (by studio, by state) are merged; everything else is replaced. Throws a ZodError with paths such as `creativeForce.md5Format`.
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
  // The rooms' objects stay the same ones: the services hold on to them.
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
