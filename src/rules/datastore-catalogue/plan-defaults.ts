import type { Datastore } from '../../model/datastore.ts'
import type { DatastoreVersion } from '../../model/datastore-version.ts'
import { type MatchedVersion, shortLabel } from './find-stated-versions.ts'

/** A change of the default version of a datastore. */
export type DefaultPlan = Readonly<{
  datastoreName: string
  /** Labels of the versions; null for no default version. */
  from: string | null
  to: string | null
  /** The new default version; undefined if there is to be none. */
  match: MatchedVersion | undefined
}>

export type DefaultsPlan = Readonly<{
  changes: readonly DefaultPlan[]
  /** Datastores whose default version will be inactive because of these changes. */
  inactive: readonly string[]
}>

/**
 * Plans the changes of default versions. A version with `default: true` replaces the current default version. If the
 * current one has `default: false`, the datastore is left without a default version.
 */
export function planDefaults(
  matches: readonly MatchedVersion[],
  datastores: readonly Datastore[],
  versions: readonly DatastoreVersion[],
): DefaultsPlan {
  const changes: DefaultPlan[] = []
  const inactive: string[] = []
  for (const [datastoreName, stated] of Map.groupBy(matches, each => each.datastoreName)) {
    const defaultId = datastores.find(({ name }) => name === datastoreName)?.defaultVersionId ?? null
    const chosen = stated.find(({ isDefault }) => isDefault)
    const current = stated.find(({ version }) => version !== undefined && version.id === defaultId)
    const isChange = chosen ? chosen !== current : current?.isDefault === false
    if (isChange) {
      const from = defaultId === null ? null : labelOf(defaultId, versions)
      changes.push({ datastoreName, from, to: chosen ? shortLabel(chosen) : null, match: chosen })
    }
    const after = chosen ?? (isChange ? undefined : current)
    if (after && becomesInactive(after, isChange)) inactive.push(datastoreName)
  }
  return { changes, inactive }
}

function labelOf(id: string, versions: readonly DatastoreVersion[]): string {
  const version = versions.find(each => each.id === id)
  return version ? shortLabel({ name: version.name, number: version.version }) : id
}

function becomesInactive({ version, properties }: MatchedVersion, isNew: boolean): boolean {
  const active = properties.active ?? version?.active ?? true
  return !active && (isNew || version?.active === true)
}
