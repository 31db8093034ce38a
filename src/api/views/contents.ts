import type { DatabaseUser } from '../../ports/database-server.ts'

export const databasesView = (names: readonly string[]) => ({ databases: names.map(name => ({ name })) })

/** Trove's users have a host that they come from; here everybody may come from everywhere. */
export const userView = ({ name, databases }: DatabaseUser) => ({ name, host: '%', ...databasesView(databases) })
