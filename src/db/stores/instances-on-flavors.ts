import { type Kysely, type SqlBool, sql } from 'kysely'
import type { FlavorsOfVersion, InstanceOnFlavor, InstanceStore } from '../../ports/instance-store.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { Tables } from '../tables.ts'

/** Engines limit the number of values in a query. If there are more flavors, all instances are read and sorted out here. */
const flavorsPerQuery = 1000
const rowsPerQuery = 1000

/**
 * Instances on some flavors, sorted by project, so that a list shows each project once. The database sorts and compares
 * with the position, because collations differ.
 */
export function instancesOnFlavors(
  db: Kysely<Tables>,
  dialect: Dialect,
): Pick<InstanceStore, 'onFlavors' | 'countOnFlavors'> {
  const project = sql<string>`coalesce(${dialect.exactly('tenant_id')}, '')`
  const live = liveInstances(db, dialect)
  return {
    async onFlavors(all, { after, limit }) {
      const { flavors, isRequested } = requested(all)
      const found: InstanceOnFlavor[] = []
      if (flavors.length === 0) return found
      const batchSize = Math.min(limit, rowsPerQuery)
      for (let from = after; ; ) {
        let query = live(flavors).select(['id', 'name', 'tenant_id', 'datastore_version_id', 'flavor_id'])
        if (from) {
          const [projectId, id] = from
          query = query.where(eb =>
            eb.or([eb(project, '>', projectId), eb.and([eb(project, '=', projectId), eb('id', '>', id)])]),
          )
        }
        const rows = (await query.orderBy(project).orderBy('id').limit(batchSize).execute()).map(toInstance)
        found.push(...rows.filter(isRequested))
        const last = rows.at(-1)
        if (found.length >= limit || rows.length < batchSize || !last) return found.slice(0, limit)
        from = [last.projectId, last.id]
      }
    },
    async countOnFlavors(all) {
      const { flavors, isRequested } = requested(all)
      if (flavors.length === 0) return { instanceCount: 0, projectCount: 0 }
      const rows = await live(flavors)
        .select(eb => [
          project.as('project_id'),
          eb.fn.min('datastore_version_id').as('datastore_version_id'),
          eb.fn.min('flavor_id').as('flavor_id'),
          eb.fn.countAll<number | string>().as('count'),
        ])
        .groupBy([project, 'datastore_version_id', dialect.exactly('flavor_id')])
        .execute()
      const counted = rows.filter(row =>
        isRequested({ versionId: row.datastore_version_id ?? '', flavorId: row.flavor_id ?? '' }),
      )
      return {
        instanceCount: counted.reduce((sum, { count }) => sum + Number(count), 0),
        projectCount: new Set(counted.map(row => String(row.project_id))).size,
      }
    },
  }
}

/** Live instances on these flavors, and if there are very many flavors, also on others of the same versions. */
const liveInstances = (db: Kysely<Tables>, dialect: Dialect) => (flavors: readonly FlavorsOfVersion[]) => {
  const isFew = flavors.reduce((sum, { flavorIds }) => sum + flavorIds.length, 0) <= flavorsPerQuery
  const flavor = dialect.exactly('flavor_id')
  return db
    .selectFrom('instances')
    .where('deleted', '=', dialect.flag(false))
    .where(eb =>
      eb.or(
        flavors.map(({ versionId, flavorIds }) => {
          const ofVersion = eb('datastore_version_id', '=', versionId)
          return isFew ? eb.and([ofVersion, sql<SqlBool>`${flavor} in (${sql.join(flavorIds)})`]) : ofVersion
        }),
      ),
    )
}

type Row = Pick<Tables['instances'], 'id' | 'name' | 'tenant_id' | 'datastore_version_id' | 'flavor_id'>

const toInstance = (row: Row): InstanceOnFlavor => ({
  id: row.id,
  name: row.name ?? '',
  projectId: row.tenant_id ?? '',
  versionId: row.datastore_version_id ?? '',
  flavorId: row.flavor_id ?? '',
})

function requested(all: readonly FlavorsOfVersion[]) {
  const flavors = all.filter(({ flavorIds }) => flavorIds.length > 0)
  const ofVersions = new Map(flavors.map(({ versionId, flavorIds }) => [versionId, new Set(flavorIds)]))
  const isRequested = ({ versionId, flavorId }: Pick<InstanceOnFlavor, 'versionId' | 'flavorId'>) =>
    ofVersions.get(versionId)?.has(flavorId) === true
  return { flavors, isRequested }
}
