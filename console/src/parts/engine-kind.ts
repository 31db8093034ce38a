/** The kinds of engines, as far as they differ for their users, each with the names of datastores that say it. */
const kinds = {
  postgresql: { named: /postgres/i, onlyUser: undefined },
  mysql: { named: /mysql|maria|percona/i, onlyUser: undefined },
  redis: { named: /redis|valkey/i, onlyUser: 'default' },
} as const

export type EngineKind = keyof typeof kinds

/** The kind that a datastore is named after; undefined for a name that says nothing. */
export const engineKindOf = (datastore: string | null): EngineKind | undefined =>
  (Object.keys(kinds) as EngineKind[]).find(kind => datastore !== null && kinds[kind].named.test(datastore))

/** The only user of an engine that has no databases and users to manage; undefined for the others. */
export function onlyUserOf(datastore: string | null): string | undefined {
  const kind = engineKindOf(datastore)
  return kind && kinds[kind].onlyUser
}

type Said = Readonly<{
  /** The name of the datastore. */
  type: string | null
  has_databases?: boolean | undefined
}>

/** Whether an engine has databases and users to manage. A Trove behind a gate does not say it, so there the name counts. */
export const hasDatabases = ({ type, has_databases: said }: Said): boolean =>
  said !== false && onlyUserOf(type) === undefined
