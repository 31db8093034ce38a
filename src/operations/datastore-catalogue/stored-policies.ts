import type { DatastoreVersion } from '../../model/datastore-version.ts'
import type { Stores } from '../../ports/stores.ts'
import { policyKeys } from '../../rules/allowed/index.ts'
import type { StoredPolicy } from '../../rules/version-rows/plan-levels.ts'

const allKeys: readonly string[] = Object.values(policyKeys).flat()

/** So many versions are read together. */
const versionsAtOnce = 20

/** Adds to each thing what is stored for its version: a few at a time, so that memory does not grow with the catalogue. */
export async function* withStored<Thing>(
  { metadata, rules }: Pick<Stores, 'metadata' | 'rules'>,
  things: readonly Thing[],
  versionOf: (thing: Thing) => DatastoreVersion | undefined,
): AsyncGenerator<readonly [Thing, StoredPolicy]> {
  for (let from = 0; from < things.length; from += versionsAtOnce) {
    const some = things.slice(from, from + versionsAtOnce)
    const versions = some.flatMap(thing => versionOf(thing) ?? [])
    const listed = await metadata.listOf([...new Set(versions.map(({ id }) => id))], allKeys, { deletedToo: true })
    const rows = Map.groupBy(listed, row => row.versionId)
    const ofVersions = await rules.ofVersions(versions)
    for (const thing of some) {
      const id = versionOf(thing)?.id ?? ''
      yield [thing, { rows: rows.get(id) ?? [], rules: ofVersions.get(id) ?? [] }]
    }
  }
}
