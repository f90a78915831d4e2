import { setHandler } from '@temporalio/workflow';

import { noteInWords, type RenderNote } from '../domain/render-note';
import { renderProgressSignal } from './messages';
import type { TaskStory } from './task-story';

/**
 * Lets the waits of this round tell how far they are, and shows it. A few signals at most: what every single look saw
 * stands under the pending activity, and costs no event.
 */
export function watchRenders(story: TaskStory, wanted: number): void {
  const notes = new Map<string, RenderNote>();
  setHandler(
    renderProgressSignal,
    (note) => {
      // A signal may arrive after the wait has ended.
      if (story.stage !== 'Export') return;
      notes.set(note.waitId, note);
      story.enter('Export', `Waiting for Celtra: ${noteInWords([...notes.values()], wanted)}`);
    },
    { description: 'How far Celtra is with the renders; sent by the activity that waits for them.' },
  );
}
