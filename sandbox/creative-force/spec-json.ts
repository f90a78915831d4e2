import type { Preset } from '../day/model';

/** The colour profile of pictures that the sandbox draws and asks for. */
export const COLOUR_PROFILE = 'sRGB IEC61966-2.1';

/** One output of a preset (docs/reference/assumptions.md#spec). */
export function specJson(preset: Preset): Record<string, unknown> {
  return {
    specId: preset.specId,
    specName: preset.name,
    fileExtension: preset.extension,
    dpi: preset.extension === '.jpg' ? '72' : '0',
    colorProfileName: preset.extension === '.jpg' ? COLOUR_PROFILE : null,
    bitsPerChannel: 8,
    dimension: { width: preset.width, height: preset.height },
    backgroundColor: '',
    // 0 means "not asked for".
    maxFileLength: preset.extension === '.jpg' ? 5_000_000 : 0,
    cropping: { typeId: 0 },
  };
}
