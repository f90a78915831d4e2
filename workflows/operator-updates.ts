import { setHandler } from '@temporalio/workflow';

import { latestApplied, revisionOf, staleReason, type OperatorAction } from '../domain/operator/operator-action';
import { steps, type Decisions } from '../domain/operator/decisions';
import { formatTime } from '../domain/shared/text';
import {
  abandonUpdate,
  cancelNoticeSignal,
  deliverFileUpdate,
  replaceRecipeUpdate,
  resumeUpdate,
  skipOutputUpdate,
  useOutputUpdate,
  type OperatorRequest,
  type DeliverFileRequest,
  type SkipOutputRequest,
  type UseOutputRequest,
  type ReplaceRecipeRequest,
  type ResumeRequest,
} from './messages';
import { isRecipe, isText, mayAct, mayBeRead, mayDecide, named, refuse, wanted } from './operator-checks';
import type { Word } from './task-inbox';
import type { TaskStory } from './task-story';

/**
 * What people can do to a task, from the Web UI or the command line. Validators are synchronous; the same act said twice is
 * done once. A decision about files counts at once, whatever the task is doing; an act on a parked task lets it go on.
 */
export function takeUpdates(story: TaskStory): void {
  const { inbox } = story;

  const note = (act: OperatorAction): void => {
    inbox.note(act);
    story.showActs();
  };

  /** Lets a decision count, unless its author has not seen what others have decided since. */
  const count = (act: OperatorAction, { expectedRevision }: OperatorRequest, apply: () => void): void => {
    const stale = staleReason(inbox.acts, expectedRevision);
    if (stale !== undefined) {
      note({ ...act, rejectedReason: stale });
      refuse(`${stale} Look at the task again, and then decide.`);
    }
    apply();
    note({ ...act, revision: revisionOf(inbox.acts) + 1 });
  };

  /** Writes a decision about files down and lets it count. What holds already is only answered. */
  const decide = (
    request: OperatorRequest,
    { kind, expectedKey: about, what }: Pick<OperatorAction, 'kind' | 'expectedKey' | 'what'>,
    change: { readonly isSaid: boolean; readonly to: Partial<Decisions> },
  ): string => {
    const { by, reason } = request;
    const act: OperatorAction = {
      kind,
      by,
      reason,
      at: new Date().toISOString(),
      what,
      ...(about !== undefined && { expectedKey: about }),
    };
    const before = latestApplied(inbox.acts, act);
    if (change.isSaid) {
      if (before !== undefined && before.by !== by) note({ ...act, what: `${what}, as ${before.by} had said` });
      return `${what} already.`;
    }
    count(act, request, () => {
      inbox.decide(change.to);
      if (story.isParked && !inbox.hasWord) inbox.say({ by, force: false });
      story.plan.forget();
    });
    return before === undefined ? `${what}.` : `${what}. Before, ${before.by} had said: ${before.what}.`;
  };

  setHandler(
    resumeUpdate,
    (request) => {
      const { by, reason, from, force = false } = request;
      const act: OperatorAction = {
        kind: 'resume',
        by,
        reason,
        at: new Date().toISOString(),
        what: resumed({ from, force }),
      };
      const pending = inbox.pendingResume;
      if (pending?.from === from && pending?.force === force) {
        if (pending.by === by) return `${act.what} by ${by}.`;
        note({ ...act, what: `${act.what}, as ${pending.by} had just done` });
        return `${pending.by} resumed it a moment before; it goes on.`;
      }
      count(act, request, () => {
        inbox.say({ by, from, force, isResume: true });
        // The same recipes again where what was rendered is kept; else those of today.
        if (from !== 'deliver' && from !== 'submit') story.plan.forget();
      });
      return `${act.what} by ${by}.`;
    },
    {
      validator: (request: ResumeRequest) => {
        mayAct(story, request);
        if (request.from !== undefined && !steps.includes(request.from)) {
          refuse(`There is no step "${request.from}"; there are ${steps.join(', ')}.`);
        }
        if (!story.isParked)
          refuse(`The task does not wait for anybody: it is in "${story.stage}"${since(story, request)}.`);
      },
      description:
        'Go on with a task that needs attention: {"by": "your name", "reason": "what was done"}. Optional: "from": "brief" | "export" | "deliver" | "submit" keeps what was made before that step; "force": true sends the very bytes that were rejected.',
    },
  );

  setHandler(
    replaceRecipeUpdate,
    (request) => {
      const { recipe } = request;
      const name = typeof recipe === 'string' ? recipe : recipe.name;
      const isSaid = JSON.stringify(inbox.decisions.recipe) === JSON.stringify(recipe);
      const what = `Recipe ${name} is used for every output`;
      return decide(request, { kind: 'replace recipe', what }, { isSaid, to: { recipe } });
    },
    {
      validator: (request: ReplaceRecipeRequest) => {
        mayDecide(story, request);
        if (!isRecipe(request.recipe)) {
          refuse(
            '"recipe" is neither the name of a configured recipe nor a whole one with name, celtra.filters and match.',
          );
        }
      },
      description:
        'Use another recipe for the whole task: {"by": "your name", "recipe": "spring-social"}; a whole recipe as in extpost.yaml, as JSON, works too. Its "when" does not count.',
    },
  );

  setHandler(
    useOutputUpdate,
    (request) => {
      const { expectedKey: about, label } = wanted(story, request.expected);
      const { outputId } = request;
      const { outputs, skipped, files } = without(inbox.decisions, about);
      const isSaid = inbox.decisions.outputs[about] === outputId;
      const what = `${label} gets Celtra output ${outputId}`;
      const to = { skipped, files, outputs: { ...outputs, [about]: outputId } };
      return decide(request, { kind: 'use output', expectedKey: about, what }, { isSaid, to });
    },
    {
      validator: (request: UseOutputRequest) => {
        mayDecide(story, request);
        wanted(story, request.expected);
        if (!isText(request.outputId)) refuse('"outputId" is the id of a Celtra output.');
      },
      description:
        'Give an expected output this Celtra output: {"by": "your name", "expected": "Front, Feed", "outputId": "…"}. "expected" is its label, file name or key.',
    },
  );

  setHandler(
    skipOutputUpdate,
    (request) => {
      const { expectedKey: about, label } = wanted(story, request.expected);
      const { outputs, skipped, files } = without(inbox.decisions, about);
      const isSaid = inbox.decisions.skipped.includes(about);
      const to = { outputs, files, skipped: [...skipped, about] };
      return decide(
        request,
        { kind: 'skip output', expectedKey: about, what: `${label} is not delivered` },
        { isSaid, to },
      );
    },
    {
      validator: (request: SkipOutputRequest) => {
        mayDecide(story, request);
        wanted(story, request.expected);
      },
      description:
        'Leave an expected output out: {"by": "your name", "reason": "…", "expected": "Front, Feed"}. Creative Force may want all outputs, though.',
    },
  );

  setHandler(
    deliverFileUpdate,
    (request) => {
      const { expectedKey: about, label } = wanted(story, request.expected);
      const { url, sealedUrl } = request;
      const { outputs, skipped, files } = without(inbox.decisions, about);
      const before = inbox.decisions.files[about];
      const isSaid = before !== undefined && before.url === url && before.sealedUrl === sealedUrl;
      const to = { outputs, skipped, files: { ...files, [about]: { url, sealedUrl } } };
      const what = `${label} gets a file that was supplied`;
      return decide(request, { kind: 'deliver file', expectedKey: about, what }, { isSaid, to });
    },
    {
      validator: (request: DeliverFileRequest) => {
        mayDecide(story, request);
        wanted(story, request.expected);
        const { url, sealedUrl } = request;
        if (isText(url) === isText(sealedUrl)) refuse('Give either "url" or "sealedUrl".');
        if (isText(url)) mayBeRead(url);
      },
      description:
        'Deliver a file of your own for an expected output: {"by": "your name", "expected": "Front, Feed", "url": "https://…"}. For an address with a signature use `extpost task deliver-file`, which seals it.',
    },
  );

  setHandler(
    abandonUpdate,
    (request) => {
      const { by, reason } = request;
      const act: OperatorAction = { kind: 'abandon', by, reason, at: new Date().toISOString(), what: 'Given up' };
      const { abandoned = act } = inbox;
      if (inbox.abandoned === undefined) {
        count(act, request, () => {
          inbox.abandoned = act;
        });
        story.abandon();
      } else if (abandoned.by !== by) {
        note({ ...act, what: `Given up, as ${abandoned.by} had just done` });
      }
      return `Given up by ${abandoned.by}. The sweep will not start it again.`;
    },
    {
      validator: named,
      description:
        'Give the task up: {"by": "your name", "reason": "…"}. What was submitted stays; nothing more is sent, and the sweep does not start it again.',
    },
  );

  setHandler(
    cancelNoticeSignal,
    ({ by, reason }) => {
      note({ kind: 'cancel', by, reason, at: new Date().toISOString(), what: 'Cancelled' });
    },
    { description: 'Says who cancels the task and why; the command line sends it right before the cancel itself.' },
  );
}

function resumed({ from, force }: Pick<Word, 'from' | 'force'>): string {
  return ['Resumed', from && `from ${from}`, force && 'with force'].filter(Boolean).join(' ');
}

/** Who has let the task go on since its status was seen by whoever wanted to do the same. */
function since({ inbox: { acts } }: TaskStory, { expectedRevision }: OperatorRequest): string {
  const last = acts.findLast(({ revision }) => revision !== undefined);
  if (last?.revision === undefined || expectedRevision === undefined || last.revision <= expectedRevision) return '';
  return `, because ${last.by} let it go on at ${formatTime(Date.parse(last.at))}`;
}

/** What people decided, but for this expected output. */
function without(
  { outputs, skipped, files }: Decisions,
  key: string,
): Pick<Decisions, 'outputs' | 'skipped' | 'files'> {
  const others = <Value>(values: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> =>
    Object.fromEntries(Object.entries(values).filter(([one]) => one !== key));
  return { outputs: others(outputs), skipped: skipped.filter((one) => one !== key), files: others(files) };
}
