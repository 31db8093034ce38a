import { naiveUtc } from '../model/naive-utc.ts'
import { type HistoryEntry, listAuthors, listPolicyEvents } from '../operations/policy-history/list-events.ts'
import type { UndoEffect } from '../operations/policy-history/undo-effect.ts'
import { type Undone, undoEvents } from '../operations/policy-history/undo-events.ts'
import { misfitWords } from '../rules/allowed/flavor/refusals.ts'
import { versionLabel } from '../rules/datastore-catalogue/find-stated-versions.ts'
import { eventWords } from '../rules/policy-history/event-words.ts'
import { type Command, type ManagePorts, UsageError } from './command.ts'
import { changeOptionsOf, changeOutput, moodOf } from './dry-run.ts'
import { changeWords, counted, listWords, type Mood, volumeTypeWords } from './effect-words.ts'
import { historyLimitDefault } from './rows/options.ts'

type Run = Command['run']

/** Events to read at a time. */
const pageSize = 200

export const ruleHistory: Run = async (context, { args, options }) => {
  const text = (name: string) => (typeof options[name] === 'string' ? options[name] : undefined)
  const limit = limitOf(text('limit'))
  const filter = {
    datastore: args.datastore_name,
    version: args.datastore_version_name,
    number: text('version'),
    since: text('since'),
    actor: text('by'),
  }
  const ports = await context.ports()
  const entries: HistoryEntry[] = []
  let marker: string | undefined
  do {
    const page = await listPolicyEvents(ports, filter, { size: Math.min(pageSize, limit - entries.length), marker })
    entries.push(...page.entries)
    marker = page.next
  } while (marker !== undefined && entries.length < limit)
  const older = marker === undefined ? [] : ['There are older events. --limit N shows more.']
  return {
    columns: ['When', 'Who', 'Datastore', 'Version', 'Change', 'Event'],
    rows: entries.map(({ event, datastore, version }) => [
      naiveUtc(event.created),
      event.actor,
      datastore?.name ?? event.datastoreId ?? null,
      event.versionId === null ? 'all' : (version?.name ?? event.versionId),
      eventWords(event),
      event.id,
    ]),
    lines: entries.length === 0 ? await noneWords(ports, filter.actor) : older,
  }
}

/** Says who there is, if the author who is looked for changed nothing at all. */
async function noneWords(ports: ManagePorts, by: string | undefined): Promise<string[]> {
  if (by === undefined) return ['No changes are recorded.']
  const anywhere = await listPolicyEvents(ports, { actor: by }, { size: 1, marker: undefined })
  if (anywhere.entries.length > 0) return [`No such changes by '${by}' are recorded.`]
  const authors = await listAuthors(ports.stores, authorsMax + 1)
  const shown = authors.slice(0, authorsMax).join(', ')
  const known = authors.length === 0 ? '' : ` Authors: ${shown}${authors.length > authorsMax ? ', and more' : ''}.`
  return [`No changes by '${by}' are recorded.${known}`]
}

const authorsMax = 10

function limitOf(text: string | undefined): number {
  if (text === undefined) return historyLimitDefault
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError(`option --limit: expected a positive integer, found '${text}'`)
  return Number(text)
}

export const ruleUndo: Run = async (context, input) => {
  const { several, options } = input
  const { undone, effects, misfits, dryRun } = await undoEvents(await context.ports(), context.actor, {
    eventIds: several,
    check: options.check !== false,
    force: options.force === true,
    // Whoever can run this command can change the database.
    requirePolicy: () => {},
    ...changeOptionsOf(input),
  })
  for (const { flavorId, versionId, verdict } of misfits)
    context.say(`warning: ${misfitWords({ flavorId, versionId, ...verdict })}`)
  const mood = moodOf(input)
  const lines = undone.map(undoWords[mood])
  return changeOutput([...lines, ...effectsWords(effects, mood)], dryRun)
}

const undoWords: Readonly<Record<Mood, (undone: Undone['undone'][number]) => string>> = {
  done: ({ event, by }) =>
    `Undid event ${event.id}: ${by.map(change => eventWords({ ...change, undoes: undefined })).join('; ')}.`,
  would: ({ event }) => `Would undo event ${event.id} (${eventWords(event)}).`,
}

/** The effects in the words of the commands that make such changes. Versions with the same effect share their lines. */
function effectsWords(effects: readonly UndoEffect[], mood: Mood): string[] {
  const alike = Map.groupBy(effects, effect => effectWords(effect, mood).join('\n'))
  return [...alike].flatMap(([words, group]) => {
    if (words === '') return []
    const labels = group.map(({ datastore, version }) =>
      versionLabel(datastore.name, { name: version.name, number: version.version }),
    )
    const shown = labels.length > shownMax ? counted(labels.length, 'version', 'versions') : labels.join(', ')
    return [`${shown}:`, ...words.split('\n').map(line => `  ${line}`)]
  })
}

const effectWords = ({ flavors, volumeTypes }: UndoEffect, mood: Mood): string[] => [
  ...(flavors ? (flavors.isListOnly ? listWords : changeWords)(flavors, mood) : []),
  ...(volumeTypes ? volumeTypeWords(volumeTypes, mood) : []),
]

const shownMax = 5
