import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { Fault } from '../../../model/fault.ts'

/** A user that servers run as; only root can choose one. */
export type Account = Readonly<{ name: string; uid: number; gid: number }>

/** Options of `spawn` and `execFile` to run a program as an account; empty to run it as the user of this process. */
export const runAs = (account: Account | undefined): { uid?: number; gid?: number } =>
  account ? { uid: account.uid, gid: account.gid } : {}

/**
 * Returns the user that root runs database servers as, because they refuse to run as root. Undefined if we are not
 * root.
 */
export async function serverAccount(name: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const idOf = async (flag: string) => Number((await promisify(execFile)('id', [flag, '--', name])).stdout)
  try {
    const account = { name, uid: await idOf('-u'), gid: await idOf('-g') }
    if (account.uid === 0) throw new Fault(`Database servers cannot run as '${name}', because that user is root.`)
    return account
  } catch (error) {
    if (error instanceof Fault) throw error
    throw new Fault(`User '${name}', which database servers should run as, does not exist.`, { cause: error })
  }
}

/** True if the account can enter a folder. Tries it, because mode bits alone do not decide that. */
export const canEnter = (account: Account, folder: string): Promise<boolean> =>
  succeeds({ file: '/bin/sh', args: ['-c', 'test -x "$0"', folder] }, account)

/** True if a command exits with 0 when the account runs it. */
export const succeeds = (
  { file, args }: Readonly<{ file: string; args: readonly string[] }>,
  account: Account | undefined,
): Promise<boolean> =>
  promisify(execFile)(file, [...args], { cwd: '/', env: { LC_ALL: 'C' }, ...runAs(account) }).then(
    () => true,
    () => false,
  )
