import type { PolicyAction, PolicyEvent } from '../../model/policy-event.ts'
import { enforcementKey, flavorKey, requirementKey, restrictionKey } from '../allowed/flavor/policy-rows.ts'
import { waiverKey } from '../allowed/flavor/waive.ts'
import { volumeTypeKey } from '../allowed/volume-type/policy-rows.ts'
import type { VersionEventKey } from './event-keys.ts'

type Words = (event: PolicyEvent) => string

/** The noun for each key, before its value. */
const nouns: Readonly<Record<Exclude<VersionEventKey, 'active'>, string>> = {
  [flavorKey]: 'flavor',
  [requirementKey]: 'requirement',
  [restrictionKey]: 'restriction',
  [enforcementKey]: 'enforcement',
  [volumeTypeKey]: 'volume type',
  [waiverKey]: 'waiver',
}

/** A key of a newer release is shown as it is. */
const subject: Words = ({ key, value, flavorName }) =>
  `${(nouns as Readonly<Record<string, string>>)[key] ?? key} '${value}'${flavorName === undefined ? '' : ` (${flavorName})`}`

const leveled: Words = event => (event.key === restrictionKey ? 'the list' : subject(event))

const actions: Readonly<Record<PolicyAction, Words>> = {
  added: event => {
    const level = event.versionId === null && event.level ? ` with the level '${event.level}'` : ''
    return `added ${subject(event)}${level}`
  },
  deleted: event => `deleted ${subject(event)}`,
  version_deleted: event => `deleted the version, and with it ${subject(event)}`,
  set: ({ value, valueBefore }) =>
    `${value === valueBefore ? 'left' : 'made'} the version ${value === 'true' ? 'active' : 'inactive'}`,
  switched_off: ({ value }) => `made the version inactive, because the image '${value}' is not installed`,
  switched_on: ({ value }) => `made the version active, because the image '${value}' is installed again`,
  level_set: event =>
    event.level === undefined
      ? `removed the level '${event.levelBefore}' of ${leveled(event)}`
      : `set the level '${event.level}' for ${leveled(event)}${event.levelBefore ? ` (before: '${event.levelBefore}')` : ''}`,
  waiver_added: ({ value }) => `added waiver ${value}`,
  waiver_shortened: ({ value }) => `shortened waiver ${value}`,
  waiver_ended: ({ value }) => `ended waiver ${value}`,
  bypassed: event => `bypassed the refusal of ${subject(event)}`,
}

/** Describes a change, to follow the name of its author. An action of a newer release is shown as it is. */
export function eventWords(event: PolicyEvent): string {
  const words = (actions as Readonly<Record<string, Words | undefined>>)[event.action]
  const change = words ? words(event) : `${event.action} ${subject(event)}`
  return event.undoes === undefined ? change : `${change}, which undid ${event.undoes}`
}
