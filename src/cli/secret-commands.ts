import { changeSecretKey } from '../operations/change-secret-key.ts'
import { changeAdminPasswords, type PasswordChange } from '../operations/instances/change-admin-passwords.ts'
import { changeSigningKey } from '../operations/projects/manage-users.ts'
import { type Command, type Context, type Input, UsageError } from './command.ts'

type Run = Command['run']

/** What the service itself keeps secret, and how to put something new in its place. */
export const secretCommands: readonly Command[] = [
  {
    verb: 'instance_admin_password_change',
    summary: 'Change the password that the service administers the database servers of instances with.',
    args: [['[instance...]', 'Ids of instances.']],
    options: [
      ['--all', 'All instances, instead of some.'],
      ['--wait <seconds>', 'How long to wait for the worker (default: 120). It goes on when nobody waits any more.'],
    ],
    lists: true,
    example: [
      'trove-manage instance_admin_password_change --all',
      'A worker has to run. Nobody is told the passwords, and those of users and of root stay. Safe to repeat.',
    ],
    run: instanceAdminPasswordChange,
  },
  {
    verb: 'signing_key_change',
    summary: 'Change the key that signs the tokens of the embedded identity: every token ends.',
    example: ['trove-manage signing_key_change', 'A running API takes it up at once; everybody has to log in again.'],
    run: signingKeyChange,
  },
  {
    verb: 'secret_key_change',
    summary: 'Change the key that seals passwords in the database, and seal them anew.',
    example: [
      'trove-manage secret_key_change',
      'API and workers on this machine go on, and take it up; all have to be of this release. Killed, it goes on when run again.',
    ],
    run: secretKeyChange,
  },
]

const waitSecondsUsual = 120

function waitSecondsOf({ options }: Input): number {
  const given = options.wait
  if (typeof given !== 'string') return waitSecondsUsual
  if (!/^\d{1,6}$/.test(given)) throw new UsageError(`--wait: expected a number of seconds, found '${given}'`)
  return Number(given)
}

async function instanceAdminPasswordChange(context: Context, input: Input): ReturnType<Run> {
  const isAll = input.options.all === true
  if (isAll === input.several.length > 0) throw new UsageError('give the ids of instances, or --all')
  const changes = await changeAdminPasswords(await context.ports(), isAll ? 'all' : [...new Set(input.several)], {
    waitMs: waitSecondsOf(input) * 1000,
    pause: context.pause,
    progress: (changed, total) => total > 0 && context.say(`${changed} of ${total} changed …`),
  })
  const left = changes.filter(({ isChanged }) => !isChanged).length
  return {
    columns: ['ID', 'Name', 'Changed', 'Why not'],
    rows: changes.map(({ id, name, isChanged, problem }: PasswordChange) => [id, name, isChanged, problem ?? '']),
    ...(left > 0 ? { refused: `${left} of ${changes.length} not changed. It is safe to run this again.` } : {}),
  }
}

async function signingKeyChange(context: Context): ReturnType<Run> {
  await changeSigningKey(await context.signingKey())
  return ['Changed the signing key. No token is worth anything any more: everybody has to log in again.']
}

async function secretKeyChange(context: Context): ReturnType<Run> {
  const key = context.secretKey()
  const { isResumed, instances, unreadable } = await changeSecretKey(await context.ports(), key)
  const lines = [
    ...(isResumed ? ['Went on with a change that was begun before.'] : []),
    `Changed the secret key ${key.file}: what the database keeps of ${instances} ${instances === 1 ? 'instance' : 'instances'} is sealed with the new one.`,
    'Backups of the database that are older need the old key, which is not kept. Where other machines have copies of the file, copy it there.',
  ]
  if (unreadable.length === 0) return lines
  return {
    columns: ['ID'],
    rows: unreadable.map(id => [id]),
    lines,
    refused: 'What is kept of these instances was sealed with some other key, and cannot be opened: it is as it was.',
  }
}
