import { Option } from 'commander'
import { type Command, UsageError } from './command.ts'
import { formats, formatsOf } from './formats.ts'

/** Flags that every command accepts. */
const everywhere = ['--config-file', '--config-dir', '--data-dir', '--debug', '--help']

/** The flags of a command, as typed: `--version`, `-f`, `--format`. */
const flagsOf = (command: Command): string[] => [
  ...(command.options ?? []).map(([flags]) => new Option(flags).long!),
  ...(command.lists ? ['-f', '--format'] : []),
  ...everywhere,
]

/** One case for each verb: its flags. */
const cases = (commands: readonly Command[]) =>
  commands.map(command => `    ${command.verb}) offered='${flagsOf(command).join(' ')}' ;;`).join('\n')

/** Finds the verb among the words before the cursor; the values of global options are no verbs. */
const findVerb = (words: string, first: number) => `  local verb='' offered='' i
  for ((i = ${first}; i < current; i++)); do
    case "\${${words}[i]}" in
      --config-file|--config-dir|--data-dir) ((i++)) ;;
      -*) ;;
      *) verb="\${${words}[i]}"; break ;;
    esac
  done`

/** Sets the values of `-f`: those of every list, or those of the command, if it has more. */
const formatCases = (commands: readonly Command[]) => `  local formats='${formats.join(' ')}'
  case "$verb" in
${commands
  .filter(({ reports }) => reports)
  .map(command => `    ${command.verb}) formats='${formatsOf(command).join(' ')}' ;;`)
  .join('\n')}
  esac`

/** Collects what can follow the verb: other verbs, shells, or the flags of a command. */
const offers = (commands: readonly Command[], verbs: string) => `  case "$verb" in
    '') offered='${verbs} --version ${everywhere.join(' ')}' ;;
    help) offered='${verbs}' ;;
    completion) offered='${Object.keys(shells()).join(' ')}' ;;
${cases(commands.filter(({ verb }) => verb !== 'help' && verb !== 'completion'))}
  esac`

const bash = (commands: readonly Command[], verbs: string) => `# bash completion for trove-manage
_trove_manage() {
  local current=$COMP_CWORD word="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
${findVerb('COMP_WORDS', 1)}
${formatCases(commands)}
  case "$previous" in
    -f|--format) COMPREPLY=($(compgen -W "$formats" -- "$word")); return ;;
    --config-file) COMPREPLY=($(compgen -f -- "$word")); return ;;
    --config-dir|--data-dir) COMPREPLY=($(compgen -d -- "$word")); return ;;
  esac
${offers(commands, verbs)}
  COMPREPLY=($(compgen -W "$offered" -- "$word"))
  # Arguments may be names of files.
  [[ \${#COMPREPLY[@]} -gt 0 || -z $verb ]] || COMPREPLY=($(compgen -f -- "$word"))
}
complete -F _trove_manage trove-manage`

const zsh = (commands: readonly Command[], verbs: string) => `#compdef trove-manage
_trove_manage() {
  local current=$CURRENT previous="\${words[CURRENT-1]}"
${findVerb('words', 2)}
${formatCases(commands)}
  case "$previous" in
    -f|--format) compadd -- \${=formats}; return ;;
    --config-file) _files; return ;;
    --config-dir|--data-dir) _files -/; return ;;
  esac
${offers(commands, verbs)}
  compadd -- \${=offered} || _files
}
# As a file of $fpath, this is the function itself; otherwise it is sourced.
if [[ \${funcstack[1]} = _trove-manage ]]; then
  _trove_manage "$@"
else
  (( \${+functions[compdef]} )) || { autoload -Uz compinit; compinit }
  compdef _trove_manage trove-manage
fi`

function shells() {
  return { bash, zsh } as const
}

/** The commands about trove-manage itself. @param all every command, including these */
export const helpCommands = (all: () => readonly Command[]): readonly Command[] => [
  {
    verb: 'help',
    summary: 'Lists the commands, or shows the help of one.',
    args: [['[command]', 'Name of a command.']],
    example: ['trove-manage help datastore_update', 'The same as `trove-manage datastore_update --help`.'],
    // `program.ts` runs this command as `--help`.
    run: async () => [],
  },
  {
    verb: 'completion',
    summary: 'Prints a script that completes commands and options in a shell.',
    args: [['shell', 'bash or zsh.']],
    example: [
      'trove-manage completion bash',
      'In ~/.bashrc or ~/.zshrc: source <(trove-manage completion bash), or zsh.',
    ],
    run: async (_, { args }) => {
      const shell = Object.entries(shells()).find(([name]) => name === args.shell)
      if (!shell) throw new UsageError(`argument shell: expected bash or zsh, found '${args.shell}'`)
      const verbs = all()
        .map(({ verb }) => verb)
        .join(' ')
      return shell[1](all(), verbs).split('\n')
    },
  },
]
