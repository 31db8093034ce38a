import type { DatabaseUser } from '../../ports/database-server.ts'
import type { View } from '../route.ts'
import type { replies, userShown } from './schemas.ts'

export const databasesView = (names: readonly string[]): View<typeof replies.databases> => ({
  databases: names.map(name => ({ name })),
})

/** Trove binds a user to a host. Here users may connect from any host, which Trove writes as `%`. */
export const userView = ({ name, databases }: DatabaseUser): View<typeof userShown> => ({
  name,
  host: '%',
  ...databasesView(databases),
})
