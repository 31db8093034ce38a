import type { DatabaseServer } from '../../../ports/database-server.ts'

/**
 * A database server whose administration is loaded when it is first used. The client libraries of the engines take longer to
 * load than all of our own code, and most processes administer no server.
 *
 * @param load returns a server that has databases and users to manage
 */
export function serverAtFirstUse(load: () => Promise<DatabaseServer>): DatabaseServer {
  let loading: Promise<DatabaseServer> | undefined
  const server = () => (loading ??= load())
  const contents = async () => (await server()).contents!
  return {
    answers: async () => (await server()).answers(),
    enableRoot: async password => (await server()).enableRoot(password),
    disableRoot: async () => (await server()).disableRoot(),
    secure: async state => (await server()).secure(state),
    changePassword: async password => (await server()).changePassword(password),
    contents: {
      databases: async () => (await contents()).databases(),
      createDatabase: async request => (await contents()).createDatabase(request),
      dropDatabase: async name => (await contents()).dropDatabase(name),
      users: async () => (await contents()).users(),
      createUser: async request => (await contents()).createUser(request),
      changeUser: async (name, change) => (await contents()).changeUser(name, change),
      dropUser: async name => (await contents()).dropUser(name),
      grant: async (user, databases) => (await contents()).grant(user, databases),
      revoke: async (user, database) => (await contents()).revoke(user, database),
    },
  }
}
