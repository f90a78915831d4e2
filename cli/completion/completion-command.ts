import { Argument, Command } from 'commander';

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

/** One command of the tree: its words, what can follow them, and what its options are. */
interface CompletionRow {
  readonly words: string;
  readonly next: readonly { readonly word: string; readonly description: string }[];
}

/** Shells complete from this program's own commands, so a new one is completed without further work. */
export function completionCommand(): Command {
  const command = new Command('completion')
    .description('print the completion script of a shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(shells))
    .action((shell: Shell) => {
      let program: Command = command;
      while (program.parent !== null) program = program.parent;
      console.log(completionScript(shell, program));
    });
  return command;
}

/** The script that a shell reads to complete the commands and options of a program. */
export function completionScript(shell: Shell, program: Command): string {
  const rows = completionRows(program);
  const name = program.name();
  switch (shell) {
    case 'bash':
      return bashScript(name, rows);
    case 'zsh':
      return `#compdef ${name}\nautoload -U +X bashcompinit && bashcompinit\n${bashScript(name, rows)}`;
    case 'fish':
      return fishScript(name, rows);
  }
}

function completionRows(command: Command, words = ''): readonly CompletionRow[] {
  const commands = command.commands.map((child) => ({
    word: child.name(),
    description: firstLine(child.description()),
  }));
  const options = command.options.flatMap(({ long, description }) =>
    typeof long === 'string' ? [{ word: long, description: firstLine(description) }] : [],
  );
  const help = { word: '--help', description: 'show help' };
  const children = command.commands.flatMap((child) => completionRows(child, `${words} ${child.name()}`.trim()));
  return [{ words, next: [...commands, ...options, help] }, ...children];
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}

function bashScript(name: string, rows: readonly CompletionRow[]): string {
  const cases = rows.map(({ words, next }) => `    '${words}') next='${next.map(({ word }) => word).join(' ')}' ;;`);
  return `_${name}_completion() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words='' word next=''
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) break ;; *) words="\${words:+$words }$word" ;; esac
  done
  while :; do
    case "$words" in
${cases.join('\n').replaceAll(/^ {4}/gm, '      ')}
    esac
    [ -n "$next" ] || [ -z "$words" ] && break
    # Arguments of a command are no commands: look at the words before them.
    case "$words" in *' '*) words="\${words% *}" ;; *) words='' ;; esac
  done
  COMPREPLY=($(compgen -W "$next" -- "$current"))
}
complete -o default -F _${name}_completion ${name}`;
}

function fishScript(name: string, rows: readonly CompletionRow[]): string {
  return rows
    .flatMap(({ words, next }) => {
      const seen =
        words === ''
          ? '__fish_use_subcommand'
          : words
              .split(' ')
              .map((word) => `__fish_seen_subcommand_from ${word}`)
              .join('; and ');
      return next.map(({ word, description }) => {
        const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-f -a ${word}`;
        return `complete -c ${name} -n '${seen}' ${what} -d '${description.replaceAll("'", "\\'")}'`;
      });
    })
    .join('\n');
}
