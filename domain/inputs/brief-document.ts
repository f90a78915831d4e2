import type { ShotOutput } from '../task/expected-output';
import { expectedOutputLabel } from '../task/output-label';
import { specOf, type TaskFacts } from '../task/task-facts';
import type { Annotation, OutputSpec, Shot, Specification } from '../task/task';
import type { WantedInput } from './wanted-inputs';
import { markdownText } from '../shared/markdown';
import { bullets, formatTime, pixelsText } from '../shared/text';

export interface BriefFile {
  readonly input: WantedInput;
  /** Its path relative to the brief; absent when it could not be fetched. */
  readonly name?: string | undefined;
  readonly why?: string | undefined;
}

export interface BriefContent {
  readonly facts: TaskFacts;
  /** Absent when the studio's role has no permission to read them. */
  readonly annotations?: readonly Annotation[] | undefined;
  readonly files: readonly BriefFile[];
  /** Absent when no recipe names texts. */
  readonly texts?: BriefTexts | undefined;
}

/** Texts of the creatives that Celtra has for a task. */
export interface BriefTexts {
  readonly found: readonly {
    /** The expected output. */
    readonly label: string;
    readonly creative: string;
    readonly texts: Readonly<Record<string, string>>;
  }[];
  /** Why they could not be read. */
  readonly why?: string | undefined;
}

/** A task's brief for designers, as one Markdown page. Texts from Creative Force are quoted unchanged. */
export function briefDocument({ facts, annotations, files, texts }: BriefContent): string {
  const { task } = facts;
  const notes = annotations ?? [];
  const shots = task.shots.map((shot) => shotSection(facts, shot, notes, files));
  const ofTask = notes.filter(({ shotId }) => !task.shots.some((shot) => shot.shotId === shotId));
  const references = files.filter(({ input }) => input.folder === 'references');
  const missing = files.filter(({ name }) => name === undefined);
  return [
    `# ${title(facts)}`,
    bullets(headFacts(facts)),
    ...shots,
    ...(ofTask.length > 0 ? ['## Notes on the task', notesList(facts, ofTask)] : []),
    ...(annotations === undefined
      ? ['> The studio’s role may not read annotations, so instructions and rejection notes are unknown here.']
      : []),
    ...styleGuideSection(facts),
    ...(texts === undefined ? [] : textsSection(texts)),
    ...(references.length > 0 ? ['## References', bullets(references.map(fileLine))] : []),
    ...(missing.length > 0 ? ['## Not here', bullets(missing.map(missingLine))] : []),
  ]
    .join('\n\n')
    .concat('\n');
}

function title({ studio, task, product, project }: TaskFacts): string {
  const what = [product?.code ?? task.product?.code ?? project?.code, product?.name ?? project?.name];
  return `${markdownText([studio, ...what].filter((part) => part !== undefined).join(' · '))}: brief`;
}

function headFacts({ task, job, project, deliverables }: TaskFacts): string[] {
  const { styleGuide, workspace, deadline } = task;
  return [
    `Task \`${task.taskId}\`, ${task.contentCreationType}, ${markdownText(task.statusText)}`,
    ...(deadline === undefined ? [] : [`**Deadline ${formatTime(deadline)}**`]),
    ...fact('Workspace', workspace.name ?? workspace.id),
    ...fact('Job', [job?.code ?? task.job?.code, job?.name].filter(Boolean).join(', ')),
    ...fact('Product', [task.product?.code, task.product?.cfCode].filter(Boolean).join(', ')),
    ...fact('Project', [project?.code, project?.name].filter(Boolean).join(', ')),
    ...(deliverables ?? []).flatMap(({ code, name }) =>
      fact('Deliverable', [code, name].filter((part) => part !== undefined).join(', ')),
    ),
    ...fact('Style guide', styleGuide?.name),
  ];
}

function fact(name: string, value: string | undefined): string[] {
  return value === undefined || value === '' ? [] : [`${name}: ${markdownText(value)}`];
}

function shotSection(facts: TaskFacts, shot: Shot, notes: readonly Annotation[], files: readonly BriefFile[]): string {
  const position = shot.position ?? shot.shotId;
  const own = files.filter(({ input }) => input.position === position && input.folder !== 'references');
  const ofShot = notes.filter(({ shotId }) => shotId === shot.shotId);
  return [
    `## ${markdownText(position)}${shot.isHero === true ? ' (hero)' : ''}`,
    ...(own.length > 0 ? [bullets(own.map(fileLine))] : []),
    ...(shot.expectedOutputs.length > 0 ? [outputTable(facts, shot)] : []),
    ...(ofShot.length > 0 ? [notesList(facts, ofShot)] : []),
  ].join('\n\n');
}

const columns: readonly (readonly [
  head: string,
  cell: (output: ShotOutput, spec: OutputSpec | undefined) => string,
])[] = [
  ['wanted', (output, spec) => markdownText(spec?.name ?? output.expected.variantName ?? 'one file')],
  ['file name', ({ expected }) => code(expected.name ?? '')],
  ['format', (_, spec) => markdownText(spec?.extension ?? '')],
  ['pixels', (_, spec) => pixelsText(spec)],
  ['dpi', (_, spec) => String(spec?.dpi ?? '')],
  ['colour profile', (_, spec) => markdownText(spec?.colorProfile ?? '')],
  ['bits', (_, spec) => String(spec?.bitsPerChannel ?? '')],
  ['background', (_, spec) => markdownText(spec?.backgroundColor ?? '')],
  ['at most', (_, spec) => (spec?.maxBytes === undefined ? '' : `${spec.maxBytes.toLocaleString('en')} bytes`)],
  ['specification', ({ expected }) => markdownText(specificationText(expected.specification))],
  [
    'returned',
    ({ expected }) => (expected.isRejected === true ? 'rejected' : expected.assetId === undefined ? '' : 'yes'),
  ],
];

/** One row per expected output; empty columns are left out. */
function outputTable(facts: TaskFacts, shot: Shot): string {
  const rows = shot.expectedOutputs.map((expected) => {
    const output = { shot, expected };
    const spec = specOf(facts, output);
    return columns.map(([, cell]) => cell(output, spec));
  });
  const shown = columns.map((_, index) => index).filter((index) => rows.some((row) => row[index] !== ''));
  const line = (cells: readonly (string | undefined)[]): string =>
    `| ${shown.map((index) => cells[index] ?? '').join(' | ')} |`;
  return [line(columns.map(([head]) => head)), line(columns.map(() => '---')), ...rows.map(line)].join('\n');
}

function specificationText(specification: Specification | undefined): string {
  if (specification === undefined) return '';
  const { id, name } = specification;
  return name === undefined || name === id ? id : `${id} (${name})`;
}

function notesList(facts: TaskFacts, notes: readonly Annotation[]): string {
  return notes
    .map((note) => {
      const about = labelOf(facts, note);
      const what = { instruction: 'Instruction', rejection: 'Rejected', other: 'Note' }[note.kind];
      return `**${what}${about === undefined ? '' : `, ${markdownText(about)}`}**\n\n${quoted(note.comment ?? 'No text; see the marks in Creative Force.')}`;
    })
    .join('\n\n');
}

function labelOf(facts: TaskFacts, { shotId, specId, variant }: Annotation): string | undefined {
  if (specId === undefined) return undefined;
  const shot = facts.task.shots.find((each) => each.shotId === shotId);
  const expected = shot?.expectedOutputs.find(
    (each) => each.specId === specId && (variant === undefined || each.variant === variant),
  );
  if (shot === undefined || expected === undefined) return undefined;
  return expectedOutputLabel(facts, { shot, expected });
}

function styleGuideSection({ task }: TaskFacts): string[] {
  const { styleGuide } = task;
  if (styleGuide === undefined) return [];
  const here = new Set(task.shots.map(({ position }) => position));
  const positions = (styleGuide.positions ?? []).filter(({ name, text }) => here.has(name) && text !== undefined);
  const properties = Object.entries(styleGuide.properties ?? {}).map(
    ([name, value]) => `${markdownText(name)}: ${markdownText(String(value))}`,
  );
  const parts = [
    ...(styleGuide.text === undefined ? [] : [quoted(styleGuide.text)]),
    ...(properties.length > 0 ? [bullets(properties)] : []),
    ...positions.map(({ name, text = '' }) => `### ${markdownText(name)}\n\n${quoted(text)}`),
  ];
  return parts.length === 0
    ? []
    : [`## Style guide${styleGuide.name === undefined ? '' : `: ${markdownText(styleGuide.name)}`}`, ...parts];
}

function textsSection({ found, why }: BriefTexts): string[] {
  if (why !== undefined) return ['## Texts in Celtra', `> They could not be read: ${markdownText(why)}`];
  const lines = found.flatMap(({ label, creative, texts }) =>
    Object.entries(texts).map(([name, text]) => markdownText(`${label} (${creative}), ${name}: ${text}`)),
  );
  return lines.length === 0 ? [] : ['## Texts in Celtra', bullets(lines)];
}

function fileLine({ input, name, why }: BriefFile): string {
  const what = input.role === 'input' ? 'picture' : input.role;
  if (name === undefined) return `${what}: not here, ${markdownText(why ?? 'no reason given')}`;
  const target = name.split('/').map(encodeURIComponent).join('/');
  return `${what}: [${markdownText(name)}](${target})`;
}

function missingLine({ input, why }: BriefFile): string {
  const what = input.fileName ?? `${input.role} ${input.id}`;
  return `${markdownText([what, input.position].filter((part) => part !== undefined).join(', '))}: ${markdownText(why ?? 'no reason given')}`;
}

/** Quotes foreign Markdown, so that it cannot change the structure of our page. */
function quoted(text: string): string {
  return text
    .trim()
    .split(/\r?\n/)
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
}

/** Formats a name as inline code, to be copied unchanged. */
function code(text: string): string {
  return text === '' ? '' : `\`${text.replace(/\s+/g, ' ').replaceAll('`', "'").replaceAll('|', '\\|')}\``;
}
