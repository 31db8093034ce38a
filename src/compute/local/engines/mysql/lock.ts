import { Fault } from '../../../../model/fault.ts'
import { accountsTable, kill } from './accounts.ts'
import { administrator, administratorHost, type Client, inServer, quotedText, type Target } from './connection.ts'

const patienceMs = 20_000

/** One change of a server at a time: what one has looked up, another must not take away. */
export const changing = <T>(target: Target, work: (client: Client) => Promise<T>): Promise<T> =>
  inServer(target, async client => {
    await takeLock(client)
    return work(client)
  })

/**
 * Any user can take a lock by its name, and keep it for ever. So the name is made of what only the administrator can
 * read, inside the server, where no list of statements shows it.
 */
const lockName = (client: Client): string => {
  const secret = client.isMariadb ? 'priv' : 'authentication_string'
  const own = `user = ${quotedText(administrator)} and host = ${quotedText(administratorHost)}`
  return `(select concat('trove-ts ', left(sha2(${secret}, 256), 40)) from ${accountsTable(client)} where ${own})`
}

async function takeLock(client: Client): Promise<void> {
  // Found out before: whoever waited with the table of accounts open would be in the way of the change before.
  await client.run(`set @trove_ts_lock = ${lockName(client)}`)
  const giveUpAtMs = performance.now() + patienceMs
  do {
    const [lock] = await client.rows<{ taken: number | null }>('select get_lock(@trove_ts_lock, 1) as taken')
    if (lock?.taken === 1) return
    // MySQL shows the names of locks in its performance schema.
    const [used] = await client.rows<{ holder: number | null }>('select is_used_lock(@trove_ts_lock) as holder')
    await kill(client, ({ id, user }) => id === used?.holder && user !== administrator)
  } while (performance.now() < giveUpAtMs)
  throw new Fault('Another change of this database server takes too long.', { status: 503 })
}
