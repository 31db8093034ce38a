import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { Command } from '../../src/cli/command.ts'
import { commands } from '../../src/cli/commands.ts'
import { tenantCommands } from '../../src/tenant/commands.ts'
import { holds, type Text, texts } from './tree.ts'

type Row = Pick<Command, 'verb' | 'args' | 'options'>

/** Trove's own verbs, with arguments in Trove's order (trove@4cdc0cd cmd/manage.py). Scripts rely on both. */
const troves: Readonly<Record<string, readonly [args: string, options: string]>> = {
  db_sync: ['', '--repo_path'],
  db_upgrade: ['', '--version --repo_path'],
  db_recreate: ['', '--repo_path'],
  datastore_update: ['datastore_name default_version', ''],
  datastore_version_update: [
    'datastore version_name manager image_id packages active',
    '--registry-ext --repl-strategy --image-tags --version',
  ],
  datastore_version_flavor_add: ['datastore_name datastore_version_name flavor_ids', '--version'],
  datastore_version_flavor_delete: ['datastore_name datastore_version_name flavor_id', '--version'],
  datastore_version_volume_type_add: ['datastore_name datastore_version_name volume_type_ids', '--version'],
  datastore_version_volume_type_delete: ['datastore_name datastore_version_name volume_type_id', '--version'],
  datastore_version_volume_type_list: ['datastore_name datastore_version_name', '--version'],
}

function troveViolations(rows: readonly Row[]): string[] {
  return Object.entries(troves).flatMap(([verb, [args, options]]) => {
    const row = rows.find(row => row.verb === verb)
    if (!row) return [`trove-manage lacks ${verb}, which Trove has: add it to src/cli/commands.ts.`]
    const ownArgs = (row.args ?? []).map(([name]) => name).join(' ')
    const flags = (row.options ?? []).map(([flags]) => flags)
    return [
      ...(ownArgs === args
        ? []
        : [`${verb} takes '${ownArgs}', but in Trove '${args}': keep Trove's arguments and their order.`]),
      ...options
        .split(' ')
        .filter(option => option !== '' && !flags.some(flag => flag.split(/[ ,]+/).includes(option)))
        .map(option => `${verb} lacks ${option}, which Trove has: accept it, and print a note if it is ignored.`),
    ]
  })
}

function transcriptViolations(
  rows: readonly Pick<Row, 'verb'>[],
  transcripts: readonly Text[],
  program: 'trove-manage' | 'trovets' = 'trove-manage',
): string[] {
  const lines = transcripts.flatMap(({ text }) =>
    text.split('\n').filter(line => new RegExp(`^\\$ (?:.*\\s)?${program}\\s`).test(line)),
  )
  const words = new Set(lines.flatMap(line => line.split(/\s+/)))
  return rows
    .filter(({ verb }) => !words.has(verb))
    .map(({ verb }) => `No transcript runs ${verb}: add '$ ${program} ${verb} …' to a file in test/transcripts/.`)
}

test("Trove's verbs keep their arguments, in Trove's order, and their options", () => holds(troveViolations(commands)))

test('each verb appears in a transcript', () =>
  holds([
    ...transcriptViolations(commands, texts('test/transcripts/**/*.txt')),
    ...transcriptViolations(tenantCommands, texts('test/transcripts/**/*.txt'), 'trovets'),
  ]))

const planted = (verb: string, change: (row: Command) => Partial<Row>) =>
  commands.map(row => (row.verb === verb ? { ...row, ...change(row) } : row))

test('swapped arguments, a missing option and a missing verb are found', () => {
  const swappedArgs = planted('datastore_update', row => ({ args: row.args!.toReversed() }))
  const fewerOptions = planted('db_upgrade', row => ({ options: row.options!.slice(1) }))
  deepEqual(
    [...troveViolations(swappedArgs), ...troveViolations(fewerOptions), ...troveViolations(commands.slice(1))].map(
      each => each.split(/[:,] (?=keep|which)/, 1)[0],
    ),
    [
      "datastore_update takes 'default_version datastore_name', but in Trove 'datastore_name default_version'",
      'db_upgrade lacks --version',
      'trove-manage lacks db_sync',
    ],
  )
})

test('a verb that no transcript runs is found', () => {
  const text = commands
    .slice(1)
    .map(({ verb }) => `$ trove-manage --data-dir x ${verb} a\n`)
    .join('db_sync\n')
  deepEqual(transcriptViolations(commands, [{ path: 'test/transcripts/a.txt', text }]), [
    "No transcript runs db_sync: add '$ trove-manage db_sync …' to a file in test/transcripts/.",
  ])
})
