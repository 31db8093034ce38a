import { type ExpressionBuilder, type Kysely, type SqlBool, sql } from 'kysely'
import type { FlavorGroup, InstanceStore } from '../../ports/instance-store.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { Tables } from '../tables.ts'
import { type JoinedRow, toInstance } from './instance-rows.ts'
import type { SelectInstances } from './instances.ts'
import type { IntentRow } from './intent-columns.ts'

/**
 * Instances grouped by version, flavor and whether this service or another Trove manages them, so that a decision about
 * flavors is needed only once per group. Flavor ids are compared exactly, whatever the column's collation.
 */
export function instanceGroups(
  db: Kysely<Tables>,
  dialect: Dialect,
  select: SelectInstances,
): Pick<InstanceStore, 'groups' | 'groupsOfProjects' | 'ofGroups'> {
  const flavor = dialect.exactly('i.flavor_id')
  const grouped = () =>
    db
      .selectFrom('instances as i')
      .leftJoin('trovets_instances as t', 't.instance_id', 'i.id')
      .select(eb => [
        'i.datastore_version_id',
        eb.fn.min('i.flavor_id').as('flavor_id'),
        eb.fn.countAll<number | string>().as('count'),
        eb.fn.count<number | string>('t.instance_id').as('ours'),
      ])
      .where('i.deleted', '=', dialect.flag(false))
      .where('i.flavor_id', 'is not', null)
      .groupBy(['i.datastore_version_id', flavor])
  return {
    async groupsOfProjects(projectIds, versionIds) {
      if (projectIds.length === 0 || versionIds?.length === 0) return []
      const ofProjects = grouped()
        .select(eb => eb.fn.min('i.tenant_id').as('tenant_id'))
        .where('i.tenant_id', 'in', projectIds)
        .groupBy(dialect.exactly('i.tenant_id'))
      const rows = await (versionIds
        ? ofProjects.where('i.datastore_version_id', 'in', versionIds)
        : ofProjects
      ).execute()
      return rows.flatMap(row => oursAndTheirs(row).map(group => ({ ...group, projectId: row.tenant_id ?? '' })))
    },
    async groups({ versionIds, projectId }) {
      if (versionIds?.length === 0) return []
      let query = grouped()
      if (versionIds) query = query.where('i.datastore_version_id', 'in', versionIds)
      if (projectId !== undefined) query = query.where('i.tenant_id', '=', projectId)
      return (await query.execute()).flatMap(oursAndTheirs)
    },
    async ofGroups(groups, { projectId, after, limit }) {
      if (groups.length === 0 || limit <= 0) return []
      let query = select()
        .where('i.deleted', '=', dialect.flag(false))
        .where(eb => eb.or(byVersion(groups).map(group => isOf(eb, group, flavor))))
      if (projectId !== undefined) query = query.where('i.tenant_id', '=', projectId)
      if (after !== undefined) query = query.where('i.id', '>', after)
      const rows = await query.orderBy('i.id').limit(limit).execute()
      return rows.map(row => toInstance(row as JoinedRow))
    },
  }
}

/** Splits a group by who manages its instances. */
function oursAndTheirs(row: {
  datastore_version_id: string | null
  flavor_id: string | null
  count: number | string
  ours: number | string
}): (FlavorGroup & { count: number })[] {
  const group = { versionId: row.datastore_version_id ?? '', flavorId: row.flavor_id ?? '' }
  const [ours, all] = [Number(row.ours), Number(row.count)]
  return [
    { ...group, ours: true, count: ours },
    { ...group, ours: false, count: all - ours },
  ].filter(({ count }) => count > 0)
}

type Flavors = { versionId: string; ours: boolean; flavorIds: string[] }

/** Combines the flavors of a version into one condition, since engines limit the nesting depth of conditions. */
function byVersion(groups: readonly FlavorGroup[]): Flavors[] {
  const grouped = Map.groupBy(groups, ({ versionId, ours }) => `${versionId} ${ours}`)
  return [...grouped.values()].map(([first, ...more]) => ({
    ...first!,
    flavorIds: [first!, ...more].map(({ flavorId }) => flavorId),
  }))
}

type Builder = ExpressionBuilder<
  {
    i: Tables['instances']
    t: { [column in keyof IntentRow]: IntentRow[column] | null }
  },
  'i' | 't'
>

function isOf(eb: Builder, { versionId, ours, flavorIds }: Flavors, flavor: ReturnType<Dialect['exactly']>) {
  return eb.and([
    eb('i.datastore_version_id', '=', versionId),
    sql<SqlBool>`${flavor} in (${sql.join(flavorIds)})`,
    eb('t.instance_id', ours ? 'is not' : 'is', null),
  ])
}
