/** Completion of commands and their flags, for the shells that people use. */
import { UsageError, type Command } from './command.ts'

/** @param loaders of all commands, by their names */
export const completionsOf = (
  loaders: Readonly<Record<string, () => Promise<Command>>>,
): Command => ({
  name: 'completions',
  summary: 'Prints what makes a shell complete commands and options.',
  usage: 'completions bash|zsh|fish',
  options: {},
  notes: [
    'bash  source <(codicil completions bash)',
    'zsh   source <(codicil completions zsh), after compinit',
    'fish  codicil completions fish | source',
  ],
  example: 'codicil completions bash',

  async run({ positionals, out }) {
    const [shell = '', ...rest] = positionals
    const write = Object.hasOwn(shells, shell) ? shells[shell] : undefined
    if (write === undefined || rest.length > 0) {
      throw new UsageError('name a shell: bash, zsh or fish')
    }
    out(write(await Promise.all(Object.values(loaders).map((load) => load()))))
    return 0
  },
})

const shells: Readonly<Record<string, (commands: readonly Command[]) => string>> = {
  bash: (commands) => `_codicil() {
  local word="\${COMP_WORDS[COMP_CWORD]}"
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(' ')}" -- "$word"))
    return
  fi
  case "\${COMP_WORDS[1]} $word" in
${commands.map((one) => `    ${one.name}' -'*) COMPREPLY=($(compgen -W "${flagsOf(one).join(' ')}" -- "$word")) ;;`).join('\n')}
    *) COMPREPLY=($(compgen -f -- "$word")) ;;
  esac
}
complete -o filenames -F _codicil codicil
`,
  zsh: (commands) => `_codicil() {
  if (( CURRENT == 2 )); then
    local -a commands=(
${commands.map(({ name, summary }) => `      ${quoted(`${name}:${summary}`)}`).join('\n')}
    )
    _describe command commands
    return
  fi
  case "$words[2]" in
${commands.map((one) => `    ${one.name}) [[ "$PREFIX" == -* ]] && compadd -- ${flagsOf(one).join(' ')} || _files ;;`).join('\n')}
    *) _files ;;
  esac
}
compdef _codicil codicil
`,
  fish: (commands) =>
    commands
      .flatMap(({ name, summary, options }) => [
        `complete -c codicil -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
        ...Object.entries(options).map(
          ([flag, { help, type }]) =>
            `complete -c codicil -n '__fish_seen_subcommand_from ${name}' -l ${flag}${type === 'string' ? ' -r' : ''} -d ${quoted(help)}`,
        ),
      ])
      .join('\n')
      .concat('\n'),
}

function flagsOf({ options }: Command): string[] {
  return [...Object.keys(options), 'help'].map((name) => `--${name}`)
}

/** A word of a shell; an apostrophe is one that ends no quotation. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", '’')}'`
}
