import { naiveUtc } from '../../model/naive-utc.ts'
import type { HistoryEntry, HistoryPage } from '../../operations/policy-history/list-events.ts'
import type { UndoEffect } from '../../operations/policy-history/undo-effect.ts'
import type { Undone } from '../../operations/policy-history/undo-events.ts'
import { misfitWords } from '../../rules/allowed/flavor/refusals.ts'
import { eventWords } from '../../rules/policy-history/event-words.ts'
import { howToUndo } from '../../rules/policy-history/how-to-undo.ts'
import { dryRunView } from '../dry-run.ts'
import { effectView } from '../flavor-policy/view.ts'
import type { View } from '../route.ts'
import type * as schemas from './schemas.ts'

/** A page of events, with a link to the next page if there is one. */
export function historyView(url: URL, { entries, next }: HistoryPage): View<typeof schemas.replies.events> {
  const page = { events: entries.map(eventView) }
  if (next === undefined) return page
  const href = new URL(url)
  href.searchParams.set('marker', next)
  return { ...page, links: [{ rel: 'next', href: href.href }] }
}

function eventView({ event, datastore, version, waiver }: HistoryEntry): View<typeof schemas.event> {
  const datastoreId = datastore?.id ?? event.datastoreId
  return {
    id: event.id,
    created: naiveUtc(event.created),
    actor: event.actor,
    request_id: event.requestId,
    datastore: datastoreId == null ? null : { id: datastoreId, name: datastore?.name ?? null },
    version:
      event.versionId === null
        ? null
        : { id: event.versionId, name: version?.name ?? null, version: version?.version ?? null },
    action: event.action,
    key: event.key,
    value: event.value,
    flavor_name: event.flavorName ?? null,
    level: event.level ?? null,
    level_before: event.levelBefore ?? null,
    undoes: event.undoes ?? null,
    words: eventWords(event),
    can_be_undone: typeof howToUndo(event) !== 'string',
    waiver: waiver
      ? {
          ...{ project_id: waiver.projectId, instance_id: waiver.instanceId },
          ...{ until: naiveUtc(waiver.until), reason: waiver.reason },
        }
      : null,
  }
}

export const undoneView = (
  url: URL,
  { undone, effects, misfits, dryRun }: Undone,
): View<typeof schemas.replies.undone> => ({
  undone: undone.map(({ event, by }) => ({ event_id: event.id, undone_by: by.map(({ id }) => id) })),
  effects: effects.map(effect => undoEffectView(effect, dryRun)),
  ...(misfits.length > 0
    ? {
        warnings: misfits.map(({ flavorId, versionId, verdict }) => misfitWords({ flavorId, versionId, ...verdict })),
      }
    : {}),
  ...dryRunView(url, dryRun),
})

const undoEffectView = (
  { datastore, version, flavors, volumeTypes }: UndoEffect,
  dryRun: Undone['dryRun'],
): View<typeof schemas.undoEffect> => ({
  datastore: { id: datastore.id, name: datastore.name },
  version: { id: version.id, name: version.name, version: version.version },
  flavors: flavors ? effectView(flavors, dryRun) : null,
  volume_types: volumeTypes
    ? {
        became: volumeTypes.became ?? null,
        types_allowed: volumeTypes.typesAllowed,
        types_fell_out: volumeTypes.typesFellOut,
      }
    : null,
})
