import type { Input } from '../../api/trove.ts'
import { onlyUserOf } from '../../parts/engine-kind.ts'

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

/** The request for a draft; undefined while something that has to be chosen is missing. The API checks the rest. */
export function requestOf(draft: Draft): CreateRequest | undefined {
  const { name, datastore, version, flavor, volumeGb, volumeType, network } = draft
  if (name.trim() === '' || !datastore || !version || !flavor || !/^\d+$/.test(volumeGb)) return undefined
  // Rows that were added and left empty ask for nothing, as do those that were added for another engine.
  const hasContents = onlyUserOf(datastore) === undefined
  const databases = draft.databases.filter(({ name }) => hasContents && name !== '').map(({ name }) => ({ name }))
  const users = draft.users
    .filter(({ name }) => hasContents && name !== '')
    .map(({ name, password }) => ({ name, password, databases }))
  return {
    instance: {
      name,
      flavorRef: flavor,
      datastore: { type: datastore, version },
      volume: { size: Number(volumeGb), ...(volumeType === undefined ? {} : { type: volumeType }) },
      ...(databases.length === 0 ? {} : { databases }),
      ...(users.length === 0 ? {} : { users }),
      ...(network.trim() === '' ? {} : { nics: [{ 'net-id': network.trim() }] }),
    },
  }
}
