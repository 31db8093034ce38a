import type { Input } from '../../api/trove.ts'

/** What the user has entered and chosen. */
export type Draft = Readonly<{
  name: string
  datastore: string | undefined
  version: string | undefined
  flavor: string | undefined
  volumeGb: string
  volumeType: string | undefined
}>

export type CreateRequest = Input<'createInstance'>['body']

/** The request for a draft; undefined while something that has to be chosen is missing. The API checks the rest. */
export function requestOf(draft: Draft): CreateRequest | undefined {
  const { name, datastore, version, flavor, volumeGb, volumeType } = draft
  if (name.trim() === '' || !datastore || !version || !flavor || !/^\d+$/.test(volumeGb)) return undefined
  return {
    instance: {
      name,
      flavorRef: flavor,
      datastore: { type: datastore, version },
      volume: { size: Number(volumeGb), ...(volumeType === undefined ? {} : { type: volumeType }) },
    },
  }
}
