import { deepEqual, equal } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Context } from './command.ts'
import { commands } from './commands.ts'

const completion = commands.find(({ verb }) => verb === 'completion')!

async function script(shell: string): Promise<string> {
  const output = await completion.run({} as Context, { args: { shell }, several: [], options: {} })
  return (output as readonly string[]).join('\n')
}

const isMissing = (shell: string) => spawnSync(shell, ['-c', 'true']).error !== undefined && `${shell} is not installed`

for (const shell of ['bash', 'zsh'])
  test(`${shell} can parse its script`, { skip: isMissing(shell) }, async () => {
    const { status, stderr } = spawnSync(shell, ['-n'], { input: await script(shell), encoding: 'utf8' })
    deepEqual([status, stderr], [0, ''])
  })

/** The words that bash offers for the last of these. */
async function offered(...words: readonly string[]): Promise<string[]> {
  const quoted = ['trove-manage', ...words].map(word => `'${word}'`).join(' ')
  const input = `${await script('bash')}\nCOMP_WORDS=(${quoted})\nCOMP_CWORD=${words.length}\n_trove_manage\nprintf '%s\\n' "\${COMPREPLY[@]}"\n`
  const { status, stdout, stderr } = spawnSync('bash', ['-eu'], { input, encoding: 'utf8' })
  deepEqual([status, stderr], [0, ''])
  return stdout.split('\n').filter(word => word !== '')
}

const cases: readonly (readonly [line: string, offered: string])[] = [
  ['db_s', 'db_sync'],
  ['datastore_version_flavor_a', 'datastore_version_flavor_add'],
  [
    'datastore_version_flavor_requirement_',
    'datastore_version_flavor_requirement_add datastore_version_flavor_requirement_delete datastore_version_flavor_requirement_level datastore_version_flavor_requirement_list',
  ],
  ['project_', 'project_list project_add project_delete'],
  ['--v', '--version'],
  ['--debug user_p', 'user_password'],
  ['--data-dir x user_p', 'user_password'],
  ['--data-dir=x user_p', 'user_password'],
  [
    'datastore_version_flavor_add --',
    '--version --no-check --force --if-missing --dry-run --all-instances --allow-none --config-file --config-dir --data-dir --debug --help',
  ],
  ['datastore_version_flavor_delete mysql 8.0 1 --if', '--if-exists'],
  ['datastore_list -f j', 'json'],
  ['--debug datastore_list --format y', 'yaml'],
  ['catalog_export --fl', '--flavor-names'],
  ['help datastore_version_d', 'datastore_version_delete'],
  ['completion ', 'bash zsh'],
  ['--config-d', '--config-dir'],
]

for (const [line, words] of cases)
  test(`bash completes: trove-manage ${line}`, { skip: isMissing('bash') }, async () => {
    deepEqual(await offered(...line.split(' ')), words.split(' '))
  })

test('bash completes every command', { skip: isMissing('bash') }, async () => {
  deepEqual(
    (await offered('')).filter(word => !word.startsWith('-')),
    commands.map(({ verb }) => verb),
  )
})

/** An interactive zsh on a terminal of its own reads this first. It notes what completion offers, and the line after it. */
const zshSettings = (load: string) => `PROMPT= RPROMPT=
unsetopt prompt_sp beep
${load}
compadd() {
  if [[ $1 = -- ]]; then
    local -a hits
    builtin compadd -O hits "$@"
    print -r -- "\${(j: :)hits}" > $FOLDER/offered
  fi
  builtin compadd "$@"
}
note-line() { print -r -- "$BUFFER" > $FOLDER/noted; mv $FOLDER/noted $FOLDER/line; BUFFER= }
zle -N note-line
bindkey '^Xl' note-line
: > $FOLDER/ready
`

/** Types each line of standard input on that terminal, with a tab; prints the line after it, a bar, and what was offered. */
const zshTypist = `zmodload zsh/zpty zsh/zselect
zpty terminal "FOLDER=$FOLDER zsh -f -i"
await() { until [[ -e $FOLDER/$1 ]]; do zpty -r -t terminal > $FOLDER/echo; zselect -t 2; done }
zpty -w terminal "source $FOLDER/settings"
await ready
while IFS= read -r line; do
  rm -f $FOLDER/offered $FOLDER/line
  zpty -w -n terminal "$line"$'\\t\\CXl'
  await line
  print -r -- "$(<$FOLDER/line)|$([[ -e $FOLDER/offered ]] && < $FOLDER/offered)"
done
zpty -d terminal
`

const zshLoads = {
  sourced: 'autoload -Uz compinit; compinit -u -D\nsource $FOLDER/functions/_trove-manage',
  'sourced without compinit': 'source $FOLDER/functions/_trove-manage',
  'in a folder of $fpath': 'fpath=($FOLDER/functions $fpath)\nautoload -Uz compinit; compinit -u -D',
}

for (const [how, load] of Object.entries(zshLoads))
  test(`zsh completes on a terminal what bash completes: ${how}`, { skip: isMissing('zsh') }, async t => {
    const folder = mkdtempSync(join(tmpdir(), 'trove-ts-completion-'))
    t.after(() => rmSync(folder, { recursive: true }))
    mkdirSync(join(folder, 'functions'))
    writeFileSync(join(folder, 'functions/_trove-manage'), await script('zsh'))
    writeFileSync(join(folder, 'settings'), zshSettings(load))
    const file = join(folder, 'catalogue.yaml')
    writeFileSync(file, '')
    const lines = [...cases.map(([line]) => line), `catalog_apply ${folder}/catal`]
    const input = lines.map(line => `trove-manage ${line}\n`).join('')
    const env = { ...process.env, FOLDER: folder, HOME: folder, ZDOTDIR: folder }
    const { stdout, stderr } = spawnSync('zsh', ['-f', '-c', zshTypist], {
      input,
      env,
      encoding: 'utf8',
      timeout: 60_000,
    })
    equal(stderr, '')
    const printed = stdout.trimEnd().split('\n')
    const completed = ([line, words]: (typeof cases)[number]) =>
      words.includes(' ') ? line : `${line.replace(/\S*$/, '')}${words} `
    deepEqual(printed, [
      ...cases.map(each => `trove-manage ${completed(each)}|${each[1]}`),
      `trove-manage catalog_apply ${file} |`,
    ])
  })

test('the script for zsh names every command', async () => {
  const text = await script('zsh')
  equal(commands.filter(({ verb }) => !text.includes(verb)).length, 0)
})
