import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const repository = path.resolve(__dirname, '../..');

/** Identifiers that version 0.1 had; the first column of a row is what took their place (docs/reference/glossary.md). */
const oldIdentifiers: Readonly<Record<string, string>> = {
  'TaskState, StatusReporter': 'TaskStory tellStory storyOf storyText',
  'RoundState, newRound, invalidateFrom': 'RoundMemory freshRound forgetFrom',
  'waitForAttention, WaitState, WakeReason': 'Parking Unparked PARKED waysOut waysOutOf WayOut wayOut waysToGoOn',
  'RecoveryWatch, recoveryWatches, retryUntilResolved': 'WatchForHealing untilHealed healedElsewhere whatHealsUpload',
  'cancelOnNews, cancelOnDecision, awaitOutcome': 'unlessTold unlessDecided untilKnown isCalledOff lastLook tidyUp',
  'takeResume, requestResume, receiveEvent': 'takeWord hearEvent sayResume',
  'OperatorAction, rejectedReason': 'Act ActResult ActOptions ActOnTask actLine actOnMany actOnOne runAct notDone',
  'assertCan…, lifecycle policy': 'mayAct mayDecide mayCorrect lifeOf LifeSettings settleMs',
  'Backoff, polls': 'Pace nextWait waitBefore lookOnce lookAtTask lookEveryMs onItsWayMs awayMs',
  SubmitAttempts: 'Sendings Sending sendPatiently notSent SentMeanwhile',
  'sideEffects, failureDetails': 'whatLeft LeftBehind leaveBehind findLeftBehind withLeft',
  'continue-as-new, …Snapshot': 'CarriedState CarriedRun carryOn Carried',
  'task-drift, recheckTask': 'worldMoves lookAgain',
  'auditWrite, notify, cancellation policy':
    'forGood peopleTold tellPeople Calling PeopleActivities createPeopleActivities',
  'report lost activities': 'tellOfLost TellOptions tellOf proveLife proofOfLife lifeAt UnderWay takeNotes noting',
  'Semaphore, withPermit': 'SharedBudget inTurn WAITING_FOR_ITS_TURN',
  'trigger, warning, notified': 'howItCame BegunBy BEGUN_BY begunBy tellUnlistedRuns TellUnlisted',
  'event log, webhook faults, scheduler': 'Chronicle ChronicleEntry Mishaps createMishaps Agenda createAgenda',
  'scenario defects, studio actions': 'Trouble TroubleKind troubleKinds troublesOf createPeople PersonalAct castRoles',
  'edit distance, conflicts, near match': 'slips slipsBetween rivals twin twins mendFileName MendedFileName',
  'settings of the sandbox': 'KnobOptions dayKnobs celtraKnobs creativeForceKnobs webhookKnobs storeKnobs canTurnKnobs',
  'answers, responses': 'OddAnswer anyAnswer openAnswer OpenAnswer JsonAnswer dressAnswer answerFault',
  'matching, explanation': 'groupMatching GroupMatching wholeMatching Leniency CandidateVerdict RecipeVerdict',
  'preflight, render polls': 'RenderMemory judgeRenders judgeConditions RenderRules nothingSeen findingsOf',
  'limits, MAX_…': 'MOST_RUNS MOST_TOLD MOST_AT_ONCE MOST_SLOTS MOST_ROWS MOST_CANDIDATES LONGEST_WAIT_MS AT_MOST_MS',
  'Celtra filters': 'HonouredRules faultsOfFilters faultsOfVersion TreeLook refusingFilter',
  'webhook counter': 'WebhookTally startTally',
  'external-post-task, the only workflow of a task':
    'VerdictOf01 awaitVerdictByTimers rulesOfBefore externalPostTaskOf01',
};

/** Words and phrases of version 0.1 in comments, messages and documents. */
const oldPhrases = [
  /\b(?:rooms|arrows)\b|\bof the house\b/i,
  /\bof before\b/,
  /\bcall(?:s|ed|ing)? off\b/i,
  /\b(?:mishaps?|agenda|rivals?|twins?|remarks?)\b/i,
  /\b(?:world-moves|carry-on|tell-of-lost|under-way|proof-of-life|how-it-came|unless-told|task-story|round-memory)\b/,
];

const generated = /^(\.git|node_modules|build|coverage|\.extpost)$/;
/** What tells of the past keeps its names; recordings hold what workflows said; third parties name their own packages. */
const excepted =
  /^(CHANGELOG\.md|docs\/decisions\/|test\/replay\/histories\/|package-lock\.json$|test\/conventions\/old-names)/;

function textFiles(folder = ''): { file: string; text: string }[] {
  return readdirSync(path.join(repository, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.posix.join(folder, entry.name);
    if (generated.test(entry.name) || excepted.test(file)) return [];
    if (entry.isDirectory()) return excepted.test(`${file}/`) ? [] : textFiles(file);
    return /\.(?:ts|js|mjs|json|jsonc|md|ya?ml)$|Dockerfile$/.test(file)
      ? [{ file, text: readFileSync(path.join(repository, file), 'utf8') }]
      : [];
  });
}

const files = textFiles();

function findLines(pattern: RegExp): string[] {
  return files.flatMap(({ file, text }) =>
    `${file}\n${text}`
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index}: ${line.trim().slice(0, 120)}`] : [])),
  );
}

describe('the names of version 0.1', () => {
  it('are looked for in all that is written', () => {
    expect(files.length).toBeGreaterThan(500);
    expect(findLines(/^export function externalPostTask\b|^export async function externalPostTask\b/)).not.toEqual([]);
  });

  it.each(Object.entries(oldIdentifiers))('do not stand beside %s', (_today, names) => {
    expect(findLines(new RegExp(`\\b(?:${names.split(' ').join('|')})\\b`))).toEqual([]);
  });

  it.each(oldPhrases)('are not used in text: %s', (phrase) => {
    expect(findLines(phrase)).toEqual([]);
  });
});
