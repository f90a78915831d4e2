import type { Argument, Command, Option } from 'commander';

import { exitCodeHelp } from '../exit-codes';
import type { CommandHelp, HelpTable } from '../shared/command-help';

/** An option that so many commands have in the same words is described once. */
const COMMON_FROM = 2;
/** The page is a reference; `--help` shows all examples. */
const SHOWN_EXAMPLES = 1;
/** Their subcommands are listed without options: another document describes them. */
const SUMMARISED = 'extpost sandbox';
/** Of these the options are left to `--help` and their own document. */
const DESCRIBED_ELSEWHERE = 'extpost celtra ';

const INTRODUCTION = `# The command line: \`extpost\`

<!-- Written by npm run schema from the commands themselves. Change them, not this page. -->

From a clone, run \`npm run build\` and then \`node bin/extpost.js <command>\`; in the container image the command follows the image's name.
\`extpost <command> --help\` shows the same with more examples. Results are coloured
on a terminal; \`NO_COLOR\` and \`FORCE_COLOR\` decide otherwise.

A task is named by its studio and its id, four letters or more of the beginning of its id, its product's code or name, or the address of its page; a workflow id alone
does as well. A name that fits several tasks lists them. An expected output is named by its label (\`Front, Feed 1:1\` or \`Front/Feed 1:1\`),
its file name or its key. Filters instead of a task select all tasks that match: they are listed, and you are asked before anything is done.`;

const ENVIRONMENT = `## Environment

- \`EXTPOST_CONFIG\`: the configuration file, without \`--config\`
- each \`\${NAME}\` of \`extpost.yaml\`: \`NAME\`, or \`NAME_FILE\` with the name of a file that holds the value ([configuration](../configuration.md))
- \`TEMPORAL_ADDRESS\`, \`TEMPORAL_NAMESPACE\`, \`TEMPORAL_API_KEY\`, \`TEMPORAL_PROFILE\`: as Temporal's own tools read them
- \`NODE_EXTRA_CA_CERTS\`: a file with the certificates of an authority of your own (PEM), for every https connection of extpost
- \`EXTPOST_DEBUG\`: shows where an unexpected error came from`;

interface NamedCommand {
  readonly name: string;
  readonly command: Command;
}

/** Every command that does something, with its full name. */
export function leafCommands(command: Command, name = command.name()): readonly NamedCommand[] {
  if (command.commands.length === 0) return [{ name, command }];
  return command.commands.flatMap((child) => leafCommands(child, `${name} ${child.name()}`));
}

/** The page docs/reference/command-line.md, from the program itself. */
export function commandReference(program: Command, help: HelpTable): string {
  const leaves = leafCommands(program);
  const isSummarised = ({ name }: NamedCommand) => name.startsWith(`${SUMMARISED} `);
  const shown = leaves.filter((leaf) => !isSummarised(leaf));
  const common = commonOptions(shown.filter(({ name }) => !name.startsWith(DESCRIBED_ELSEWHERE)));
  return `${[
    INTRODUCTION,
    `## Exit codes\n\n${exitCodeRows().join('\n')}`,
    ENVIRONMENT,
    `## Common options\n\nOf several commands; \`--help\` shows which.\n\n${common.map(optionLine).join('\n')}`,
    ...shown.map((leaf) => commandSection(leaf, common, help[leaf.name])),
    `## \`${SUMMARISED}\`\n\nRuns and controls stand-ins for Creative Force and Celtra, in a clone only ([sandbox](../sandbox.md)). Subcommands: ${leaves
      .filter(isSummarised)
      .map(({ command }) => `\`${command.name()}\``)
      .join(', ')}.`,
  ].join('\n\n')}\n`;
}

function commandSection({ name, command }: NamedCommand, common: readonly Option[], help?: CommandHelp): string {
  const isCommon = (option: Option) => common.some((one) => isSame(one, option));
  const own = command.options.filter((option) => !isCommon(option));
  const words = [sentence(command.description().replaceAll('\n', ' ')), help?.notes].filter(Boolean).join(' ');
  return [
    `## \`${name}\``,
    escaped(words),
    '```\n' + [...usageLines(name, command), ...(help?.examples.slice(0, SHOWN_EXAMPLES) ?? [])].join('\n') + '\n```',
    ...(name.startsWith(DESCRIBED_ELSEWHERE)
      ? ['Its options are in `--help`, and in [Celtra](../celtra.md).']
      : own.length === 0
        ? []
        : [own.map(optionLine).join('\n')]),
  ].join('\n\n');
}

function commonOptions(leaves: readonly NamedCommand[]): readonly Option[] {
  const all = leaves.flatMap(({ command }) => command.options);
  const first = all.filter((option, index) => all.findIndex((one) => isSame(one, option)) === index);
  return first.filter((option) => all.filter((one) => isSame(one, option)).length >= COMMON_FROM);
}

function isSame(one: Option, other: Option): boolean {
  return one.flags === other.flags && one.description === other.description;
}

function optionLine(option: Option): string {
  const { flags, description, argChoices, mandatory } = option;
  const choices = argChoices === undefined ? '' : ` (${argChoices.map((choice) => `\`${choice}\``).join(', ')})`;
  const preset = defaultText(option);
  const more = mandatory ? '; required' : preset === undefined ? '' : `; default \`${preset}\``;
  return `- \`${flags}\`: ${escaped(description)}${choices}${more}`;
}

function defaultText({ defaultValue, defaultValueDescription }: Option): string | undefined {
  if (defaultValueDescription !== undefined) return defaultValueDescription;
  return typeof defaultValue === 'string' || typeof defaultValue === 'number' ? String(defaultValue) : undefined;
}

/** How it is called; examples are enough for a command that takes no arguments. */
function usageLines(name: string, { registeredArguments }: Command): string[] {
  return registeredArguments.length === 0 ? [] : [[name, ...registeredArguments.map(argumentText)].join(' ')];
}

function argumentText(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

function exitCodeRows(): string[] {
  return exitCodeHelp.split('\n').flatMap((line) => {
    const [, code, meaning] = /^ {2}(\d) {2}(.+)$/.exec(line) ?? [];
    return code === undefined || meaning === undefined ? [] : [`- ${code}: ${meaning}`];
  });
}

function sentence(text: string): string {
  const first = `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
  return /[.!?]$/.test(first) ? first : `${first}.`;
}

/** What would be HTML, emphasis or a template in Markdown. */
function escaped(text: string): string {
  return text.replaceAll(/[<>*_{}]/g, (character) => `\\${character}`);
}
