/** What the URL says about a new instance: names or ids of the datastore, the version and the flavor. */
export type CreateSearch = Readonly<{ datastore?: string; version?: string; flavor?: string }>

const textIn = (raw: Readonly<Record<string, unknown>>, key: string) =>
  raw[key] === undefined ? {} : { [key]: String(raw[key]) }

export const readCreateSearch = (raw: Readonly<Record<string, unknown>>): CreateSearch => ({
  ...textIn(raw, 'datastore'),
  ...textIn(raw, 'version'),
  ...textIn(raw, 'flavor'),
})
