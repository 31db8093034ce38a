import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { Fault } from '../../../model/fault.ts'

/** A user that servers run as; only root can choose one. */
export type Account = Readonly<{ name: string; uid: number; gid: number }>

/** How to run something as an account; nothing for whoever runs this process. */
export const runAs = (account: Account | undefined): { uid?: number; gid?: number } =>
  account ? { uid: account.uid, gid: account.gid } : {}

/** Database servers refuse to run as root, so that root runs them as this user. Undefined when we are not root. */
export async function serverAccount(name: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const ask = async (flag: string) => Number((await promisify(execFile)('id', [flag, '--', name])).stdout)
  try {
    const account = { name, uid: await ask('-u'), gid: await ask('-g') }
    if (account.uid === 0) throw new Fault(`Database servers cannot run as '${name}': that is root.`)
    return account
  } catch (error) {
    if (error instanceof Fault) throw error
    throw new Fault(`There is no user '${name}' to run database servers as.`, { cause: error })
  }
}

/** Whether the account can get into a folder; asked of the system by trying, since there is more than mode bits to it. */
export const canEnter = (account: Account, folder: string): Promise<boolean> =>
  succeeds({ file: '/bin/sh', args: ['-c', 'test -x "$0"', folder] }, account)

/** Whether a command ends well when the account runs it. */
export const succeeds = (
  { file, args }: Readonly<{ file: string; args: readonly string[] }>,
  account: Account | undefined,
): Promise<boolean> =>
  promisify(execFile)(file, [...args], { cwd: '/', env: { LC_ALL: 'C' }, ...runAs(account) }).then(
    () => true,
    () => false,
  )
