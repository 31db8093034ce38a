import type { NewLogin } from '../../api/new-logins.ts'
import type { Input } from '../../api/trove.ts'

/** Tells a row of the form from the others. */
type Row = Readonly<{ row: number }>

/** A database to create. */
export type DraftDatabase = Row & Readonly<{ name: string }>

/** A user to create, who can use every database that is created with it. */
export type DraftUser = Row & Readonly<{ name: string; password: string }>

/** The number of the next row. */
export const nextRow = (rows: readonly Row[]): number => Math.max(0, ...rows.map(({ row }) => row)) + 1

/** What the user has entered. */
export type Typed = Readonly<{
  name: string
  volumeGb: string
  volumeType: string | undefined
  databases: readonly DraftDatabase[]
  users: readonly DraftUser[]
  /** Id of a network; empty for that of the cloud. */
  network: string
}>

/** What the user has entered and chosen. */
export type Draft = Typed &
  Readonly<{ datastore: string | undefined; version: string | undefined; flavor: string | undefined }>

export type CreateRequest = Input<'createInstance'>['body']

/** What a draft still needs before it can be a request; undefined if nothing. The API checks the rest. */
export function missingIn({ name, datastore, version, flavor, volumeGb, databases, users }: Draft): string | undefined {
  if (name.trim() === '') return 'Enter a name.'
  if (!datastore || !version) return 'Choose a version.'
  if (!flavor) return 'Choose a size.'
  if (!/^0*[1-9]\d*$/.test(volumeGb)) return 'Enter the volume as a whole number of GiB, at least 1.'
  const database = databases.findIndex(({ name }) => name === '')
  if (database >= 0) return `Enter a name for database ${database + 1}, or remove it.`
  const user = users.findIndex(({ name, password }) => name === '' || password === '')
  if (user < 0) return undefined
  return `Enter a ${users[user]!.name === '' ? 'name' : 'password'} for user ${user + 1}, or remove it.`
}

/** The request for a draft; undefined while something is missing in it. */
export function requestOf(draft: Draft): CreateRequest | undefined {
  if (missingIn(draft) !== undefined) return undefined
  const { name, datastore, version, flavor, volumeGb, volumeType, network } = draft
  const databases = draft.databases.map(({ name }) => ({ name }))
  const users = draft.users.map(({ name, password }) => ({ name, password, databases }))
  return {
    instance: {
      name,
      flavorRef: flavor!,
      datastore: { type: datastore!, version: version! },
      volume: { size: Number(volumeGb), ...(volumeType === undefined ? {} : { type: volumeType }) },
      ...(databases.length === 0 ? {} : { databases }),
      ...(users.length === 0 ? {} : { users }),
      ...(network.trim() === '' ? {} : { nics: [{ 'net-id': network.trim() }] }),
    },
  }
}

/** The passwords of a request that the API does not show again. */
export const newLoginsOf = (instanceId: string, { users = [] }: CreateRequest['instance']): NewLogin[] =>
  users.map(({ name: user, password, databases = [] }) => ({
    instanceId,
    user,
    password,
    database: databases[0]?.name,
    since: 'create',
  }))
