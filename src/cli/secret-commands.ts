import { changeSecretKey } from '../operations/change-secret-key.ts'
import { changeAdminPasswords, type PasswordChange } from '../operations/instances/change-admin-passwords.ts'
import { changeSigningKey } from '../operations/projects/manage-users.ts'
import { type Command, type Context, type Input, UsageError } from './command.ts'

type Run = Command['run']

const defaultWaitSeconds = 120

function waitSecondsOf({ options }: Input): number {
  const text = options.wait
  if (typeof text !== 'string') return defaultWaitSeconds
  if (!/^\d{1,6}$/.test(text)) throw new UsageError(`option --wait: expected a number of seconds, found '${text}'`)
  return Number(text)
}

export async function instanceAdminPasswordChange(context: Context, input: Input): ReturnType<Run> {
  const isAll = input.options.all === true
  if (isAll === input.several.length > 0) throw new UsageError('specify either instance ids or --all')
  const changes = await changeAdminPasswords(await context.ports(), isAll ? 'all' : [...new Set(input.several)], {
    waitMs: waitSecondsOf(input) * 1000,
    pause: context.pause,
    progress: (changed, total) => total > 0 && context.say(`${changed} of ${total} changed …`),
  })
  const unchanged = changes.filter(({ isChanged }) => !isChanged).length
  return {
    columns: ['ID', 'Name', 'Changed', 'Reason'],
    rows: changes.map(({ id, name, isChanged, problem }: PasswordChange) => [id, name, isChanged, problem ?? '']),
    ...(unchanged > 0
      ? { refused: `${unchanged} of ${changes.length} not changed. It is safe to run this command again.` }
      : {}),
  }
}

export async function signingKeyChange(context: Context): ReturnType<Run> {
  await changeSigningKey(await context.signingKey())
  return ['Changed the signing key. Every token is now invalid, so every user has to log in again.']
}

export async function secretKeyChange(context: Context): ReturnType<Run> {
  const key = await context.secretKey()
  const { isResumed, instances, unreadable } = await changeSecretKey(await context.ports(), key)
  const lines = [
    ...(isResumed ? ['Resumed a change that was interrupted earlier.'] : []),
    `Changed the secret key ${key.file}: the secrets of ${instances} ${instances === 1 ? 'instance' : 'instances'} in the database are now encrypted with the new key.`,
    'Older backups of the database need the old key, which is not kept. If other machines have copies of the key file, copy the new file to them.',
  ]
  if (unreadable.length === 0) return lines
  return {
    columns: ['ID'],
    rows: unreadable.map(id => [id]),
    lines,
    refused:
      'The secrets of these instances were encrypted with some other key and cannot be decrypted. They were not changed.',
  }
}
