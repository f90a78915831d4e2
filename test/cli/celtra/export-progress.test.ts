import { PassThrough } from 'node:stream';
import type { WriteStream } from 'node:tty';

import { createExportProgress } from '../../../cli/celtra/export-progress';

/** What is drawn on a terminal of 80 columns. */
function terminal(): { readonly out: WriteStream; readonly drawn: () => string } {
  const out = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 24 });
  return { out: out as unknown as WriteStream, drawn: () => String(out.read() ?? '') };
}

describe('The progress of an export on a terminal', () => {
  it('is a bar with its count for what is rendered and one for what is fetched', () => {
    const { out, drawn } = terminal();
    const progress = createExportProgress(out);
    progress.rendered(3, 4);
    progress.fetched(0, 8, 0);
    const shown = drawn();
    expect(shown).toContain(`${'█'.repeat(18)}${'░'.repeat(6)} 3 of 4 outputs rendered`);
    expect(shown).toContain(`${'░'.repeat(24)} 0 of 8 files fetched, 0 bytes`);
  });

  it('is empty where there is nothing to fetch', () => {
    const { out, drawn } = terminal();
    createExportProgress(out).fetched(0, 0, 0);
    expect(drawn()).toContain(`${'░'.repeat(24)} 0 of 0 files fetched`);
  });
});
