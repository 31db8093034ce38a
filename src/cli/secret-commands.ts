import { changeSecretKey } from '../operations/change-secret-key.ts'
import { changeAdminPasswords, type PasswordChange } from '../operations/instances/change-admin-passwords.ts'
import { changeSigningKey } from '../operations/projects/manage-users.ts'
import { type Command, type Context, type Input, UsageError } from './command.ts'

type Run = Command['run']

/** Commands that replace the service's own secrets. */
export const secretCommands: readonly Command[] = [
  {
    verb: 'instance_admin_password_change',
    summary: 'Changes the passwords with which the service administers the database servers of instances.',
    args: [['[instance...]', 'Instance ids.']],
    options: [
      ['--all', 'Change the passwords of all instances.'],
      [
        '--wait <seconds>',
        'How long to wait for the worker (default: 120). After that, the worker continues on its own.',
      ],
    ],
    lists: true,
    example: [
      'trove-manage instance_admin_password_change --all',
      'Requires a running worker. Does not show the passwords, and does not change those of users or root. Safe to repeat.',
    ],
    run: instanceAdminPasswordChange,
  },
  {
    verb: 'signing_key_change',
    summary: 'Changes the key that signs the tokens of the embedded identity service. This revokes every token.',
    example: [
      'trove-manage signing_key_change',
      'A running API uses the new key immediately; every user has to log in again.',
    ],
    run: signingKeyChange,
  },
  {
    verb: 'secret_key_change',
    summary: 'Changes the key that encrypts passwords in the database, and encrypts them again with the new key.',
    example: [
      'trove-manage secret_key_change',
      'The API and the workers on this machine keep running and use the new key; all of them must be of this release. If the command was interrupted, run it again to complete the change.',
    ],
    run: secretKeyChange,
  },
]

const defaultWaitSeconds = 120

function waitSecondsOf({ options }: Input): number {
  const text = options.wait
  if (typeof text !== 'string') return defaultWaitSeconds
  if (!/^\d{1,6}$/.test(text)) throw new UsageError(`option --wait: expected a number of seconds, found '${text}'`)
  return Number(text)
}

async function instanceAdminPasswordChange(context: Context, input: Input): ReturnType<Run> {
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

async function signingKeyChange(context: Context): ReturnType<Run> {
  await changeSigningKey(await context.signingKey())
  return ['Changed the signing key. Every token is now invalid, so every user has to log in again.']
}

async function secretKeyChange(context: Context): ReturnType<Run> {
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
