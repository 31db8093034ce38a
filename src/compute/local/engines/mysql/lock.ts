import { Fault } from '../../../../model/fault.ts'
import { administrator, administratorHost } from './account.ts'
import { accountsTable, kill } from './accounts.ts'
import { type Client, inServer, quotedText, type Target } from './connection.ts'

const patienceMs = 20_000

/** Runs one change of a server at a time, so that no change invalidates what another one has just looked up. */
export const changing = <T>(target: Target, work: (client: Client) => Promise<T>): Promise<T> =>
  inServer(target, async client => {
    await takeLock(client)
    return work(client)
  })

/**
 * Any user who knows the name of a lock can take it, and keep it for ever. So the name is derived from a value that
 * only the administrator can read. The server computes it, so that it appears in no list of statements.
 */
const lockName = (client: Client): string => {
  const secret = client.isMariadb ? 'priv' : 'authentication_string'
  const own = `user = ${quotedText(administrator)} and host = ${quotedText(administratorHost)}`
  return `(select concat('trove-ts ', left(sha2(${secret}, 256), 40)) from ${accountsTable(client)} where ${own})`
}

async function takeLock(client: Client): Promise<void> {
  // Read the name first: a session that waits with the table of accounts open would block the change that it waits for.
  await client.run(`set @trove_ts_lock = ${lockName(client)}`)
  const giveUpAtMs = performance.now() + patienceMs
  do {
    const [lock] = await client.rows<{ taken: number | null }>('select get_lock(@trove_ts_lock, 1) as taken')
    if (lock?.taken === 1) return
    // MySQL shows the names of locks in its performance schema, so a user may have taken ours.
    const [current] = await client.rows<{ holder: number | null }>('select is_used_lock(@trove_ts_lock) as holder')
    await kill(client, ({ id, user }) => id === current?.holder && user !== administrator)
  } while (performance.now() < giveUpAtMs)
  throw new Fault('Another change of this database server is taking too long.', { status: 503 })
}
