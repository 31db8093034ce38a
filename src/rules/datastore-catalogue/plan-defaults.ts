import type { Datastore } from '../../model/datastore.ts'
import type { DatastoreVersion } from '../../model/datastore-version.ts'
import { type FoundVersion, shortLabel } from './find-stated-versions.ts'

/** The default version of a datastore that is to be another one, or to be none. */
export type DefaultPlan = Readonly<{
  datastoreName: string
  /** What the versions are called; null for none. */
  from: string | null
  to: string | null
  found: FoundVersion | undefined
}>

export type DefaultsPlan = Readonly<{
  changes: readonly DefaultPlan[]
  /** Datastores whose default version is made, or made the default, while it is inactive. */
  inactive: readonly string[]
}>

/**
 * What a catalogue makes of the default versions. A version that is said to be the default takes the place of another one;
 * one that is said not to be leaves it empty.
 */
export function planDefaults(
  found: readonly FoundVersion[],
  datastores: readonly Datastore[],
  versions: readonly DatastoreVersion[],
): DefaultsPlan {
  const changes: DefaultPlan[] = []
  const inactive: string[] = []
  for (const [datastoreName, stated] of Map.groupBy(found, each => each.datastoreName)) {
    const defaultId = datastores.find(({ name }) => name === datastoreName)?.defaultVersionId ?? null
    const chosen = stated.find(({ isDefault }) => isDefault)
    const current = stated.find(({ version }) => version !== undefined && version.id === defaultId)
    const isChange = chosen ? chosen !== current : current?.isDefault === false
    if (isChange) {
      const from = defaultId === null ? null : labelOf(defaultId, versions)
      changes.push({ datastoreName, from, to: chosen ? shortLabel(chosen) : null, found: chosen })
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

function becomesInactive({ version, properties }: FoundVersion, isNew: boolean): boolean {
  const active = properties.active ?? version?.active ?? true
  return !active && (isNew || version?.active === true)
}
