import { ApplicationFailure, setHandler } from '@temporalio/workflow';

import { findOutput, steps, type Act, type KnownOutput } from '../domain/decisions';
import type { Recipe } from '../domain/recipe';
import {
  abandonUpdate,
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
import type { TaskStory } from './task-story';

/** An https address that carries no credentials, no query and no fragment: nothing in it is a secret. */
const PLAIN_HTTPS = /^https:\/\/[^\s?#@]+$/i;

/**
 * What people can do to a task, from the Web UI or the command line. Validators are synchronous; the same act said twice is
 * done once. An act on a parked task lets it go on.
 */
export function takeUpdates(story: TaskStory): void {
  const { inbox } = story;

  /** Writes an act down and lets a waiting task go on; said again, it only answers. */
  const act = (kind: Act['kind'], request: OperatorRequest, what: string, isDoneAlready: boolean): string => {
    if (isDoneAlready) return `${what} already.`;
    inbox.note({ kind, by: request.by, reason: request.reason, at: new Date().toISOString(), what });
    if (story.isParked && !inbox.hasWord) inbox.say({ by: request.by, force: false });
    story.plan.forget();
    story.showActs();
    return `${what}.`;
  };

  setHandler(
    resumeUpdate,
    (request) => {
      if (inbox.hasWord) return 'It was resumed a moment before.';
      const { by, reason, from, force = false } = request;
      inbox.say({ by, from, force });
      // The same recipes again where what was rendered is kept; else those of today.
      if (from !== 'deliver' && from !== 'submit') story.plan.forget();
      const what = ['Resumed', from && `from ${from}`, force && 'with force'].filter(Boolean).join(' ');
      inbox.note({ kind: 'resume', by, reason, at: new Date().toISOString(), what });
      story.showActs();
      return `${what} by ${by}.`;
    },
    {
      validator: (request: ResumeRequest) => {
        named(request);
        if (request.from !== undefined && !steps.includes(request.from)) {
          refuse(`There is no step "${request.from}"; there are ${steps.join(', ')}.`);
        }
        if (!story.isParked) refuse(`The task does not wait for anybody: it is in "${story.stage}".`);
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
      const before = inbox.decisions.recipe;
      inbox.decisions = { ...inbox.decisions, recipe };
      return act(
        'replace recipe',
        request,
        `Recipe ${name} is used for every output`,
        JSON.stringify(before) === JSON.stringify(recipe),
      );
    },
    {
      validator: (request: ReplaceRecipeRequest) => {
        named(request);
        inWork(story);
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
      const { expectedKey, label } = wanted(story, request.expected);
      const { outputs, skipped, files } = inbox.decisions;
      const isDone = outputs[expectedKey] === request.outputId;
      inbox.decisions = {
        ...inbox.decisions,
        outputs: { ...outputs, [expectedKey]: request.outputId },
        skipped: skipped.filter((key) => key !== expectedKey),
        files: without(files, expectedKey),
      };
      return act('use output', request, `${label} gets Celtra output ${request.outputId}`, isDone);
    },
    {
      validator: (request: UseOutputRequest) => {
        named(request);
        inWork(story);
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
      const { expectedKey, label } = wanted(story, request.expected);
      const { outputs, skipped, files } = inbox.decisions;
      inbox.decisions = {
        ...inbox.decisions,
        outputs: without(outputs, expectedKey),
        skipped: [...skipped.filter((key) => key !== expectedKey), expectedKey],
        files: without(files, expectedKey),
      };
      return act('skip output', request, `${label} is not delivered`, skipped.includes(expectedKey));
    },
    {
      validator: (request: SkipOutputRequest) => {
        named(request);
        inWork(story);
        wanted(story, request.expected);
      },
      description:
        'Leave an expected output out: {"by": "your name", "reason": "…", "expected": "Front, Feed"}. Creative Force may want all outputs, though.',
    },
  );

  setHandler(
    deliverFileUpdate,
    (request) => {
      const { expectedKey, label } = wanted(story, request.expected);
      const { outputs, skipped, files } = inbox.decisions;
      const { url, sealedUrl } = request;
      const before = files[expectedKey];
      const isDone = before !== undefined && before.url === url && before.sealedUrl === sealedUrl;
      inbox.decisions = {
        ...inbox.decisions,
        outputs: without(outputs, expectedKey),
        skipped: skipped.filter((key) => key !== expectedKey),
        files: { ...files, [expectedKey]: { url, sealedUrl } },
      };
      return act('deliver file', request, `${label} gets a file that was supplied`, isDone);
    },
    {
      validator: (request: DeliverFileRequest) => {
        named(request);
        inWork(story);
        wanted(story, request.expected);
        const { url, sealedUrl } = request;
        if (isText(url) === isText(sealedUrl)) refuse('Give either "url" or "sealedUrl".');
        if (isText(url) && !PLAIN_HTTPS.test(url)) {
          refuse(
            'The address must begin with https:// and have no query, because it would stand readable in the history. For one with a signature use `extpost task deliver-file`, which seals it.',
          );
        }
      },
      description:
        'Deliver a file of your own for an expected output: {"by": "your name", "expected": "Front, Feed", "url": "https://…"}. For an address with a signature use `extpost task deliver-file`, which seals it.',
    },
  );

  setHandler(
    abandonUpdate,
    (request) => {
      const { by, reason } = request;
      if (inbox.abandoned === undefined) {
        const abandoned: Act = { kind: 'abandon', by, reason, at: new Date().toISOString(), what: 'Given up' };
        inbox.abandoned = abandoned;
        inbox.note(abandoned);
        story.abandon();
      }
      return `Given up by ${inbox.abandoned.by}. The sweep will not start it again.`;
    },
    {
      validator: named,
      description:
        'Give the task up: {"by": "your name", "reason": "…"}. What was submitted stays; nothing more is sent, and the sweep does not start it again.',
    },
  );
}

function named({ by, reason }: OperatorRequest): void {
  if (!isText(by)) refuse('Say who you are: "by" is your name.');
  if (reason !== undefined && typeof reason !== 'string') refuse('"reason" is a text.');
}

function inWork(story: TaskStory): void {
  if (!story.isInWork) refuse(`Nothing is being delivered: the task is in "${story.stage}".`);
}

function wanted(story: TaskStory, name: unknown): KnownOutput {
  const found = findOutput(story.known, isText(name) ? name : '');
  if ('refusal' in found) return refuse(found.refusal);
  return found;
}

function isRecipe(recipe: unknown): recipe is string | Recipe {
  if (isText(recipe)) return true;
  if (typeof recipe !== 'object' || recipe === null) return false;
  const { name, celtra, match } = recipe as Partial<Recipe>;
  return (
    isText(name) &&
    typeof celtra?.filters === 'object' &&
    typeof match?.expected === 'string' &&
    typeof match.output === 'string'
  );
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function without<Value>(values: Readonly<Record<string, Value>>, key: string): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries(values).filter(([one]) => one !== key));
}

function refuse(message: string): never {
  throw ApplicationFailure.nonRetryable(message);
}
